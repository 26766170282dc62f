"""Who is served: priority, order of request, blocking, balking (O5), and pull flows (O4d)."""

import pytest

from .tiny import (
    agents,
    closed,
    compute,
    delay,
    every,
    flow,
    job,
    lab,
    labour,
    people,
    rows,
    spans,
)


def _desk(flows, *, horizon="20 d", **more):
    pools = {"desk": people(1)} | more.pop("pools", {})
    return lab(
        horizon=horizon, pools=pools, skills={"desk": {"pool": "desk"}}, flows=flows, **more
    )


def test_priority_then_first_come_first_served(run):
    # The desk is busy until 4; before that arrive b (2), a (3) and urgent (3.5).
    model = _desk({
        "a": flow(every("3 d"), {"do": labour("desk", "1 d")}),
        "b": flow(every("2 d"), {"do": labour("desk", "1 d")}),
        "urgent": flow(every("3.5 d"), {"do": labour("desk", "1 d", priority=1)}),
        "first": flow(closed(), {"do": labour("desk", "4 d", priority=9)}),
    }, horizon="6.5 d")
    served = run(model).visits.dropna(subset="started").sort_values("started")
    assert rows(served, "flow requested started") == [
        ("first", 0.0, 0.0), ("urgent", 3.5, 4.0), ("b", 2.0, 5.0), ("a", 3.0, 6.0),
    ]


def test_service_is_never_interrupted_by_a_higher_priority(run):
    model = _desk({
        "routine": flow(closed(), {"do": labour("desk", "4 d", priority=9)}),
        "urgent": flow(every("1 d"), {"do": labour("desk", "1 d", priority=0)}),
    }, horizon="5 d")
    log = run(model)
    assert spans(log, flow="routine") == [(0.0, 4.0), (None, None)]
    assert spans(log, flow="urgent")[0] == (4.0, None)  # open at the horizon, 5


def test_the_head_blocks_everything_behind_it(run):
    # From 0 to 3 one of two units is free; big, the head from 1 on, needs both, and small,
    # for which one would do from 2 on, waits behind it.
    rest = {"rest": delay("90 d")}
    model = lab(
        horizon="9 d",
        pools={"machines": compute(2)},
        flows={
            "early": flow(closed(), {"run": job("machines", "3 d", next="rest")} | rest),
            "big": flow(closed(), {
                "wait": delay("1 d", next="run"),
                "run": job("machines", "4 d", units=2, next="rest"),
            } | rest),
            "small": flow(closed(), {
                "wait": delay("2 d", next="run"), "run": job("machines", "1 d", next="rest"),
            } | rest),
        },
    )
    log = run(model)
    assert rows(log.visits, "flow requested started", activity="run") == [
        ("early", 0.0, 0.0), ("big", 1.0, 3.0), ("small", 2.0, 5.0),
    ]


def test_multi_unit_jobs_run_side_by_side_while_they_fit(run):
    model = lab(
        horizon="3 d",
        pools={"machines": compute(5)},
        flows={"job": flow(closed(3), {"run": job("machines", "4 d", units=2)})},
    )
    # 4 unit-days on 2 units take 2 days; the fifth unit is of no use to the third job.
    assert spans(run(model), flow="job")[:3] == [(0.0, 2.0), (0.0, 2.0), (2.0, None)]


# --- balking ------------------------------------------------------------------------------


def _one_slot(balk):
    return lab(
        horizon="1.25 d",
        pools={"desk": people(), "slots": agents(1)},
        assistants={"source": "frozen", "pool": "slots", "balk": balk},
        feedback={"always": 1.0, "speed": 2.0},
        skills={"code": {"pool": "desk", "share": "always", "speedup": "speed"}},
        flows={"task": flow(closed(2), {"do": labour("code", "1 d")})},
    )


def test_a_delegated_task_without_a_free_slot_is_done_by_a_person_at_once(run):
    log = run(_one_slot(balk=True))
    columns = "item executor outcome requested started finished"
    assert rows(log.visits.query("requested == 0"), columns) == [
        (0, "agent", "right", 0.0, 0.0, 0.5),
        (1, "agent", "balked", 0.0, None, 0.0),
        (1, "human", "right", 0.0, 0.0, 1.0),
    ]


def test_without_balking_it_waits_for_the_slot(run):
    log = run(_one_slot(balk=False))
    assert rows(log.visits.query("requested == 0"), "item executor started finished") == [
        (0, "agent", 0.0, 0.5), (1, "agent", 0.5, 1.0),
    ]


def test_slots_go_by_priority_too(run):
    # The slot is busy until 2; before that arrive routine (0.5) and urgent (1).
    model = lab(
        horizon="3.5 d",
        pools={"desk": people(), "slots": agents(1)},
        assistants={"source": "frozen", "pool": "slots", "balk": False},
        feedback={"always": 1.0},
        skills={"code": {"pool": "desk", "share": "always"}},
        flows={
            name: flow(closed(), {
                "wait": delay(start, next="do"),
                "do": labour("code", work, priority=priority, next="rest"),
                "rest": delay("90 d"),
            })
            for name, start, work, priority in (
                ("first", "0 d", "2 d", 2), ("routine", "0.5 d", "1 d", 2),
                ("urgent", "1 d", "1 d", 0),
            )
        },
    )
    log = run(model)
    assert spans(log, flow="urgent", stage="do") == [(2.0, 3.0)]
    assert spans(log, flow="routine", stage="do") == [(3.0, None)]


def test_a_slot_freed_at_the_same_instant_is_free(run):
    # At 0.5 the first task ends and the second arrives: completion first, then service.
    model = lab(
        horizon="0.75 d",
        pools={"desk": people(), "slots": agents(1)},
        assistants={"source": "frozen", "pool": "slots"},
        feedback={"always": 1.0, "speed": 2.0},
        skills={"code": {"pool": "desk", "share": "always", "speedup": "speed"}},
        flows={
            "late": flow(every("0.5 d"), {"do": labour("code", "1 d")}),
            "first": flow(closed(), {"do": labour("code", "1 d", next="rest"),
                                     "rest": delay("9 d")}),
        },
    )
    log = run(model)
    assert rows(log.visits, "flow executor started", stage="do") == [
        ("first", "agent", 0.0), ("late", "agent", 0.5),
    ]


# --- pull flows ---------------------------------------------------------------------------


def _research(limit, **more):
    """think (a person, 1 d) → run (a machine, 10 d)."""
    return lab(
        horizon="12 d",
        pools={"desk": people(**({"capacity": 1} | more)), "machines": compute(1)},
        skills={"desk": {"pool": "desk"}},
        flows={
            "research": flow({"kind": "pull"} | limit, {
                "think": labour("desk", "1 d", priority=9, next="run"),
                "run": job("machines", "10 d"),
            }),
        },
    )


def test_pull_starts_when_a_person_is_free(run):
    log = run(_research({"limit": 99}))
    assert spans(log, stage="think")[:4] == [(0.0, 1.0), (1.0, 2.0), (2.0, 3.0), (3.0, 4.0)]


def test_pull_starts_one_item_per_free_person(run):
    log = run(_research({"limit": 99}, capacity=3))
    assert spans(log, stage="think")[:4] == [(0.0, 1.0)] * 3 + [(1.0, 2.0)]


def test_pull_starts_in_working_hours_only(run):
    # Tuesday, day 1, is the first open day.
    log = run(_research({"limit": 99}, hours="tue-fri 00:00-24:00"))
    assert rows(log.visits, "requested", stage="think")[0] == 1.0


@pytest.mark.parametrize("limit", [{"limit": 1}, {"limit_per_person": 1.0}])
def test_pull_stops_at_the_limit_of_waiting_requests(run, limit):
    # The machine is busy 1-11; the second item waits for it from 2 on, so nobody starts a
    # third one before 11.
    log = run(_research(limit))
    assert spans(log, stage="think") == [(0.0, 1.0), (1.0, 2.0), (11.0, None)]


def test_pull_with_limit_zero_never_starts(run):
    assert len(run(_research({"limit": 0})).visits) == 0


def test_pull_gives_way_to_any_queue(run):
    # The task of priority 9 requested at 0.5 is served at 1, before a new item starts.
    model = _desk({
        "research": flow({"kind": "pull", "limit": 9}, {"think": labour("desk", "1 d")}),
        "task": flow(every("0.5 d"), {"do": labour("desk", "1 d", priority=9)}),
    }, horizon="3 d")
    log = run(model)
    assert spans(log, flow="research") == [(0.0, 1.0)]
    assert spans(log, flow="task")[:2] == [(1.0, 2.0), (2.0, None)]


def _two_pulls(people_there):
    pull = {"kind": "pull", "limit": 9}
    stages = {"think": labour("desk", "1 d", priority=9)}
    return lab(
        horizon="0.5 d",
        pools={"desk": people(people_there)},
        skills={"desk": {"pool": "desk"}},
        flows={"a": flow(pull, stages), "b": flow(pull, stages)},
    )


def test_one_free_person_is_pulled_once(run):
    # Two pull flows want the same person: who is taken by one is not free for the other.
    assert rows(run(_two_pulls(1)).visits, "flow started") == [("a", 0.0)]


def test_pull_flows_take_turns_in_model_order(run):
    log = run(_two_pulls(5))
    assert rows(log.visits, "flow started") == [(name, 0.0) for name in "ababa"]


def test_pull_flows_take_turns(run):
    pull = {"kind": "pull", "limit": 9}
    model = _desk({
        "a": flow(pull, {"think": labour("desk", "1 d", priority=9)}),
        "b": flow(pull, {"think": labour("desk", "1 d", priority=9)}),
    }, horizon="6 d")
    assert rows(run(model).visits, "flow") == ["a", "b"] * 3
