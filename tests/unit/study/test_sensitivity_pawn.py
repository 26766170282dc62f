"""PAWN: distances between distributions, beside SALib; what does nothing is told from the rest."""

import numpy as np
import pytest

from sim.study.sensitivity.pawn import distances, sliced


def sample(number=400, seed=0):
    random = np.random.default_rng(seed)
    x = random.random((number, 3))
    return x, x[:, 0] ** 2 + 0.5 * x[:, 1] + 0.1 * random.normal(size=number)


def of_column(x, y, i, **options):
    return distances(x[:, i], 1, np.arange(len(y)), y, **options)


def test_distances_are_those_of_salib():
    pawn = pytest.importorskip("SALib.analyze.pawn")
    x, y = sample(1000)
    right = pawn.analyze({"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}, x, y, S=10)
    for i in range(3):
        one = of_column(x, y, i)
        # SALib leaves the greatest value out of the last slice.
        assert one.median == pytest.approx(right["median"][i], abs=0.002)
        assert one.maximum == pytest.approx(right["maximum"][i], abs=0.011)


def test_factors_are_ranked_and_one_that_does_nothing_is_noise():
    x, y = sample()
    a, b, nothing = (of_column(x, y, i) for i in range(3))
    assert a.median > b.median > nothing.median
    assert a.median_low > b.median_high
    for one in (a, b, nothing):
        assert one.median_low < one.median < one.median_high and one.slices == 10
    assert a.median > a.dummy and b.median > b.dummy and nothing.median < nothing.dummy


def test_noise_is_beyond_its_threshold_in_one_case_of_twenty(monkeypatch):
    monkeypatch.setattr("sim.study.sensitivity.pawn.RESAMPLES", 60)
    random, hits = np.random.default_rng(3), []
    for seed in range(60):
        x, y = random.random(100), random.normal(size=100)
        one = distances(x, 1, np.arange(100), y, seed=seed)
        hits.append(one.median > one.dummy)
    assert np.mean(hits) <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 60)


def test_a_level_that_decides_everything_has_the_distance_of_its_share():
    cells = np.array(["a"] * 25 + ["b"] * 75, dtype=object)
    y = np.where(cells == "a", 1.0, 0.0)
    one = distances(cells, 1, np.arange(100), y)
    assert (one.slices, one.maximum, one.median) == (2, 0.75, pytest.approx(0.5))


def test_levers_crossed_with_a_sample_are_dealt_out_within_each_draw():
    """A lever that does nothing: draws differ much, so dealing out whole draws would change it not
    at all, and luck alone makes it move."""
    random = np.random.default_rng(4)
    cells = np.tile([1, 2], 50)
    y = np.repeat(random.normal(size=50), 2) + 0.01 * random.normal(size=100)
    one = distances(cells, 2, np.arange(100), y)
    assert 0 < one.dummy < 0.2 and one.median < one.dummy + 0.1


def test_runs_that_do_not_know_are_left_out_and_little_is_told_of_few():
    x, y = sample(60)
    y[:10] = np.nan
    of = np.arange(60)
    one, other = distances(x[:, 0], 1, of, y), distances(x[:, 0], 1, of[10:], y[10:])
    assert one.median == other.median
    assert np.isnan(distances(x[:, 0], 1, of[:1], y[10:11]).median)
    assert np.isnan(distances(np.ones(60), 1, of, y).dummy)


def test_numbers_are_cut_into_slices_with_equally_many_points():
    random = np.random.default_rng(5)
    assert set(np.bincount(sliced(random.random(100)))) == {10}
    assert sliced([3, 1, 2, 1]).tolist() == [2, 0, 1, 0]
    assert sliced(np.array(["b", "a"], dtype=object)).tolist() == [1, 0]
