"""Sobol' indices: those of known functions are found, with and without luck."""

import numpy as np
import pytest

from sim import InputError
from sim.study.sensitivity.sobol import indices, product

from .ishigami import g_function, ishigami, lucky

KNOWN = {"ishigami": ishigami(), "g": g_function()}


def found(known, studies, rows=256, *, luck=0.0, shared=0.0, replications=1, drawn="rows"):
    """Indices of many studies."""
    random, every = np.random.default_rng(11), []
    for seed in range(studies):
        y = getattr(known, drawn)(random, rows)
        y = lucky(random, y, luck=luck, shared=shared, replications=replications)
        every.append(indices(y, seed=seed))
    return every


@pytest.fixture
def quick(monkeypatch):
    """For tests that need no intervals."""
    monkeypatch.setattr("sim.study.sensitivity.resampling.RESAMPLES", 2)


def agrees(values, right):
    """Whether means are within 4 standard errors, and a hundredth for the bias of ratios."""
    values = np.array(values)
    return np.abs(values.mean(axis=0) - right) < 4 * values.std(axis=0, ddof=1) / np.sqrt(
        len(values)) + 0.01  # fmt: skip


def test_the_closed_forms_are_those_that_are_known():
    known = KNOWN["ishigami"]
    assert known.first == pytest.approx([0.3139, 0.4424, 0.0], abs=5e-5)
    assert known.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=5e-5)
    u = np.random.default_rng(0).random((200_000, 8))
    assert KNOWN["g"].of(u).var() == pytest.approx(KNOWN["g"].variance, rel=0.02)


@pytest.mark.parametrize("name", KNOWN)
def test_indices_of_known_functions_are_within_their_intervals(name):
    """99.9% intervals of one study on the design itself; those of another factor's are not."""
    known = KNOWN[name]
    y = known.sequence(np.random.default_rng(0), 512)[:, :, None]
    one = indices(y, level=0.999)
    for interval, right in ((one.first, known.first), (one.total, known.total)):
        assert ((interval.low <= right) & (right <= interval.high)).all()
        wrong = np.roll(right, 1)
        apart = np.abs(wrong - right) > 0.15
        assert ((wrong < interval.low) | (interval.high < wrong))[apart].all() and apart.any()
    assert one.interactions.low <= 1 - known.first.sum() <= one.interactions.high
    assert one.parameters == pytest.approx(known.variance, rel=0.1)
    assert np.isnan(one.luck) and np.isnan(one.share.value)


@pytest.mark.parametrize("shared", [0.0, 0.8])
def test_luck_gives_no_bias(shared, quick):
    known = KNOWN["ishigami"]
    every = found(known, 40, luck=known.variance, shared=shared, replications=2)
    assert agrees([one.first.value for one in every], known.first).all()
    assert agrees([one.total.value for one in every], known.total).all()
    assert agrees([one.share.value for one in every], 0.5)
    assert not agrees([one.total.value for one in every], known.total + 0.2).any()


def test_means_over_replications_would_take_luck_for_interactions(quick):
    known = KNOWN["ishigami"]
    random, naive = np.random.default_rng(12), []
    for _ in range(40):
        y = lucky(random, known.rows(random, 256), luck=known.variance, shared=0, replications=2)
        naive.append(indices(y.mean(axis=2, keepdims=True)).total.value)
    assert not agrees(naive, known.total).any()
    luck = 0.5  # of the mean of two, as a share of the variance of the parameters
    assert agrees(naive, (known.total + luck) / (1 + luck)).all()


def test_no_value_is_multiplied_by_itself():
    p, q = np.array([[1.0, 2.0, 3.0]]), np.array([[10.0, 20.0, 40.0]])
    pairs = [p[0, n] * q[0, m] for n in range(3) for m in range(3) if n != m]
    assert product(p, q) == pytest.approx(np.mean(pairs))
    assert product(p[:, :1], q[:, :1]) == 10


def test_intervals_cover_the_indices():
    """A quick look; `tests/verification/test_sensitivity.py` looks longer."""
    known = KNOWN["ishigami"]
    every = found(known, 60, rows=64, luck=known.variance / 2, shared=0.8, replications=2)
    hits = [(one.total.low <= known.total) & (known.total <= one.total.high) for one in every]
    assert 0.78 <= np.mean(hits) <= 0.98
    misses = [(one.total.low <= known.total + 0.3) & (known.total + 0.3 <= one.total.high)
              for one in every]  # fmt: skip
    assert np.mean(misses) < 0.6


def test_the_same_data_have_the_same_intervals_and_another_seed_others():
    y = KNOWN["g"].rows(np.random.default_rng(1), 64)[:, :, None]
    one, again, other = (indices(y, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.first.low, again.first.low)
    assert not np.array_equal(one.first.low, other.first.low)


def test_an_outcome_may_be_shifted_and_scaled():
    y = KNOWN["ishigami"].rows(np.random.default_rng(1), 64)[:, :, None]
    one, other = indices(y), indices(1000 + 20 * y)
    assert np.allclose(one.total.value, other.total.value)
    assert np.allclose(one.first.high, other.first.high)


def test_rows_in_which_something_is_not_known_are_left_out_and_counted():
    y = KNOWN["g"].rows(np.random.default_rng(1), 64)[:, :, None]
    y[3, 1, 0] = y[5, 4, 0] = np.nan
    one, other = indices(y), indices(np.delete(y, [3, 5], axis=0))
    assert (one.rows, one.dropped) == (62, 2)
    assert np.array_equal(one.first.value, other.first.value)
    y[8:] = np.nan
    with pytest.raises(InputError, match=r"needs 8 rows or more .* got 6 of 64; set more rows"):
        indices(y)


def test_what_is_the_same_everywhere_has_no_indices():
    one = indices(np.full((32, 5, 2), 0.1))
    assert np.isnan(one.first.value).all() and np.isnan(one.share.value)
    assert (one.parameters, one.luck) == (0, 0)


def test_of_luck_alone_nothing_is_told():
    one = indices(np.random.default_rng(2).normal(size=(64, 5, 2)))
    assert np.isnan(one.total.low).all() and one.share.value < 0.2
