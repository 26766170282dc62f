"""PRIM: a planted box is found in noise, none is found where there is none."""

import numpy as np
import pandas as pd
import pytest

from sim.study.discovery import Box, Limit, measure
from sim.study.discovery.discover import procedure
from sim.study.discovery.prim import ALPHA, choose, paste, peel
from sim.study.discovery.quasi_p import quasi_p, without_weak

POINTS = 1000
PLANTED = Box(limits={"a": Limit(high=0.45), "b": Limit(low=0.35)})
INSIDE, OUTSIDE = 0.85, 0.08


def sample(points=POINTS, seed=0, **columns):
    """Points of six factors, uniform from 0 to 1, besides those that are given."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: rng.random(points) for name in "abcdef"} | columns)


def luck(chance, replications=4, seed=1):
    """The share of replications in which something of this chance happened, by point."""
    rng = np.random.default_rng(seed)
    return rng.binomial(replications, chance) / replications


def planted(box=PLANTED, **changed):
    points = sample(**changed)
    return points, luck(np.where(box.holds(points), INSIDE, OUTSIDE))


# --- what a box is ----------------------------------------------------------------------------


def test_coverage_density_and_mass_are_shares():
    found = measure([1, 1, 0, 0], [1.0, 0.5, 0.5, 0.0])
    assert (found.coverage, found.density, found.mass) == (0.75, 0.75, 0.5)
    assert np.isnan(measure([0, 0], [1.0, 0.0]).density)


def test_limits_include_their_ends_and_levels():
    points = pd.DataFrame({"n": [1, 2, 3, 4], "kind": ["x", "y", "z", "x"]})
    box = Box(limits={"n": Limit(low=2, high=4), "kind": Limit(levels=("x", "z"))})
    assert box.holds(points).tolist() == [False, False, True, True]
    assert list(box.ends()) == [("n", "low"), ("n", "high"), ("kind", "levels")]
    assert set(box.without("n", "low").without("n", "high").limits) == {"kind"}


# --- peeling ----------------------------------------------------------------------------------


def test_peeling_is_patient_and_trades_coverage_for_density():
    points, weights = planted()
    steps = peel(points, weights)
    assert steps[0].measured.coverage == steps[0].measured.mass == 1.0
    mass = np.array([step.measured.mass for step in steps])
    density = np.array([step.measured.density for step in steps])
    assert (np.diff(density) > 0).all()
    assert (mass[1:] / mass[:-1] > 1 - ALPHA - 2 / POINTS / mass[-1]).all()
    assert 0.05 <= mass[-1] < 0.3
    for step in steps[::7]:
        assert measure(step.box.holds(points), weights) == step.measured


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_box_is_found_within_a_peel_and_nothing_else(seed):
    points, weights = planted(seed=seed)
    *_, box = procedure(points, weights, coverage=0.75)
    assert set(box.limits) == {"a", "b"}
    # A peel takes 5% of the points inside: of a range of 0.45 that is 0.023, of 0.65 0.033.
    assert box.of("a").high == pytest.approx(0.45, abs=0.03) and box.of("a").low == -np.inf
    assert box.of("b").low == pytest.approx(0.35, abs=0.04) and box.of("b").high == np.inf


def test_another_box_than_the_planted_one_would_be_noticed():
    elsewhere = Box(limits={"a": Limit(low=0.6), "c": Limit(high=0.4)})
    points, weights = planted(elsewhere)
    *_, box = procedure(points, weights, coverage=0.6)
    assert set(box.limits) == {"a", "c"} and box.of("a").low == pytest.approx(0.6, abs=0.03)


def test_where_nothing_matters_all_ends_are_dropped():
    points, weights = planted()
    shuffled = np.random.default_rng(3).permutation(weights)
    steps, _, box = procedure(points, shuffled, coverage=0.6)
    assert len(steps) > 5  # noise is peeled,
    assert len(box.limits) <= 1  # and known as such


def test_whole_numbers_and_levers_are_cut_at_values_that_are_there():
    rng = np.random.default_rng(5)
    points = sample(team=rng.integers(1, 9, POINTS), compute=rng.choice([20.0, 40.0, 80.0], POINTS))
    weights = luck(np.where((points["team"] >= 5) & (points["compute"] <= 40), INSIDE, OUTSIDE))
    *_, box = procedure(points, weights, coverage=0.75, stepped={"compute"})
    assert set(box.limits) == {"team", "compute"}
    assert (box.of("team").low, box.of("compute").high) == (5.0, 40.0)


def test_levels_that_are_texts_are_dropped_one_by_one():
    rng = np.random.default_rng(6)
    points = sample(oversight=rng.choice(["as_it_is", "light", "strict", "none"], POINTS))
    weights = luck(np.where(points["oversight"].isin(["light", "none"]), INSIDE, OUTSIDE))
    *_, box = procedure(points, weights, coverage=0.9)
    assert box.limits == {"oversight": Limit(levels=("light", "none"))}


def test_the_last_box_with_enough_coverage_is_chosen():
    points, weights = planted()
    steps = peel(points, weights)
    coverage = [step.measured.coverage for step in steps]
    at = choose(steps, 0.7)
    assert coverage[at] >= 0.7 and (at + 1 == len(steps) or coverage[at + 1] < 0.7)
    assert choose(steps, 1.0) == max(i for i, c in enumerate(coverage) if c == 1.0)


def test_pasting_moves_ends_out_that_are_too_tight():
    points, weights = planted()
    tight = Box(limits={"a": Limit(high=0.2), "b": Limit(low=0.35)})
    wider = paste(tight, points, np.where(PLANTED.holds(points), 1.0, 0.5) * 1.0)
    assert wider == tight  # nothing is gained where all inside is the same,
    weights = np.where(PLANTED.holds(points) & (points["a"] > 0.1), 1.0, 0.2)
    assert 0.2 < paste(tight, points, weights).of("a").high <= 0.46  # but where it is better


# --- quasi-p ----------------------------------------------------------------------------------


def test_quasi_p_of_zeros_and_ones_is_the_binomial_tail():
    from scipy.special import bdtrc

    points, weights = sample(200), np.random.default_rng(2).binomial(1, 0.4, 200).astype(float)
    box = Box(limits={"a": Limit(high=0.5)})
    inside = weights[box.holds(points)]
    expected = bdtrc(inside.sum() - 1, len(inside), weights.mean())
    assert quasi_p(box, points, weights)["a", "high"] == pytest.approx(expected, rel=1e-9)


def test_ends_that_may_be_noise_are_dropped_and_others_kept():
    points, weights = planted()
    box = Box(limits={"a": Limit(low=0.02, high=0.45), "b": Limit(low=0.35), "e": Limit(high=0.9)})
    assert without_weak(box, points, weights) == PLANTED


# --- another implementation -------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1])
def test_the_way_of_peeling_is_that_of_ema_workbench(seed):
    prim = pytest.importorskip("ema_workbench.analysis.prim")
    points, weights = planted(seed=seed)
    happened = weights > 0.5
    steps = peel(points, happened.astype(float))
    theirs = prim.Prim(points.copy(), happened, threshold=0.1, peel_alpha=ALPHA, mass_min=0.05)
    way = theirs.find_box().peeling_trajectory
    count = min(len(way), len(steps))
    assert count > 20
    for name in ("coverage", "density", "mass"):
        ours = [getattr(step.measured, name) for step in steps[:count]]
        assert ours == pytest.approx(way[name].to_list()[:count], abs=1e-12), name


def test_a_slice_too_small_to_be_a_box_does_not_end_the_search():
    random = np.random.default_rng(4)
    points = pd.DataFrame({
        "beta": random.random(400), "kind": np.where(random.random(400) < 0.03, "rare", "usual"),
    })
    weights = np.where(points["kind"] == "rare", 1.0, (points["beta"] < 0.3) * 1.0)
    last = peel(points, weights)[-1]
    assert "beta" in last.box.limits
    assert last.measured.density > 0.9
