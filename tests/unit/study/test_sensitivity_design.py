"""Saltelli's design, and luck that the points of a row share."""

import numpy as np
import pandas as pd
import pytest

from sim import InputError
from sim.study.designs import Morris, Saltelli
from sim.study.points import points_of
from sim.study.statistics import luck_and_parameters, main_effects, rank_correlations, tornado

from .planted import planted, runs_of
from .test_designs import LEVER, WORDS, study


def test_a_row_is_two_points_and_all_that_mix_them_by_one_factor():
    points = points_of(study("saltelli(rows=16)")).to_numpy().reshape(16, 5, 3)
    a, b = points[:, 0], points[:, 1]
    for i in range(3):
        mixed = a.copy()
        mixed[:, i] = b[:, i]
        assert np.array_equal(points[:, 2 + i], mixed)
    assert (a != b).all()


def test_both_points_of_the_rows_fill_their_range_evenly():
    points = points_of(study("saltelli(rows=64)")).to_numpy().reshape(64, 5, 3)
    for end in (0, 1):
        for i in range(3):
            assert sorted(np.floor(64 * points[:, end, i])) == list(range(64))


def test_sampled_levers_are_factors_of_the_rows():
    sampled = study("saltelli(rows=8, levers=sample)", unknowns="a", units=LEVER, oversight=WORDS)
    points = points_of(sampled)
    assert len(points) == sampled.size == 8 * 5 and sampled.row_length == 5
    assert set(points["units"]) == {20, 40, 80} and set(points["oversight"]) == set(WORDS["lever"])


def test_the_number_of_points_of_a_row():
    assert study("saltelli(rows=8)").row_length == 5
    assert study("morris(trajectories=8)").row_length == 4
    assert study("morris(trajectories=8)", units=LEVER).row_length == 12
    assert study("sobol(points=8)").row_length is None
    assert Saltelli().rows == 512 and Morris.kind == "morris"


def test_the_points_of_a_row_share_their_luck_and_rows_do_not(planned):
    design = "saltelli(rows=8, levers=sample)"
    plan = planned(design=design, replications=2, random_numbers="rows")
    drawn = np.array([[plan.random_numbers(p, n) for n in range(2)] for p in range(8 * 4)])
    rows = drawn.reshape(8, 4, 2)
    assert (rows == rows[:, :1]).all()
    assert len(np.unique(rows[:, 0])) == 16
    shared = planned(design=design, replications=2)
    assert shared.random_numbers(7, 1) == 1 != plan.random_numbers(7, 1)


# --- statistics know rows ---------------------------------------------------------------------

LENGTH = 4


def rows_of(random, number, *, effect=1.0, luck=1.0):
    """Points and runs of rows that share a value and their luck: 4 points, 3 replications each."""
    x = random.normal(size=(number, LENGTH))
    shared = random.normal(size=(number, 1)) + luck * random.normal(size=(number, 1, 1))[:, 0]
    values = (effect * x + shared).reshape(-1, 1) + np.repeat(
        luck * random.normal(size=(number, 3)), LENGTH, axis=0
    )
    return pd.DataFrame({"x": x.ravel()}), runs_of(values)


def covered(number, **how):
    """How often the 90% interval of the overall mean, 0, covers it, in studies of ten rows."""
    random, hits = np.random.default_rng(3), []
    for _ in range(number):
        points, runs = rows_of(random, 10, effect=0.0)
        points["x"] = np.arange(len(points)) % 2
        table = main_effects(points, runs, ["y"], sampled=["x"], random_numbers="rows", **how)
        hits += list((table["low_90"] <= 0) & (table["high_90"] >= 0))
    return np.mean(hits)


def test_intervals_of_means_count_rows_and_not_points():
    assert covered(30, rows=LENGTH) >= 0.80


def test_swings_do_not_count_what_both_ends_share():
    """Rows differ much, the two ends of a factor within them do not."""
    random = np.random.default_rng(4)
    points, runs = rows_of(random, 40, effect=1.0, luck=0.5)
    points["x"] = (points["x"] > 0).astype(int)
    runs["y"] += points["x"].to_numpy()[runs["point"]] * 2.0
    how = {"sampled": ["x"], "random_numbers": "rows", "rows": LENGTH}
    swing = tornado(points, runs, "y", **how).iloc[0]
    means = main_effects(points, runs, ["y"], **how)
    width = swing["high_90"] - swing["low_90"]
    widths = (means["high_90"] - means["low_90"]).to_numpy()
    assert width < 0.8 * np.hypot(*widths)
    assert swing["low_90"] < 2 + 2 * np.sqrt(2 / np.pi) < swing["high_90"]


def test_rank_correlations_are_as_sure_as_there_are_rows():
    points, runs = rows_of(np.random.default_rng(5), 12)
    how = {"sampled": ["x"]}
    by_point = rank_correlations(points, runs, ["y"], **how).iloc[0]
    by_row = rank_correlations(points, runs, ["y"], rows=LENGTH, **how).iloc[0]
    assert (by_point["draws"], by_row["draws"]) == (48, 12)
    assert by_row["low"] < by_point["low"] < by_row["correlation"] == by_point["correlation"]


def split(runs, rows, random_numbers="rows"):
    return luck_and_parameters(runs, ["y"], random_numbers=random_numbers, rows=rows).iloc[0]


def test_luck_of_a_row_is_not_taken_for_parameters(monkeypatch):
    """All points are alike; 12 rows of 4 points share the luck of 5 replications."""
    import importlib

    module = importlib.import_module("sim.study.statistics.luck_and_parameters")
    monkeypatch.setattr(module, "RESAMPLES", 2)
    random, signed = np.random.default_rng(6), []
    for _ in range(30):
        shared = np.repeat(random.normal(size=(12, 5)), LENGTH, axis=0)
        values = planted(random, 48, 5, parameters=1.0, own=0.5) + shared
        signed.append((split(runs_of(values), LENGTH)["parameters"],
                       split(runs_of(values), None, "independent")["parameters"]))  # fmt: skip
    right, wrong = np.mean(signed, axis=0)
    errors = np.std(signed, axis=0, ddof=1) / np.sqrt(30)
    assert abs(right - 1.0) < 4 * errors[0]
    assert right > wrong  # luck that a row shares moves the mean over all points, too


def test_the_share_is_resampled_by_row():
    values = planted(np.random.default_rng(7), 48, 5, parameters=1.0, own=0.5)
    values = np.repeat(values[::LENGTH], LENGTH, axis=0)  # 12 rows of 4 points that are one
    runs = runs_of(values)
    row, points = split(runs, LENGTH), split(runs, 1)
    assert row["method"] == points["method"] == "bootstrap"
    assert row["share_high"] - row["share_low"] > 1.5 * (points["share_high"] - points["share_low"])
    with pytest.raises(InputError, match="needs to know how many points a row has"):
        split(runs, None)
