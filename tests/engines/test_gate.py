"""The gate: when the next recipe is frozen, and what is frozen into it."""

import math

import pytest

from sim.laws import capability as laws
from sim.laws.portable import exp

from .tiny import (
    LN10,
    closed,
    compute,
    delay,
    flow,
    lab,
    releases,
    rows,
    spans,
    steps,
    study,
    training_flow,
)

RUN = {"flow": "generation", "activity": "run"}


def _fixed(days, max_days=None):
    return {"kind": "fixed_duration", "days": days, "max_days": max_days or days}


def _trains(plan, gate=None, *, capacity=1, plan_of_cluster=None, stages=None, **more):
    """F_0 = 1 unit-day on one unit; nothing improves but by training, unless stated."""
    parts = {
        "horizon": "20 d",
        "initial_training": f"{1 / capacity} d",
        "pools": {"cluster": compute(capacity, plan=plan_of_cluster or {"kind": "constant"})},
    }
    flows = more.pop("flows", {})
    generation = training_flow(plan, gate=gate, **(stages or {}))
    return lab(**(parts | more), flows=flows | {"generation": generation})


# --- when it opens ------------------------------------------------------------------------


def test_opens_when_the_gain_reaches_min_gain(run):
    # Algorithms gain 0.1 OOM a day; the gate wants 0.3. Recipes count from the last one.
    flows, stocks = releases("1 d")
    flows["generation"]["stages"]["gate"]["min_gain"] = 0.3
    log = run(lab(horizon="7 d", flows=flows, stocks=stocks))
    assert spans(log, activity="gate") == [(3.0, 3.0), (6.0, 6.0), (None, None)]
    assert rows(log.visits, "requested", activity="gate") == [0.0, 3.0, 6.0]
    assert rows(log.generations, "generation outcome started released cycle_time")[1:] == [
        (1, "released", 0.0, 3.0, 3.0), (2, "released", 3.0, 6.0, 3.0),
        (3, "open", 6.0, None, None),
    ]


def test_opens_after_max_wait_if_there_is_some_gain(run):
    # 0.1 OOM by day 1 where 9 are wanted: after two and a half days 0.2 will do.
    flows, stocks = releases("1 d")
    flows["generation"]["stages"]["gate"] |= {"min_gain": 9.0, "max_wait": "2.5 d"}
    log = run(lab(horizon="3 d", flows=flows, stocks=stocks))
    assert rows(log.generations, "released", generation=1) == [2.5]
    (c,) = rows(log.generations, "capability", generation=1)
    assert c == laws.capability(1.0, 0.1 * LN10 + 0.1 * LN10)


def test_an_attempt_without_any_gain_is_skipped_and_the_gate_entered_again(run):
    # The first insight comes at 5: skipped at 2 and at 4, opened at 6.
    research, stocks = study("5 d")
    gate = {"kind": "gate", "min_gain": 9.0, "max_wait": "2 d", "next": "release"}
    generation = flow(closed(), {"gate": gate, "release": {"kind": "release"}})
    log = run(lab(
        horizon="7 d", stocks=stocks, flows={"research": research, "generation": generation}
    ))
    assert rows(log.visits, "visit requested finished outcome", stage="gate") == [
        (0, 0.0, 2.0, "failed"), (1, 2.0, 4.0, "failed"), (2, 4.0, 6.0, "done"),
        (0, 6.0, None, "open"),
    ]
    outcomes = rows(log.generations, "outcome", generation=1)
    assert sorted(outcomes) == ["released", "skipped", "skipped"]
    assert rows(log.generations, "released", generation=1, outcome="released") == [6.0]


def test_training_is_extended_if_the_plan_gives_no_better_model(run):
    # One day of training gives F_0 again: no gain. At max_wait the longest run, 4 d, does.
    log = run(_trains(_fixed("1 d", "4 d"), {"max_wait": "2 d"}, horizon="7 d"))
    assert spans(log, activity="gate")[0] == (2.0, 2.0)
    assert rows(log.visits, "started finished value", **RUN) == [(2.0, 6.0, 4.0)]


def test_skipped_if_even_the_longest_training_gives_no_better_model(run):
    log = run(_trains(_fixed("0.5 d", "1 d"), {"max_wait": "2 d"}, horizon="5 d"))
    assert rows(log.visits, "outcome", activity="gate") == ["failed", "failed", "open"]
    assert rows(log.visits, "outcome", **RUN) == []


def test_looks_again_after_a_change_of_capacity(run):
    # 2 d on one unit are 0.30 OOM above F_0, on two units (from 3 on) 0.60.
    log = run(_trains(_fixed("2 d"), {"min_gain": 0.5}, plan_of_cluster=steps(d3=2)))
    assert spans(log, activity="gate")[0] == (3.0, 3.0)


def test_plans_with_units_that_are_not_free_now(run):
    # Another job holds the cluster until 3: the gate opens at 0 all the same.
    other = {
        "run": {"kind": "compute", "pool": "cluster", "work": "3 d", "priority": 0,
                "next": "rest"},
        "rest": delay("90 d"),
    }
    log = run(_trains(_fixed("2 d"), flows={"other": flow(closed(), other)}))
    assert spans(log, activity="gate")[0] == (0.0, 0.0)
    assert rows(log.visits, "requested started", **RUN)[0] == (0.0, 3.0)


def test_is_entered_at_the_release_of_the_last_generation(run):
    log = run(_trains(_fixed("2 d", "9 d"), {"max_wait": "1 d"}, horizon="4 d"))
    assert rows(log.visits, "generation requested", activity="gate") == [(1, 0.0), (2, 2.0)]


# --- plans --------------------------------------------------------------------------------


def test_fixed_duration_trains_for_its_time_on_what_infrastructure_gives(run):
    research, stocks = study("1 d", 0.5, "infrastructure")
    gate = {"min_gain": math.log10(4.5)}  # 4 d are not enough before e ** 0.5 = 1.65 at 1
    log = run(_trains(_fixed("4 d"), gate, flows={"research": research}, stocks=stocks))
    assert rows(log.visits, "started finished value", **RUN)[0] == (1.0, 5.0, 4.0 * exp(0.5))
    assert rows(log.generations, "infrastructure compute units", generation=1) == [
        (0.5, 4.0 * exp(0.5), 1),
    ]


def test_fixed_scale_up_multiplies_the_last_models_compute(run):
    plan = {"kind": "fixed_scale_up", "factor": 2.0, "max_days": "9 d"}
    log = run(_trains(plan, horizon="16 d"))
    assert rows(log.visits, "started finished value", **RUN) == [
        (0.0, 2.0, 2.0), (2.0, 6.0, 4.0), (6.0, 14.0, 8.0),
    ]


def test_fixed_scale_up_waits_for_units_if_it_would_take_too_long(run):
    # 8 unit-days within 4 d: two units, there from 3 on.
    plan = {"kind": "fixed_scale_up", "factor": 8.0, "max_days": "4 d"}
    log = run(_trains(plan, plan_of_cluster=steps(d3=2)))
    assert rows(log.visits, "started finished units", **RUN)[0] == (3.0, 7.0, 2)


@pytest.mark.parametrize(
    ("least", "most", "days"),
    [
        ("0 d", "9 d", None),  # just long enough
        ("6 d", "9 d", 6.0),  # at least min_days
    ],
)
def test_target_gain_trains_just_long_enough(run, least, most, days):
    plan = {"kind": "target_gain", "min_days": least, "max_days": most}
    log = run(_trains(plan, {"min_gain": 0.5}))
    needed = days or laws.compute_for_gain(1.0, 0.5, 0.0, 0.0)
    assert spans(log, **RUN)[0] == (0.0, needed)
    (c,) = rows(log.generations, "capability", generation=1)
    assert c == laws.capability(needed, 0.0)
    assert c >= 0.5


def test_target_gain_waits_for_insight_beyond_max_days(run):
    # Two days give 0.30 OOM of the 0.45 wanted; the rest are two insights of 0.1.
    research, stocks = study("1 d")
    plan = {"kind": "target_gain", "min_days": "0 d", "max_days": "2 d"}
    log = run(_trains(plan, {"min_gain": 0.45}, flows={"research": research}, stocks=stocks))
    level = 0.1 * LN10 + 0.1 * LN10
    needed = laws.compute_for_gain(1.0, 0.45, level, 0.0)
    assert spans(log, **RUN)[0] == (2.0, 2.0 + needed)
    assert rows(log.generations, "algorithms", generation=1) == [level]


# --- what it freezes ----------------------------------------------------------------------


def test_capability_is_effective_compute_with_the_algorithms_of_the_gate(run):
    # The gate opens at 1; insights during the four days of training come too late.
    research, stocks = study("1 d")
    log = run(_trains(
        _fixed("4 d"), {"min_gain": 0.65}, flows={"research": research}, stocks=stocks
    ))
    assert spans(log, activity="gate")[0] == (1.0, 1.0)
    made = rows(log.generations, "algorithms compute capability", generation=1)
    assert made == [(0.1 * LN10, 4.0, laws.capability(4.0, 0.1 * LN10))]


def test_units_are_those_of_the_gate_even_if_there_are_more_by_then(run):
    model = _trains(
        _fixed("4 d"), {"next": "prepare"}, plan_of_cluster=steps(d1=3),
        stages={"prepare": delay("2 d", next="train")},
    )
    log = run(model)
    assert rows(log.visits, "started finished units value", **RUN)[0] == (2.0, 6.0, 1, 4.0)


def test_training_takes_its_efficiency_when_it_starts(run):
    # F = 4 unit-days frozen at 0; infrastructure doubles at 1; the training starts at 1.
    research, stocks = study("1 d", math.log(2.0), "infrastructure")
    model = _trains(
        _fixed("4 d"), {"next": "prepare"}, flows={"research": research}, stocks=stocks,
        stages={"prepare": delay("1 d", next="train")},
    )
    started, finished = spans(run(model), **RUN)[0]
    assert (started, finished) == (1.0, 1.0 + 4.0 / exp(math.log(2.0)))


def test_generation_0_has_the_initial_training(run):
    log = run(_trains(_fixed("4 d"), capacity=2, initial_training="1.5 d"))
    columns = "generation item outcome released compute capability units"
    assert rows(log.generations, columns)[0] == (0, -1, "released", 0.0, 3.0, 0.0, 2)
    (c,) = rows(log.generations, "capability", generation=1)
    assert c == laws.capability(8.0 / 3.0, 0.0)


def test_milestones_are_the_first_entry_and_the_last_end(run):
    log = run(_trains(_fixed("4 d"), horizon="5 d"))
    assert rows(
        log.generations, "entered_gate left_gate entered_train left_train entered_release",
        generation=1,
    ) == [(0.0, 0.0, 0.0, 4.0, 4.0)]
