"""What random models once found, each in its smallest model."""

import dataclasses

import sim
from sim import InputError, Model, invariants

ONE = {"kind": "closed", "workstreams": 1}
DAY = {"kind": "delay", "duration": "1 d"}
RELEASE = {"kind": "release"}


def lab(**parts):
    return Model.from_dict({"horizon": "9 d", "pools": {}} | parts)


def flow(source=ONE, **stages):
    return {"source": source, "stages": stages}


def learning():
    """A stock that rises by 0.5 each day."""
    insight = {"hit": 1, "noise": 1, "targets": {"algorithms": 1}}
    return {"algorithms": {"gain": 0.5}}, flow(think=DAY) | {"insight": insight}


def test_littles_law_of_a_run_that_ends_as_it_begins():
    run = sim.simulate(
        lab(flows={"f": flow(a=DAY | {"duration": "0 d"})}, end={"events": 10}), seed=0
    )
    assert run.end.time == 0.0
    assert invariants.check(run) == []


def test_conservation_knows_batches_within_batches():
    batch = {"kind": "batch", "count": 1}
    model = lab(flows={
        "whole": flow(a=batch | {"flow": "part", "next": "b"}, b=DAY),
        "part": flow({"kind": "batch"}, a=batch | {"flow": "piece"}),
        "piece": flow({"kind": "batch"}, a=DAY),
    })
    assert invariants.check(sim.simulate(model, seed=0)) == []


def test_without_a_training_stage_compute_gains_nothing():
    plan = {"kind": "fixed_duration", "days": "2 d", "max_days": "2 d"}
    gate = {"kind": "gate", "pool": "cluster", "plan": plan, "min_gain": 0.0, "next": "release"}
    parts = {
        "pools": {"cluster": {"kind": "compute", "capacity": 4}},
        "flows": {"generation": flow(gate=gate, release=RELEASE)},
    }
    try:
        run = sim.simulate(lab(**parts), seed=0)
    except InputError:
        return  # a plan without training refused is as good
    assert run.generations["capability"].max() == 0.0


def test_a_generation_is_released_once():
    stocks, research = learning()
    gate = {"kind": "gate", "min_gain": 0.0, "next": "left"}
    generation = flow(
        gate=gate, left=DAY | {"next": "release"},
        right=DAY | {"after": "gate", "next": "release"}, release=RELEASE,
    )
    try:
        model = lab(stocks=stocks, flows={"research": research, "generation": generation})
    except InputError:
        return  # two ways to one release refused is as good
    assert invariants.check(sim.simulate(model, seed=0)) == []


def test_a_model_that_failed_its_approval_is_not_released():
    approve = {
        "kind": "labour", "skill": "craft", "work": "1 d",
        "failure": {"chance": 1.0}, "on_failure": "approve",
    }
    gate = {"kind": "gate", "min_gain": 0.0, "next": "approve"}
    stocks, research = learning()
    try:
        model = lab(
            hours_per_person_day=24, pools={"people": {"kind": "human", "capacity": 1}},
            skills={"craft": {"pool": "people"}}, stocks=stocks,
            flows={
                "research": research,
                "generation": flow(
                    gate=gate, approve=approve, release=RELEASE | {"after": "approve"}
                ),
            },
        )
    except InputError:
        return  # a stage after one that may fail, refused, is as good
    run = sim.simulate(model, seed=0)
    assert len(run.generations[run.generations["outcome"] == "released"]) == 1  # generation 0


def test_conservation_knows_batches_that_an_intervention_makes_larger():
    batch = {"kind": "batch", "flow": "part", "count": 1, "next": "rest"}
    larger = {"at": "5 d", "set": {"flows": {"whole": {"stages": {"a": {"count": 3}}}}}}
    model = lab(
        flows={"whole": flow(a=batch, rest=DAY), "part": flow({"kind": "batch"}, a=DAY)},
        interventions={"larger": larger},
    )
    run = sim.simulate(model, seed=0)
    assert list(run.visits["flow"]).count("part") == 3 + 2 * 3
    assert invariants.check(run) == []
    unexplained = dataclasses.replace(run, model=model.replace(
        interventions={"larger": {"at": "5 d", "resume": "whole"}}
    ))
    assert "children of a batch missing or too many" in str(invariants.check(unexplained))
