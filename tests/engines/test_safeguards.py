"""Safeguards: stages for strong models only, and releases to a trusted few at first."""

import pytest

from sim import invariants
from sim.laws import capability as laws

from .tiny import (
    SPAWNED,
    agents,
    closed,
    compute,
    delay,
    draw,
    every,
    flow,
    lab,
    labour,
    people,
    releases,
    rows,
    spans,
    study,
    training_flow,
)


def _tested(stages, *, gate=None, **more):
    """Each generation is 0.1 OOM better for each day since the last gate; nothing else takes time.

    Stages come between the gate and the release.
    """
    research, stocks = study("1 d")
    gate = {"kind": "gate", "min_gain": 0.1, "next": next(iter(stages))} | (gate or {})
    generation = flow(closed(), {"gate": gate, **stages, "release": {"kind": "release"}})
    flows = {"research": research, "generation": generation} | more.pop("flows", {})
    parts = {"horizon": "4.75 d", "stocks": stocks, "flows": flows,
             "pools": {"desk": people()}, "skills": {"plain": {"pool": "desk"}}}
    return lab(**(parts | more))


def _log(run, **where):
    return rows(run.visits, "stage visit requested finished", flow="generation", **where)


def test_only_strong_models_are_tested(run):
    # c = 0.1, 0.2 at days 1 and 2: passed at once. c = 0.3 at day 3: half a day.
    log = run(_tested({"safety": delay("0.5 d", from_capability=0.25, next="release")}))
    assert _log(log)[:7] == [
        ("gate", 0, 0.0, 1.0), ("release", 0, 1.0, 1.0),
        ("gate", 0, 1.0, 2.0), ("release", 0, 2.0, 2.0),
        ("gate", 0, 2.0, 3.0), ("safety", 0, 3.0, 3.5), ("release", 0, 3.5, 3.5),
    ]


@pytest.mark.parametrize(("least", "tested"), [(1.0, True), (1.0 + 1e-9, False)])
def test_a_model_at_the_threshold_is_tested(run, least, tested):
    # Compute grows tenfold by plan, so that c = 1 exactly.
    plan = {"kind": "fixed_scale_up", "factor": 10.0, "max_days": "99 d"}
    safety = delay("1 d", from_capability=least, next="release")
    generation = training_flow(plan, train={"next": "safety"}, safety=safety)
    log = run(lab(
        horizon="15 d", pools={"cluster": compute(1)}, initial_training="1 d",
        flows={"generation": generation},
    ))
    assert rows(log.generations, "capability", generation=1) == [1.0]
    assert spans(log, stage="safety") == ([(10.0, 11.0)] if tested else [])


def test_what_is_passed_at_once_is_left_as_it_is_entered(run):
    log = run(_tested({"safety": delay("0.5 d", from_capability=0.25, next="release")}))
    columns = "generation entered_safety left_safety released"
    assert rows(log.generations, columns)[1:4] == [
        (1, 1.0, 1.0, 1.0), (2, 2.0, 2.0, 2.0), (3, 3.0, 3.5, 3.5),
    ]


@pytest.mark.parametrize(
    "stage",
    [
        labour("plain", "1 d"),
        labour("plain", "1 d", failure={"chance": 1.0}, on_failure="safety"),
        {"kind": "compute", "pool": "cluster", "work": "1 d"},
        {"kind": "batch", "flow": "test", "count": 2},
        delay("1 d"),
    ],
    ids=["labour", "approval", "compute", "batch", "delay"],
)
@pytest.mark.parametrize("least", [0.05, 0.15])
def test_any_kind_of_stage_may_be_a_safeguard(run, stage, least):
    stage = stage | {"from_capability": least, "next": "release"}
    pools = {"desk": people(), "cluster": compute()}
    flows = {"test": flow(SPAWNED, {"try": delay("1 d")})} if stage["kind"] == "batch" else {}
    log = run(_tested({"safety": stage}, pools=pools, flows=flows, horizon="1.5 d"))
    assert len(rows(log.visits, "row", generation=1, stage="release")) == (least == 0.15)
    assert bool(rows(log.visits, "row", generation=1, stage="safety")) == (least == 0.05)
    if flows:
        assert len(rows(log.visits, "row", flow="test")) == (2 if least == 0.05 else 0)


def test_stages_that_come_after_a_safeguard_start(run):
    # Beside the tests (not for this model) stands a review of 0.25 d; both come before approval.
    stages = {
        "begin": delay("0.25 d"),
        "tests": delay("9 d", after="begin", from_capability=9.0),
        "review": delay("0.25 d", after="begin"),
        "approve": delay("0.5 d", after=["tests", "review"]),
        "audit": delay("0.125 d", after="tests"),
    }
    log = run(_tested(stages | {"approve": stages["approve"] | {"next": "release"}},
                      horizon="2.25 d"))
    assert _log(log, generation=1) == [
        ("gate", 0, 0.0, 1.0), ("begin", 0, 1.0, 1.25), ("review", 0, 1.25, 1.5),
        ("audit", 0, 1.25, 1.375), ("approve", 0, 1.5, 2.0), ("release", 0, 2.0, 2.0),
    ]


def test_chances_of_what_is_next_are_drawn_as_usual(run):
    # `safety` takes part in the route only: half of the models go round by `wait`.
    stages = {
        "safety": delay("9 d", from_capability=99.0, next={"wait": 0.5, "release": 0.5}),
        "wait": delay("0.25 d", next="safety"),
    }
    log = run(_tested(stages, horizon="40 d"))
    found, expected = [], []
    for key in dict.fromkeys(rows(log.visits, "item_key", flow="generation")):
        mine = log.visits[log.visits["item_key"] == key]
        if not (mine["stage"] == "release").any():
            continue
        found.append(int((mine["stage"] == "wait").sum()))
        visit = 0
        while draw(key, "safety", "route", visit=visit) < 0.5:
            visit += 1
        expected.append(visit)
    assert found == expected
    assert {0, 1, 2} <= set(found)
    assert not rows(log.visits, "row", stage="safety")


def test_units_held_to_the_end_of_a_safeguard_are_freed(run):
    safety = delay("9 d", from_capability=9.0, next="wait")
    generation = training_flow(
        {"kind": "fixed_duration", "days": "2 d", "max_days": "2 d"},
        train={"hold_until": "safety", "next": "pause"}, pause=delay("1 d", next="safety"),
        safety=safety, wait=delay("3 d", next="release"),
    )
    research, stocks = study("0.5 d")
    log = run(lab(
        horizon="6 d", pools={"cluster": compute(2)}, initial_training="1 d", stocks=stocks,
        flows={"research": research, "generation": generation},
    ))
    assert rows(log.visits, "started finished", activity="hold") == [(2.0, 3.0)]


def test_a_route_may_end_with_a_safeguard(run):
    # One track is released; the other ends with a report on strong models, or before it. The
    # next gate is entered when both have ended.
    stages = {
        "ship": delay("0.25 d", next="release"),
        "watch": delay("0.5 d", after="gate", next="report"),
        "report": delay("1 d", from_capability=0.15),
    }
    log = run(_tested(stages, gate={"next": "ship"}, horizon="3.75 d"))
    assert _log(log, generation=1) == [
        ("gate", 0, 0.0, 1.0), ("ship", 0, 1.0, 1.25), ("watch", 0, 1.0, 1.5),
        ("release", 0, 1.25, 1.25),
    ]
    assert _log(log, generation=2, stage=["gate", "watch", "report"]) == [
        ("gate", 0, 1.5, 2.0), ("watch", 0, 2.0, 2.5), ("report", 0, 2.5, 3.5),
    ]
    assert rows(log.visits, "requested", stage="gate") == [0.0, 1.5, 3.5]
    assert invariants.check(log) == []


def test_a_stage_may_become_a_safeguard_later(run):
    # The report is written from 1.5 on, also when it is reserved, at 1.625, for stronger models;
    # the second generation's route ends before it.
    stages = {
        "ship": delay("0.25 d", next="release"),
        "watch": delay("0.5 d", after="gate", next="report"),
        "report": delay("0.25 d"),
    }
    least = {"generation": {"stages": {"report": {"from_capability": 9.0}}}}
    log = run(_tested(
        stages, gate={"next": "ship"}, horizon="2.75 d",
        interventions={"relax": {"at": "1.625 d", "set": {"flows": least}}},
    ))
    assert _log(log, stage=["watch", "report"]) == [
        ("watch", 0, 1.0, 1.5), ("report", 0, 1.5, 1.75), ("watch", 0, 2.0, 2.5),
    ]
    assert invariants.check(log) == []


def test_a_failure_may_lead_to_a_safeguard(run):
    # What is refused ends its route with a report on strong models, and at once for others.
    stages = {
        "approve": labour("plain", "0.75 d", failure={"chance": 1.0}, on_failure="report",
                          next="release"),
        "report": delay("1 d", from_capability=0.15),
    }
    log = run(_tested(stages, horizon="4.5 d"))
    assert _log(log, activity=["gate", "work", "delay"])[:7] == [
        ("gate", 0, 0.0, 1.0), ("approve", 0, 1.0, 1.75),  # c = 0.1
        ("gate", 0, 1.75, 1.75), ("approve", 0, 1.75, 2.5),
        ("gate", 0, 2.5, 2.5), ("approve", 0, 2.5, 3.25), ("report", 0, 3.25, 4.25),  # c = 0.2
    ]
    assert rows(log.generations, "outcome")[1:4] == ["dropped"] * 3
    assert invariants.check(log) == []


def test_a_repair_may_be_a_safeguard(run):
    # The first run fails in each generation; only strong models' failures are looked into.
    stages = {
        "run": {"kind": "compute", "pool": "cluster", "work": "1 d", "failure": 0.9,
                "repair": "look", "next": "release"},
        "look": labour("plain", "1 d", from_capability=0.15),
    }
    log = run(_tested(stages, pools={"desk": people(), "cluster": compute()}, horizon="60 d"))
    failures = rows(log.visits, "generation", activity="run", outcome="failed")
    assert failures.count(1) > 0 and failures.count(2) > 0
    looks = rows(log.visits, "generation", stage="look")
    assert looks == [generation for generation in failures if generation > 1]


def test_a_generation_planned_anew_may_need_what_it_did_not(run):
    # Refused at 2.25, its recipe is frozen again, now with c = 0.2: the second time it comes to
    # the tests they apply.
    stages = {
        "safety": delay("0.5 d", from_capability=0.15, next="approve"),
        "approve": labour("plain", "1.25 d", failure={"chance": 1.0}, on_failure="gate",
                          next="release"),
    }
    log = run(_tested(stages, horizon="3 d"))
    assert _log(log, activity=["gate", "delay", "work"])[:4] == [
        ("gate", 0, 0.0, 1.0), ("approve", 0, 1.0, 2.25),
        ("gate", 1, 2.25, 2.25), ("safety", 1, 2.25, 2.75),
    ]
    assert invariants.check(log) == []


# --- a trusted few ------------------------------------------------------------------------


def _released(least=0.05, *, usual=0.8, few=0.25, days="10 d", adoption="0 d"):
    """Generation 1, of c = 0.1, comes out at 20; a task, delegated, comes every 0.25 d."""
    flows, stocks = releases("20 d")
    trusted = {"from_capability": least, "access": few, "days": days}
    flows["generation"]["stages"]["release"] = {"kind": "release", "trusted": trusted}
    return lab(
        horizon="38 d", stocks=stocks, pools={"desk": people(), "slots": agents()},
        assistants={"source": "own", "pool": "slots", "access": usual, "adoption": adoption},
        feedback={"always": 1.0}, skills={"code": {"pool": "desk", "share": "always"}},
        flows=flows | {"task": flow(every("0.25 d"), {"do": labour("code", "1 d")})},
    )


def _users(log):
    """(time, generation, the number that decides which) of each task after the release."""
    tasks = rows(log.visits, "requested item_key assistant_generation", flow="task")
    return [(t, g, draw(key, "do", "generation")) for t, key, g in tasks if t > 20.0]


def test_a_trusted_few_use_a_strong_release_at_first(run):
    users = _users(run(_released()))
    assert [g for _, g, _ in users] == [int(u < (0.25 if t < 30.0 else 0.8)) for t, _, u in users]
    first = [g for t, g, _ in users if t < 30.0]
    later = [g for t, g, _ in users if t >= 30.0]
    assert (len(first), len(later)) == (39, 32)
    assert 4 <= sum(first) <= 16  # some, not those with a draw below 0.8
    assert sum(u < 0.8 for t, _, u in users if t < 30.0) > 25
    assert sum(later) > 20


def test_a_weak_release_is_for_all(run):
    users = _users(run(_released(least=0.11)))
    assert [g for _, g, _ in users] == [int(u < 0.8) for _, _, u in users]


def test_the_few_are_never_more_than_usual(run):
    users = _users(run(_released(usual=0.3, few=0.9)))
    assert [g for _, g, _ in users] == [int(u < 0.3) for _, _, u in users]


def test_the_few_take_a_release_up_over_time_too(run):
    users = _users(run(_released(adoption="5 d")))
    chances = [
        laws.adoption_chance(t - 20.0, 5.0, 0.25 if t < 30.0 else 0.8) for t, _, _ in users
    ]
    assert [g for _, g, _ in users] == [
        int(u < chance) for (_, _, u), chance in zip(users, chances, strict=True)
    ]
    assert sum(g for _, g, _ in users) > 10
