"""Arrivals at a rate that follows what is deployed: each reaches a threshold of its own."""

import math

import pytest

from sim.engines.reference.clock import ARRIVAL, Clock

from .tiny import (
    SPAWNED,
    agents,
    closed,
    compute,
    delay,
    draw,
    flow,
    item_key,
    lab,
    labour,
    people,
    poisson,
    releases,
    rows,
    study,
    training_flow,
)


def thresholds(number, seed=0):
    """What the integral of the rate must gain for each arrival: -log(1 - u)."""
    draws = [draw(item_key("incident", i), None, "interval", seed=seed) for i in range(number)]
    return [-math.log1p(-u) for u in draws]


def reached(*levels, end, seed=0):
    """When the integral of the rate reaches the sums of the thresholds, before the end.

    `levels`: (time, rate from then on), the first from when nothing has been reached yet.
    """
    found, total = [], 0.0
    for threshold in thresholds(200, seed):
        total += threshold
        area = 0.0
        for (begin, rate), (until, _) in zip(levels, [*levels[1:], (end, 0)], strict=True):
            if rate and begin <= begin + (total - area) / rate < until:
                found.append(begin + (total - area) / rate)
            area += rate * (until - begin)
    return found


def _incidents(source, *, horizon="8 d", interval="2 d", **more):
    """Incidents beside releases of 0.1 OOM each at interval, 2 * interval, …"""
    flows, stocks = releases(interval)
    flows["incident"] = flow(source, {"mend": delay("1 d")})
    return lab(horizon=horizon, flows=flows, stocks=stocks, **more)


def _arrivals(log):
    return rows(log.visits, "requested", flow="incident", stage="mend")


def step(below, above, at=0.05):
    """A law that changes with the first release."""
    return {"level": {"kind": "threshold", "at": at, "below": below, "above": above}}


def test_at_a_constant_rate_intervals_are_thresholds_over_the_rate(run):
    log = run(_incidents(poisson(2.0)))
    assert _arrivals(log) == pytest.approx(reached((0.0, 2.0), end=8.0), abs=1e-12)
    assert len(_arrivals(log)) > 5
    keys = rows(log.visits, "item_key", stage="mend")
    assert keys == [item_key("incident", i) for i in range(len(keys))]


@pytest.mark.parametrize("above", [4.0, 0.25])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_release_puts_the_arrival_to_come_off_or_forward(run, above, seed):
    log = run(_incidents(poisson(2.0, law="level"), feedback=step(1.0, above)), seed=seed)
    expected = reached((0.0, 2.0), (2.0, 2.0 * above), end=8.0, seed=seed)
    assert _arrivals(log) == pytest.approx(expected, abs=1e-12)
    # Not where the old rate would have put the first arrival after the release.
    first = next(i for i, t in enumerate(expected) if t > 2.0)
    untouched = sum(thresholds(first + 1, seed)) / 2.0
    assert untouched > 2.0
    assert abs(_arrivals(log)[first] - untouched) > 1e-3


def test_the_rate_may_rise_from_0(run):
    log = run(_incidents(poisson(3.0, law="level"), feedback=step(0.0, 1.0)))
    expected = reached((2.0, 3.0), end=8.0)
    assert len(expected) > 3
    assert _arrivals(log) == pytest.approx(expected, abs=1e-12)


def test_the_rate_may_fall_to_0(run):
    log = run(_incidents(poisson(3.0, law="level"), feedback=step(1.0, 0.0)))
    expected = reached((0.0, 3.0), (2.0, 0.0), end=8.0)
    assert len(expected) > 0
    assert _arrivals(log) == pytest.approx(expected, abs=1e-12)


def test_the_rate_follows_the_deployed_model_whoever_helps(run):
    # Frozen assistants stay at c = 0; incidents come from what is deployed all the same.
    law = {"feedback": step(0.0, 1.0), "pools": {"slots": agents()}}
    frozen = {"source": "frozen", "pool": "slots"}
    log = run(_incidents(poisson(3.0, law="level"), assistants=frozen, **law))
    assert _arrivals(log) == pytest.approx(reached((2.0, 3.0), end=8.0), abs=1e-12)


def _careless(stages, *, horizon="9 d"):
    """Releases at 2, 4, …; one defect escapes in each `slip` stage of their making."""
    flows, stocks = study("2 d")
    gate = {"kind": "gate", "min_gain": 0.1, "next": next(iter(stages))}
    flows = {"research": flows} if "source" in flows else flows
    flows["generation"] = flow(closed(), {"gate": gate, **stages, "release": {"kind": "release"}})
    flows["incident"] = flow(poisson(0.0, per_defect=1.5), {"mend": delay("1 d")})
    return lab(
        horizon=horizon, flows=flows, stocks=stocks, pools={"desk": people()},
        skills={"careless": {"pool": "desk", "human_quality": 0.0}},
    )


def test_defects_of_the_deployed_generation_raise_the_rate_until_the_next_release(run):
    # Generations 1, 2, … have two defects each: the rate is 3 from 2 on, and stays there.
    slip = labour("careless", "0 d")
    log = run(_careless({"a": slip | {"next": "b"}, "b": slip | {"next": "release"}}))
    assert rows(log.generations, "defects released")[:3] == [(0, 0.0), (2, 2.0), (2, 4.0)]
    expected = reached((2.0, 3.0), end=9.0)
    assert _arrivals(log) == pytest.approx(expected, abs=1e-12)
    summed = reached((2.0, 3.0), (4.0, 6.0), (6.0, 9.0), (8.0, 12.0), end=9.0)
    assert len(expected) < len(summed)


def test_a_generation_without_defects_ends_the_incidents_of_the_last(run):
    # Half of the generations, by chance, take the careless way.
    ways = {"a": delay("0 d", next={"slip": 0.5, "release": 0.5}),
            "slip": labour("careless", "0 d", next="release")}
    log = run(_careless(ways, horizon="21 d"), seed=4)
    levels = [
        (released, 1.5 * defects)
        for defects, released in rows(log.generations, "defects released", outcome="released")
    ]
    assert {rate for _, rate in levels[1:]} == {0.0, 1.5}, "choose another seed"
    expected = reached(*levels, end=21.0, seed=4)
    assert len(expected) > 3
    assert _arrivals(log) == pytest.approx(expected, abs=1e-9)


def test_a_defect_that_escapes_after_the_release_counts_from_then_on(run):
    # Trained from 0 to 2, released at 2; the evaluation begun at 1 ends, wrong, at 5.
    model = lab(
        horizon="9 d", initial_training="1 d",
        pools={"cluster": compute(1), "desk": people()},
        skills={"careless": {"pool": "desk", "human_quality": 0.0}},
        flows={
            "generation": training_flow(
                plan={"kind": "fixed_duration", "days": "2 d", "max_days": "2 d"},
                train={"evaluations": {"flow": "evaluation", "every": "1 d"}},
            ),
            "evaluation": flow(SPAWNED, {"test": labour("careless", "4 d")}),
            "routine": flow(closed(), {"live": delay("1 d")}),  # or the gate waits in vain
            "incident": flow(poisson(0.0, per_defect=2.0), {"mend": delay("1 d")}),
        },
    )
    log = run(model)
    assert rows(log.generations, "released", outcome="released") == [0.0, 2.0]
    expected = reached((5.0, 2.0), end=9.0)
    assert len(expected) > 2
    assert _arrivals(log) == pytest.approx(expected, abs=1e-12)


def _timed_release(rate, **law):
    """The one release, at 1, is the end of a delay: a completion, before arrivals at 1."""
    flows, stocks = study("0.5 d")
    gate = {"kind": "gate", "min_gain": 0.1, "next": "ship"}
    generation = flow(closed(), {
        "gate": gate, "ship": delay("0.5 d", next="release"), "release": {"kind": "release"},
    })
    incident = flow(poisson(rate, law="level"), {"mend": delay("1 d")})
    return lab(
        horizon="1.25 d", stocks=stocks, feedback=step(**law),
        flows={"research": flows, "generation": generation, "incident": incident},
    )


def test_an_arrival_that_is_due_comes_although_the_rate_falls_at_that_instant(run):
    rate = thresholds(1)[0]  # reached at exactly 1 d
    log = run(_timed_release(rate, below=1.0, above=0.0))
    assert rows(log.generations, "released", outcome="released") == [0.0, 1.0]
    assert _arrivals(log) == [1.0]
    # A little later it would not have come any more.
    assert _arrivals(run(_timed_release(0.999 * rate, below=1.0, above=0.0))) == []


def test_an_arrival_put_off_is_no_event(run):
    # Planned for 1.11 and put off at 1 beyond the horizon: as if there were no such flow.
    model = _timed_release(0.9 * thresholds(1)[0], below=1.0, above=0.01)
    data = model.to_dict()
    del data["flows"]["incident"]
    assert run(model).end.events == run(type(model).from_dict(data)).end.events


def test_an_alarm_cancelled_leaves_its_place_to_another():
    clock, rung = Clock(0.0), []
    first = clock.alarm(1.0, ARRIVAL, (0, (0,)))
    first.callbacks.append(lambda _: rung.append("first"))
    other = clock.alarm(2.0, ARRIVAL, (0, (1,)), idle=True)
    first.cancel()
    other.cancel()
    assert (clock.pending, clock.advance(9.0)) == (0, False)
    for name in ("second", "third"):
        alarm = clock.alarm(1.0 + (name == "third"), ARRIVAL, (0, (0,)))
        alarm.callbacks.append(lambda _, name=name: rung.append(name))
    while clock.advance(9.0):
        clock.exhaust(99)
    assert rung == ["second", "third"]
    assert (clock.events, clock.pending) == (2, 0)


# --- ends ---------------------------------------------------------------------------------


def _gate_waits_for_incidents(below):
    """Only incidents raise the stock that the gate waits for."""
    insight = {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}}
    gate = {"kind": "gate", "min_gain": 0.1, "next": "release"}
    return lab(
        horizon="50 d", stocks={"algorithms": {"gain": 1.0}}, feedback=step(below, 1.0),
        flows={
            "incident": flow(poisson(0.5, law="level"), {"mend": delay("1 d")}, insight=insight),
            "generation": flow(closed(), {"gate": gate, "release": {"kind": "release"}}),
        },
    )


def test_waiting_for_arrivals_with_insight_is_no_deadlock(run):
    log = run(_gate_waits_for_incidents(1.0))
    assert log.end.reason == "horizon"
    assert len(log.generations) > 2


def test_waiting_for_arrivals_at_rate_0_is_a_deadlock(run):
    # The rate would rise with the release that waits for it.
    end = run(_gate_waits_for_incidents(0.0)).end
    assert (end.reason, end.time) == ("deadlock", 0.0)


def test_a_rate_without_bounds_is_a_blow_up(run):
    law = {"level": {"kind": "power", "base": 1.0, "exponent": 5000.0}}
    end = run(_incidents(poisson(0.001, law="level"), feedback=law)).end
    assert (end.reason, end.time) == ("blow_up", 2.0)
    assert "arrivals of flow 'incident'" in end.detail


# --- interventions ------------------------------------------------------------------------


def test_a_new_rate_holds_from_its_date_on_also_for_the_arrival_to_come(run):
    new = {"at": "3 d", "set": {"flows": {"incident": {"source": {"rate": 0.25}}}}}
    log = run(_incidents(poisson(2.0), interventions={"calm": new}))
    expected = reached((0.0, 2.0), (3.0, 0.25), end=8.0)
    assert _arrivals(log) == pytest.approx(expected, abs=1e-12)
    assert len(expected) < len(reached((0.0, 2.0), end=8.0))


def test_what_arrives_in_a_pause_is_lost(run):
    pause = {"stop": {"at": "2 d", "pause": "incident"}, "go": {"at": "5 d", "resume": "incident"}}
    log = run(_incidents(poisson(2.0), interventions=pause))
    every_one = reached((0.0, 2.0), end=8.0)
    expected = [t for t in every_one if not 2.0 <= t < 5.0]
    assert 0 < len(expected) < len(every_one)
    assert _arrivals(log) == pytest.approx(expected, abs=1e-12)
