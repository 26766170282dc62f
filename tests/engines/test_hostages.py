"""Hostages: units that an item keeps from everybody else, ahead of every queue (O5)."""

import pytest

from sim import invariants

from .tiny import (
    SPAWNED,
    closed,
    compute,
    delay,
    flow,
    job,
    lab,
    labour,
    people,
    rows,
    spans,
    steps,
)

JOBS = {"j2": "2 d", "j3": "3 d", "j5": "5 d"}
"""Three jobs at a time, on three machines; each is asked for again when it ends."""


def _incident(at, name, stage, pool="machines", units=1, count=1):
    """Flows that let incidents happen once, at a time: who spawns them, and they themselves."""
    batch = {"kind": "batch", "flow": name, "count": count, "next": "rest"}
    return {
        name: flow(SPAWNED, {"mend": stage}, hostages={"pool": pool, "units": units}),
        f"{name}_comes": flow(closed(), {
            "wait": delay(at, next="come"), "come": batch, "rest": delay("900 d"),
        }),
    }


def _machines(*, lasts="6 d", units=2, plan=None, horizon="7.5 d", **more):
    """An incident at 1 takes machines hostage for as long as it lasts."""
    jobs = {
        name: flow(closed(), {"run": job("machines", work, priority=0)})
        for name, work in JOBS.items()
    }
    incident = _incident("1 d", "incident", delay(lasts), units=units)
    return lab(
        horizon=horizon, pools={"machines": compute(3, plan=plan or {"kind": "constant"})},
        flows=jobs | incident | more,
    )


def _hostages(log, **where):
    return rows(
        log.visits, "requested started finished outcome", activity="hostage", **where
    )


def _jobs(log, name):
    return spans(log, flow=name, activity="run")


def test_units_are_taken_one_by_one_as_they_free_and_returned_together(run):
    log = run(_machines(lasts="6 d"))
    assert _hostages(log) == [(1.0, 2.0, 7.0, "done"), (1.0, 3.0, 7.0, "done")]
    # Jobs ask with priority 0, from 2 and 3 on, and wait; at 5 a machine is nobody's hostage.
    assert _jobs(log, "j2") == [(0.0, 2.0), (5.0, 7.0), (7.0, None)]
    assert _jobs(log, "j3") == [(0.0, 3.0), (7.0, None)]
    assert _jobs(log, "j5") == [(0.0, 5.0), (7.0, None)]
    assert invariants.check(log) == []


def test_without_hostages_nobody_waits(run):
    data = _machines(lasts="6 d").to_dict()
    data["flows"]["incident"]["hostages"] = None
    log = run(lab(**data))
    assert _jobs(log, "j2") == [(0.0, 2.0), (2.0, 4.0), (4.0, 6.0), (6.0, None)]
    assert _hostages(log) == []


def test_what_was_not_taken_when_the_item_ends_is_withdrawn(run):
    log = run(_machines(lasts="1.5 d", horizon="4.5 d"))
    assert _hostages(log) == [(1.0, 2.0, 2.5, "done"), (1.0, None, 2.5, "withdrawn")]
    assert _jobs(log, "j2") == [(0.0, 2.0), (2.5, None)]
    assert _jobs(log, "j3") == [(0.0, 3.0), (3.0, None)]
    assert invariants.check(log) == []


def test_a_cut_comes_before_hostages(run):
    # 3 → 2 at 1.5: the machine that frees at 2 leaves, those of 3 and 5 are taken.
    log = run(_machines(plan=steps(d1_5=2)))
    assert [start for _, start, *_ in _hostages(log)] == [3.0, 5.0]
    assert _jobs(log, "j2")[1] == (7.0, None)
    assert invariants.check(log) == []


def test_units_called_back_come_before_hostages(run):
    # The cluster's one unit is lent until its job asks for it, at 2. It gets it at 4.
    model = lab(
        horizon="7 d",
        allocation={"kind": "priority", "lender": "cluster", "borrower": "machines"},
        pools={"machines": compute(1), "cluster": compute(1)},
        flows={
            "x4": flow(closed(), {"run": job("machines", "4 d")}),
            "x5": flow(closed(), {"run": job("machines", "5 d")}),
            "big": flow(closed(), {"wait": delay("2 d", next="run"),
                                   "run": job("cluster", "9 d")}),
        } | _incident("1 d", "incident", delay("90 d")),
    )
    log = run(model)
    assert spans(log, flow="big", activity="run") == [(4.0, None)]
    assert _hostages(log) == [(1.0, 5.0, None, "open")]


def test_hostages_queue_by_time_then_flow_then_number(run):
    # One unit frees at 2, 3, 5: the earlier incident first, then flows in model order.
    other = _incident("1 d", "other", delay("90 d"))
    early = _incident("0.5 d", "early", delay("90 d"))
    log = run(_machines(lasts="90 d", units=1, **other, **early))
    started = {name: _hostages(log, flow=name)[0][1] for name in ("incident", "other", "early")}
    assert started == {"early": 2.0, "incident": 3.0, "other": 5.0}


def test_each_unit_has_a_row_with_its_number(run):
    log = run(_machines())
    columns = "flow stage visit attempt units pool executor value previous cause"
    found = rows(log.visits, columns, activity="hostage")
    freed = rows(log.visits, "row", activity="run", finished=[2.0, 3.0])
    assert [row[:6] for row in found] == [
        ("incident", "mend", 0, 1, 1, "machines"), ("incident", "mend", 0, 2, 1, "machines"),
    ]
    (came,) = rows(log.visits, "row", stage="wait")
    assert [row[-2:] for row in found] == [(came, freed[0]), (came, freed[1])]
    # What starts when they are returned starts because of them.
    ends = rows(log.visits, "row", activity="hostage")
    assert rows(log.visits, "cause", flow="j3", started=7.0) == [ends[-1]]


def test_people_are_taken_hostage_in_their_hours_and_work_nothing_as_such(run):
    # Monday to Friday 09:00 to 17:00; the incident comes on Monday at 18:00.
    model = lab(
        horizon="2 d", start_date="2026-01-05", hours_per_person_day=8,
        pools={"desk": people(2, hours="mon-fri 09:00-17:00"), "anybody": people()},
        skills={"plain": {"pool": "desk"}},
        flows=_incident("0.75 d", "incident", delay("0.75 d"), pool="desk"),
    )
    log = run(model)
    columns = "requested started finished worked executor"
    assert rows(log.visits, columns, activity="hostage") == [(0.75, 1.375, 1.5, 0.0, None)]
    assert invariants.check(log) == []


def test_items_that_come_together_take_theirs_in_turn(run):
    model = lab(
        horizon="9 d", pools={"machines": compute(3)},
        flows=_incident("1 d", "part", delay("2 d"), units=2, count=2),
    )
    log = run(model)
    assert _hostages(log) == [
        (1.0, 1.0, 3.0, "done"), (1.0, 1.0, 3.0, "done"),
        (1.0, 1.0, 3.0, "done"), (1.0, None, 3.0, "withdrawn"),
    ]
    assert invariants.check(log) == []


@pytest.mark.parametrize(("solvers", "reason"), [(1, "horizon"), (0, "deadlock")])
def test_hostages_of_an_incident_that_nobody_will_solve_are_a_deadlock(run, solvers, reason):
    model = lab(
        horizon="20 d",
        pools={"machines": compute(1), "desk": people(1, plan=steps(d0_5=solvers))},
        skills={"plain": {"pool": "desk"}},
        flows={
            "job": flow(closed(), {"run": job("machines", "2 d")}),
        } | _incident("1 d", "incident", labour("plain", "0.5 d")),
    )
    log = run(model)
    assert log.end.reason == reason
    if reason == "deadlock":  # the job ends at 2, the machine is taken, nobody mends
        assert log.end.time == 2.0


def test_a_pause_of_the_first_stage_holds_no_hostage_up(run):
    # Nobody mends before 4; the machine of 2 is taken all the same, and kept to 4.5.
    pause = {"stop": {"at": "0 d", "pause": "incident.mend"},
             "go": {"at": "4 d", "resume": "incident.mend"}}
    model = lab(
        horizon="6 d",
        pools={"machines": compute(1), "desk": people(1)},
        skills={"plain": {"pool": "desk"}},
        flows={
            "job": flow(closed(), {"run": job("machines", "2 d")}),
        } | _incident("1 d", "incident", labour("plain", "0.5 d")),
        interventions=pause,
    )
    log = run(model)
    assert _hostages(log) == [(1.0, 2.0, 4.5, "done")]
    assert spans(log, activity="work") == [(4.0, 4.5)]
    assert _jobs(log, "job") == [(0.0, 2.0), (4.5, None)]
    assert invariants.check(log) == []
