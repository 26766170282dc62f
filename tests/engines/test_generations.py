"""Whose model helps, how fast it is taken up, and the time before t = 0."""

import itertools

import pytest

from sim.laws import capability as laws

from .tiny import (
    LN10,
    agents,
    closed,
    compute,
    delay,
    draw,
    every,
    flow,
    job,
    lab,
    labour,
    people,
    releases,
    rows,
    spans,
    study,
    training_flow,
)


def _helped(source="own", *, interval="1 d", tasks="0.25 d", horizon="4 d", **assistants):
    """Releases 0.1 OOM better at each interval; tasks of 1 d, all delegated.

    The speed-up is 1 below c = 0.05, and 2 above.
    """
    flows, stocks = releases(interval)
    return lab(
        horizon=horizon,
        pools={"desk": people(), "slots": agents()},
        assistants={"source": source, "pool": "slots"} | assistants,
        feedback={
            "always": 1.0,
            "speed": {"kind": "threshold", "at": 0.05, "below": 1.0, "above": 2.0},
        },
        skills={"code": {"pool": "desk", "share": "always", "speedup": "speed"}},
        stocks=stocks,
        flows=flows | {"task": flow(every(tasks), {"do": labour("code", "1 d")})},
    )


def _tasks(log, columns):
    return rows(log.visits, columns, flow="task")


def test_without_delay_everybody_uses_the_newest_generation(run):
    # Arrivals come before the release of their instant: at t = 1 still generation 0.
    log = run(_helped(horizon="2.75 d"))
    assert _tasks(log, "requested assistant_generation") == [
        (0.25, 0), (0.5, 0), (0.75, 0), (1.0, 0), (1.25, 1), (1.5, 1), (1.75, 1), (2.0, 1),
        (2.25, 2), (2.5, 2),
    ]


def test_without_access_everybody_uses_the_generation_before(run):
    log = run(_helped(access=0.0, horizon="3.5 d"))
    found = dict(_tasks(log, "requested assistant_generation"))
    assert (found[0.5], found[1.5], found[2.5], found[3.25]) == (0, 0, 1, 2)


def test_adoption_takes_time(run):
    # One release, at 50; by 90 most, not all, of the tasks use it.
    log = run(_helped(
        interval="50 d", tasks="0.5 d", horizon="90 d", adoption="20 d", access=0.8
    ))
    tasks = _tasks(log, "requested item_key assistant_generation")
    expected = [
        int(draw(key, "do", "generation") < laws.adoption_chance(time - 50.0, 20.0, 0.8))
        if time > 50.0 else 0
        for time, key, _ in tasks
    ]
    assert [generation for *_, generation in tasks] == expected
    assert 10 < sum(expected) < 70


def test_a_task_gets_the_capability_of_the_generation_it_uses(run):
    fast = run(_helped(horizon="3 d"))
    slow = run(_helped(horizon="3 d", access=0.0))
    assert (1.25, 1.75) in _tasks(fast, "started finished")
    assert (1.25, 2.25) in _tasks(slow, "started finished")  # still generation 0


@pytest.mark.parametrize("source", ["frozen", "none"])
def test_frozen_assistants_stay_as_they_are_and_none_are_not_used(run, source):
    log = run(_helped(source, horizon="3 d"))
    assert (1.25, 2.25) in _tasks(log, "started finished")
    executors = {"frozen": "agent", "none": "human"}
    assert set(_tasks(log, "executor")) == {executors[source]}
    assert len(log.generations) == 4  # releases go on: 0, 1, 2 and one open


def test_frozen_assistants_are_generation_0_in_the_log(run):
    log = run(_helped("frozen", horizon="3 d"))
    assert set(_tasks(log, "assistant_generation")) == {0}


def test_people_are_not_an_assistants_generation(run):
    log = run(_helped("none", horizon="3 d"))
    assert set(_tasks(log, "assistant_generation")) == {-1}


# --- before t = 0 -------------------------------------------------------------------------


def _with_prehistory(**more):
    flows, stocks = releases("1 d")
    parts = {"horizon": "0.5 d", "prehistory": "5 d", "flows": flows, "stocks": stocks}
    return lab(**(parts | more))


def test_the_clock_starts_before_zero_with_research_only(run):
    log = run(_with_prehistory())
    starts = rows(log.visits, "requested", flow="research", activity="delay")
    assert starts == [-5.0, -4.0, -3.0, -2.0, -1.0, 0.0]
    assert rows(log.visits, "requested", flow="generation", activity="gate") == [0.0, 0.0]


def test_generation_0_is_deployed_at_zero_and_research_is_ahead_of_it(run):
    # Five insights of 0.1 OOM by t = 0: generation 1 is worth releasing at once.
    log = run(_with_prehistory())
    columns = "generation started released"
    assert rows(log.generations, columns)[:2] == [(0, None, 0.0), (1, 0.0, 0.0)]
    level = 0.0
    for _ in range(5):
        level += 0.1 * LN10
    assert rows(log.generations, "capability", generation=1) == [laws.capability(1.0, level)]
    assert set(rows(log.visits, "generation", requested=-3.0)) == {1}


def test_arrivals_and_pulls_begin_before_zero_too(run):
    log = run(_with_prehistory(
        pools={"desk": people(1), "others": people()},
        skills={"plain": {"pool": "desk"}, "other": {"pool": "others"}},
        flows={
            "visit": flow(every("2 d"), {"do": labour("other", "0 d")}),
            "idea": flow({"kind": "pull", "limit": 1}, {"do": labour("plain", "3 d")}),
        },
        stocks={},
    ))
    assert rows(log.visits, "requested", flow="visit") == [-3.0, -1.0]
    assert rows(log.visits, "requested", flow="idea") == [-5.0, -2.0]


def test_the_cluster_is_not_lent_before_zero(run):
    # It trains generation 0 until then. Two jobs of 10 d for one machine.
    model = _with_prehistory(
        initial_training="1 d",
        allocation={"kind": "priority", "lender": "cluster", "borrower": "machines"},
        pools={"cluster": compute(1), "machines": compute(1)},
        stocks={},
        flows={
            "generation": training_flow(gate={"min_gain": 9.0}),
            "job": flow(closed(2), {"run": job("machines", "10 d", next="rest"),
                                    "rest": delay("90 d")}),
        },
    )
    assert spans(run(model), flow="job") == [(-5.0, None), (0.0, None)]


def test_working_hours_hold_before_zero(run):
    # t = 0 is a Monday: the clock starts on Wednesday; Saturday and Sunday are -2 and -1.
    model = _with_prehistory(
        pools={"desk": people(1, hours="mon-fri 06:00-18:00")},
        skills={"plain": {"pool": "desk"}},
        stocks={},
        flows={"task": flow(closed(), {"do": labour("plain", "0.5 d")})},
    )
    assert [start for start, _ in spans(run(model))] == [-4.75, -3.75, -2.75, 0.25]


# --- models that fail their approval ------------------------------------------------------


def _approved(on_failure, **more):
    """Generations approved with chance 1/2 by a lead in half a day; learning never stops."""
    research, stocks = study("1 d")
    approve = labour("judge", "0.5 d", failure={"chance": 0.5}, on_failure=on_failure)
    gate = {"kind": "gate", "min_gain": 0.0, "next": "approve"}
    stages = {"gate": gate, "approve": approve | more.pop("approve", {})} | more
    return lab(
        horizon="40 d", stocks=stocks, pools={"leads": people(1)},
        skills={"judge": {"pool": "leads"}},
        flows={"research": research, "generation": flow(closed(), stages)},
    )


def test_what_comes_after_an_approval_waits_until_it_is_given(run):
    # Each release follows at once the approval that passed, never one that failed.
    log = run(_approved("approve", release={"kind": "release", "after": "approve"}))
    passed = rows(log.visits, "finished", activity="verdict", outcome="passed")
    failed = rows(log.visits, "finished", activity="verdict", outcome="failed")
    assert len(failed) > 5
    assert rows(log.visits, "requested", stage="release") == passed


def test_a_generation_given_up_is_dropped_and_its_number_used_again(run):
    log = run(_approved("bury", approve={"next": "release"}, bury=delay("0.25 d"),
                        release={"kind": "release"}))
    made = rows(log.generations, "generation outcome released")[1:-1]
    assert {outcome for _, outcome, _ in made} == {"released", "dropped"}
    assert all((released is None) == (outcome == "dropped") for _, outcome, released in made)
    released = [number for number, outcome, _ in made if outcome == "released"]
    assert released == list(range(1, len(released) + 1))
    for (number, outcome, _), (following, _, _) in itertools.pairwise(made):
        assert following == number + (outcome == "released")


# --- a vendor's assistants ----------------------------------------------------------------


def _vendor(**assistants):
    """A task at a time; the vendor's models are twice and four times as fast as the first."""
    return lab(
        horizon="5 d", pools={"desk": people(), "slots": agents(1)},
        assistants={"source": "external", "pool": "slots", "external": {"2 d": 0.5, "4 d": 1.0}}
        | assistants,
        feedback={"all": 1.0, "speed": {"kind": "table", "points": {0: 1, 0.5: 2, 1: 4}}},
        skills={"code": {"pool": "desk", "share": "all", "speedup": "speed"}},
        flows={"task": flow(closed(), {"do": labour("code", "1 d")})},
    )


def test_a_vendors_models_help_from_their_dates_on(run):
    log = run(_vendor())
    assert rows(log.visits, "assistant_generation started") == [
        (0, 0.0), (0, 1.0), (1, 2.0), (1, 2.5), (1, 3.0), (1, 3.5),
        (2, 4.0), (2, 4.25), (2, 4.5), (2, 4.75),
    ]
    assert len(log.generations) == 1  # the lab itself released nothing


def test_a_vendors_release_may_be_all_that_a_lab_waits_for(run):
    # Workstreams follow the span of control: none before the vendor's model, one after it.
    log = run(lab(
        horizon="14 d", pools={"desk": people(1), "slots": agents(1)},
        assistants={"source": "external", "pool": "slots", "external": {"10 d": 0.2}},
        feedback={"span": {"kind": "threshold", "at": 0.1, "below": 0.0, "above": 1.0}},
        skills={"code": {"pool": "desk"}}, stocks=study("1 d")[1],
        flows={
            "research": flow(closed(0, per_person=1.0, span="span"),
                             {"do": labour("code", "1 d")}, insight=study("1 d")[0]["insight"]),
            "generation": releases("1 d")[0]["generation"],
        },
    ))
    assert log.end.reason == "horizon"
    assert rows(log.visits, "started", stage="do")[0] == 10.0


def test_without_access_a_vendors_last_model_but_one_helps(run):
    log = run(_vendor(access=0.0))
    assert rows(log.visits, "assistant_generation started") == [
        (0, 0.0), (0, 1.0), (0, 2.0), (0, 3.0), (1, 4.0), (1, 4.5),
    ]
