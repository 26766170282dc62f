"""Why a run ends: every reason that can occur, and what is not an end."""

import signal

import pytest

from sim.engines import ADVICE

from .tiny import (
    SPAWNED,
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
    releases,
    rows,
    steps,
    study,
)


def _releasing(**end):
    flows, stocks = releases("1 d")
    return lab(horizon="9 d", flows=flows, stocks=stocks, end=end)


def _desk(capacity=1, work="1 d", *, flows=None, horizon="9 d", **desk):
    return lab(
        horizon=horizon,
        pools={"desk": people(capacity, **desk)},
        skills={"plain": {"pool": "desk"}},
        flows={"task": flow(closed(), {"do": labour("plain", work)})} | (flows or {}),
    )


def _speeding(exponent):
    """Assistants' speed grows by so many powers of ten per OOM; releases of 0.1 OOM."""
    flows, stocks = releases("1 d")
    return lab(
        horizon="9 d",
        pools={"desk": people(), "slots": agents()},
        assistants={"source": "own", "pool": "slots"},
        feedback={"all": 1.0, "speed": {"kind": "power", "base": 1.0, "exponent": exponent}},
        skills={"code": {"pool": "desk", "share": "all", "speedup": "speed"}},
        stocks=stocks,
        flows=flows | {"task": flow(every("0.75 d"), {"do": labour("code", "1 d")})},
    )


GONE = steps(d0_5=0)
"""Everybody leaves at 0.5 for ever: the task of 1 d is finished, and the next one waits."""

CASES = {
    # reason: (model, time)
    "horizon": (_desk(), 9.0),
    "capability_target": (_releasing(capability=0.25), 3.0),
    "generation_target": (_releasing(generations=2), 2.0),
    "event_budget": (_desk().replace(end={"events": 20}), None),
    "deadlock": (_desk(plan=GONE), 1.0),
    "zero_time_loop": (_desk(work="0 d"), 0.0),
    "blow_up": (_speeding(25.0), 3.0),  # 10 ** (25 * 0.3)
}


@pytest.mark.parametrize("reason", CASES)
def test_every_reason_to_end(run, reason, monkeypatch):
    # A thousand events instead of a million, for speed; the true limit: see below.
    monkeypatch.setattr("sim.engines.reference.loop.ZERO_TIME_EVENTS", 1000)
    model, time = CASES[reason]
    end = run(model).end
    assert end.reason == reason
    assert time is None or end.time == time
    assert bool(end.advice) == (reason != "horizon")


def test_these_are_all_the_reasons():
    assert {*CASES, "interrupted"} == set(ADVICE)


def test_ctrl_c_keeps_the_log_so_far(run):
    model = _desk(horizon="1000000 y", work="exponential(mean=1 d)")
    run(_desk())  # the laws are compiled on first need; not while the clock runs

    def press(number, frame):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, press)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.25)
        log = run(model)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert log.end.reason == "interrupted"
    assert len(log.visits) > 10
    assert log.visits["requested"].max() <= log.end.time


def test_a_target_reached_with_the_last_event_of_the_budget_is_reached(run):
    model, _ = CASES["generation_target"]
    events = run(model).end.events
    end = run(model.replace(end={"generations": 2, "events": events})).end
    assert end.reason == "generation_target"


@pytest.mark.verify
def test_a_million_events_at_one_instant_are_a_loop(run):
    end = run(CASES["zero_time_loop"][0]).end
    assert (end.reason, end.time) == ("zero_time_loop", 0.0)
    assert 1_000_000 <= end.events <= 1_000_100


def test_many_events_at_one_instant_are_no_loop(run):
    flows = {
        "burst": flow(closed(), {"spread": {"kind": "batch", "flow": "spark", "count": 5000,
                                            "next": "rest"}, "rest": delay("90 d")}),
        "spark": flow(SPAWNED, {"flash": delay("0 d")}),
    }
    end = run(lab(horizon="9 d", flows=flows)).end
    assert end.reason == "horizon"
    assert end.events > 5000


# --- deadlock: only if nothing can ever happen ----------------------------------------------


def test_a_gate_that_can_never_open_is_a_deadlock(run):
    gate = {"kind": "gate", "min_gain": 0.1, "next": "release"}
    generation = flow(closed(), {"gate": gate, "release": {"kind": "release"}})
    end = run(lab(horizon="9 d", flows={"generation": generation})).end
    assert (end.reason, end.time) == ("deadlock", 0.0)
    assert "gate" in end.detail


def test_arrivals_do_not_hide_a_deadlock(run):
    # Arrivals go on, but the task that waits for nobody waits for ever.
    end = run(_desk(plan=GONE, flows={"visit": flow(every("4 d"), {"look": delay("1 d")})})).end
    assert (end.reason, end.time) == ("deadlock", 1.0)


def test_two_jobs_that_wait_for_each_others_units_are_no_deadlock_here(run):
    # Units are held for one stage only, so the big job gets its turn in the end.
    model = lab(
        horizon="9 d",
        pools={"machines": compute(2)},
        flows={
            "big": flow(closed(), {"run": job("machines", "4 d", units=2, next="rest"),
                                   "rest": delay("90 d")}),
            "small": flow(closed(), {"run": job("machines", "1 d", next="rest"),
                                     "rest": delay("90 d")}),
        },
    )
    assert run(model).end.reason == "horizon"


def test_waiting_for_the_morning_is_no_deadlock(run):
    assert run(_desk(hours="fri 09:00-17:00")).end.reason == "horizon"


def test_waiting_for_new_people_is_no_deadlock(run):
    log = run(_desk(0, plan=steps(d5=1)))
    assert log.end.reason == "horizon"
    assert rows(log.visits, "started")[0] == 5.0


def test_waiting_for_arrivals_with_insight_is_no_deadlock(run):
    # The gate waits for a stock that only items from outside can raise.
    flows, stocks = releases("1 d")
    insight = {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}}
    flows["research"] = flow(every("3 d"), {"read": delay("1 d")}, insight=insight)
    log = run(lab(horizon="9 d", flows=flows, stocks=stocks))
    assert log.end.reason == "horizon"
    assert rows(log.generations, "released", outcome="released") == [0.0, 4.0, 7.0]


def test_a_lab_with_nothing_left_to_do_reaches_its_horizon(run):
    end = run(_desk(flows={"task": flow({"kind": "pull", "limit": 0}, {
        "do": labour("plain", "1 d"),
    })})).end
    assert (end.reason, end.time) == ("horizon", 9.0)


# --- blow-up --------------------------------------------------------------------------------


def test_a_speedup_within_bounds_is_no_blow_up(run):
    assert run(_speeding(5.0)).end.reason == "horizon"


def test_a_service_too_short_for_the_clock_is_a_blow_up(run):
    # 1e-17 d after 1 d is 1 d: time would stand still.
    stages = {"wait": delay("1 d", next="blink"), "blink": delay("1e-17 d")}
    end = run(lab(horizon="9 d", flows={"item": flow(closed(), stages)})).end
    assert (end.reason, end.time) == ("blow_up", 1.0)


def test_the_log_of_a_run_that_ends_early_holds_what_happened(run):
    log = run(CASES["generation_target"][0])
    assert rows(log.generations, "generation released") == [(0, 0.0), (1, 1.0), (2, 2.0)]


def test_more_workstreams_than_anybody_could_count_are_a_blow_up(run):
    # Ten thousand for each person, and 20 people from day 1 on.
    end = run(_desk(1, plan=steps(d1=20), flows={"crowd": flow(
        closed(0, per_person=10_000.0), {"do": labour("plain", "1 d")}
    )})).end
    assert (end.reason, end.time) == ("blow_up", 1.0)
    assert "workstreams of flow 'crowd'" in end.detail


def test_more_slots_than_anybody_could_count_are_a_blow_up(run):
    # Slots grow as exp(40 * infrastructure), which rises by 1 each day.
    research, stocks = study("1 d", gain=1.0, stock="infrastructure")
    better, more = study("1 d")
    flows, _ = releases("1 d")
    end = run(lab(
        horizon="9 d", compute={"units": 1},
        pools={"slots": {"kind": "agent", "share": 1.0, "elasticity": 40.0}},
        stocks=stocks | more, flows={"serve": research, "research": better} | {
            "generation": flows["generation"]},
    )).end
    assert (end.reason, end.time) == ("blow_up", 1.0)
    assert "slots of pool 'slots'" in end.detail


def test_a_surge_of_any_size_ends_with_its_run(run):
    # However many units: their times of return are not all planned at once.
    flows, stocks = releases("1 d")
    flows["generation"]["stages"]["release"]["surge"] = {
        "donor": "machines", "to": "serving", "share": 1.0, "decay": "100 y",
    }
    pools = {"machines": compute(10**12), "serving": compute(0)}
    log = run(lab(horizon="1.5 d", pools=pools, flows=flows, stocks=stocks, end={"events": 1000}))
    assert log.end.reason == "event_budget"
    assert 1e12 in rows(log.changes, "after", name="serving")
