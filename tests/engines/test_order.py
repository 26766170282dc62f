"""What happens first at one instant: rules O1 to O4 of the ordering contract."""

import pytest

from .tiny import (
    SPAWNED,
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
    steps,
    study,
    training_flow,
)

FREE = {"free": people()}


def test_all_events_of_an_instant_come_before_anyone_is_served(run):
    # At 06:00 of day 1 the desk opens, grows to two, and a follow-up (priority 1) and an
    # urgent task (priority 0) appear: both overtake the task that has waited since day 0.
    model = lab(
        horizon="2 d",
        pools=FREE | {
            "desk": people(1, hours="tue-fri 06:00-18:00", plan=steps(d1_25=2)),
        },
        skills={"desk": {"pool": "desk"}, "free": {"pool": "free"}},
        flows={
            "old": flow(every("0.5 d"), {"do": labour("desk", "5 d", priority=2)}),
            "chain": flow(closed(), {
                "first": labour("free", "1.25 d", next="second"),
                "second": labour("desk", "5 d", priority=1),
            }),
            "urgent": flow(every("1.25 d"), {"fix": labour("desk", "5 d", priority=0)}),
        },
    )
    served = run(model).visits.query("pool == 'desk'").dropna(subset="started")
    assert sorted(rows(served, "stage started")) == [("fix", 1.25), ("second", 1.25)]


def test_ranks_capacity_completion_timer_arrival(run):
    # All at t = 2; the flows stand in the model in the opposite order.
    research, stocks = study("2 d")
    model = lab(
        horizon="2.5 d",
        initial_training="1 d",
        pools={"cluster": compute(1), "desk": people(1, plan=steps(d2=2))},
        stocks=stocks,
        flows={
            "visitor": flow(every("2 d"), {"look": delay("1 d")}),
            "evaluation": flow(SPAWNED, {"evaluate": delay("1 d")}),
            "generation": training_flow(
                train={"evaluations": {"flow": "evaluation", "every": "2 d"}}
            ),
            "research": research,
        },
    )
    log = run(model)
    assert rows(log.changes, "kind name", time=2.0) == [
        ("capacity", "desk"), ("stock", "algorithms"),
    ]
    assert rows(log.visits, "flow activity", requested=2.0) == [
        ("research", "result"),  # completion
        ("evaluation", "delay"),  # timer
        ("visitor", "delay"),  # arrivals, by model order
        ("research", "delay"),
    ]


def _two_flows(first, second):
    """Tasks for one person: `daily` on days 1, 2, …, 5, `rare` on day 5 only."""
    intervals = {"daily": "1 d", "rare": "5 d"}
    return lab(
        horizon="6 d",
        pools={"desk": people(1)},
        skills={"desk": {"pool": "desk"}},
        flows={
            name: flow(every(intervals[name]), {"do": labour("desk", "0.25 d")})
            for name in (first, second)
        },
    )


@pytest.mark.parametrize("order", [("daily", "rare"), ("rare", "daily")])
def test_arrivals_tie_by_model_order_not_by_insertion(run, order):
    # The arrival of `rare` is planned at 0, that of `daily` at 4: model order decides.
    log = run(_two_flows(*order))
    assert rows(log.visits, "flow started", requested=5.0) == [(order[0], 5.0), (order[1], 5.25)]


@pytest.mark.parametrize("order", ["zyx", "xyz"])
def test_completions_tie_by_stage_order_not_by_insertion(run, order):
    # From t = 1: x takes 4 d, beside y takes 3 d and then z 1 d. All end at 5; the end of x
    # is planned at 1 and that of z at 4, but what comes first is what the model names first.
    parts = {
        "x": {"x": delay("4 d", after="start"), "after_x": delay("1 d", after="x")},
        "y": {"y": delay("3 d", after="start", next="z")},
        "z": {"z": delay("1 d"), "after_z": delay("1 d", after="z")},
    }
    stages = {"start": delay("1 d")}
    for name in order:
        stages |= parts[name]
    log = run(lab(horizon="5.5 d", flows={"item": flow(closed(), stages)}))
    follow = [f"after_{name}" for name in order if name != "y"]
    assert rows(log.visits, "stage", requested=5.0) == follow


@pytest.mark.parametrize("first", ["late", "early"])
def test_queues_tie_by_key_not_by_time_of_event(run, first):
    # At t = 2 a completion of `late` (rank 1) requests before the arrival of `early` (rank 3).
    flows = {
        "late": flow(closed(), {"think": delay("2 d", next="do"), "do": labour("desk", "1 d")}),
        "early": flow(every("2 d"), {"do": labour("desk", "1 d")}),
    }
    second = "early" if first == "late" else "late"
    model = lab(
        horizon="4 d",
        pools={"desk": people(1)},
        skills={"desk": {"pool": "desk"}},
        flows={first: flows[first], second: flows[second]},
    )
    log = run(model)
    assert rows(log.visits, "flow", requested=2.0, stage="do") == ["late", "early"]
    assert spans(log, stage="do", requested=2.0, flow=first) == [(2.0, 3.0)]
    assert spans(log, stage="do", requested=2.0, flow=second) == [(3.0, None)]  # open at 4


def test_workstreams_tie_by_number_not_by_text(run):
    model = lab(
        horizon="11.5 d",
        pools={"desk": people(1)},
        skills={"desk": {"pool": "desk"}},
        flows={"task": flow(closed(11), {"do": labour("desk", "1 d")})},
    )
    assert rows(run(model).visits, "item started", requested=0.0) == [
        (i, float(i)) for i in range(11)
    ]


def test_consequences_follow_first_in_first_out(run):
    # Two children each spawn two: both children come before any grandchild.
    model = lab(
        horizon="1 d",
        flows={
            "root": flow(closed(), {"spawn": {"kind": "batch", "flow": "child", "count": 2}}),
            "child": flow(SPAWNED, {"spawn": {"kind": "batch", "flow": "leaf", "count": 2}}),
            "leaf": flow(SPAWNED, {"wait": delay("9 d")}),
        },
    )
    assert rows(run(model).visits, "flow parent") == [
        ("root", -1), ("child", 0), ("child", 0),
        ("leaf", 1), ("leaf", 1), ("leaf", 2), ("leaf", 2),
    ]


def _lending_lab(**gate):
    return lab(
        horizon="9 d",
        initial_training="1 d",
        allocation={"kind": "priority", "lender": "cluster", "borrower": "machines"},
        pools={"machines": compute(1), "cluster": compute(1)},
        flows={
            "generation": training_flow(gate=gate),
            "job": flow(closed(2), {"run": job("machines", "1 d")}),
        },
    )


def test_the_gate_comes_before_lending(run):
    # The gate opens at 0 and the cluster trains until 4: it is never idle before.
    log = run(_lending_lab())
    moves = rows(log.changes.query("before != 0 or time > 0"), "time")
    assert moves[0] == 4.0


def test_lending_comes_before_the_queues(run):
    # The gate stays shut until 2.5; the loan lets the second job start at once.
    log = run(_lending_lab(min_gain=9.0, max_wait="2.5 d"))
    assert rows(log.visits, "requested started", flow="job", requested=0.0) == [(0.0, 0.0)] * 2


@pytest.mark.parametrize(("first", "served"), [("p", "urgent"), ("q", "routine")])
def test_pools_serve_in_model_order(run, first, served):
    # At 1 an item asks p for no time at all and then, urgently, q; another one asks q.
    second = "q" if first == "p" else "p"
    model = lab(
        horizon="2 d",
        pools={first: people(1), second: people(1)},
        skills={"p": {"pool": "p"}, "q": {"pool": "q"}},
        flows={
            "routine": flow(every("1 d"), {"do": labour("q", "5 d", priority=2)}),
            "urgent": flow(every("1 d"), {
                "ask": labour("p", "0 d", next="do"), "do": labour("q", "5 d", priority=0),
            }),
        },
    )
    log = run(model)
    assert rows(log.visits.dropna(subset="started"), "flow", stage="do") == [served]


def test_queues_come_before_pull_flows(run):
    # At 2 the person is free: the waiting task goes first, though its priority is lowest.
    model = lab(
        horizon="3 d",
        pools={"desk": people(1)},
        skills={"desk": {"pool": "desk"}},
        flows={
            "research": flow({"kind": "pull", "limit": 5}, {"do": labour("desk", "2 d")}),
            "task": flow(every("1.5 d"), {"do": labour("desk", "9 d", priority=9)}),
        },
    )
    assert rows(run(model).visits, "flow started") == [("research", 0.0), ("task", 2.0)]
