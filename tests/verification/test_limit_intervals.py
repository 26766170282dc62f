"""Intervals of limits cover the truth as often as they say, on 8, 16 and 24 replications.

Planted: pairs of lognormal outcomes that share luck, with known means. Simulated: a lab of two
stages whose compute grows, so that the limit moves to its people; the truth is the mean of many
more replications.
"""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from scipy.special import ndtri, stdtrit

from sim.limits.attribution import log_ratio
from sim.limits.crossing import crossing
from sim.limits.elasticities import elasticity
from sim.limits.jackknife import Estimate, jackknife
from sim.limits.regime import difference
from sim.model import Model
from sim.study import outcomes
from sim.study.batch import sampled_at, summarised

FEW_STUDIES, MANY_STUDIES = 100, 2000
SIMULATED = 400
"""Studies: in short, of planted outcomes, of simulated ones."""
EFFORT = [FEW_STUDIES, pytest.param(MANY_STUDIES, marks=pytest.mark.verify)]
COVERS = 0.86, 0.94
"""What an interval of 90% must cover."""
STEP = 0.2
"""ln X_up - ln X_down of the drivers."""
SIZES = (8, 16, 24)


def bounds(studies):
    """What may be covered: as asked, give or take four standard errors if there are few studies."""
    error = 4 * (0.9 * 0.1 / studies) ** 0.5 if studies < SIMULATED else 0.0
    return COVERS[0] - error, COVERS[1] + error


# --- planted ----------------------------------------------------------------------------------


def lognormal(random, means, number, *, shared, own):
    """Outcomes of these means: a row per mean, lognormal, with luck shared by the rows and own."""
    means = np.asarray(means, dtype=float)
    alike = random.normal(0, shared, number)
    apart = random.normal(0, own, (*means.shape, number))
    return means[..., None] * np.exp(alike + apart - (shared**2 + own**2) / 2)


LUCK = {"calm": {"shared": 0.3, "own": 0.1}, "wild": {"shared": 0.5, "own": 0.5}}
ELASTIC = np.exp(np.array([0.3, -0.3, 0.1, -0.1]) * STEP / 0.4)
"""Means up and down of compute, elasticity 1.5, and of the loop, 0.5 (of a step of 0.2)."""
COURSE = np.array([0.8, 0.45, 0.1, -0.25, -0.6])
"""D in five windows: compute matters less and less; it crosses 0 between the third and fourth."""
MIDDLES = np.array([10.0, 30.0, 50.0, 70.0, 90.0])
CROSSED = 50.0 + 20.0 * 0.1 / 0.35


def course():
    """Means of compute up, down, and the loop up, down, in each window."""
    compute, loop = (np.outer([1, -1], STEP / 2 * (0.5 + s * COURSE / 2)) for s in (1, -1))
    return 10 * np.exp(np.concatenate([compute, loop]))


PLANTED = {
    "effect": ([100.0, 80.0], lambda m: m[1] - m[0], -20.0),
    "percent": ([100.0, 80.0], log_ratio, np.log(0.8)),
    "interaction": ([100.0, 90.0, 85.0, 60.0], lambda m: m[3] - m[1] - m[2] + m[0], -15.0),
    "elasticity": (ELASTIC[:2], partial(elasticity, step=STEP), 1.5),
    "of a time": (1 / ELASTIC[:2], partial(elasticity, step=STEP, sign=-1.0), 1.5),
    "difference": (ELASTIC, partial(difference, first=STEP, second=STEP), 1.0),
}


def covered(studies, number, means, function, truth, luck, interval=jackknife):
    """Share of studies whose interval holds the truth."""
    random = np.random.default_rng([number, studies])
    found = (interval(function, lognormal(random, means, number, **luck)) for _ in range(studies))
    return np.mean([each.low <= truth <= each.high for each in found])


@pytest.mark.parametrize("studies", EFFORT)
@pytest.mark.parametrize("luck", LUCK)
@pytest.mark.parametrize("what", PLANTED)
def test_planted_truths_are_covered(what, luck, studies, record_property):
    for number in SIZES:
        share = covered(studies, number, *PLANTED[what], LUCK[luck])
        record_property(f"{what}, {luck}, n = {number}", f"{share:.1%}")
        assert bounds(studies)[0] <= share <= bounds(studies)[1], number


def dates_covered(studies, truth, share=1.0):
    """Share of studies whose interval of the crossing (or a share of it) holds the truth."""
    found = [crossing(study, (STEP, STEP), MIDDLES, to="loop", times=2) for study in studies]
    low, date, high = np.array([(each.low, each.date, each.high) for each in found]).T
    with np.errstate(invalid="ignore"):  # of what is wholly before or after
        low, high = (np.where(share < 1, date + share * (end - date), end) for end in (low, high))
    return np.mean((low <= truth) & (truth <= high))


@pytest.mark.parametrize("studies", EFFORT)
@pytest.mark.parametrize("luck", [{"shared": 0.3, "own": 0.02}, {"shared": 0.3, "own": 0.1}])
def test_planted_dates_are_covered(luck, studies, record_property):
    for number in SIZES:
        random = np.random.default_rng([number, studies])
        made = [lognormal(random, course(), number, **luck) for _ in range(studies)]
        share = dates_covered(made, CROSSED)
        record_property(f"crossing, own = {luck['own']}, n = {number}", f"{share:.1%}")
        assert bounds(studies)[0] <= share <= bounds(studies)[1], number


# --- wrong intervals --------------------------------------------------------------------------


def half_as_wide(function, values):
    """The interval, half as wide."""
    right = jackknife(function, values)
    value, half = right.value, right.half / 2
    return replace(right, low=value - half, high=value + half)


def as_if_known(function, values):
    """The normal interval with n in place of n - 1: as if the spread were known."""
    right = jackknife(function, values)
    count = right.pairs
    factor = ndtri(0.95) / stdtrit(count - 1, 0.95) * ((count - 1) / count) ** 0.5
    value, half = right.value, right.half * factor
    return replace(right, low=value - half, high=value + half)


def unpaired(function, values):
    """The interval as if the two levels had luck of their own."""
    count, value = values.shape[-1], function(values.mean(axis=-1))
    error = (values.var(axis=-1, ddof=1) / count).sum() ** 0.5
    half = stdtrit(2 * count - 2, 0.95) * error
    return Estimate(value=value, low=value - half, high=value + half, pairs=count)


@pytest.mark.parametrize(
    ("wrong", "number"), [(half_as_wide, 16), (as_if_known, 8), (unpaired, 16)]
)
def test_wrong_intervals_are_rejected(wrong, number):
    share = covered(MANY_STUDIES, number, *PLANTED["effect"], LUCK["calm"], interval=wrong)
    assert not COVERS[0] <= share <= COVERS[1], share


# --- simulated --------------------------------------------------------------------------------


WINDOWS = {
    f"window_{i}": f"output_between(begin={20 * i} d, end={20 * i + 20} d)" for i in range(5)
}
CAPACITIES = {"20 d": 6, "40 d": 8, "60 d": 12, "80 d": 16}
"""Units of compute by date; 4 at first."""


def lab(think=1.0, run=2.0):
    """14 trials in progress: people think, machines run; at first there are few machines."""
    stages = {
        "think": {"kind": "labour", "skill": "think", "work": f"exponential(mean={think} d)"},
        "run": {"kind": "compute", "pool": "machines", "work": f"exponential(mean={run} d)"},
    }
    stages["think"]["next"] = "run"
    plan = {"kind": "steps", "steps_at": CAPACITIES}
    return Model.from_dict({
        "horizon": "100 d", "hours_per_person_day": 24, "skills": {"think": {"pool": "people"}},
        "pools": {"people": {"kind": "human", "capacity": 4},
                  "machines": {"kind": "compute", "capacity": 4, "plan": plan}},
        "stocks": {"algorithms": {"gain": 0.01}},
        "flows": {"trial": {
            "source": {"kind": "closed", "workstreams": 14}, "stages": stages,
            "insight": {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}},
        }},
    })  # fmt: skip


def simulated(replications):
    """Output: compute up, down, loop up, down, base, machines lifted; by window; by replication."""
    asked = [outcomes.read(name, text) for name, text in WINDOWS.items()]
    times = sampled_at(dict(enumerate(asked)))
    factor = np.exp(STEP / 2)
    models = [lab(run=2 / factor), lab(run=2 * factor), lab(think=1 / factor), lab(think=factor),
              lab(), lab(run=0.2)]  # fmt: skip
    return np.array([
        [[outcome.of(run) for outcome in asked] for run in
         (summarised(model, 0, number, times) for number in range(replications))]
        for model in models
    ]).transpose(0, 2, 1)  # fmt: skip


RUNS = [(2400, FEW_STUDIES), pytest.param(20_000, SIMULATED, marks=pytest.mark.verify)]
"""Replications, and studies at least."""


def studied(values, number, studies):
    """Studies of so many replications each, none of which is in two."""
    count = values.shape[-1] // number
    assert count >= studies
    return np.split(values[..., : count * number], count, axis=-1)


OF_A_LAB = {
    "effect": lambda m: m[5].sum(axis=0) - m[4].sum(axis=0),
    "percent": lambda m: log_ratio(m[4:].sum(axis=1)),
    "elasticity": lambda m: elasticity(m[:2, 2], STEP),
    "difference": lambda m: difference(m[:4, 1], STEP, STEP),
}


@pytest.mark.parametrize(("replications", "studies"), RUNS)
def test_simulated_truths_are_covered(replications, studies, record_property):
    values = simulated(replications)
    date = crossing(values[:4], (STEP, STEP), MIDDLES, times=2).date
    assert 50 < date < 60
    for number in SIZES:
        parts = studied(values, number, studies)
        for what, function in OF_A_LAB.items():
            truth = function(values.mean(axis=-1, keepdims=True))[0]
            found = [jackknife(function, part) for part in parts]
            share = np.mean([each.low <= truth <= each.high for each in found])
            record_property(f"{what} in a lab, n = {number}", f"{share:.1%} of {len(found)}")
            assert bounds(studies)[0] <= share <= bounds(studies)[1], (what, number)
        parts = [part[:4] for part in parts]
        share = dates_covered(parts, date)
        record_property(f"crossing in a lab, n = {number}", f"{share:.1%} of {len(parts)}")
        assert bounds(studies)[0] <= share <= bounds(studies)[1], number
        assert dates_covered(parts, date, share=0.4) < bounds(studies)[0], "too narrow"
