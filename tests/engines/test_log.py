"""The log itself: what led to what (`previous`), what allowed what (`cause`), open rows."""

import numpy as np
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
    releases,
    rows,
    steps,
)


def _chain(capacity=1, workstreams=2, horizon="4.5 d", **desk):
    """first (1 d, at the desk) → second (1 d, anybody)."""
    return lab(
        horizon=horizon,
        pools={"desk": people(capacity, **desk), "anybody": people()},
        skills={"first": {"pool": "desk"}, "second": {"pool": "anybody"}},
        flows={"item": flow(closed(workstreams), {
            "first": labour("first", "1 d", next="second"), "second": labour("second", "1 d"),
        })},
    )


def test_previous_is_the_row_of_the_same_route_that_led_to_the_request(run):
    log = run(_chain(workstreams=1))
    # The next item of a workstream follows from the end of the last one.
    assert rows(log.visits, "item stage previous") == [
        (0, "first", -1), (0, "second", 0), (1, "first", 1), (1, "second", 2), (2, "first", 3),
    ]


def test_cause_is_the_row_whose_end_allowed_the_start(run):
    log = run(_chain())
    story = rows(log.visits, "item stage started previous cause")
    assert story[:4] == [
        (0, "first", 0.0, -1, -1),  # nobody had to leave
        (1, "first", 1.0, -1, 0),  # waited for the first item to leave the desk
        (0, "second", 1.0, 0, 0),  # did not wait: what led to it allowed it
        (1, "second", 2.0, 1, 1),
    ]


def test_opening_and_new_people_are_nobodys_doing(run):
    opened = run(_chain(hours="tue-fri 00:00-24:00", workstreams=1))
    assert rows(opened.visits, "started cause")[0] == (1.0, -1)
    grown = run(_chain(plan=steps(d0_5=2), horizon="0.75 d"))
    assert rows(grown.visits, "started cause") == [(0.0, -1), (0.5, -1)]


def test_a_loan_starts_because_of_the_row_that_left_the_units_idle(run):
    # The cluster's only job ends at 2: its unit is lent, and the job that waits starts.
    model = lab(
        horizon="3 d",
        allocation={"kind": "priority", "lender": "cluster", "borrower": "machines"},
        pools={"cluster": compute(1), "machines": compute(1)},
        flows={
            "run": flow(closed(), {"a": job("cluster", "2 d", next="rest"),
                                   "rest": delay("90 d")}),
            "job": flow(closed(2), {"b": job("machines", "9 d")}),
        },
    )
    log = run(model)
    assert rows(log.visits, "flow started cause", activity="run") == [
        ("run", 0.0, -1), ("job", 0.0, -1), ("job", 2.0, 0),
    ]


def test_a_batch_leads_on_by_its_last_child(run):
    model = lab(
        horizon="3.5 d",
        flows={
            "parent": flow(closed(), {
                "start": delay("1 d", next="spread"),
                "spread": {"kind": "batch", "flow": "child", "count": 2, "next": "after"},
                "after": delay("9 d"),
            }),
            "child": flow(SPAWNED, {"fork": delay("2 d")}),
        },
    )
    log = run(model)
    assert rows(log.visits, "flow stage previous") == [
        ("parent", "start", -1), ("parent", "spread", 0), ("child", "fork", 0),
        ("child", "fork", 0), ("parent", "after", 3),
    ]


def test_a_join_leads_on_by_its_last_track(run):
    stages = {
        "start": delay("1 d"),
        "long": delay("2 d", after="start"),
        "short": delay("1 d", after="start"),
        "join": delay("9 d", after=["long", "short"]),
    }
    log = run(lab(horizon="4 d", flows={"item": flow(closed(), stages)}))
    assert rows(log.visits, "stage previous") == [
        ("start", -1), ("long", 0), ("short", 0), ("join", 1),
    ]


def test_the_gate_opens_because_of_the_result_that_raised_the_stock(run):
    flows, stocks = releases("1 d")
    log = run(lab(horizon="1.5 d", flows=flows, stocks=stocks))
    table = log.visits
    (result,) = rows(table, "row", activity="result")
    assert rows(table, "started previous cause", activity="gate")[0] == (1.0, -1, result)


def test_causes_end_when_what_they_allow_starts(run):
    log = run(_chain(horizon="20 d", workstreams=5)).visits
    caused = log[log["cause"] >= 0]
    ends = log["finished"].to_numpy()[caused["cause"].to_numpy()]
    assert len(caused) > 20
    assert np.array_equal(ends, caused["started"].to_numpy())


def test_previous_rows_end_when_what_they_lead_to_is_requested(run):
    log = run(_chain(horizon="20 d", workstreams=5)).visits
    led = log[log["previous"] >= 0]
    ends = log["finished"].to_numpy()[led["previous"].to_numpy()]
    assert len(led) > 20
    assert np.array_equal(ends, led["requested"].to_numpy())


# --- the horizon (O8) ---------------------------------------------------------------------


def test_what_would_happen_at_the_horizon_does_not(run):
    # At 2 a task would end and an arrival come: neither happens.
    model = lab(horizon="2 d", flows={
        "item": flow(closed(), {"a": delay("1 d", next="b"), "b": delay("1 d")}),
        "visit": flow(every("2 d"), {"a": delay("1 d")}),
    })
    log = run(model)
    assert rows(log.visits, "flow stage started finished outcome") == [
        ("item", "a", 0.0, 1.0, "done"), ("item", "b", 1.0, None, "open"),
    ]
    assert (log.end.reason, log.end.time) == ("horizon", 2.0)


def test_waiting_and_served_rows_stay_open(run):
    log = run(_chain(horizon="0.5 d"))
    columns = "started finished worked outcome cause"
    assert rows(log.visits, columns) == [
        (0.0, None, 0.0, "open", -1), (None, None, 0.0, "open", -1),
    ]


@pytest.mark.parametrize("table", ["visits", "changes", "generations"])
def test_day_zero_is_a_positive_zero(run, table):
    # -0.0 prints as -0 and is not the same bits as 0.0.
    flows, stocks = releases("1 d")
    raw = run(lab(horizon="1.5 d", flows=flows, stocks=stocks)).raw[table]
    times = [v for name, v in raw.items() if v.dtype == np.float64 and name != "value"]
    assert times
    assert not any(np.any((v == 0) & np.signbit(v)) for v in times)
