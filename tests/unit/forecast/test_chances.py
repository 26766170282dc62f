"""Chances of runs: shares, dates and their intervals."""

import math

import numpy as np
import pandas as pd
import pytest

from sim.forecast.chances import chances
from sim.forecast.thresholds import Threshold
from sim.study.statistics.intervals import wilson

ONE = Threshold(
    name="x", quantity="capability", value=1, unit="OOM", label="1 OOM", short="1 OOM",
    resolves="", asked="time_to_capability(oom=1)",
)
HORIZON = 100.0


def runs_of(days, ends=None):
    """Runs of points (rows) and replications (columns); NaN: not passed."""
    days = np.asarray(days, dtype=float)
    points, count = days.shape
    ends = np.full(days.shape, HORIZON) if ends is None else np.asarray(ends, dtype=float)
    return pd.DataFrame({
        "point": np.repeat(np.arange(points), count),
        "replication": np.tile(np.arange(count), points), "end_time": ends.ravel(),
        "end_reason": np.where(ends.ravel() < HORIZON, "budget", "horizon"), "x": days.ravel(),
    })


def found(days, ends=None, **how):
    how = {"horizon": HORIZON, "common": False, "drawn": len(days) > 1} | how
    return chances(ONE, runs_of(days, ends), **how)


def test_chances_are_shares_and_quantiles_are_dates():
    one = found([[10.0, 20.0, 30.0, np.nan, np.nan]])
    assert one.by([5, 10, 25, 100])[0].tolist() == pytest.approx([0, 0.2, 0.4, 0.6])
    assert one.quantiles([0.2, 0.5, 0.75])[0].tolist() == [10, 30, math.inf]
    assert (one.runs, one.passed, one.independent, one.cut_short) == (5, 3, 5, 0)


def test_what_was_cut_short_is_open_not_never():
    one = found([[10.0, np.nan, 30.0, np.nan]], [[100, 20, 100, 100]])
    # After day 20 three are at risk less one: 3/4 × 1/2 are left.
    assert one.by([10, 30, 100])[0].tolist() == pytest.approx([0.25, 1 - 0.75 / 2, 1 - 0.75 / 2])
    assert one.cut_short == 1
    none = found([[np.nan, np.nan]], [[20, 30]])
    assert np.isnan(none.by([50.0])[0][0]) and none.by([25.0])[0][0] == 0


def test_quantiles_beyond_what_is_known_are_not_known():
    one = found([[10.0, np.nan, np.nan, np.nan]], [[100, 20, 30, 40]])
    assert np.isnan(one.quantiles([0.5])[0][0]) and one.quantiles([0.2])[0][0] == 10
    assert found([[10.0, np.nan, np.nan, np.nan]]).quantiles([0.5])[0][0] == math.inf


def test_what_blows_up_has_passed_everything():
    runs = runs_of([[np.nan, np.nan, 30.0, np.nan]], [[20, 100, 100, 40]])
    runs["end_reason"] = ["blow_up", "horizon", "horizon", "budget"]
    one = chances(ONE, runs, horizon=HORIZON, common=False, drawn=False)
    assert one.by([19, 20])[0].tolist() == pytest.approx([0, 0.25])
    assert (one.passed, one.cut_short) == (2, 1)


def test_none_and_all_are_no_certainty():
    none, every = found([[np.nan] * 40]), found([[5.0] * 40])
    assert none.by([100])[2][0] == pytest.approx(wilson(0.0, 40)[1])
    assert every.by([100])[1][0] == pytest.approx(wilson(1.0, 40)[0])
    # Of 8 draws with 5 replications each 8 are independent.
    assert found([[np.nan] * 5] * 8).by([100])[2][0] == pytest.approx(wilson(0.0, 8)[1])


def days_of(random, points, replications):
    """Each point has a chance of its own to pass by day 100."""
    chance = random.beta(0.8, 0.8, points)
    passed = random.random((points, replications)) < chance[:, None]
    return np.where(passed, random.uniform(0, 100, passed.shape), np.nan)


def test_the_interval_is_that_of_a_bootstrap_over_points():
    random = np.random.default_rng(3)
    days = days_of(random, 200, 6)
    middle, low, high = (x[0] for x in found(days).by([100.0]))
    shares = np.isfinite(days).mean(axis=1)
    means = shares[random.integers(0, 200, (4000, 200))].mean(axis=1)
    assert middle == pytest.approx(shares.mean())
    assert [low, high] == pytest.approx(np.quantile(means, [0.05, 0.95]), abs=0.006)
    # Runs taken as independent would be surer than they are.
    assert np.diff(wilson(middle, days.size), axis=0)[0] < 0.65 * (high - low)


def test_intervals_hold_the_truth_as_often_as_they_say():
    random, number = np.random.default_rng(11), 250
    inside = alone = dates = 0
    for _ in range(number):
        days = days_of(random, 40, 4)
        one = found(days)
        _, low, high = (x[0] for x in one.by([100.0]))
        inside += low <= 0.5 <= high
        ends = wilson(np.isfinite(days).mean(), days.size)
        alone += ends[0] <= 0.5 <= ends[1]
        _, first, last = (x[0] for x in one.quantiles([0.25]))
        dates += first <= 50.0 <= last
    error = math.sqrt(0.9 * 0.1 / number)
    assert abs(inside / number - 0.9) < 3.5 * error
    assert dates / number > 0.9 - 3.5 * error
    assert alone / number < 0.9 - 3.5 * error


def test_failed_runs_are_no_runs():
    runs = runs_of([[10.0, np.nan]])
    runs.loc[1, "end_reason"] = "failed"
    one = chances(ONE, runs, horizon=HORIZON, common=False, drawn=False)
    assert one.runs == 1 and one.by([100])[0][0] == 1
    runs["end_reason"] = "failed"
    assert chances(ONE, runs, horizon=HORIZON, common=False, drawn=False) is None
