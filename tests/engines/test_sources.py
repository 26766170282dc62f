"""Where items come from: workstreams, arrivals, pull, and how they are known."""

from sim.laws.distributions import DISTRIBUTIONS

from .tiny import (
    agents,
    closed,
    delay,
    draw,
    every,
    flow,
    item_key,
    lab,
    labour,
    people,
    releases,
    rows,
    steps,
)


def _streams(source, *, plan=None, horizon="8 d", capacity=1, **more):
    """Items of 2 d: half a day of a person's work, then waiting."""
    stages = {"begin": labour("plain", "0.5 d", next="rest"), "rest": delay("1.5 d")}
    flows = more.pop("flows", {}) | {"task": flow(source, stages)}
    pools = more.pop("pools", {}) | {
        "desk": people(capacity, plan=plan or {"kind": "constant"}),
    }
    return lab(
        horizon=horizon, pools=pools, skills={"plain": {"pool": "desk"}}, flows=flows, **more
    )


def _starts(log):
    """(time, key) of each item's first request."""
    return rows(log.visits, "requested item_key", stage="begin", flow="task")


def test_each_workstream_starts_its_next_item_when_the_last_ends(run):
    log = run(_streams(closed(2), capacity=2, horizon="4.5 d"))
    assert _starts(log) == [
        (t, item_key("task", number, stream))
        for number, t in enumerate((0.0, 2.0, 4.0)) for stream in (0, 1)
    ]


def test_workstreams_follow_the_people(run):
    # One per person: 1, from 3 on 3.
    log = run(_streams(closed(0, per_person=1.0), plan=steps(d3=3), horizon="5.25 d"))
    assert [t for t, _ in _starts(log)] == [0.0, 2.0, 3.0, 3.0, 4.0, 5.0, 5.0]


def test_workstreams_are_whole(run):
    # floor(1 + 0.5 * 3) = 2
    log = run(_streams(closed(1, per_person=0.5), capacity=3, horizon="1 d"))
    assert [t for t, _ in _starts(log)] == [0.0, 0.0]


def test_surplus_workstreams_stop_after_their_item_and_go_on_later(run):
    # 3 people, from 1 on one, from 5 on three again.
    plan = steps(d1=1, d5=3)
    log = run(_streams(closed(0, per_person=1.0), plan=plan, capacity=3, horizon="6.25 d"))
    assert _starts(log) == [
        (0.0, item_key("task", 0, 0)), (0.0, item_key("task", 0, 1)),
        (0.0, item_key("task", 0, 2)),
        (2.0, item_key("task", 1, 0)), (4.0, item_key("task", 2, 0)),
        (5.0, item_key("task", 1, 1)), (5.0, item_key("task", 1, 2)),
        (6.0, item_key("task", 3, 0)),
    ]


def test_a_workstream_that_is_wanted_again_before_its_item_ends_just_goes_on(run):
    plan = steps(d0_5=1, d1=2)
    log = run(_streams(closed(0, per_person=1.0), plan=plan, capacity=2, horizon="3 d"))
    assert [t for t, _ in _starts(log)] == [0.0, 0.0, 2.0, 2.0]


def test_span_lets_a_person_lead_more_workstreams_with_a_better_assistant(run):
    # Generation 1 is released at 1: from then on three workstreams for the one person.
    flows, stocks = releases("1 d")
    log = run(_streams(
        closed(0, per_person=1.0, span="span"),
        horizon="1.5 d", flows=flows, stocks=stocks, pools={"slots": agents()},
        assistants={"source": "own", "pool": "slots"},
        feedback={"span": {"kind": "threshold", "at": 0.05, "below": 1.0, "above": 3.0}},
    ))
    assert [t for t, _ in _starts(log)] == [0.0, 1.0, 1.0]


def test_arrivals_add_up_their_intervals(run):
    interval = {"kind": "exponential", "mean": "1 d"}
    log = run(_streams({"kind": "open", "interval": interval}, capacity=99))
    quantile = DISTRIBUTIONS.lookup("exponential").quantile
    expected, time, number = [], 0.0, 0
    while True:
        u = draw(item_key("task", number), None, "interval")
        time += quantile(u, 1.0)
        if time >= 8.0:
            break
        expected.append((time, item_key("task", number)))
        number += 1
    assert len(expected) > 3
    assert _starts(log) == expected


def test_arrivals_do_not_wait_for_each_other(run):
    log = run(_streams(every("0.25 d"), horizon="2 d"))
    assert [t for t, _ in _starts(log)] == [0.25 * n for n in range(1, 8)]


def test_pulled_items_are_known_by_their_start_number(run):
    source = {"kind": "pull", "limit": 9}
    log = run(_streams(source, capacity=2, horizon="1 d"))
    assert _starts(log) == [
        (0.0, item_key("task", 0)), (0.0, item_key("task", 1)),
        (0.5, item_key("task", 2)), (0.5, item_key("task", 3)),
    ]


def test_items_are_numbered_in_order_of_creation(run):
    log = run(_streams(closed(2), capacity=2, horizon="4.5 d"))
    assert rows(log.visits, "item", stage="begin") == [0, 1, 2, 3, 4, 5]
