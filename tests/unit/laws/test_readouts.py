"""Readouts: anchored at generation 0, doubling and logistic in capability."""

import math

import pytest

from sim.laws.readouts import benchmark_score, metr_horizon


def test_the_horizon_doubles_so_many_times_per_oom():
    assert metr_horizon(0.0, 6.0, 2.0) == 6.0
    assert metr_horizon(0.5, 6.0, 2.0) == 12.0
    assert metr_horizon(-1.0, 6.0, 2.0) == 1.5
    assert metr_horizon(1.0, 6.0, 1.7) == pytest.approx(6 * 2**1.7, rel=1e-14)


def test_a_score_is_logistic_with_the_slope_in_log_odds():
    start = math.log(0.773 / 0.227)
    for c in (-1.0, 0.0, 0.4, 2.0):
        score = benchmark_score(c, 0.773, 3.0, 1.0)
        assert math.log(score / (1 - score)) == pytest.approx(start + 3 * c, rel=1e-12)


def test_a_score_begins_at_that_of_generation_0_and_ends_at_the_ceiling():
    assert benchmark_score(0.0, 0.6, 1.0, 0.9) == pytest.approx(0.6, rel=1e-15)
    assert benchmark_score(40.0, 0.6, 1.0, 0.9) == pytest.approx(0.9, rel=1e-12)
    assert benchmark_score(math.log(2), 0.6, 1.0, 0.9) == pytest.approx(0.72)  # 0.9 / (1 + 1/4)
    assert benchmark_score(-1000.0, 0.6, 1.0, 0.9) == 0.0
