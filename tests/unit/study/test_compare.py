"""Comparisons: of a lab with itself, of one twice as fast, with runs that stop early."""

import math
import signal

import numpy as np
import pytest

import sim
from sim.metrics.compared import COMPARED
from sim.model import InputError, Model
from sim.study import compare as module


def lab(work="1 d", *, horizon="40 d", **more):
    """One researcher, one experiment after another; a generation each 0.4 OOM found."""
    return Model.from_dict({
        "horizon": horizon, "hours_per_person_day": 24,
        "pools": {"people": {"kind": "human", "capacity": 1}},
        "skills": {"think": {"pool": "people"}},
        "stocks": {"algorithms": {"gain": 0.25 * math.log(10), "beta": 0}},
        "flows": {
            "research": {
                "source": {"kind": "closed", "workstreams": 1},
                "insight": {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}},
                "stages": {"think": {"kind": "labour", "skill": "think", "work": work}},
            },
            "generation": {
                "source": {"kind": "closed", "workstreams": 1},
                "stages": {
                    "gate": {"kind": "gate", "min_gain": 0.4, "next": "release"},
                    "release": {"kind": "release"},
                },
            },
        },
    } | more)


RANDOM = "gamma(mean=1 d, cv=0.5)"


def row(found, outcome, scenario="b"):
    table = found.differences
    (index,) = np.flatnonzero((table["outcome"] == outcome) & (table["scenario"] == scenario))
    return table.iloc[index]


def test_a_lab_differs_from_itself_by_exactly_nothing():
    found = sim.compare({"a": lab(RANDOM), "b": lab(RANDOM)}, replications=3, seed=1)
    table = found.differences
    assert list(table["outcome"]) == list(COMPARED)
    spans = table[["difference", "low_90", "high_90", "low_99", "high_99"]].to_numpy()
    assert (spans[(table["pairs"] > 0).to_numpy()] == 0).all()
    assert row(found, "research_output")["ratio"] == 1
    assert row(found, "research_output")["pairs"] == 3
    first, second = found.ensembles.values()
    assert first.visits.equals(second.visits)


def test_twice_as_fast_is_twice_as_fast():
    found = sim.compare({"a": lab("1 d"), "b": lab("0.5 d")}, replications=2, seed=0)
    # A release after every second result; t = 40 itself is beyond the horizon.
    expected = {"experiments": (79, 39), "releases": (39, 19), "first_cycle_time": (1, 2),
                "cycle_time": (1, 2), "capability": (39 * 0.5, 19 * 0.5)}
    for outcome, (new, old) in expected.items():
        here = row(found, outcome)
        assert (here["mean"], here["mean_against"]) == pytest.approx((new, old)), outcome
        assert here["difference"] == pytest.approx(new - old)
    output = row(found, "research_output")
    assert output["ratio"] == pytest.approx(79 / 39)
    assert math.isnan(row(found, "capability")["ratio"])


def test_common_random_numbers_make_the_difference_steadier():
    models = {"a": lab(RANDOM), "b": lab("gamma(mean=1.25 d, cv=0.5)")}
    found = sim.compare(models, replications=20, seed=4)
    first, second = (
        e.visits[(e.visits["activity"] == "work").to_numpy()] for e in found.ensembles.values()
    )
    both = min(len(first), len(second), 10)
    values = second["value"].to_numpy()[:both] / first["value"].to_numpy()[:both]
    assert values == pytest.approx(1.25)  # the same draws
    assert row(found, "experiments")["variance_ratio"] < 0.5


def test_cycle_times_are_those_of_the_generations_that_both_released():
    """Every generation of the slower lab has one of the faster that it is compared with."""
    grows = {"stocks": {"algorithms": {"gain": 0.25 * math.log(10), "beta": 1.0}}}
    models = {"a": lab("2 d", **grows), "b": lab("1 d", **grows)}
    found = sim.compare(models, replications=1, seed=0)
    slow, fast = (
        e.generations.dropna(subset="released") for e in found.ensembles.values()
    )
    assert len(fast) > len(slow) > 2
    shared = fast[fast["generation"] <= slow["generation"].max()]
    here = row(found, "cycle_time")
    assert here["mean"] == pytest.approx(shared["cycle_time"].mean())
    assert here["mean"] != pytest.approx(fast["cycle_time"].mean())


def test_a_cycle_that_is_not_reached_is_missing():
    models = {"a": lab("30 d"), "b": lab("1 d")}
    found = row(sim.compare(models, replications=2, seed=0), "first_cycle_time")
    assert (found["pairs"], found["missing"]) == (0, 2)
    assert math.isnan(found["difference"])


def test_what_is_known_of_runs_that_end_early_is_their_cycles():
    models = {"a": lab("1 d"), "b": lab("0.5 d", end={"generations": 3})}
    found = sim.compare(models, replications=2, seed=0)
    assert row(found, "capability")["missing"] == 2
    assert math.isnan(row(found, "research_output")["difference"])
    assert row(found, "cycle_time")["difference"] == -1


def test_the_others_are_against_the_first():
    models = {"a": lab("1 d"), "b": lab("0.5 d"), "c": lab("0.25 d")}
    found = sim.compare(models, replications=1, seed=0)
    assert set(found.differences["against"]) == {"a"}
    assert row(found, "cycle_time", "c")["difference"] == -1.5


@pytest.mark.parametrize("where", ["a", "b"])
def test_ctrl_c_keeps_the_pairs_that_both_have(where):
    def progress(name, done):
        if (name, done) == (where, 2):
            signal.raise_signal(signal.SIGINT)

    models = {"a": lab("1 d"), "b": lab("0.5 d")}
    found = module.compare(models, replications=4, seed=0, progress=progress)
    assert found.interrupted
    assert found.pairs == (0 if where == "a" else 2)
    assert row(found, "cycle_time")["pairs"] == found.pairs


def test_progress_names_the_scenario():
    told = []
    models = {"a": lab("1 d"), "b": lab("0.5 d")}
    module.compare(models, replications=2, seed=0, progress=lambda *what: told.append(what))
    assert told == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]


def test_bad_input():
    with pytest.raises(InputError, match="needs two or more scenarios, got 1"):
        sim.compare({"a": lab()}, replications=1, seed=0)
    with pytest.raises(InputError, match="same horizon, got 40 days in 'a' and 9 days in 'b'"):
        sim.compare({"a": lab(), "b": lab(horizon="9 d")}, replications=1, seed=0)
