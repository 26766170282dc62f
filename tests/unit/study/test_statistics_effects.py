"""Main effects, tornado and rank correlations: planted effects, and how often intervals cover."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim import InputError
from sim.metrics.censored import kaplan_meier
from sim.study.statistics import main_effects, rank_correlations, tornado

from .planted import HORIZON, runs_of


def grid():
    """Three levels of one lever crossed with two of another."""
    return pd.DataFrame({"engineers": [4, 4, 8, 8, 16, 16], "oversight": ["all", "light"] * 3})


def test_means_by_level_of_a_grid_have_the_luck_of_replications():
    values = np.random.default_rng(0).normal(size=(6, 8))
    table = main_effects(grid(), runs_of(values), ["y"])
    assert table["factor"].tolist() == ["engineers"] * 3 + ["oversight"] * 2
    assert table["level"].tolist() == [4, 8, 16, "all", "light"]
    for (_, row), points in zip(table.iterrows(), ([0, 1], [2, 3], [4, 5], [0, 2, 4], [1, 3, 5]),
                                strict=True):  # fmt: skip
        by_replication = values[points].mean(axis=0)
        right = stats.t.interval(0.9, 7, by_replication.mean(), stats.sem(by_replication))
        assert (row["low_90"], row["high_90"]) == pytest.approx(right)
        assert (row["points"], row["runs"]) == (len(points), 8 * len(points))


def test_independent_random_numbers_make_each_run_count():
    values = np.random.default_rng(1).normal(size=(2, 8)) * [[1], [5]]
    row = main_effects(
        pd.DataFrame({"a": [1, 1]}), runs_of(values), ["y"], random_numbers="independent"
    ).iloc[0]
    right = stats.ttest_ind(values[0], -values[1], equal_var=False).confidence_interval(0.9)
    assert (row["low_90"], row["high_90"]) == pytest.approx(np.array(right) / 2)


def test_points_weigh_alike_however_many_replications_they_have():
    runs = runs_of([[1.0] * 9, [2.0] * 9], replications=[9, 3])
    assert main_effects(pd.DataFrame({"a": [0, 0]}), runs, ["y"])["mean"].tolist() == [1.5]


def test_drawn_numbers_are_put_into_fifths():
    points = pd.DataFrame({"x": np.random.default_rng(0).permutation(100) / 100.0})
    runs = runs_of(10 * points[["x"]].to_numpy() + [[0.0, 0.0]])
    table = main_effects(points, runs, ["y"], sampled=["x"])
    assert table["points"].tolist() == [20] * 5
    assert table["mean"].to_numpy() == pytest.approx([0.95, 2.95, 4.95, 6.95, 8.95])
    assert table["value"].to_numpy() == pytest.approx(table["mean"] / 10)
    means = np.arange(20) / 10
    right = stats.t.interval(0.9, 19, means.mean(), stats.sem(means))
    assert table[["low_90", "high_90"]].iloc[0].tolist() == pytest.approx(right)
    assert table["level"].iloc[1] == "0.2 to 0.39"


def test_a_part_of_the_points_shows_the_effects_there():
    values = np.arange(6.0)[:, None] + [0.0, 0.5]
    light = grid()[lambda p: p["oversight"] == "light"]
    table = main_effects(light[["engineers"]], runs_of(values), ["y"])
    assert table["mean"].tolist() == [1.25, 3.25, 5.25]


def test_what_drawn_values_share_cancels_between_levers():
    """A lever crossed with a wide sample: its swing is known far better than its means are."""
    random = np.random.default_rng(3)
    x = random.normal(0, 10, 30)
    points = pd.DataFrame({"x": np.tile(x, 2), "lever": np.repeat([0, 1], 30)})
    values = (points["x"] + 2 * points["lever"]).to_numpy()[:, None]
    values = values + random.normal(0, 0.1, (60, 5))
    swing = tornado(points, runs_of(values), "y", sampled=["x"]).set_index("factor").loc["lever"]
    assert swing["low_90"] < 2 < swing["high_90"] and swing["high_90"] - swing["low_90"] < 0.15
    means = main_effects(points, runs_of(values), ["y"], sampled=["x"]).set_index("factor")
    assert (means.loc["lever", "high_90"] - means.loc["lever", "low_90"]).min() > 4


def dates(random, size, median):
    """Exponential dates, NaN where they are after the horizon."""
    found = random.exponential(median / np.log(2), size)
    return np.where(found < HORIZON, found, np.nan)


def test_dates_have_medians_by_kaplan_meier():
    random = np.random.default_rng(4)
    values = np.concatenate([dates(random, (10, 20), 200), dates(random, (10, 20), 900)])
    points = pd.DataFrame({"lever": [0] * 10 + [1] * 10})
    table = main_effects(points, runs_of(values), ["y"], dates=["y"], horizon=HORIZON)
    near = values[:10].ravel()
    ended = ~np.isnan(near)
    curve = kaplan_meier(near[ended], np.full((~ended).sum(), HORIZON))
    assert table["median"].tolist() == [float(curve.quantiles(0.5)), np.inf]
    assert table["reached"].iloc[0] == pytest.approx(ended.mean())
    assert table["median_low"].iloc[0] < table["median"].iloc[0] < table["median_high"].iloc[0]
    assert set(table["measure"]) == {"restricted mean"}
    low, high = np.nan_to_num(values, nan=HORIZON).reshape(2, -1).mean(axis=1)
    assert table["mean"].to_numpy() == pytest.approx([low, high])
    row = tornado(points, runs_of(values), "y", dates=["y"], horizon=HORIZON).iloc[0]
    assert (row["median_low"], row["median_high"]) == (table["median"][0], np.inf)
    assert row["swing"] == pytest.approx(high - low)


def test_dates_of_independent_runs_have_the_plain_interval():
    values = dates(np.random.default_rng(5), (1, 80), 200)
    ended = ~np.isnan(values[0])
    row = main_effects(
        pd.DataFrame({"a": [0]}), runs_of(values), ["y"], dates=["y"], horizon=HORIZON,
        random_numbers="independent",
    ).iloc[0]  # fmt: skip
    curve = kaplan_meier(values[0][ended], np.full((~ended).sum(), HORIZON))
    low, high = (float(end) for end in curve.quantile_intervals(0.5, 0.9))
    assert row["median_low"] == pytest.approx(low, rel=0.05)
    assert row["median_high"] == pytest.approx(high, rel=0.05)


def test_common_luck_widens_the_interval_of_a_median():
    """Ten points of which each replication has the same date know no more than one."""
    values = dates(np.random.default_rng(6), (1, 30), 150)
    points = pd.DataFrame({"a": [0] * 10})
    options = {"dates": ["y"], "horizon": HORIZON}
    many = main_effects(points, runs_of(np.repeat(values, 10, axis=0)), ["y"], **options).iloc[0]
    one = main_effects(points[:1], runs_of(values), ["y"], **options).iloc[0]
    for end in ("median", "median_low", "median_high"):
        assert many[end] == pytest.approx(one[end], rel=0.02)


DRAWN = ["much", "less", "nothing"]


def linear(random, points, replications=3):
    """A sample of three numbers, and runs whose outcome is linear in them."""
    table = pd.DataFrame(random.random((points, 3)), columns=DRAWN)
    y = 10 * table["much"] - 4 * table["less"]
    return table, runs_of(y.to_numpy()[:, None] + random.normal(0, 1, (points, replications)))


@pytest.mark.parametrize(("points", "method"), [(25, "ranks"), (400, "fifths")])
def test_swings_are_sorted_and_cover_what_was_planted(points, method):
    table = tornado(*linear(np.random.default_rng(7), points), "y", sampled=DRAWN)
    assert table["factor"].tolist() == ["much", "less", "nothing"]
    assert set(table["method"]) == {method} and set(table["measure"]) == {"mean"}
    for (_, row), right in zip(table.iterrows(), (8, -3.2, 0), strict=True):
        assert row["low_99"] < right < row["high_99"] and row["low_99"] < row["low_90"]
        assert row["mean_high"] - row["mean_low"] == pytest.approx(row["swing"])
    assert table["high_90"][1] < 0 < table["low_90"][0]


def test_bundles_swing_from_their_worst_to_their_best():
    points = pd.DataFrame({"bundle": ["as_it_is", "light", "heavy"], "two": ["b", "a", "b"]})
    table = tornado(points, runs_of([[1, 1.1], [5, 5.1], [-2, -2.1]]), "y").set_index("factor")
    assert table.loc["bundle", ["low", "high"]].tolist() == ["heavy", "light"]
    assert table.loc["two", ["low", "high"]].tolist() == ["b", "a"]


def test_a_factor_that_does_not_move_has_no_swing():
    points = pd.DataFrame({"still": [1, 1], "moves": [1, 2]})
    assert tornado(points, runs_of([[1, 2], [3, 5]]), "y")["factor"].tolist() == ["moves"]


def test_too_few_points_tell_nothing_and_come_last():
    random = np.random.default_rng(10)
    points = pd.DataFrame(random.random((6, 5)), columns=list("abdef")).assign(c=[0, 1] * 3)
    table = tornado(points, runs_of(random.random((6, 2))), "y", sampled=list("abdef"))
    assert table["factor"].iloc[0] == "c" and table["swing"].isna().sum() == 5


def test_rank_correlations_are_spearmans():
    points, runs = linear(np.random.default_rng(8), 60)
    points["text"] = "x"
    table = rank_correlations(points, runs, ["y"], sampled=DRAWN)
    assert table["factor"].tolist() == ["much", "less", "nothing"]
    means = runs.groupby("point")["y"].mean()
    for _, row in table.iterrows():
        right = stats.spearmanr(points[row["factor"]], means).statistic
        assert row["correlation"] == pytest.approx(right)
        assert row["low"] < right < row["high"]
    z, r = 1.6448536, table["correlation"][0]
    half = z * np.sqrt((1 + r**2 / 2) / 57)
    assert np.arctanh(table.loc[0, "high"]) - np.arctanh(r) == pytest.approx(half)


def test_points_of_the_same_draw_do_not_make_correlations_better_known():
    points, runs = linear(np.random.default_rng(9), 30)
    twice = pd.concat([points.assign(lever=k) for k in (0, 1)], ignore_index=True)
    values = runs["y"].to_numpy().reshape(30, 3)
    table = rank_correlations(twice, runs_of(np.tile(values, (2, 1))), ["y"], sampled=DRAWN)
    once = rank_correlations(points, runs, ["y"], sampled=DRAWN)
    assert (table["draws"] == 30).all() and (table["points"] == 60).all()
    assert table["low"][:3].to_numpy() == pytest.approx(once["low"].to_numpy())


def test_a_level_without_runs_has_no_swing_yet():
    runs = runs_of(np.arange(12.0).reshape(6, 2))
    for left in ([0, 1], [4, 5]):
        table = tornado(grid(), runs[~runs["point"].isin(left)], "y").set_index("factor")
        assert np.isnan(table.loc["engineers", ["swing", "low_90"]].astype(float)).all()
        assert table.loc["oversight", "swing"] == 2


def test_unknown_factors_and_outcomes_are_refused():
    with pytest.raises(InputError, match="unknown factor 'enginers'; did you mean 'engineers'"):
        main_effects(grid(), runs_of(np.ones((6, 2))), ["y"], sampled=["enginers"])
    with pytest.raises(InputError, match="unknown outcome 'z'"):
        tornado(grid(), runs_of(np.ones((6, 2))), "z")


def crossed(random, design):
    """A study of a lever (effect 1), of which the mean over all draws and luck is 1/2.

    With "sample", 25 draws at each level, the same at both; each run has luck of its own, and
    some that all points share, not the same at both levels.
    """
    draws = random.normal(0, 1, 25) if design == "sample" else np.linspace(-1, 1, 5)
    points = pd.DataFrame({"x": np.tile(draws, 2), "lever": np.repeat([0, 1], len(draws))})
    shared = np.repeat(random.normal(0, 0.5, (2, 8)), len(draws), axis=0)
    own = random.normal(0, 1, (len(points), 8))
    return points, (points["x"] + points["lever"]).to_numpy()[:, None] + shared + own


@pytest.mark.verify
@pytest.mark.parametrize("design", ["sample", "grid"])
def test_means_and_swings_are_in_their_intervals_as_often_as_they_say(design, record_property):
    random, inside, off = np.random.default_rng(12), [], []
    sampled = ["x"] if design == "sample" else []
    for _ in range(500):
        points, values = crossed(random, design)
        runs = runs_of(values)
        mean = main_effects(points[["x", "lever"]], runs, ["y"], sampled=sampled)
        mean = mean[mean["factor"] == "lever"].iloc[1]
        swing = tornado(points, runs, "y", sampled=sampled).set_index("factor").loc["lever"]
        inside.append([row["low_90"] <= 1 <= row["high_90"] for row in (mean, swing)])
        off.append(swing["low_90"] <= 2 <= swing["high_90"])
    means, swings = np.mean(inside, axis=0)
    record_property(f"coverage, {design}", f"means {means:.3f}, swings {swings:.3f}")
    assert 0.86 <= means <= 0.94 and 0.86 <= swings <= 0.94
    assert np.mean(off) < 0.6


@pytest.mark.verify
@pytest.mark.parametrize("common", [False, True])
def test_medians_are_in_their_intervals_as_often_as_they_say(common, record_property):
    """Dates of points that differ (drawn) with luck that all share, or not."""
    random, inside, off = np.random.default_rng(13), [], []
    right = 200.0
    for _ in range(500):
        log = np.log(right) + random.normal(0, 0.4, (25, 1)) + random.normal(0, 0.5, (25, 12))
        log = log + (random.normal(0, 0.3, (1, 12)) if common else 0)
        values = np.where(np.exp(log) < HORIZON, np.exp(log), np.nan)
        table = main_effects(
            pd.DataFrame({"x": log[:, 0], "all": 0}), runs_of(values), ["y"], dates=["y"],
            horizon=HORIZON, sampled=["x"], random_numbers="common" if common else "independent",
        )  # fmt: skip
        row = table[table["factor"] == "all"].iloc[0]
        inside.append(row["median_low"] <= right <= row["median_high"])
        off.append(row["median_low"] <= 1.5 * right <= row["median_high"])
    record_property(f"coverage of medians, common {common}", float(np.mean(inside)))
    assert 0.86 <= np.mean(inside) <= 0.94
    assert np.mean(off) < 0.6
