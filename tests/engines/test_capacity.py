"""Capacity: planned steps, cuts with a debt, lending (O6), slots of assistants."""

import math

from sim.laws.portable import exp

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
    rows,
    spans,
    steps,
    study,
    training_flow,
)


def _three_tasks(plan):
    """Two people at first; tasks of 4 d and 2 d are under way, one of 1 d waits."""
    return lab(
        horizon="5.5 d",
        pools={"desk": people(2, plan=plan)},
        skills={"desk": {"pool": "desk"}},
        flows={
            name: flow(closed(), {"do": labour("desk", work, next="rest"), "rest": delay("90 d")})
            for name, work in (("long", "4 d"), ("short", "2 d"), ("waiting", "1 d"))
        },
    )


def test_a_cut_leaves_a_debt_that_the_next_freed_unit_pays(run):
    log = run(_three_tasks(steps(d1=1)))
    assert spans(log, stage="do") == [(0.0, 4.0), (0.0, 2.0), (4.0, 5.0)]
    assert capacity_changes(log, "desk") == [(1.0, 2.0, 1.0)]


def test_a_cut_to_nobody_lets_those_at_work_finish(run):
    log = run(_three_tasks(steps(d1=0)))
    assert spans(log, stage="do") == [(0.0, 4.0), (0.0, 2.0), (None, None)]


def test_a_raise_serves_the_queue_at_once(run):
    log = run(_three_tasks(steps(d1=3)))
    assert spans(log, stage="do") == [(0.0, 4.0), (0.0, 2.0), (1.0, 2.0)]


def test_a_raise_during_a_debt_pays_it_first(run):
    # 2 → 0 at 1 (debt 2), → 2 at 1.5 (no debt, but nobody free before 2).
    log = run(_three_tasks(steps(d1=0, d1_5=2)))
    assert spans(log, stage="do") == [(0.0, 4.0), (0.0, 2.0), (2.0, 3.0)]


def test_growth_arrives_in_whole_units(run):
    model = lab(
        horizon="731 d",
        pools={"desk": people(2, plan={"kind": "growth", "factor": 2.25, "every": "0.5 y"})},
        skills={"desk": {"pool": "desk"}},
        flows={"task": flow(closed(), {"do": labour("desk", "900 d")})},
    )
    half = 365.25 / 2
    assert capacity_changes(run(model), "desk") == [
        (half, 2.0, 3.0), (2 * half, 3.0, 4.0), (3 * half, 4.0, 6.0), (4 * half, 6.0, 10.0),
    ]


# --- lending ------------------------------------------------------------------------------


def _lending(kind="priority"):
    """The cluster (2) is idle to 3, wanted from 3 on, and trains for 2 d when it has both."""
    roles = {"lender": "cluster", "borrower": "machines"} if kind == "priority" else {}
    return lab(
        horizon="9 d",
        initial_training="1 d",
        allocation={"kind": kind} | roles,
        pools={"machines": compute(1), "cluster": compute(2)},
        flows={
            "x4": flow(closed(), {"run": job("machines", "4 d")}),
            "x5": flow(closed(), {"run": job("machines", "5 d")}),
            "x6": flow(closed(), {"run": job("machines", "6 d")}),
            "generation": training_flow(
                plan={"kind": "fixed_duration", "days": "2 d", "max_days": "2 d"},
                gate={"min_gain": 9.0, "max_wait": "3 d"},
            ),
        },
    )


def test_idle_units_are_lent_and_come_back_one_by_one(run):
    log = run(_lending())
    assert [spans(log, flow=name)[0] for name in ("x4", "x5", "x6")] == [
        (0.0, 4.0), (0.0, 5.0), (0.0, 6.0),
    ]
    assert capacity_changes(log, "cluster") == [
        (0.0, 2.0, 0.0), (4.0, 0.0, 1.0), (5.0, 1.0, 2.0), (7.0, 2.0, 0.0),
    ]
    assert rows(log.visits, "requested started finished", activity="run", flow="generation") == [
        (3.0, 5.0, 7.0),
    ]


def test_units_called_back_leave_before_the_borrowers_own_queue(run):
    # At 4 and 5 units free while x4 and x5 queue again: they go back, and the queue gets
    # only the borrower's own unit at 6 and the loan of 7, when the training has ended.
    log = run(_lending())
    second = {name: rows(log.visits, "requested started", flow=name)[1] for name in ("x4", "x5")}
    assert second == {"x4": (4.0, 6.0), "x5": (5.0, 7.0)}


def test_units_that_free_together_go_back_together(run):
    # Three jobs of 4 d end at 4, when the cluster has been wanted since 3: its two go back,
    # though all three jobs ask again, and only the borrower's own unit is left for them.
    data = _lending().to_dict()
    for name in ("x5", "x6"):
        data["flows"][name] = data["flows"]["x4"]
    log = run(lab(**data))
    assert capacity_changes(log, "cluster")[:2] == [(0.0, 2.0, 0.0), (4.0, 0.0, 2.0)]
    assert spans(log, activity="run", flow="generation") == [(4.0, 6.0)]
    again = log.visits.query("flow != 'generation' and requested == 4.0")
    assert rows(again, "flow started") == [("x4", 4.0), ("x5", 6.0), ("x6", 6.0)]


def test_lending_conserves_the_sum(run):
    log = run(_lending())
    held = {"machines": 1.0, "cluster": 2.0}
    sums = {}
    changes = log.changes.query("kind == 'capacity' and (before != 0 or time > 0)")
    for time, name, before, after in rows(changes, "time name before after"):
        assert before == held[name]
        held[name] = after
        sums[time] = sum(held.values())
    assert sums == dict.fromkeys((0.0, 4.0, 5.0, 7.0), 3.0)


def test_without_lending_the_cluster_stays_idle(run):
    log = run(_lending(kind="fixed"))
    assert [spans(log, flow=name)[0][0] for name in ("x4", "x5", "x6")] == [0.0, 4.0, None]
    assert capacity_changes(log, "cluster") == []


def test_a_cut_of_the_lender_calls_its_units_back(run):
    # 2 lent, the plan falls to 0 at 1: the units leave the borrower as they free, and go.
    data = _lending().to_dict()
    data["pools"]["cluster"]["plan"] = steps(d1=0)
    data["flows"]["generation"]["stages"]["gate"]["max_wait"] = None
    log = run(lab(**data))
    assert [c[0] for c in capacity_changes(log, "machines")] == [0.0, 4.0, 5.0]
    assert capacity_changes(log, "machines")[-1][2] == 1.0
    assert capacity_changes(log, "cluster")[-1][2] == 0.0


# --- slots of assistants ------------------------------------------------------------------


def test_slots_follow_the_share_of_compute_and_infrastructure_at_release(run):
    # 10 units: 2 to agents, 1.5 slots each. Infrastructure is ln 2 from day 1 on; slots grow
    # by its square root, at the release of day 1.5, not before.
    research, stocks = study("1 d", math.log(2.0), "infrastructure")
    model = lab(
        horizon="1.75 d",
        compute={"units": 10},
        pools={
            "machines": compute(None, share=0.8),
            "slots": agents(None, share=0.2, slots_per_unit=1.5, elasticity=0.5),
        },
        stocks=stocks | {"algorithms": {"gain": math.log(10.0)}},
        flows={
            "research": research,
            "theory": study("1.5 d", math.log(10.0))[0],
            "generation": flow(closed(), {
                "gate": {"kind": "gate", "min_gain": 0.5, "next": "release"},
                "release": {"kind": "release"},
            }),
        },
    )
    grown = math.floor(2 * 1.5 * exp(0.5 * math.log(2.0)))
    assert grown == 4
    assert rows(run(model).changes, "time before after", name="slots") == [
        (0.0, 0.0, 3.0), (1.5, 3.0, 4.0),
    ]


def test_shares_divide_by_largest_remainder_ties_to_the_earlier_pool(run):
    model = lab(
        horizon="2 d",
        compute={"units": 10, "plan": steps(d1=11)},
        pools={
            "machines": compute(None, share=0.25),
            "cluster": compute(None, share=0.25),
            "slots": agents(None, share=0.5),
        },
        flows={"clock": flow(every("1 d"), {"tick": delay("1 d")})},
    )
    # 2.5, 2.5, 5 of 10; 2.75, 2.75, 5.5 of 11.
    assert rows(run(model).changes, "time name after") == [
        (0.0, "machines", 3.0), (0.0, "cluster", 2.0), (0.0, "slots", 5.0),
        (1.0, "cluster", 3.0),
    ]
