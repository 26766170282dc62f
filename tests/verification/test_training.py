"""Training with interruptions: the time it takes, and the interval between checkpoints.

50 d of work, interrupted every M = 2 d of running, checkpoints of 0.05 d after every 0.5 d of
work, restarts of 6 h. The time of a run is known whole, so there is nothing to warm up.
"""

import math

import numpy as np
import pytest

from . import theory
from .theory import check


def times(runs):
    """Time of the training run of generation 1, from its start to its end."""
    rows = [run.generations.iloc[1] for run in runs]
    assert all(row["outcome"] == "released" for row in rows)
    return np.array([row["left_train"] - row["entered_train"] for row in rows])


def repeated_repairs(work, interval, cost, mtbf, repair):
    """The neighbouring model, where repairs are interrupted, too (Daly 2006)."""
    return math.exp(repair / mtbf) * theory.training_time(work, interval, cost, mtbf, 0.0)


CASES = {
    "restart only": (0.25, []),
    "long restarts": (2.0, ['flows.generation.stages.train.interruptions.restart="2 d"']),
    "people find the fault": (
        0.25 + 0.4,
        ["flows.generation.stages.train.interruptions.manual=0.4"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_time_of_an_interrupted_training_run(case, replications):
    repair, overrides = CASES[case]
    found = times(replications(300, "scenario=training_interruptions", *overrides))
    assert check(found, theory.training_time(50, 0.5, 0.05, 2.0, repair))
    assert not check(found, theory.training_time(50, 0.5, 0.05, 2.2, repair))
    assert not check(found, theory.training_time(50, 0.5, 0.05, 2.0, 1.1 * repair))
    if repair > 0.25:  # restarts of 6 h are so seldom interrupted that it takes 0.7% longer
        assert not check(found, repeated_repairs(50, 0.5, 0.05, 2.0, repair))
    assert not check(found, theory.training_time(50, 0.5, 0.0, 2.0, repair))  # free checkpoints
    first_order = 50 / 0.5 * (0.55 + (0.55 / 2 + repair) * 0.55 / 2.0)
    assert not check(found, first_order)  # a loss of half a segment each time


def test_without_checkpoints_all_work_is_lost(replications):
    """3 d in one segment: the mean is 2.25 (e^1.5 - 1) = 7.8 d."""
    found = times(
        replications(
            300, "scenario=training_interruptions", "flows.generation.stages.gate.plan.days=3d",
            "flows.generation.stages.train.checkpoints=null",
        )
    )
    assert check(found, theory.segment_time(3.0, 2.0, 0.25))
    assert not check(found, theory.training_time(3.0, 0.5, 0.05, 2.0, 0.25))
    assert not check(found, 3.0 * (1 + 0.25 / 2.0))  # nothing lost but the restarts


def interval(value):
    return f"flows.generation.stages.train.checkpoints.interval={value}"


def test_the_optimal_interval_is_the_exact_one(replications):
    """What an interrupted run keeps is a whole number of intervals."""
    runs = replications(100, "scenario=training_interruptions", interval("optimal"))
    kept = []
    for run in runs:
        kept.append(run.visits["worked"][run.visits["outcome"] == "interrupted"].to_numpy())
    kept = np.concatenate(kept)
    assert (kept > 0).sum() > 100

    def whole(tau):
        return np.allclose(kept / tau, np.round(kept / tau), rtol=0, atol=1e-9)

    assert whole(theory.best_interval(2.0, 0.05))
    assert not whole(math.sqrt(2 * 2.0 * 0.05))  # Young's, to first order
    assert not whole(1.01 * theory.best_interval(2.0, 0.05))
    found = times(runs)
    best = theory.best_interval(2.0, 0.05)
    assert check(found, theory.training_time(50, best, 0.05, 2.0, 0.25))


@pytest.mark.parametrize("factor", [0.4, 2.5])
def test_other_intervals_take_longer(factor, replications):
    best = times(replications(100, "scenario=training_interruptions", interval("optimal")))
    tau = factor * theory.best_interval(2.0, 0.05)
    other = times(replications(100, "scenario=training_interruptions", interval(f"{tau}d")))
    expected = theory.training_time(50, tau, 0.05, 2.0, 0.25)
    assert check(other, expected)
    assert not check(other, theory.training_time(50, 2 * tau, 0.05, 2.0, 0.25))
    assert (other - best).mean() > 0
    assert not check(other - best, 0.0)


@pytest.mark.verify
def test_diagnosis_in_office_hours(replications):
    """Waiting for people is repair time, and long; the running time is that without repairs.

    So is the number of interruptions, one in M days of running: with the mean repair R as it
    was, waiting included, the whole takes (M + R) / M times the running time.
    """
    runs = replications(
        1500, "scenario=training_interruptions", "pools.people.capacity=1",
        "+pools.people.hours='mon-fri 09:00-17:00'", "hours_per_person_day=8",
        "flows.generation.stages.train.interruptions.manual=0.4",
    )
    repairing = []
    for run in runs:
        rows = run.visits[run.visits["activity"] == "repair"]
        repairing.append((rows["finished"] - rows["started"]).sum())
    interruptions = np.array([run.generations["interruptions"].iloc[1] for run in runs])
    running = times(runs) - repairing
    expected = theory.training_time(50, 0.5, 0.05, 2.0, 0.0)
    assert check(running, expected)
    assert not check(running, theory.training_time(50, 0.5, 0.05, 2.2, 0.0))
    assert check(interruptions, expected / 2.0)
    assert not check(interruptions, expected / 2.2)
    repair = sum(repairing) / interruptions.sum()
    served = 0.25 + 0.4 * 8 / 24  # a person-day is eight hours
    assert repair > 2 * served  # mostly nights and week-ends
    assert check(times(runs), theory.training_time(50, 0.5, 0.05, 2.0, repair))
    assert not check(times(runs), theory.training_time(50, 0.5, 0.05, 2.0, served))
