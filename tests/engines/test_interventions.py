"""Interventions: what somebody changes at a date or a release, and from when it counts."""

import pytest

from sim import invariants

from .tiny import (
    agents,
    capacity_changes,
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
    spans,
    steps,
)


def _tasks(workstreams=1, horizon="4 d", **parts):
    """Tasks of 1 d at a desk."""
    parts = {"pools": {"desk": people(1)}} | parts
    return lab(
        horizon=horizon, skills={"desk": {"pool": "desk"}},
        flows={"task": flow(closed(workstreams), {"do": labour("desk", "1 d")})}, **parts,
    )


def _starts(log, **where):
    return rows(log.visits, "started", **where)


# --- settings -----------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["1.5 d", "2 d"])
def test_a_setting_counts_for_stages_entered_from_then_on(run, at):
    # The task of 1 to 2 keeps its day; at 2 the change comes before the next task.
    change = {"at": at, "set": {"flows": {"task": {"stages": {"do": {"work": "0.5 d"}}}}}}
    log = run(_tasks(interventions={"tools": change}))
    assert _starts(log) == [0.0, 1.0, 2.0, 2.5, 3.0, 3.5]
    assert rows(log.changes, "time kind name", kind="intervention") == [
        (float(at.split()[0]), "intervention", "tools"),
    ]


def test_a_law_changes_for_tasks_delegated_from_then_on(run):
    change = {"at": "1.5 d", "set": {"feedback": {"speed": 2.0}}}
    log = run(lab(
        horizon="4 d", pools={"desk": people(), "slots": agents(1)},
        assistants={"source": "frozen", "pool": "slots"},
        feedback={"all": 1.0, "speed": 1.0},
        skills={"desk": {"pool": "desk", "share": "all", "speedup": "speed"}},
        flows={"task": flow(closed(), {"do": labour("desk", "1 d")})},
        interventions={"vendor": change},
    ))
    assert _starts(log) == [0.0, 1.0, 2.0, 2.5, 3.0, 3.5]


def test_settings_at_a_generation_count_from_its_release(run):
    flows, stocks = releases("2 d")
    flows["tick"] = flow(closed(), {"wait": delay("1 d")})
    change = {"generation": 1, "set": {"flows": {"tick": {"stages": {
        "wait": {"duration": "0.5 d"}}}}}}
    log = run(lab(horizon="4 d", stocks=stocks, flows=flows, interventions={"sooner": change}))
    # At 2 the next tick begins with the events of that instant, before the gate is tried (O4a).
    assert _starts(log, flow="tick") == [0.0, 1.0, 2.0, 3.0, 3.5]


def test_later_settings_add_to_earlier_ones(run):
    work = {"flows": {"task": {"stages": {"do": {"work": "0.5 d"}}}}}
    review = {"oversight": {"policy": {"human_review": 1.0}}}
    log = run(lab(
        horizon="4 d", pools={"desk": people(1)}, oversight={"policy": {"review_work": "0.5 d"}},
        skills={"desk": {"pool": "desk", "oversight": "policy"}},
        flows={"task": flow(closed(), {"do": labour("desk", "1 d")})},
        interventions={"second": {"at": "2 d", "set": review}, "first": {"at": "1 d", "set": work}},
    ))
    assert rows(log.visits, "activity started") == [
        ("work", 0.0), ("work", 1.0), ("work", 1.5),
        ("work", 2.0), ("review", 2.5), ("work", 3.0), ("review", 3.5),
    ]


def test_shares_set_move_units_as_they_free(run):
    # At 1 half the compute is to move, but four jobs run to 2.
    change = {"at": "1 d", "set": {"pools": {"a": {"share": 0.25}, "b": {"share": 0.75}}}}
    log = run(lab(
        horizon="3 d", compute={"units": 8},
        pools={"a": compute(None, share=0.75), "b": compute(None, share=0.25)},
        flows={"job": flow(closed(6), {"run": job("a", "2 d")})},
        interventions={"shock": change},
    ))
    assert capacity_changes(log, "a") == [(2.0, 6.0, 2.0)]
    assert capacity_changes(log, "b") == [(2.0, 2.0, 6.0)]


def test_a_ceiling_that_is_lowered_takes_no_know_how_away(run):
    flows, stocks = releases("1 d")
    stocks["algorithms"]["gain"] = 0.25
    change = {"at": "2.5 d", "set": {"stocks": {"algorithms": {"ceiling": 0.25}}}}
    log = run(lab(horizon="5 d", stocks=stocks, flows=flows, interventions={"limit": change}))
    assert rows(log.changes, "time after", kind="stock") == [(1.0, 0.25), (2.0, 0.5)]


def test_tools_made_after_freshness_was_lowered_are_fresh_no_longer_than_that(run):
    # Tools of 1 and 2 are fresh to 61 and 62; from 2.5 on a tool lasts a quarter of a day.
    change = {"at": "2.5 d", "set": {"flows": {"tool": {"tool": {"fresh": "0.25 d"}}}}}
    tool = {"boost": 0.5, "most": 9, "fresh": "60 d"}
    task = labour("desk", "1 d", tools="tool")
    log = run(lab(
        horizon="5 d", pools={"desk": people()}, skills={"desk": {"pool": "desk"}},
        flows={
            "tool": flow(every("1 d"), {"make": delay("0 d")}, tool=tool),
            "task": flow(every("2.125 d"), {"do": task}),
        },
        interventions={"churn": change},
    ))
    # At 2.125 two tools are fresh; at 4.25 still these two, but not that of 4 (to 4.25).
    assert rows(log.visits, "requested value", flow="task") == [(2.125, 0.25), (4.25, 0.25)]


# --- capacities ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"to": 5}, [(1.0, 2.0, 5.0)]),
        ({"add": 3}, [(1.0, 2.0, 5.0), (2.0, 5.0, 7.0)]),
        ({"scale": 1.5}, [(1.0, 2.0, 3.0), (2.0, 3.0, 6.0)]),
        ({"hold": True}, []),
        ({"add": -1}, [(1.0, 2.0, 1.0), (2.0, 1.0, 3.0)]),
    ],
)
def test_a_capacity_changes_and_its_plan_goes_on_or_ends(run, change, expected):
    # The plan: 2, and 4 from day 2 on.
    log = run(_tasks(
        9, pools={"desk": people(2, plan=steps(d2=4))},
        interventions={"change": {"at": "1 d", "capacity": {"desk": change}}},
    ))
    assert capacity_changes(log, "desk") == expected


def test_all_shared_compute_can_be_frozen(run):
    log = run(lab(
        horizon="4 d", compute={"units": 4, "plan": steps(d1=8, d3=16)},
        pools={"a": compute(None, share=0.5), "b": compute(None, share=0.5)},
        flows={"job": flow(closed(), {"run": job("a", "1 d")})},
        interventions={"freeze": {"at": "2 d", "capacity": {"compute": {"hold": True}}}},
    ))
    assert capacity_changes(log, "a") == [(1.0, 2.0, 4.0)]


def test_hiring_people_counts_no_slots_anew(run):
    # Know-how about running things makes slots at releases and deliveries alone.
    learning, stocks = releases("1 d")[0]["research"], {"infrastructure": {"gain": 0.5}}
    learning["insight"]["targets"] = {"infrastructure": 1.0}
    log = run(lab(
        horizon="5 d", compute={"units": 4}, stocks=stocks,
        pools={"desk": people(1), "slots": agents(None, share=1.0, elasticity=1.0)},
        skills={"desk": {"pool": "desk"}},
        flows={"learning": learning, "task": flow(closed(), {"do": labour("desk", "1 d")})},
        interventions={"hire": {"at": "3.5 d", "capacity": {"desk": {"add": 1}}}},
    ))
    assert capacity_changes(log, "slots") == []
    assert capacity_changes(log, "desk") == [(3.5, 1.0, 2.0)]


# --- pauses -------------------------------------------------------------------------------

PAUSE = {"at": "1.5 d"}
RESUME = {"at": "3 d"}


def _paused(target):
    return {"stop": PAUSE | {"pause": target}, "go": RESUME | {"resume": target}}


def test_a_paused_flow_starts_no_items(run):
    log = run(_tasks(horizon="5 d", interventions=_paused("task")))
    assert _starts(log) == [0.0, 1.0, 3.0, 4.0]
    assert rows(log.changes, "time name before after", kind="pause") == [
        (1.5, "task", 0.0, 1.0), (3.0, "task", 1.0, 0.0),
    ]


def test_arrivals_during_a_pause_are_turned_away(run):
    log = run(lab(
        horizon="5 d", flows={"call": flow(every("1 d"), {"wait": delay("0.5 d")})},
        interventions=_paused("call"),
    ))
    assert _starts(log) == [1.0, 3.0, 4.0]  # at 3 the intervention comes first


def test_people_pull_nothing_during_a_pause(run):
    log = run(lab(
        horizon="4.5 d", pools={"desk": people(1)}, skills={"desk": {"pool": "desk"}},
        flows={"task": flow({"kind": "pull", "limit": 1}, {"do": labour("desk", "1 d")})},
        interventions=_paused("task"),
    ))
    assert _starts(log) == [0.0, 1.0, 3.0, 4.0]


def test_a_paused_stage_is_granted_nothing_and_blocks_nobody(run):
    # Day 1.5: `first` is done for two items; their `second` stage waits until 3. Meanwhile
    # others at the same desk are served.
    stages = {"first": labour("desk", "1 d", next="second"), "second": labour("desk", "1 d")}
    log = run(lab(
        horizon="6 d", pools={"desk": people(1)}, skills={"desk": {"pool": "desk"}},
        flows={"task": flow(closed(2), stages)}, interventions=_paused("task.second"),
    ))
    assert rows(log.visits, "item stage started") == [
        (0, "first", 0.0), (1, "first", 1.0), (0, "second", 3.0), (1, "second", 4.0),
        (2, "first", 5.0), (3, "first", None),
    ]


def test_a_paused_request_for_many_units_lets_smaller_ones_pass_at_once(run):
    # Two of four units are in use to 10; a job of four heads the queue until it is paused at 1.
    def once(units, days):
        stages = {"run": job("units", f"{units * days} d", units=units, next="rest"),
                  "rest": delay("90 d")}
        return flow(closed(), stages)

    log = run(lab(
        horizon="20 d", pools={"units": compute(4)},
        flows={"first": once(2, 10), "large": once(4, 1), "small": once(1, 1)},
        interventions={"stop": {"at": "1 d", "pause": "large.run"},
                       "go": {"at": "5 d", "resume": "large.run"}},
    ))
    assert spans(log, stage="run") == [(0.0, 10.0), (10.0, 11.0), (1.0, 2.0)]


def test_workstreams_held_by_a_pause_start_only_if_they_are_still_wanted(run):
    # Four people have four workstreams; paused at 1.5, two people are left at 3, resumed at 4.
    log = run(lab(
        horizon="4.5 d", pools={"desk": people(4)}, skills={"desk": {"pool": "desk"}},
        flows={"task": flow(closed(0, per_person=1.0), {"do": labour("desk", "1 d")})},
        interventions={
            "stop": PAUSE | {"pause": "task"}, "go": {"at": "4 d", "resume": "task"},
            "leave": {"at": "3 d", "capacity": {"desk": {"add": -2}}},
        },
    ))
    assert _starts(log) == [0.0] * 4 + [1.0] * 4 + [4.0] * 2


def test_service_under_way_is_not_stopped_by_a_pause(run):
    log = run(_tasks(horizon="5 d", interventions=_paused("task.do")))
    assert spans(log) == [(0.0, 1.0), (1.0, 2.0), (3.0, 4.0), (4.0, None)]


def test_a_pause_that_never_ends_is_a_deadlock(run):
    log = run(_tasks(interventions={"stop": PAUSE | {"pause": "task.do"}}))
    assert log.end.reason == "deadlock"
    assert log.end.time == 2.0


def test_a_paused_gate_does_not_open(run):
    flows, stocks = releases("1 d")
    interventions = {
        "stop": {"at": "0.5 d", "pause": "generation.gate"},
        "go": {"at": "2.5 d", "resume": "generation.gate"},
    }
    log = run(lab(horizon="4 d", stocks=stocks, flows=flows, interventions=interventions))
    assert rows(log.generations, "released", outcome="released")[1:] == [2.5, 3.0]


def test_a_delegated_task_waits_for_the_end_of_a_pause_before_it_balks(run):
    # At 3 two tasks ask for the one slot: the second one balks then, and a person does it.
    log = run(lab(
        horizon="4.5 d", pools={"desk": people(), "slots": agents(1)},
        assistants={"source": "frozen", "pool": "slots"}, feedback={"all": 1.0},
        skills={"desk": {"pool": "desk", "share": "all"}},
        flows={"task": flow(closed(2), {"do": labour("desk", "1 d")})},
        interventions=_paused("task.do"),
    ))
    asked = rows(log.visits, "pool requested started finished outcome", requested=[2.0, 3.0])
    assert asked == [
        ("slots", 2.0, 3.0, 4.0, "right"), ("slots", 2.0, None, 3.0, "balked"),
        ("desk", 3.0, 3.0, 4.0, "right"),
    ]
    assert invariants.check(log) == []


# --- newcomers ----------------------------------------------------------------------------

NEW = {"speed": 0.5, "drag": 0.25, "assimilation": "4 d"}


def _hiring(**newcomers):
    return _tasks(
        4, horizon="7 d", pools={"desk": people(2, newcomers=NEW | newcomers)},
        interventions={"hire": {"at": "1 d", "capacity": {"desk": {"add": 2}}}},
    )


def test_new_people_slow_a_team_until_they_are_assimilated(run):
    # From 1 to 5 efficiency is (2 + 0.25 * 2) / 4 = 0.625: a day's task takes 1.6 d.
    log = run(_hiring())
    assert rows(log.changes, "time before after", kind="efficiency") == [
        (1.0, 1.0, 0.625), (5.0, 0.625, 1.0),
    ]
    waves = [0.0] * 2 + [1.0] * 4 + [2.6] * 4 + [4.2] * 4 + [5.8] * 4 + [6.8] * 4
    assert _starts(log) == pytest.approx(waves)


def test_new_people_who_are_no_burden_change_nothing(run):
    log = run(_hiring(speed=1.0, drag=0.0))
    assert rows(log.changes, "time", kind="efficiency") == []
    assert _starts(log)[-4:] == [6.0] * 4


def test_a_team_keeps_some_efficiency_however_many_join(run):
    log = run(_hiring(speed=0.0, drag=1.0))
    assert rows(log.changes, "after", kind="efficiency") == [0.05, 1.0]


def test_the_newest_leave_first(run):
    # Two join at 1 and two leave at 2: those who stay are experienced.
    log = run(_tasks(
        4, horizon="7 d", pools={"desk": people(2, newcomers=NEW, plan=steps(d1=4, d2=2))},
    ))
    assert rows(log.changes, "time after", kind="efficiency") == [(1.0, 0.625), (2.0, 1.0)]
