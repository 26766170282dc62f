"""Intervals of limits cover the truth as often as they say, on 8, 16 and 24 replications.

Planted: pairs of lognormal outcomes that share luck, with known means. Simulated: a lab of two
stages whose compute grows, so that the limit moves to its people; the truth is the mean of many
more replications.
"""

from functools import cache, partial

import numpy as np
import pytest
from scipy.special import stdtrit

from sim.limits.crossing import below_for_good, crossing
from sim.limits.elasticities import elasticity
from sim.limits.jackknife import jackknife
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
"""D in five windows: compute matters less and less; it crosses 0 after two sevenths of the third."""
MIDDLES = np.array([10.0, 30.0, 50.0, 70.0, 90.0])
CROSSED = 50.0 + 20.0 * 0.1 / 0.35


def course():
    """Means of compute up, down, and the loop up, down, in each window."""
    compute, loop = (np.outer([1, -1], STEP / 2 * (0.5 + s * COURSE / 2)) for s in (1, -1))
    return 10 * np.exp(np.concatenate([compute, loop]))


PLANTED = {
    "effect": ([100.0, 80.0], lambda m: m[1] - m[0], -20.0),
    "percent": ([100.0, 80.0], lambda m: 100 * (m[1] / m[0] - 1), -20.0),
    "interaction": ([100.0, 90.0, 85.0, 60.0], lambda m: m[3] - m[1] - m[2] + m[0], -15.0),
    "elasticity": (ELASTIC[:2], partial(elasticity, step=STEP), 1.5),
    "of a time": (1 / ELASTIC[:2], partial(elasticity, step=STEP, sign=-1.0), 1.5),
    "difference": (ELASTIC, partial(difference, first=STEP, second=STEP), 1.0),
}


def covered(studies, number, means, function, truth, luck):
    """Share of studies whose interval holds the truth."""
    random = np.random.default_rng([number, studies])
    found = (jackknife(function, lognormal(random, means, number, **luck)) for _ in range(studies))
    return np.mean([each.low <= truth <= each.high for each in found])


@pytest.mark.parametrize("studies", EFFORT)
@pytest.mark.parametrize("luck", LUCK)
@pytest.mark.parametrize("what", PLANTED)
def test_planted_truths_are_covered(what, luck, studies, record_property):
    for number in SIZES:
        share = covered(studies, number, *PLANTED[what], LUCK[luck])
        record_property(f"{what}, {luck}, n = {number}", f"{share:.1%}")
        assert bounds(studies)[0] <= share <= bounds(studies)[1], number


def dates_covered(studies, number, study, truth):
    """Share of studies whose interval of the crossing holds the truth."""
    found = (crossing(study(number), (STEP, STEP), MIDDLES, times=2) for _ in range(studies))
    return np.mean([each.low <= truth <= each.high for each in found])


@pytest.mark.parametrize("studies", EFFORT)
@pytest.mark.parametrize("luck", [{"shared": 0.3, "own": 0.02}, {"shared": 0.3, "own": 0.1}])
def test_planted_dates_are_covered(luck, studies, record_property):
    for number in SIZES:
        random = np.random.default_rng([number, studies])
        share = dates_covered(
            studies, number, lambda n, r=random: lognormal(r, course(), n, **luck), CROSSED
        )
        record_property(f"crossing, own = {luck['own']}, n = {number}", f"{share:.1%}")
        assert bounds(studies)[0] <= share <= bounds(studies)[1], number
