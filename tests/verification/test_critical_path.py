"""Plans of fixed times: releases are where PERT has them, to the bit.

All times are whole days, so equality is exact. The plan: gate, 10 d of training, then side by
side 7 d of post-training, five evaluations of 4 d on two machines, 3 d of safety tests and
2 d of their report; 1 d of approval when all three have ended; 1 d of deployment; a harness
of 4 d after post-training, in time for the release. Research brings a result every 4 d.
"""

import math

import pytest

from sim.metrics import critical_path

from . import theory

AFTER = {
    "train": ["gate"], "post_train": ["train"], "evaluate": ["train"], "safety": ["train"],
    "report": ["safety"], "harness": ["post_train"],
    "approve": ["post_train", "evaluate", "report"], "deploy": ["approve"],
    "release": ["deploy", "harness"],
}


def planned(gate, evaluate=12.0, post_train=7.0, safety=3.0):
    """End of each stage of a generation whose gate opens at a time."""
    durations = {
        "gate": gate, "train": 10.0, "post_train": post_train, "evaluate": evaluate,
        "safety": safety, "report": 2.0, "harness": 4.0, "approve": 1.0, "deploy": 1.0,
        "release": 0.0,
    }
    return theory.critical_path(durations, AFTER)


def stage(name, value):
    return f"flows.generation.stages.{name}='{value} d'"


# Overrides, what they change in the plan, and by hand: the first gate and release, the cycle.
PLANS = {
    "as shipped": ([], {}, 20, 44, 24),
    "a longer harness within its slack": (
        ["flows.generation.stages.harness.work='7 d'"], {}, 20, 44, 24,
    ),
    "evaluations all at once": (["pools.machines.capacity=5"], {"evaluate": 4.0}, 20, 41, 21),
    "long safety tests": (
        ["flows.generation.stages.safety.work='13 d'"], {"safety": 13.0}, 20, 47, 27,
    ),
    "long post-training": (
        ["flows.generation.stages.post_train.work='11 d'"], {"post_train": 11.0}, 20, 45, 25,
    ),
    "slow research": (["flows.experiment.stages.run.duration='4 d'"], {}, 30, 54, 30),
}


@pytest.mark.parametrize("name", PLANS)
def test_releases_are_where_the_plan_has_them(name, replications):
    overrides, changed, gate, first, cycle = PLANS[name]
    (run,) = replications(1, "scenario=critical_path", *overrides)
    released = run.generations["released"].dropna().to_numpy()[1:]
    assert list(released) == [first + cycle * i for i in range(len(released))]
    assert len(released) >= 5
    row = run.generations.iloc[1]
    assert row["left_gate"] == gate
    if "harness" not in name:
        plan = planned(gate, **changed)
        assert {key: row[f"left_{key}"] for key in plan} == plan


def test_wrong_plans_are_rejected(replications):
    (run,) = replications(1, "scenario=critical_path")
    released = run.generations["released"].iloc[1]
    series = 20 + 10 + 7 + 12 + 3 + 2 + 4 + 1 + 1  # one after the other
    assert released != series
    for rounds in (1, 2, 5):  # instead of three
        assert released != planned(20, evaluate=4.0 * rounds)["release"]
    (quick,) = replications(1, "scenario=critical_path", "pools.machines.capacity=5")
    # Without the join of harness and deployment the release would be two days earlier.
    assert quick.generations["released"].iloc[1] != planned(20, evaluate=4.0)["deploy"]


def test_know_how_frozen_at_the_gates(replications):
    """Results that end at the very instant of a gate count; the one after does not."""
    (run,) = replications(1, "scenario=critical_path")
    frozen = run.generations["algorithms"].dropna().to_numpy()
    gates = [0, *(20 + 24 * i for i in range(len(frozen) - 1))]
    assert list(frozen) == [0.25 * (gate // 4) for gate in gates]
    assert list(frozen[1:]) != [0.25 * ((gate - 1) // 4) for gate in gates[1:]]
    assert run.generations["capability"].iloc[1] == pytest.approx(1.25 / math.log(10))


def test_the_log_names_the_critical_path(replications):
    """Back from the release along the causes: each ends when the next begins."""
    (run,) = replications(1, "scenario=critical_path")
    rows = run.visits
    row = rows[(rows["stage"] == "release") & (rows["generation"] == 1)].index[0]
    path = []
    while row >= 0:
        result = rows.at[row, "activity"] == "result"
        path.insert(0, "result" if result else f"{rows.at[row, 'flow']}.{rows.at[row, 'stage']}")
        row = rows.at[row, "cause"]
    research = ["experiment.design", "experiment.run", "experiment.analyze", "result"]
    evaluations = ["evaluation.evaluate"] * 3  # three rounds on one machine
    after = [f"generation.{name}" for name in ("approve", "deploy", "release")]
    assert path == [*research * 5, "generation.gate", "generation.train", *evaluations, *after]


# The stages after the gate that have no slack; where deployment and harness end together, the
# one later in model order counts as last.
CRITICAL = {
    "as shipped": ["train", "evaluate", "approve", "deploy"],
    "a longer harness within its slack": ["train", "evaluate", "approve", "deploy"],
    "evaluations all at once": ["train", "post_train", "harness"],
    "long safety tests": ["train", "safety", "report", "approve", "deploy"],
    "long post-training": ["train", "post_train", "harness"],
    "slow research": ["train", "evaluate", "approve", "deploy"],
}


def _paths(run):
    """Phases of each generation's critical path, and how long they take."""
    table = critical_path.path(run.visits, run.generations, run.model)
    for _, segments in table.groupby("generation"):
        days = (segments["finish"] - segments["start"]).groupby(segments["phase"], sort=False)
        yield {phase: sum(parts) for phase, parts in days if len(parts)}


@pytest.mark.parametrize("name", PLANS)
def test_the_path_found_is_the_plans_longest(name, replications):
    overrides, _, gate, _, cycle = PLANS[name]
    (run,) = replications(1, "scenario=critical_path", *overrides)
    first, *others = _paths(run)
    assert list(first) == ["gate", *CRITICAL[name]] and first["gate"] == gate
    for found in others:
        assert [phase for phase in found if phase != "gate"] == CRITICAL[name]
        assert sum(found.values()) == cycle


def test_a_path_through_slack_is_rejected(replications):
    """The sums of stages that have slack are shorter than the cycle."""
    (run,) = replications(1, "scenario=critical_path")
    first = next(_paths(run))
    assert first == {"gate": 20, "train": 10, "evaluate": 12, "approve": 1, "deploy": 1}
    assert 20 + 10 + 7 + 4 < sum(first.values()) == 44
