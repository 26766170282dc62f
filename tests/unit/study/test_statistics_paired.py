"""Differences between points: each is what two samples alone would give."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim import InputError
from sim.study.paired import difference
from sim.study.statistics import counterparts, paired, unpaired

from .planted import HORIZON, planted, runs_of


@pytest.fixture(scope="module")
def runs():
    random = np.random.default_rng(2)
    y = planted(random, 12, 15, parameters=1, own=0.3, shared=2)
    y[random.random(y.shape) < 0.1] = np.nan
    return runs_of(y, replications=random.integers(4, 16, 12))


def by_replication(runs, point):
    return runs[runs["point"] == point].set_index("replication")["y"].reindex(range(15))


def test_each_is_the_paired_difference_of_two_points(runs):
    table = paired(runs.sample(frac=1, random_state=3), ["y"], 4)
    assert table["point"].tolist() == [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11]
    for _, row in table.iterrows():
        x, y = by_replication(runs, row["point"]), by_replication(runs, 4)
        right = difference(x, y)
        found = [(row["low_90"], row["high_90"]), (row["low_99"], row["high_99"])]
        assert found == [pytest.approx(ends) for ends in right.intervals]
        assert row["difference"] == pytest.approx(right.mean)
        assert row["variance_ratio"] == pytest.approx(right.variance_ratio)
        assert (row["mean"], row["mean_against"]) == pytest.approx((x.mean(), y.mean()))
        here = runs[runs["point"].isin([4, row["point"]])]["replication"].nunique()
        assert (row["pairs"], row["missing"]) == (right.pairs, here - right.pairs)
    assert table["variance_ratio"].median() < 0.4 and table["missing"].max() > 3


def test_unpaired_differences_are_welchs(runs):
    for _, row in unpaired(runs, ["y"], 4).iterrows():
        x, y = (by_replication(runs, p).dropna() for p in (row["point"], 4))
        right = stats.ttest_ind(x, y, equal_var=False)
        assert row["freedom"] == pytest.approx(right.df)
        for level in (90, 99):
            ends = right.confidence_interval(level / 100)
            assert (row[f"low_{level}"], row[f"high_{level}"]) == pytest.approx(tuple(ends))


def test_pairs_need_common_random_numbers(runs):
    with pytest.raises(InputError, match=r"got random_numbers='independent'; take unpaired"):
        paired(runs, ["y"], 0, random_numbers="independent")


def test_by_the_level_of_a_lever():
    factors = pd.DataFrame({"engineers": [4, 4, 8, 8, 16, 16], "compute": [1.0, 2.0] * 3})
    against = counterparts(factors, "engineers", 8)
    assert against.to_dict() == {0: 2, 1: 3, 4: 2, 5: 3}
    values = np.add.outer([0.0, 1, 10, 12, 100, 103], [0.0, 0.5, 0.7])
    table = paired(runs_of(values), ["y"], against)
    assert table["against"].tolist() == [2, 3, 2, 3]
    assert table["difference"].to_numpy() == pytest.approx([-10, -11, 90, 91])
    assert counterparts(factors[["compute"]][:2], "compute", 2.0).to_dict() == {0: 1}


def test_dates_are_compared_up_to_the_horizon():
    dates = [[100, np.nan, 300], [150, 250, np.nan], [50, 60, 70], [50, 60, 80]]
    table = paired(runs_of(dates), ["y"], 0, dates=["y"], horizon=HORIZON)
    right = (50 + (250 - HORIZON) + (HORIZON - 300)) / 3
    assert table["difference"].iloc[0] == pytest.approx(right)
    assert set(table["measure"]) == {"restricted mean"}
    whole = paired(runs_of(dates), ["y"], 3, dates=["y"], horizon=HORIZON)
    assert whole["measure"].tolist() == ["restricted mean", "restricted mean", "mean"]
    assert whole["difference"].iloc[2] == pytest.approx(-10 / 3)


def test_dates_cut_off_at_different_horizons_are_not_compared():
    runs = runs_of([[100, np.nan], [100, 200], [100, 200]])
    horizon = pd.Series([100.0, 300.0, 400.0])
    table = paired(runs, ["y"], 2, dates=["y"], horizon=horizon)
    assert table["measure"].tolist() == ["none", "mean"]
    assert table["difference"].isna().tolist() == [True, False]
    assert unpaired(runs, ["y"], 2, dates=["y"], horizon=horizon)["low_90"].isna().iloc[0]


def test_a_run_cut_short_makes_no_pair():
    runs = runs_of([[100, np.nan, 300], [150, 250, 350]])
    runs.loc[1, ["end_reason", "end_time"]] = ["blow_up", 120.0]
    row = paired(runs, ["y"], 1, dates=["y"], horizon=HORIZON).iloc[0]
    assert (row["pairs"], row["missing"], row["difference"]) == (2, 1, -50)


def test_wrong_baselines_are_refused(runs):
    factors = pd.DataFrame({"engineers": [4, 8], "compute": [1.0, 2.0]})
    with pytest.raises(InputError, match="the baseline must be a point with runs, got 99"):
        paired(runs, ["y"], 99)
    with pytest.raises(InputError, match="did you mean 'engineers'"):
        counterparts(factors, "enginers", 4)
    with pytest.raises(InputError, match=r"unknown level of engineers 5; .*choices: 4, 8"):
        counterparts(factors, "engineers", 5)
    with pytest.raises(InputError, match="no two points differ only in 'engineers'"):
        counterparts(factors, "engineers", 4)
