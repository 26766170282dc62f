"""Gaps of curves to planted labs, and their parts."""

import numpy as np
import pytest

from sim.curves.explained import LN2, Grown, gaps, rates, rematched
from sim.curves.laid import Laid
from sim.curves.matching import YEAR
from sim.growth.curve import Exponential
from sim.growth.semi_endogenous import SemiEndogenous

WINDOW, END = 91.0, 730.5
STEPS = ("retraining", "review", "waiting")
CURVES = tuple(
    Laid(name=name, title=name, parameters="", build=build) for name, build in {
        "exponential": Exponential.matched,
        "harder": lambda rate: SemiEndogenous.matched(rate, beta=0.5),
    }.items()
)  # fmt: skip


def planted(truths, number=40, seed=0, spread=0.05):
    """Labs that grow as their truths say at the window and the end, times luck that all share."""
    luck = 1 + spread * np.random.default_rng(seed).normal(size=number)
    days = np.array([WINDOW, END]) / YEAR
    growth = np.array([truth(days) for truth in truths])
    return Grown(
        levels=("base", "held", "one", "two", "three"), window=growth[:, :1] * luck,
        dates=(END,), later=(growth[:, 1:] * luck)[:, :, None],
    )


def by_part(table, curve):
    return table[(table["curve"] == curve).to_numpy()].set_index("part")


def line(rate):
    return lambda years: rate * years


def test_parts_add_up_to_the_gap():
    grown = planted([line(r) for r in (1.0, 1.1, 1.4, 1.5, 1.9)])
    for curve in CURVES:
        own = by_part(gaps(grown, CURVES, STEPS, WINDOW), curve.name)["value"]
        assert list(own.index) == ["gap", "holding", *STEPS, "remaining"]
        assert own["gap"] == pytest.approx(own.iloc[1:].sum(), abs=1e-12)


def test_each_part_is_what_was_planted():
    grown = planted([line(r) for r in (1.0, 1.0, 1.6, 1.6, 1.7)], spread=0.0)
    own = by_part(gaps(grown, CURVES, STEPS, WINDOW), "exponential")
    parts = np.array([0.0, 0.0, 0.6, 0.0, 0.1, -0.7]) * END / YEAR
    assert own["value"].to_numpy() == pytest.approx(parts, abs=1e-9)
    assert own["doublings"].to_numpy() == pytest.approx(parts / LN2, abs=1e-9)
    assert (own["pairs"] == 40).all()


def test_a_lab_that_follows_a_curve_has_no_gap_to_it_and_one_to_another():
    truth = SemiEndogenous.matched(2.0, beta=0.5).path
    grown = planted([truth] * 5)
    table = gaps(grown, CURVES, STEPS, WINDOW)
    own, other = (by_part(table, name).loc["gap"] for name in ("harder", "exponential"))
    assert own["value_low"] < 0.0 < own["value_high"]
    assert other["value_low"] > 0.5


def test_a_lab_that_only_starts_faster_has_no_gap_to_the_curve_matched_anew():
    curve = SemiEndogenous.matched(2.0, beta=0.5).path
    faster = SemiEndogenous.matched(3.0, beta=0.5).path
    grown = planted([curve, curve, faster, faster, faster], spread=0.0)
    remaining = by_part(gaps(grown, CURVES, STEPS, WINDOW), "harder").loc["remaining", "value"]
    assert remaining < -0.3
    again = rematched(grown, CURVES, WINDOW).set_index(["curve", "level"])["value"]
    assert again["harder", "three"] == pytest.approx(0.0, abs=1e-8)
    assert again["exponential", "three"] > 0.5


def test_rates_are_growth_over_the_window_per_year():
    grown = planted([line(r) for r in (1.0, 1.0, 2.0, 2.0, 2.0)])
    found = rates(grown, WINDOW).set_index("level")
    base = found.loc["base"]
    assert base["value"] == pytest.approx(1.0, abs=0.05)
    assert base["value_low"] < 1.0 < base["value_high"]
    assert found.loc["one", "doublings"] == pytest.approx(2 * base["doublings"])


def test_runs_that_ended_are_left_out_and_without_runs_nothing_is_known():
    grown = planted([line(1.0)] * 5)
    grown.later[3, :10] = np.nan
    assert set(gaps(grown, CURVES, STEPS, WINDOW)["pairs"]) == {30}
    grown.later[3] = np.nan
    table = gaps(grown, CURVES, STEPS, WINDOW)
    assert set(table["pairs"]) == {0}
    assert table["value"].isna().all()
