"""Surges after a release, and shares that follow the waiting."""

import pytest

from sim.laws import serving

from .tiny import (
    SPAWNED,
    capacity_changes,
    closed,
    compute,
    flow,
    job,
    lab,
    labour,
    people,
    releases,
    rows,
    spans,
)

SURGE = {"donor": "research", "to": "serving", "share": 0.5, "decay": "10 d"}
FIRST, LAST = (10.0 + serving.back_after(2.0, k, 10.0) for k in (1.0, 2.0))
"""When the two units of the surge at t = 10 are back: 10 + 10 ln(4/3) and 10 + 10 ln 4."""


def _lab(surge=None, horizon="17 d", flows=None, **parts):
    """One release, at 10; four jobs of 3 d at a time on four units, until 12 when it comes."""
    more, stocks = releases("10 d")
    more["generation"]["stages"]["release"]["surge"] = surge
    job_flow = {"job": flow(closed(4), {"run": job("research", "3 d")})}
    return lab(
        horizon=horizon, stocks=stocks,
        pools={"research": compute(4), "serving": compute(0)} | parts.pop("pools", {}),
        flows=more | job_flow | (flows or {}), **parts,
    )


def test_the_times_at_which_units_come_back():
    assert pytest.approx(12.876820724517809) == FIRST
    assert pytest.approx(23.862943611198906) == LAST


def test_a_surge_takes_units_as_they_free_and_gives_them_back_one_by_one(run):
    # Two of four units go at 12, when jobs end; one is back at 12.9: only then a third job runs.
    log = run(_lab(SURGE))
    serving = rows(log.changes, "time before after", kind="capacity", name="serving")
    assert serving == [(12.0, 0.0, 2.0), (FIRST, 2.0, 1.0)]
    assert capacity_changes(log, "research") == [(12.0, 4.0, 2.0), (FIRST, 2.0, 3.0)]
    assert [start for start, _ in spans(log, flow="job") if start and start >= 12.0] == [
        12.0, 12.0, FIRST, 15.0, 15.0, FIRST + 3.0,
    ]


def test_without_a_surge_nobody_waits(run):
    log = run(_lab())
    assert capacity_changes(log, "research") == []
    starts = [start for start, _ in spans(log, flow="job") if start >= 12.0]
    assert starts == [12.0] * 4 + [15.0] * 4


def test_finished_cluster_scaling_returns_the_rest_at_once(run):
    # One engineer does two tasks of 1.5 d: the surge ends at 13, with one unit still away.
    scaling = {"scaling": flow(SPAWNED, {"scale": labour("ops", "1.5 d")})}
    relief = {"relief": {"flow": "scaling", "count": 2}}
    log = run(_lab(
        SURGE | relief, flows=scaling,
        pools={"ops": people(1)}, skills={"ops": {"pool": "ops"}},
    ))
    assert spans(log, flow="scaling") == [(10.0, 11.5), (11.5, 13.0)]
    assert capacity_changes(log, "research") == [
        (12.0, 4.0, 2.0), (FIRST, 2.0, 3.0), (13.0, 3.0, 4.0),
    ]


def test_relief_that_is_quick_enough_spares_research(run):
    # Two engineers: all is done at 11.5, before a unit has become free.
    scaling = {"scaling": flow(SPAWNED, {"scale": labour("ops", "1.5 d")})}
    relief = {"relief": {"flow": "scaling", "count": 2}}
    log = run(_lab(
        SURGE | relief, flows=scaling,
        pools={"ops": people(2)}, skills={"ops": {"pool": "ops"}},
    ))
    assert capacity_changes(log, "research") == []


def test_units_move_only_as_they_free_and_their_sum_never_changes(run):
    # Half of them again at each of many releases, with jobs of every length.
    more, stocks = releases("2 d")
    more["generation"]["stages"]["release"]["surge"] = SURGE | {"decay": "3 d"}
    work = {"kind": "exponential", "mean": "5 d"}
    log = run(lab(
        horizon="60 d", stocks=stocks,
        pools={"research": compute(8), "serving": compute(1)},
        flows=more | {"job": flow(closed(9), {"run": job("research", work)})},
    ))
    now, sums = {}, {}
    for time, name, after in rows(log.changes, "time name after", kind="capacity"):
        now[name] = after
        sums[time] = sum(now.values())
    assert len(sums) > 20
    assert set(sums.values()) == {9.0}


# --- adaptive shares ----------------------------------------------------------------------


def _adaptive(horizon="12 d", **allocation):
    """Until the release at 10, four units of `busy` have a queue of four; `idle` has nothing.

    So w = 4 * 10 / (4 * 10) = 1 for `busy`, and 0 for `idle`.
    """
    flows, stocks = releases("10 d")
    jobs = {"job": flow(closed(8), {"run": job("busy", "1 d")})}
    return lab(
        horizon=horizon, stocks=stocks, compute={"units": 8},
        pools={"idle": compute(None, share=0.5), "busy": compute(None, share=0.5)},
        allocation={"kind": "adaptive", "pools": ["idle", "busy"], "step": 0.25} | allocation,
        flows=flows | jobs,
    )


def test_a_release_moves_a_step_of_compute_to_where_it_is_waited_for(run):
    log = run(_adaptive())
    assert capacity_changes(log, "busy") == [(10.0, 4.0, 6.0)]
    assert capacity_changes(log, "idle") == [(10.0, 4.0, 2.0)]
    assert rows(log.changes, "time name before after", kind="share") == [
        (10.0, "idle", 0.5, 0.25), (10.0, "busy", 0.5, 0.75),
    ]
    assert len([1 for start, _ in spans(log, flow="job") if start == 10.0]) == 6


@pytest.mark.parametrize(("band", "moves"), [(0.999, True), (1.0, False)])
def test_waiting_is_measured_exactly_and_the_dead_band_holds(run, band, moves):
    log = run(_adaptive(dead_band=band))
    assert bool(capacity_changes(log, "busy")) == moves


def test_no_pool_falls_below_the_floor(run):
    # 0.1 of 8 units moves: shares 0.4 and 0.6, so 3 and 5 units.
    log = run(_adaptive(floor=0.4))
    assert capacity_changes(log, "idle") == [(10.0, 4.0, 3.0)]
    assert capacity_changes(log, "busy") == [(10.0, 4.0, 5.0)]


def test_waiting_counts_from_the_last_release(run):
    # After the first step 6 units have a queue of 2: w = 1/3, above a dead band of 0.3 once more.
    moved = run(_adaptive("22 d", dead_band=0.3))
    assert capacity_changes(moved, "busy") == [(10.0, 4.0, 6.0), (20.0, 6.0, 8.0)]
    stays = run(_adaptive("22 d", dead_band=0.34))
    assert capacity_changes(stays, "busy") == [(10.0, 4.0, 6.0)]


def test_shares_that_moved_hold_for_compute_that_is_delivered_later(run):
    data = _adaptive("16 d").to_dict()
    data["compute"]["plan"] = {"kind": "steps", "steps_at": {"15 d": 16}}
    log = run(type(_adaptive()).from_dict(data))
    assert capacity_changes(log, "busy")[-1] == (15.0, 6.0, 12.0)
