"""Directions: what a change of the lab does, on common random numbers, and what it does not do.

Levels, pairs and the sizes in the wrong claims were fixed before the seed was looked at.
"""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from .directions import (
    compare,
    diagnoses,
    difference,
    escaped,
    first_release,
    given_away,
    growth,
    less,
    more,
    passage,
    passage_after,
    results,
    results_after,
    runs,
    training_days,
    waiting,
    wasted,
)

FRESH = 2000
"""A seed that chose no parameter and no test (tuning: 1)."""

FEW, PAIRS, MORE, MANY = 8, 16, 24, 64
"""Pairs for large effects, for others, for those of one release; and in `make verify`."""

EFFORT = [PAIRS, pytest.param(MANY, marks=pytest.mark.verify)]


@pytest.fixture
def measured(record_property):
    """A measured difference, which is recorded."""

    def measured(what, measure, changed, base):
        found = compare(measure, changed, base)
        record_property(what, str(found))
        return found

    return measured


# --- the yardstick ------------------------------------------------------------------------------


def test_a_difference_of_known_numbers():
    # Mean 2, standard error 1 / sqrt(3), t(0.995, 2) = 9.9248.
    found = difference([1.0, 4.0, 7.0], [0.0, 2.0, 4.0])
    assert (found.mean, found.pairs) == (2.0, 3)
    assert (found.high - found.low) / 2 == pytest.approx(9.92484 / np.sqrt(3), rel=1e-5)


def test_a_claim_needs_the_whole_interval():
    noise = np.random.default_rng(3).normal(0.0, 1.0, PAIRS)
    noise -= noise.mean()
    up, none = difference(noise + 2.0, 0 * noise), difference(noise, 0 * noise)
    assert more(up) and more(up, than=0.9)
    assert not more(up, than=1.1) and not less(up)
    assert not more(none) and not less(none)


# --- oversight ----------------------------------------------------------------------------------


@pytest.mark.parametrize("pairs", EFFORT)
def test_light_oversight_saves_waiting_and_costs_defects_and_compute(pairs, measured):
    days = "horizon=200 d"
    light, usual = runs(pairs, FRESH, "scenario=light_oversight", days), runs(pairs, FRESH, days)
    people, compute = partial(waiting, executor="human"), partial(waiting, executor="compute")
    assert less(measured("light oversight: days of waiting for people", people, light, usual))
    assert less(measured("light oversight: days from design to result", passage, light, usual))
    assert more(measured("light oversight: escaped defects", escaped, light, usual))
    assert more(measured("light oversight: wasted unit-days", wasted, light, usual))
    # Not so: who is sooner done with people waits less for compute, too.
    assert not less(measured("light oversight: days of waiting for compute", compute, light, usual))


# --- the model debugs its own training ----------------------------------------------------------

FAULTY = ("horizon=200 d", "flows.generation.stages.train.interruptions.manual=0.5")
"""Half of all interruptions need a diagnosis, so that a training of three months sees many."""


@pytest.mark.parametrize("pairs", EFFORT)
def test_assistants_that_debug_training_shorten_it(pairs, measured):
    with_them = runs(pairs, FRESH, *FAULTY)
    without = runs(pairs, FRESH, *FAULTY, "skills.train_debug.share=null")
    assert less(measured("debugging assistants: days of training", training_days,
                         with_them, without))  # fmt: skip
    # Not so: they prevent faults.
    assert not less(measured("debugging assistants: diagnoses", diagnoses, with_them, without))


# --- surges -------------------------------------------------------------------------------------

HEAVY = (
    "horizon=240 d",
    "flows.generation.stages.release.surge.share=0.8",
    "flows.generation.stages.release.surge.decay=90 d",
    "flows.generation.stages.release.surge.relief.count=1",
    "flows.cluster_scaling.stages.scale.work.mean=40 d",
    "skills.scaling.difficulty=-2",
)
"""A rush that takes most of the experiments' compute and lasts a season, unless one large piece of
work ends it that assistants are good at."""


def test_a_heavy_surge_that_assistants_cannot_end_delays_experiments(measured):
    without = runs(MORE, FRESH, *HEAVY, "skills.scaling.share=null")
    with_them = runs(MORE, FRESH, *HEAVY)
    assert more(measured("no scaling skill, heavy surge: unit-days given away", given_away,
                         without, with_them))  # fmt: skip
    assert more(measured("no scaling skill, heavy surge: days from design to result",
                         passage_after, without, with_them))  # fmt: skip
    assert less(measured("no scaling skill, heavy surge: results", results_after,
                         without, with_them))  # fmt: skip
    # Not so: the model itself comes later.
    assert not more(compare(first_release, without, with_them))


@pytest.mark.verify
def test_a_surge_of_the_default_lab_lasts_longer_without_the_skill(measured):
    days = "horizon=240 d"
    without, usual = runs(MANY, FRESH, days, "skills.scaling.share=null"), runs(MANY, FRESH, days)
    assert more(measured("no scaling skill: unit-days given away", given_away, without, usual))
    assert more(measured("no scaling skill: days from design to result", passage_after,
                         without, usual))  # fmt: skip
    assert not more(compare(passage_after, without, usual), than=5.0)


# --- older loops saturate -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "name", "saturates"),
    [
        ("automl", "algorithms", True),
        ("self_hosting_compiler", "infrastructure", True),
        ("recursion", "algorithms", False),
    ],
)
def test_older_loops_saturate_and_unbounded_recursion_does_not(
    scenario, name, saturates, record_property
):
    """The last quarter of the time adds less than a fifth of what the first one does."""
    found = runs(PAIRS if saturates else 2, FRESH, f"scenario={scenario}")
    quarters = [[growth(run, name, q / 4, (q + 1) / 4) for run in found] for q in range(4)]
    shown = ", ".join(f"{np.mean(quarter):.3f}" for quarter in quarters)
    record_property(f"{scenario}: growth of {name} by quarter of the time", shown)
    assert less(difference(quarters[3], np.multiply(quarters[0], 0.2))) == saturates
    later = [difference(b, a) for a, b in pairwise(quarters)]
    assert all(less(step) for step in later[:2]) == saturates


# --- hiring -------------------------------------------------------------------------------------

PEOPLE = ("scenario=hiring_wave", "assistants.source=none", "horizon=450 d")
"""The wave in the lab without assistants, where what the engineers build sets the pace."""

NOBODY = "interventions.wave.capacity.engineers.add=0"
WAVE = 180.0


def experiments(start, end):
    """Results in a window of days after the wave."""
    return lambda run: len(results(run, WAVE + start, WAVE + end))


def test_hiring_late_hurts_first_and_helps_later(measured):
    wave, usual = runs(FEW, FRESH, *PEOPLE), runs(FEW, FRESH, *PEOPLE, NOBODY)
    soon, late = experiments(0, 56), experiments(90, 270)
    assert less(measured("hiring wave: results in the 8 weeks after it", soon, wave, usual))
    assert more(measured("hiring wave: results from day 90 to 270 after it", late, wave, usual))
    # Not so: newcomers who work like everybody else hurt, too.
    ready = (*PEOPLE, "pools.engineers.newcomers.speed=1", "pools.engineers.newcomers.drag=0",
             "horizon=240 d")  # fmt: skip
    wave, usual = runs(FEW, FRESH, *ready), runs(FEW, FRESH, *ready, NOBODY)
    assert not less(measured("experienced people join: results in 8 weeks", soon, wave, usual))
