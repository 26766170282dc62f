"""Luck and parameters: planted variances are found again, and their intervals cover them."""

import importlib

import numpy as np
import pandas as pd
import pytest

from sim import InputError
from sim.study.statistics import luck_and_parameters

from .planted import HORIZON, planted, runs_of

NUMBERS = {
    "independent": {"parameters": 2.0, "own": 3.0},
    "common": {"parameters": 2.0, "own": 1.0, "shared": 2.0},
}
"""Planted variances: in both, luck is 3 and the parameters' share 0.4."""


METHOD = {"independent": "F", "common": "generalised"}
"""Of the interval, in balanced studies."""


def split(runs, random_numbers, **options):
    return luck_and_parameters(runs, ["y"], random_numbers=random_numbers, **options).iloc[0]


def studies(number, random_numbers, *, points=20, replications=6, unequal=False, seed=1):
    """Splits of many studies that know the same truth."""
    random = np.random.default_rng(seed)
    rows = []
    for _ in range(number):
        values = planted(random, points, replications, **NUMBERS[random_numbers])
        some = random.integers(2, replications + 1, points) if unequal else None
        rows.append(split(runs_of(values, replications=some), random_numbers))
    return pd.DataFrame(rows)


@pytest.fixture
def quick(monkeypatch):
    """For tests that need no intervals."""
    module = importlib.import_module("sim.study.statistics.luck_and_parameters")
    monkeypatch.setattr(module, "RESAMPLES", 2)


def agrees(found, right):
    """Whether the mean is within 4 standard errors."""
    return abs(found.mean() - right) < 4 * found.std(ddof=1) / np.sqrt(len(found))


def signed(runs):
    """One-way estimate of the parameters' variance, by hand, negative ones kept."""
    groups = runs.groupby("point")["y"]
    return groups.mean().var() - (groups.var() / groups.size()).mean()


@pytest.mark.parametrize("unequal", [False, True])
@pytest.mark.parametrize("random_numbers", NUMBERS)
def test_planted_variances_are_found(random_numbers, unequal, quick):
    found = studies(200, random_numbers, unequal=unequal)
    assert agrees(found["luck"], 3) and agrees(found["parameters"], 2)
    assert not agrees(found["luck"], 4) and not agrees(found["parameters"], 2.4)


def test_common_luck_taken_for_independent_would_be_taken_off_twice():
    random = np.random.default_rng(4)
    runs = [runs_of(planted(random, 20, 6, **NUMBERS["common"])) for _ in range(200)]
    wrong = pd.DataFrame([split(table, "independent") for table in runs])
    assert not agrees(wrong["parameters"], 2)


def test_balanced_is_the_one_way_analysis_of_variance():
    values = planted(np.random.default_rng(0), 9, 5, parameters=3, own=1)
    between = 5 * values.mean(axis=1).var(ddof=1)
    within = values.var(axis=1, ddof=1).mean()
    row = split(runs_of(values), "independent")
    assert (row["luck"], row["parameters"]) == pytest.approx((within, (between - within) / 5))
    assert (row["points"], row["runs"], row["method"]) == (9, 45, "F")
    from scipy import stats

    f = between / within
    ends = [f / stats.f.ppf(p, 8, 36) for p in (0.95, 0.05)]
    right = [(x - 1) / (x + 4) for x in ends]
    assert [row["share_low"], row["share_high"]] == pytest.approx(right)


def test_balanced_common_is_the_two_way_analysis_of_variance():
    values = planted(np.random.default_rng(0), 9, 5, parameters=3, own=1, shared=1)
    left = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
    between, within = 5 * values.mean(axis=1).var(ddof=1), (left**2).sum() / (8 * 4)
    row = split(runs_of(values), "common")
    assert row["parameters"] == pytest.approx((between - within) / 5)
    assert row["luck"] == pytest.approx(values.var(axis=1, ddof=1).mean())


def test_agreement_of_raters_as_published():
    """Shrout and Fleiss 1979, tables 2 and 4: 6 targets by 4 judges, ICC(1,1) and ICC(2,1)."""
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    runs = runs_of(ratings)
    row = split(runs, "independent", level=0.95)
    assert (row["share"], row["share_low"]) == pytest.approx((0.17, 0.0), abs=0.005)
    assert row["share_high"] == pytest.approx(0.72, abs=0.005)
    assert split(runs, "common")["share"] == pytest.approx(0.29, abs=0.005)


def test_points_with_more_luck_and_more_replications_do_not_mislead(quick):
    """As a stopping rule leaves them; one-way analysis with n0 would weigh the noisy ones more."""
    random, found, weighted = np.random.default_rng(8), [], []
    noisy = np.arange(20) % 2 == 1
    for _ in range(200):
        values = random.normal(0, 1, (20, 1)) + random.normal(0, 1, (20, 30)) * np.where(
            noisy, 3, 0.5
        )[:, None]
        runs = runs_of(values, replications=np.where(noisy, 30, 5))
        row = split(runs, "independent")
        found.append((row["luck"], signed(runs)))
        groups = runs.groupby("point")["y"]
        weighted.append((groups.var() * (groups.size() - 1)).sum() / (len(runs) - 20))
    luck, parameters = np.array(found).T
    assert agrees(luck, (9 + 0.25) / 2) and agrees(parameters, 1)
    assert not agrees(np.array(weighted), (9 + 0.25) / 2)


def test_a_negative_estimate_is_kept_at_none_and_said():
    row = split(runs_of([[1, 3], [3, 1], [1, 3]]), "independent")
    assert (row["parameters"], row["share"], row["negative"]) == (0, 0, True)
    assert not split(runs_of([[1, 1.1], [3, 3.1], [5, 5.1]]), "independent")["negative"]


@pytest.mark.parametrize("random_numbers", NUMBERS)
def test_only_luck_and_only_parameters(random_numbers):
    sure = split(runs_of([[1, 1], [3, 3], [5, 5]]), random_numbers)
    assert (sure["share"], sure["luck"], sure["share_low"]) == (1, 0, pytest.approx(1))
    same = split(runs_of([[2, 2], [2, 2], [2, 2]]), random_numbers)
    assert np.isnan(same["share"]) and same["method"] == "none"
    all_common = split(runs_of([[1, 2, 4]] * 4), "common")
    assert all_common["parameters"] == pytest.approx(0) and all_common["luck"] > 0


def test_points_with_one_replication_are_left_out_and_counted():
    runs = runs_of([[1, 2], [3, 5], [4, 4.5], [100, 0]], replications=[2, 2, 2, 1])
    row, right = split(runs, "independent"), split(runs[runs["point"] < 3], "independent")
    assert (row["left_out"], row["points"]) == (1, 3)
    assert row["luck"] == right["luck"] and row["share_high"] == right["share_high"]


def test_dates_count_as_the_horizon_where_they_are_not_reached():
    dates = [[100, np.nan], [50, 60], [np.nan, np.nan]]
    row = luck_and_parameters(runs_of(dates), ["y"], dates=["y"], horizon=HORIZON).iloc[0]
    right = split(runs_of(np.nan_to_num(dates, nan=HORIZON)), "common")
    assert (row["luck"], row["parameters"]) == (right["luck"], right["parameters"])
    assert (row["measure"], right["measure"]) == ("min(date, horizon)", "value")


def test_the_bootstrap_is_the_same_each_time():
    values = planted(np.random.default_rng(0), 30, 5, parameters=3, own=1)
    runs = runs_of(values, replications=2 + np.arange(30) % 4)
    one, other = (split(runs, "independent", seed=3) for _ in range(2))
    assert one["method"] == "bootstrap" and one.equals(other)
    assert 0 < one["share_low"] < one["share"] < one["share_high"] < 1


def test_unknown_outcomes_are_refused():
    with pytest.raises(InputError, match="unknown outcome 'z'"):
        luck_and_parameters(runs_of([[1, 2]]), ["z"])


@pytest.mark.verify
@pytest.mark.parametrize("unequal", [False, True])
@pytest.mark.parametrize("random_numbers", NUMBERS)
def test_intervals_cover_the_planted_share(random_numbers, unequal, record_property):
    points = 60 if unequal else 20
    found = studies(600, random_numbers, points=points, unequal=unequal, seed=5)

    def covers(share):
        return float(((found["share_low"] <= share) & (share <= found["share_high"])).mean())

    assert set(found["method"]) == {"bootstrap" if unequal else METHOD[random_numbers]}
    record_property(f"coverage, {random_numbers}, {found['method'].iloc[0]}", covers(0.4))
    assert 0.86 <= covers(0.4) <= 0.94
    assert covers(0.7) < 0.6
