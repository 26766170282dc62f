"""Statistics by point: against scipy point by point, with runs unknown, censored and cut short."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim import InputError
from sim.metrics.censored import kaplan_meier
from sim.metrics.ranks import of_times
from sim.study.statistics import per_point

from .planted import HORIZON, runs_of


@pytest.fixture(scope="module")
def runs():
    """Points of 2 to 20 replications, in any order, some values unknown, some runs failed."""
    random = np.random.default_rng(5)
    y = random.normal(random.normal(size=(30, 1)), 1, (30, 20))
    t = random.exponential(400, (30, 20))
    table = runs_of(y, t=np.where(t < HORIZON, t, np.nan), replications=random.integers(2, 21, 30))
    pick = random.random(len(table))
    early = (pick < 0.15) & table["t"].isna()
    table.loc[early, "end_reason"] = "blow_up"
    table.loc[early, "end_time"] = random.uniform(50, 300, early.sum())
    dead = (pick > 0.9) & table["t"].isna()
    table.loc[dead, ["end_reason", "end_time"]] = ["deadlock", 10.0]
    failed = (pick > 0.3) & (pick < 0.35)
    table.loc[failed, ["end_reason", "end_time", "y", "t"]] = ["failed", np.nan, np.nan, np.nan]
    table.loc[(pick > 0.4) & (pick < 0.45), "y"] = np.nan
    return table.sample(frac=1, random_state=1)


@pytest.fixture(scope="module")
def table(runs):
    return per_point(runs, ["y", "t"], dates=["t"], horizon=HORIZON).set_index(["outcome", "point"])


def test_there_is_a_row_for_each_point_and_outcome(runs):
    found = per_point(runs, ["y", "t"], dates=["t"], horizon=HORIZON)
    assert found["point"].tolist() == np.repeat(np.arange(30), 2).tolist()
    assert found["outcome"].tolist() == ["y", "t"] * 30


def test_means_spread_and_intervals_are_scipys(runs, table):
    compared = 0
    for point, here in runs.groupby("point"):
        row, values = table.loc["y", point], here["y"].dropna()
        assert (row["n"], row["unknown"]) == (len(values), here["y"].isna().sum())
        assert row["censored"] == 0
        assert row["cut_short"] == here["end_reason"].isin(["blow_up", "failed"]).sum()
        if len(values) < 2:
            assert np.isnan([row["sd"], row["low_90"]]).all()
            continue
        assert (row["mean"], row["sd"]) == pytest.approx((values.mean(), values.std()))
        for level in (90, 99):
            ends = stats.t.interval(level / 100, len(values) - 1, values.mean(), stats.sem(values))
            assert (row[f"low_{level}"], row[f"high_{level}"]) == pytest.approx(ends)
        quantiles = of_times(values, [0.1, 0.5, 0.9])
        assert row[["q10", "q50", "q90"]].tolist() == quantiles.tolist()
        assert row[["q50_low", "reached", "restricted_mean"]].isna().all()
        compared += 1
    assert compared >= 25


def test_dates_are_kaplan_meiers(runs, table):
    open_ended = 0
    for point, here in runs.groupby("point"):
        row, here = table.loc["t", point], here[here["end_reason"] != "failed"]
        ended = here["t"].notna()
        until = here["end_time"].where(here["end_reason"] != "deadlock", HORIZON)[~ended]
        curve = kaplan_meier(here["t"][ended], until)
        assert (row["n"], row["censored"]) == (len(here), (~ended).sum())
        assert row[["q10", "q50", "q90"]].tolist() == curve.quantiles([0.1, 0.5, 0.9]).tolist()
        ends = [float(end) for end in curve.quantile_intervals(0.5, 0.9)]
        assert row[["q50_low", "q50_high"]].tolist() == ends
        right = 1 - float(curve.at(HORIZON))
        assert row["reached"] == pytest.approx(right, nan_ok=True)
        assert np.isnan(row["mean"]) or ended.all()
        open_ended += np.isinf(ends[1])
    assert 5 < open_ended < 30


def dates_of(values, ends=None):
    """Runs of one point by their dates, NaN for not reached; `ends`: when those were cut short."""
    table = runs_of([values]).rename(columns={"y": "t"})
    for row, end in (ends or {}).items():
        table.loc[row, ["end_reason", "end_time"]] = ["budget", end]
    return table


def row_of(table, horizon=HORIZON):
    return per_point(table, ["t"], dates=["t"], horizon=horizon).iloc[0]


def test_the_share_reached_has_wilsons_interval():
    row = row_of(dates_of([10.0] * 3 + [np.nan] * 17))
    right = stats.binomtest(3, 20).proportion_ci(0.9, method="wilson")
    assert (row["reached_low"], row["reached_high"]) == pytest.approx((right.low, right.high))
    assert row["reached"] == pytest.approx(0.15)
    none = row_of(dates_of([np.nan] * 20))
    right = stats.binomtest(0, 20).proportion_ci(0.9, method="wilson")
    assert (none["reached"], none["reached_low"]) == (0, 0)
    assert none["reached_high"] == pytest.approx(right.high)


def test_runs_cut_short_count_for_less():
    """Of 20, 10 stop on day 5: what is known then comes from the other 10."""
    row = row_of(dates_of([10.0] * 5 + [np.nan] * 15, dict.fromkeys(range(10, 20), 5.0)))
    right = stats.binomtest(5, 10).proportion_ci(0.9, method="wilson")
    assert row["reached"] == pytest.approx(0.5)
    assert (row["reached_low"], row["reached_high"]) == pytest.approx((right.low, right.high))
    assert (row["censored"], row["cut_short"]) == (15, 10)


def test_what_nobody_saw_to_the_horizon_is_not_known():
    row = row_of(dates_of([10.0, 20.0, np.nan, np.nan], {2: 30.0, 3: 40.0}))
    assert np.isnan(row[["reached", "reached_low", "restricted_mean"]].astype(float)).all()
    assert row["q50"] == 20 and row["q90"] == np.inf


def test_restricted_means_count_the_horizon_for_what_is_not_reached():
    row = row_of(dates_of([100.0, 200.0, np.nan, np.nan]))
    assert row["restricted_mean"] == pytest.approx((100 + 200 + 2 * HORIZON) / 4)
    assert np.isnan(row["mean"])
    row = row_of(dates_of([100.0, 200.0]))
    assert row["restricted_mean"] == row["mean"] == 150


def test_horizons_may_differ_by_point():
    table = pd.concat([dates_of([np.nan, 5.0]), dates_of([np.nan, 5.0]).assign(point=3)])
    for horizon in (pd.Series({0: 10.0, 3: 20.0}), np.array([10.0, 0, 0, 20.0])):
        table.loc[table["point"] == 3, "end_reason"] = "deadlock"
        table.loc[table["point"] == 0, "end_time"] = 10.0
        found = per_point(table, ["t"], dates=["t"], horizon=horizon)
        assert found["restricted_mean"].tolist() == [7.5, 12.5]


def test_a_constant_has_no_spread():
    row = per_point(runs_of(np.full((1, 7), 0.1)), ["y"]).iloc[0]
    assert (row["mean"], row["sd"], row["low_99"]) == (0.1, 0, 0.1)


def test_no_runs_make_no_rows():
    assert len(per_point(runs_of(np.zeros((0, 3))), ["y"])) == 0


def test_unknown_outcomes_and_missing_horizons_are_refused():
    table = runs_of(np.zeros((1, 2)), capability=np.zeros((1, 2)))
    with pytest.raises(InputError, match="unknown outcome 'capabilty'; did you mean 'capability'"):
        per_point(table, ["capabilty"])
    with pytest.raises(InputError, match="horizon must be given for the date 'y', got null"):
        per_point(table, ["y"], dates=["y"])
