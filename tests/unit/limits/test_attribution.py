"""Attribution: effects, saturation, ranks, and what the same random numbers are worth."""

import math

import numpy as np
import pytest

from sim import InputError
from sim.limits.attribution import attribution, first
from sim.limits.crn import variances
from sim.limits.interactions import interactions
from sim.limits.lifted import Lifted
from sim.study.statistics import paired

from .planted import HORIZON, lifted, luck

COMMON = 100 + luck(12, 1, 10.0)


def own(seed, spread=1.0):
    """Luck of one level's own, 0 on average."""
    found = luck(12, seed, spread)
    return found - found.mean()


@pytest.fixture(scope="module")
def runs():
    """A cycle time: review does most, compute less, approvals nothing."""
    return lifted(times=["cycle"], cycle={
        "base": COMMON, "review": COMMON - 20 + own(2), "review x20": COMMON - 20.5 + own(3),
        "compute": COMMON - 10 + own(4), "compute x20": COMMON - 16 + own(5),
        "approvals": COMMON + own(6), "review + compute": COMMON - 35 + own(7),
        "compute + approvals": COMMON - 10 + own(8, 3.0),
    })  # fmt: skip


def test_effects_are_paired_differences(runs):
    table = attribution(runs, ["review", "compute", "approvals"], ["cycle"]).set_index("limit")
    right = paired(runs.runs, ["cycle"], 0).set_index("point")
    for limit, row in table.iterrows():
        known = right.loc[runs.levels[limit]]
        assert row["effect"] == pytest.approx(known["difference"])
        assert (row["effect_low"], row["effect_high"]) == pytest.approx(
            (known["low_90"], known["high_90"])
        )
        assert row["base"] == pytest.approx(COMMON.mean())
        assert row["percent"] == pytest.approx(100 * known["difference"] / COMMON.mean())
        assert row["percent_low"] < row["percent"] < row["percent_high"]
        assert (row["pairs"], row["missing"], row["measure"]) == (12, 0, "mean")
    assert -21 < table.loc["review", "effect"] < -19


def test_what_is_lifted_further_agrees_or_not(runs):
    table = attribution(runs, ["review", "compute", "approvals"], ["cycle"]).set_index("limit")
    assert table["saturated"].tolist() == [True, False, None]
    assert table.loc["compute", "further"] == pytest.approx(-6, abs=1)
    assert math.isnan(table.loc["approvals", "further"])


def test_with_few_pairs_nothing_is_judged():
    few = lifted(y={"base": [1.0] * 4, "a": [2.0] * 4, "a x20": [9.0] * 4})
    (row,) = attribution(few, ["a"], ["y"]).to_dict("records")
    assert row["saturated"] is None and math.isnan(row["first"])
    assert (row["effect"], row["effect_low"], row["percent"]) == (1.0, 1.0, pytest.approx(100))


def test_the_first_is_the_one_that_helps_most(runs):
    found = first(runs, ["review", "compute", "approvals"], "cycle")
    assert found["review"] == 1.0 and sum(found.values()) == pytest.approx(1)
    near = lifted(y={"base": np.zeros(16), "a": 1 + luck(16, 1), "b": 1 + luck(16, 2)})
    shares = first(near, ["a", "b"], "y")
    assert 0.05 < shares["a"] < 0.95
    slow = lifted(times=["y"], y={"base": COMMON, "a": COMMON + 5, "b": COMMON - 5})
    assert first(slow, ["a", "b"], "y") == {"a": 0.0, "b": 1.0}
    same = lifted(y={"base": COMMON, "a": COMMON + 1, "b": COMMON + 1})
    assert first(same, ["a", "b"], "y") == {"a": 0.5, "b": 0.5}


def test_none_is_the_first_where_none_helps():
    worse = lifted(y={"base": COMMON, "a": COMMON - 1, "b": COMMON, "c": COMMON - 2})
    assert first(worse, ["a", "b", "c"], "y") == {"a": 0.0, "b": 0.0, "c": 0.0}
    perhaps = first(lifted(y={"base": COMMON, "a": COMMON + own(3)}), ["a"], "y")
    assert 0.4 < perhaps["a"] < 0.6


def test_a_claim_of_the_first_holds_about_as_often_as_it_says():
    right, said = 0, 0.0
    for study in range(200):  # b helps by 1.3 standard errors more
        values = np.random.default_rng([7, study]).normal(0, 1, (3, 16))
        values[1:] += [[10], [10 + 1.3 * 2**0.5 / 4]]
        found = first(lifted(y=dict(zip(["base", "a", "b"], values, strict=True))), ["a", "b"], "y")
        best = max(found, key=found.get)
        right, said = right + (best == "b"), said + found[best]
    assert right / 200 == pytest.approx(said / 200, abs=0.1)  # 4 SE


def test_dates_not_reached_count_as_the_horizon():
    nan = math.nan
    runs = lifted(dates=["date"], date={"base": [100, nan, 300], "a": [50, 350, 200]})
    (row,) = attribution(runs, ["a"], ["date"]).to_dict("records")
    assert row["measure"] == "restricted mean"
    assert row["effect"] == pytest.approx((-50 + (350 - HORIZON) - 100) / 3)
    cycle = lifted(times=["cycle"], cycle={"base": [100, nan, 300], "a": [50, 350, 200]})
    (row,) = attribution(cycle, ["a"], ["cycle"]).to_dict("records")
    assert (row["effect"], row["pairs"], row["missing"]) == (-75, 2, 1)


def test_two_together_against_the_sum(runs):
    pairs = [("review", "compute"), ("compute", "approvals")]
    table = interactions(runs, pairs, ["cycle"])
    assert table["kind"].tolist() == ["synergy", "undecided"]
    row = table.iloc[0]
    assert row["interaction"] == pytest.approx(row["joint"] - row["first"] - row["second"])
    assert row["interaction_low"] < row["interaction"] < row["interaction_high"] < 0
    assert "more than the sum" in row["words"]
    calm = COMMON + luck(12, 9, 0.01)
    more = lifted(y={"base": COMMON, "a": COMMON + 5, "b": COMMON + 5, "a + b": calm + 6})
    assert interactions(more, [("a", "b")], ["y"])["kind"].tolist() == ["overlap"]
    harm = lifted(y={"base": COMMON, "a": COMMON - 5, "b": COMMON - 5, "a + b": calm - 6})
    assert interactions(harm, [("a", "b")], ["y"])["kind"].tolist() == ["overlap"]
    row = {"base": COMMON, "a": COMMON + own(2, 0.1), "b": COMMON - 0.1, "a + b": calm + 30}
    assert interactions(lifted(y=row), [("a", "b")], ["y"])["kind"].tolist() == ["synergy"]
    sums = lifted(y={"base": COMMON, "a": COMMON + 5, "b": COMMON + 5, "a + b": calm + 10})
    assert interactions(sums, [("a", "b")], ["y"])["kind"].tolist() == ["additive"]


def test_common_random_numbers_pay(runs):
    table = variances(runs, ["review", "approvals"], ["cycle"])
    right = paired(runs.runs, ["cycle"], 0).set_index("point")["variance_ratio"]
    expected = [right[runs.levels[name]] for name in ("review", "approvals")]
    assert table["ratio"].tolist() == pytest.approx(expected)
    assert (table["ratio"] < 0.05).all()
    assert table["paired"].to_numpy() == pytest.approx(
        table["ratio"].to_numpy() * table["independent"].to_numpy()
    )


def test_unknown_names_are_refused(runs):
    with pytest.raises(InputError, match=r"limits: unknown level 'reviews'.*'review'"):
        attribution(runs, ["reviews"], ["cycle"])
    with pytest.raises(InputError, match="unknown outcome 'cycles'"):
        attribution(runs, ["review"], ["cycles"])


class Found:
    """What `Lifted.of` reads of a study's results."""

    def __init__(self, runs, points, random_numbers="common"):
        from sim.study import outcomes

        self.runs, self.points, self.horizon = runs, points, HORIZON
        asked = {"cycle": "cycle_time_of(generation=1)", "date": "time_to_release(generation=1)",
                 "output": "research_output"}  # fmt: skip
        read = {name: outcomes.read(name, text) for name, text in asked.items()}
        self.study = type("Study", (), {"outcomes": read, "random_numbers": random_numbers})


def test_a_study_says_what_its_levels_and_times_are(runs):
    import pandas as pd

    points = pd.DataFrame({"changed": list(runs.levels)})
    found = Lifted.of(Found(runs.runs, points))
    assert (found.levels, found.horizon) == (runs.levels, HORIZON)
    assert (found.dates, found.times) == ({"date"}, {"date", "cycle"})
    with pytest.raises(InputError, match="needs common random numbers, got random_numbers='indep"):
        Lifted.of(Found(runs.runs, points, "independent"))
    with pytest.raises(InputError, match="must have one factor, 'changed', got changed, more"):
        Lifted.of(Found(runs.runs, points.assign(more=1)))
