"""Regimes of a map: a surface whose boundary is known is found, another one is not."""

from dataclasses import replace

import numpy as np
import pytest

from sim.limits.jackknife import Estimate
from sim.limits.local_lines import means, slopes
from sim.limits.regime import regime_of
from sim.limits.surface import Surface, phases, regimes
from sim.model import InputError

STUDIES, MISSED_AT_MOST = 20, 5
"""Of 20 maps whose 90% bands leave out the truth with chance 0.1: 2 are expected, more than 5 would
be so in 1.1% of cases."""


def ces(shift=0.0, sharp=1.0):
    """Output of compute and loop that make up for each other: the boundary is a = b + shift."""
    return lambda a, b: -np.logaddexp(-sharp * a, -sharp * (b + shift)) / sharp


def planted(log_output, *, cells=16, replications=12, seed=0, low=-2.3, high=2.3, noise=0.05):
    """A map of a known surface, with noise that is partly shared by all cells of a replication."""
    rng = np.random.default_rng(seed)
    x = np.linspace(low, high, cells)
    a, b = np.meshgrid(x, x, indexing="ij")
    size = (replications, 1, 1)
    luck = rng.normal(0, 0.3, size) + rng.normal(0, noise, (replications, cells, cells))
    luck = luck + rng.normal(0, noise, size) * a + rng.normal(0, noise, size) * b
    return Surface(compute=x, loop=x, output=np.exp(log_output(a, b) + luck))


def contradicted(found, shift):
    """Whether the map is sure, somewhere, that the boundary is not a = b + shift."""
    a, b = np.meshgrid(found.surface.compute, found.surface.loop, indexing="ij")
    truth = np.sign(np.round(b + shift - a, 9))  # of the difference of elasticities
    return bool((np.sign(found.difference) != truth)[~found.band].any())


@pytest.mark.parametrize("shift", [0.0, 0.4])  # through the middles of cells, and not
def test_a_planted_boundary_is_within_its_band_and_another_is_not(shift):
    found = [phases(planted(ces(shift), seed=s), resamples=200) for s in range(STUDIES)]
    assert sum(contradicted(one, shift) for one in found) <= MISSED_AT_MOST
    assert all(contradicted(one, shift + 0.6) for one in found)
    assert all(contradicted(one, shift - 0.6) for one in found)
    for axis, truth in (("compute", shift), ("loop", -shift)):
        covered = [one.turns[axis][1] <= truth <= one.turns[axis][2] for one in found]
        assert STUDIES - sum(covered) <= MISSED_AT_MOST


@pytest.mark.verify
def test_the_band_and_the_turn_hold_as_often_as_they_say():
    # 400 maps: 0.9 ± 4 standard errors of a share; half as wide a band is too narrow
    found = [phases(planted(ces(), seed=1000 + s, cells=12), resamples=200) for s in range(400)]
    band = np.mean([not contradicted(one, 0.0) for one in found])
    turn = np.mean([one.turns["compute"][1] <= 0 <= one.turns["compute"][2] for one in found])
    narrow = [replace(one, threshold=one.threshold / 2) for one in found]
    print(f"band {band:.3f}, turn {turn:.3f}")
    assert 0.84 <= band <= 0.96
    assert 0.84 <= turn <= 0.96
    assert np.mean([not contradicted(one, 0.0) for one in narrow]) < 0.84


def test_the_band_is_no_wider_than_need_be():
    narrow = phases(planted(ces(), noise=0.01)).band.mean()
    wide = phases(planted(ces(), noise=0.1)).band.mean()
    assert narrow < wide < 0.5


def test_elasticities_of_a_power_law_are_its_exponents():
    found = phases(planted(lambda a, b: 0.7 * a + 0.2 * b, noise=1e-6))
    assert found.compute == pytest.approx(np.full((16, 16), 0.7), abs=1e-4)
    assert found.loop == pytest.approx(np.full((16, 16), 0.2), abs=1e-4)
    assert (found.regime == "compute").all()
    assert found.turns["compute"][0] == np.inf  # beyond the map: it turns nowhere
    assert found.turns["loop"][0] == -np.inf


@pytest.mark.parametrize(
    ("exponents", "regime"),
    [((0.7, 0.2), "compute"), ((0.2, 0.7), "loop"), ((0.45, 0.45), "balanced")],
)
def test_a_map_is_named_by_the_larger_elasticity(exponents, regime):
    one, other = exponents
    found = phases(planted(lambda a, b: one * a + other * b, noise=0.01))
    assert (found.regime == regime).mean() > 0.95


def test_luck_alone_leaves_most_cells_undecided():
    found = phases(planted(lambda a, b: 0.45 * (a + b), noise=0.4, replications=6))
    assert (found.regime == "undecided").mean() > 0.7


def wave(course, x):
    """A map whose difference of elasticities is this over compute, all else alike."""
    slope = np.array([course(at) for at in x])
    logs = np.concatenate([[0.0], np.cumsum((slope[1:] + slope[:-1]) / 2 * np.diff(x))])
    output = np.exp(np.broadcast_to(logs[:, None], (len(x), len(x))))
    luck = 1 + 1e-4 * np.random.default_rng(0).standard_normal((8, 1, 1))
    return Surface(compute=x, loop=x, output=output * luck)


def test_of_several_turns_the_next_on_the_way_from_the_lab_is_told():
    # falls through 0 at the first and the third, rises at the others
    x = np.linspace(-2.3, 2.3, 93)
    turns = (-1.8, -1.0, -0.4, 1.6)
    found = phases(wave(lambda at: np.prod([at - turn for turn in turns]), x), resamples=50)
    assert found.signs("compute") == 4
    assert found.difference[46, 46] < 0  # so the lab turns compute-limited with less compute
    assert found.turns["compute"][0] == pytest.approx(-0.4, abs=0.15)
    other = phases(wave(lambda at: -np.prod([at - turn for turn in turns]), x), resamples=50)
    assert other.turns["compute"][0] == pytest.approx(1.6, abs=0.15)  # -1.0 is nearer


def test_a_map_that_turns_only_the_other_way_has_no_turn():
    x = np.linspace(-2.3, 2.3, 24)
    found = phases(wave(lambda at: at - 0.4, x), resamples=50)
    assert np.isnan(found.turns["compute"][0])


def test_straight_lines_are_kept_on_uneven_places():
    x = np.cumsum([0.0, 0.1, 0.3, 0.1, 0.9, 0.2, 0.2])
    assert slopes(x) @ (3 * x + 1) == pytest.approx(np.full(7, 3.0))
    assert means(x) @ (3 * x + 1) == pytest.approx(3 * x + 1)


@pytest.mark.parametrize("ends", [(-0.05, 0.09), (0.01, 0.3), (-0.5, -0.2), (-0.2, 0.3)])
@pytest.mark.parametrize("least", [(0.1, 0.1), (-0.1, 0.1), (0.1, -0.1), (0.0, 0.0)])
def test_the_rule_is_that_of_regimes_by_date(ends, least):
    def estimate(low, high):
        return Estimate(value=(low + high) / 2, low=low, high=high, pairs=20)

    compute, loop = (estimate(low, 0.5) for low in least)
    found = regimes(*([end] for end in (*ends, *least)))
    assert found.tolist() == [regime_of(estimate(*ends), compute, loop)]


@pytest.mark.parametrize(
    ("compute", "loop", "regime"),
    [(-0.4, 0.0, "undecided"), (-0.4, 0.3, "loop"), (0.0, -0.4, "undecided"),
     (0.3, -0.4, "compute"), (-0.4, -0.4, "balanced")],
)  # fmt: skip
def test_what_brings_nothing_limits_nothing(compute, loop, regime):
    found = phases(planted(lambda a, b: compute * a + loop * b, noise=0.003))
    assert (found.regime == regime).mean() > 0.85  # where the truth is 0, 5% may seem above


def test_the_same_map_gives_the_same_band_and_another_seed_nearly_the_same():
    surface = planted(ces())
    assert phases(surface).threshold == phases(surface).threshold
    assert phases(surface, seed=1).threshold == pytest.approx(phases(surface).threshold, rel=0.3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"replications": 4}, "needs 5 replications"),
        ({"cells": 2}, "needs 3 different values of compute"),
    ],
)
def test_too_small_a_map_is_refused(change, words):
    with pytest.raises(InputError, match=words):
        phases(planted(ces(), **change))


def test_an_output_of_zero_is_refused():
    surface = planted(ces())
    surface.output[0, 0, 0] = 0.0
    with pytest.raises(InputError, match="output must be > 0"):
        phases(surface)
