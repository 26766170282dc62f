"""Recursion dividend: paired gains by date, and the date from which there is one."""

import math

import numpy as np
import pandas as pd
import pytest

from sim.metrics import dividend as metric
from sim.metrics.dividend import above_zero, dividend
from sim.study.paired import difference


def steps(*replications):
    """Steps from (time, capability) of each replication."""
    return pd.DataFrame([
        {"replication": r, "time": float(t), "capability": float(c)}
        for r, rows in enumerate(replications) for t, c in [(0, 0), *rows]
    ])


OWN = steps([(10, 1), (20, 3)], [(12, 1), (22, 2)], [(10, 2)])
FROZEN = steps([(10, 1), (24, 2)], [(14, 1), (26, 2)], [(18, 1)])


def test_gains_are_paired_differences_at_each_date():
    table = dividend(OWN, FROZEN, [0, 13, 25]).set_index("time")
    assert list(table["dividend"]) == pytest.approx([0, (0 + 1 + 2) / 3, (1 + 1 + 1) / 3])
    told = difference([1, 1, 2], [1, 0, 0])
    assert table.loc[13, ["low_90", "high_90"]].tolist() == pytest.approx(told.intervals[0])
    assert table.loc[25, ["low_90", "high_90"]].tolist() == [1, 1]  # all equal: no width


def test_a_window_averages_what_each_replication_gained():
    own, frozen = steps([(8, 1)], [(16, 1)]), steps([(12, 1)], [(24, 1)])
    table = dividend(own, frozen, [4, 16, 28, 40], window=16).set_index("time")
    # Ahead by 1 OOM from day 8 to 12, and from 16 to 24: parts of the 16 days before.
    told = difference([4 / 16, 0], [0, 0])
    assert table.loc[16, "dividend"] == pytest.approx(told.mean)
    assert table.loc[16, ["low_90", "high_90"]].tolist() == pytest.approx(told.intervals[0])
    assert list(table["dividend"]) == pytest.approx([0, 2 / 16, 4 / 16, 0])
    assert list(table["at_date"]) == [0, 0.5, 0, 0]
    assert set(table["window"]) == {16}


def test_a_replication_that_ended_early_counts_up_to_its_end():
    table = dividend(OWN, FROZEN, [13, 25], own_ends={0: 20.0}, frozen_ends={1: 15.0})
    assert list(table["pairs"]) == [3, 1]
    assert math.isnan(table["low_90"][1]) and table["dividend"][1] == 1
    assert list(dividend(OWN, FROZEN[FROZEN["replication"] > 1], [13])["pairs"]) == [1]


@pytest.mark.parametrize(
    ("low", "first"),
    [
        ([0, 1, 1, 1], 1), ([1, 1, 1, 1], 0), ([1, 0, 1, 1], 2), ([1, 1, 1, 0], math.inf),
        ([0, 1, math.nan, 1], 1), ([0, 1, 1, math.nan], 1), ([math.nan] * 4, math.inf),
        ([0, 1e-12, 1, 1], 2),
    ],
)
def test_the_first_date_from_which_it_stays_above_zero(low, first):
    table = pd.DataFrame({"time": [0.0, 1.0, 2.0, 3.0], "low_90": low})
    assert above_zero(table) == first


def test_the_interval_holds_the_true_gain_as_often_as_it_says():
    """1500 dates of 10 pairs, all independent: coverage within 4 standard errors of 90%."""
    rng = np.random.default_rng(3)
    times = np.arange(1500)
    common = rng.normal(size=(10, 1500))
    own, frozen = (
        steps(*(list(zip(times, row, strict=True)) for row in
                common + shift + rng.normal(size=common.shape) / 3))
        for shift in (0.5, 0.0)
    )
    table = dividend(own, frozen, times)
    inside = ((table["low_90"] <= 0.5) & (table["high_90"] >= 0.5)).mean()
    wrong = ((table["low_90"] <= 0.7) & (table["high_90"] >= 0.7)).mean()
    allowed = 4 * math.sqrt(0.09 / 1500)
    assert inside == pytest.approx(metric.LEVEL, abs=allowed)
    assert wrong != pytest.approx(metric.LEVEL, abs=allowed)
