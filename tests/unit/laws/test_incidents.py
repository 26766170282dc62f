"""Rates and thresholds of arrivals; what tools leave to do."""

import math

import pytest

from sim.laws import arrivals, tooling


def test_defects_and_capability_add_up_to_a_rate():
    assert arrivals.arrival_rate(0.5, 3.0, 0.25, 2.0) == 2.0
    assert arrivals.arrival_rate(0.5, 0.0, 0.25, 0.0) == 0.0


def test_the_threshold_is_an_exponential_quantile():
    assert arrivals.threshold(1 - math.exp(-2)) == pytest.approx(2.0, rel=1e-14)


def test_what_is_left_of_a_threshold_at_a_rate_takes_the_rest_of_the_time():
    assert arrivals.threshold_left(3.0, 0.5, 4.0) == 1.0
    assert arrivals.time_to_arrival(1.0, 0.25) == 4.0


def test_nothing_is_left_of_a_threshold_overrun_by_rounding():
    assert arrivals.threshold_left(0.3, 0.1, 3.0) == 0.0  # 0.1 * 3 > 0.3


def test_at_rate_0_nothing_arrives():
    assert arrivals.time_to_arrival(1.0, 0.0) == math.inf
    assert arrivals.time_to_arrival(0.0, 0.0) == math.inf


@pytest.mark.parametrize(
    ("boost", "fresh", "most", "left"),
    [(0.5, 2.0, 3.0, 0.25), (0.5, 4.0, 3.0, 0.125), (0.5, 0.0, 3.0, 1.0), (0.0, 9.0, 9.0, 1.0),
     (1.0, 1.0, 1.0, 0.0), (1.0, 0.0, 1.0, 1.0)],
)
def test_tools_save_work(boost, fresh, most, left):
    assert tooling.tooled_work(8.0, boost, fresh, most) == 8.0 * left
