"""Precision and the stopping rule: enough replications, not many more, none above the cap."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from sim import InputError
from sim.study.statistics import more_replications, precision

from .planted import HORIZON, runs_of


def rule(half_width):
    return SimpleNamespace(outcome="y", half_width=half_width)


def test_half_widths_are_students():
    values = np.random.default_rng(0).normal(size=(4, 9))
    table = precision(runs_of(values, replications=[9, 5, 2, 1]), "y")
    for point, number in enumerate([9, 5, 2]):
        right = stats.t.ppf(0.95, number - 1) * stats.sem(values[point, :number])
        assert table.loc[point, "half_width"] == pytest.approx(right)
    assert table["n"].tolist() == [9, 5, 2, 1] and np.isnan(table.loc[3, "half_width"])
    wider = precision(runs_of(values), "y", 0.99)["half_width"]
    assert (wider > precision(runs_of(values), "y")["half_width"]).all()


def test_nothing_is_judged_before_five_replications():
    close = np.tile([0.0, 1e-9, 0.0], (3, 3))
    runs = runs_of(close, replications=[1, 4, 5])
    assert more_replications(runs, rule(0.1), 100).tolist() == [4, 1, 0]
    assert more_replications(runs, rule(0.1), 3).tolist() == [2, 0, 0]


def test_values_that_are_all_the_same_are_no_precision_before_there_are_twenty():
    runs = runs_of(np.zeros((5, 30)), replications=[4, 5, 12, 19, 20])
    assert more_replications(runs, rule(0.1), 100).tolist() == [1, 5, 8, 1, 0]
    assert more_replications(runs, rule(0.1), 15).tolist() == [1, 5, 3, 0, 0]


def test_what_the_variance_asks_for_at_most_doubling_and_capped():
    values = np.tile([1.0, -1.0], (1, 10))
    half = precision(runs_of(values), "y")["half_width"][0]
    for target, right in ((half, 0), (half * 0.99, 1), (half / 1.2, 9), (half / 3, 20)):
        assert more_replications(runs_of(values), rule(target), 100)[0] == right
    assert more_replications(runs_of(values), rule(half / 3), 25)[0] == 5
    assert more_replications(runs_of(values), rule(half / 3), 20)[0] == 0
    assert more_replications(runs_of(values), rule(half / 3), 10)[0] == 0


def test_the_order_of_runs_does_not_matter():
    runs = runs_of(np.random.default_rng(1).normal(size=(50, 7)))
    right = more_replications(runs, rule(0.5), 30)
    for seed in range(3):
        mixed = runs.sample(frac=1, random_state=seed)
        assert more_replications(mixed, rule(0.5), 30).equals(right)
    assert right.dtype == np.int64 and right.nunique() > 3


def test_runs_that_fail_are_replaced_but_not_for_ever():
    values = np.random.default_rng(2).normal(size=(3, 6))
    values[0, :3], values[1] = np.nan, np.nan
    runs = runs_of(values)
    runs.loc[runs["y"].isna(), "end_reason"] = "failed"
    more = more_replications(runs, rule(0.01), 100)
    assert more[0] == 6 and more[1] == 0
    assert precision(runs, "y")["n"].tolist() == [3, 0, 6]


def test_dates_are_judged_up_to_the_horizon():
    runs = runs_of([[100, 200, np.nan, np.nan, 300]])
    table = precision(runs, "y", dates=["y"], horizon=HORIZON)
    assert table["mean"][0] == pytest.approx((600 + 2 * HORIZON) / 5)
    assert more_replications(runs, rule(1e4), 99, dates=["y"], horizon=HORIZON)[0] == 0


def replicated(random, target, deviation):
    """Run one point until the rule is content; return its values."""
    values = random.normal(0, deviation, (1, 2000))
    number = 1
    while True:
        more = more_replications(runs_of(values[:, :number]), rule(target), 2000)[0]
        if not more:
            return values[0, :number]
        number += more


def test_the_target_is_met_with_about_what_it_needs():
    number = [len(replicated(np.random.default_rng(n), 0.2, 1.0)) for n in range(40)]
    known = (1.645 / 0.2) ** 2
    assert 0.9 * known < np.mean(number) < 1.2 * known
    for n in (1, 5):
        row = precision(runs_of([replicated(np.random.default_rng(n), 0.2, 1.0)]), "y").iloc[0]
        assert row["half_width"] <= 0.2


@pytest.mark.parametrize(("target", "cap"), [(0.0, 9), (-1.0, 9), (float("nan"), 9), (0.1, 0)])
def test_senseless_rules_are_refused(target, cap):
    with pytest.raises(InputError, match=r"stop: (half_width must be > 0|at_most must be >= 1),"):
        more_replications(runs_of([[1, 2]]), rule(target), cap)


@pytest.mark.verify
def test_looking_often_costs_little_of_the_level(record_property):
    random = np.random.default_rng(3)
    ends = []
    for _ in range(1000):
        row = precision(runs_of([replicated(random, 0.25, 1.0)]), "y").iloc[0]
        ends.append((row["mean"] - row["half_width"], row["mean"] + row["half_width"]))
    low, high = np.transpose(ends)
    covers = float(((low <= 0) & (high >= 0)).mean())
    record_property("coverage after stopping", covers)
    assert 0.86 <= covers <= 0.94
    assert ((low <= 0.4) & (high >= 0.4)).mean() < 0.6
