"""Insight and capability: the formulas, their limits, and plans that meet their targets."""

import math
import random

import pytest

from sim.laws.capability import (
    adoption_chance,
    capability,
    compute_for_gain,
    generation_gain,
    growth,
)
from sim.laws.insight import ideas_left, insight_output


def test_insight_follows_its_formula():
    output = insight_output(0.1, 1.3, 1.1, 6.0, 4.0, 0.7, 2.0, 0.25)
    assert output == pytest.approx(0.1 * 1.3 * 1.1 * 1.5**-0.3 * 2.0**0.25, rel=1e-14)
    assert ideas_left(0.8, 2.0) == pytest.approx(math.exp(-1.6), rel=1e-14)


def test_insight_without_penalties_is_the_gain_exactly():
    assert insight_output(0.1, 1.0, 1.0, 9.0, 4.0, 1.0, 7.0, 0.0) * ideas_left(0.0, 5.0) == 0.1


def test_capability_counts_powers_of_ten():
    assert capability(1.0, 0.0) == 0.0
    assert capability(1000.0, 0.0) == pytest.approx(3.0, rel=1e-15)
    assert capability(10.0, 2 * math.log(10.0)) == pytest.approx(3.0, rel=1e-15)
    assert generation_gain(50.0, 5.0, 1.0, 1.0) == pytest.approx(1.0, rel=1e-15)
    assert generation_gain(5.0, 5.0, 1.5, 0.5) == pytest.approx(1 / math.log(10.0))


def test_the_compute_planned_for_a_gain_reaches_it_and_barely_exceeds_it():
    rng = random.Random(4)
    for _ in range(3_000):
        now, gain = 10.0 ** rng.uniform(-3, 6), rng.uniform(0.0, 2.0)
        before = rng.uniform(0.0, 8.0)
        after = before + rng.uniform(0.0, 3.0)
        planned = compute_for_gain(now, gain, after, before)
        reached = generation_gain(planned, now, after, before)
        assert gain <= reached <= gain + 1e-13


def test_adoption():
    assert adoption_chance(0.0, 30.0, 0.9) == 0.0
    assert adoption_chance(30.0, 30.0, 1.0) == pytest.approx(1.0 - math.exp(-1.0), rel=1e-14)
    assert adoption_chance(1e9, 30.0, 0.9) == 0.9
    assert adoption_chance(0.0, 0.0, 0.9) == 0.9


def test_growth():
    assert growth(7.3, 4.0, 0.0) == 7.3
    assert growth(2.0, 4.0, 365.25) == 8.0
    assert growth(2.0, 4.0, -365.25 / 2) == pytest.approx(1.0, rel=1e-15)
    assert growth(2.0, 1.0, 1e5) == 2.0
