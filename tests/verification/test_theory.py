"""The yardstick itself: the formulas agree with each other, and the comparison can fail."""

import itertools
import math

import numpy as np
import pytest

from . import theory
from .theory import check


def test_the_comparison_can_fail():
    samples = np.random.default_rng(1).normal(3.0, 1.0, 400)
    assert check(samples, 3.0)
    assert not check(samples, 3.3)
    assert not check(samples, 2.7)
    assert not check([*samples, math.nan], 3.0)
    assert check([0.5] * 10, 0.5)
    assert not check([0.5] * 10, 0.5 + 1e-6)


def test_erlang_c_at_values_known_in_closed_form():
    assert theory.erlang_c(1, 0.7) == pytest.approx(0.7)
    assert theory.erlang_c(2, 1.0) == pytest.approx(1 / 3)  # 2 rho^2 / (1 + rho)
    assert theory.erlang_c(3, 2.0) == pytest.approx(4 / 9)


def test_special_cases_of_the_queues_coincide():
    first, second = theory.moments("exponential", mean=0.7)
    wait = theory.mmc_wait(1.0, 0.7)
    assert theory.pollaczek_khinchine(1.0, first, second) == pytest.approx(wait)
    assert theory.cobham([1.0], [first], [second]) == pytest.approx([wait])
    # Kleinrock's conservation law: priorities only redistribute rho-weighted waits.
    high, low = theory.cobham([0.5, 0.5], [0.5, 1.0], [0.5, 2.0])
    fifo = theory.pollaczek_khinchine(1.0, 0.75, 1.25)
    assert 0.25 * high + 0.5 * low == pytest.approx(0.75 * fifo)


@pytest.mark.parametrize(
    ("kind", "given", "draw"),
    [
        ("uniform", {"low": 0.2, "high": 1.2}, lambda r, n: r.uniform(0.2, 1.2, n)),
        ("gamma", {"shape": 4, "scale": 0.2}, lambda r, n: r.gamma(4, 0.2, n)),
        ("weibull", {"shape": 2, "scale": 0.8}, lambda r, n: 0.8 * r.weibull(2, n)),
        ("lognormal", {"median": 0.5, "sigma": 0.8}, lambda r, n: 0.5 * r.lognormal(0, 0.8, n)),
        ("exponential", {"mean": 0.7}, lambda r, n: r.exponential(0.7, n)),
    ],
)
def test_moments_agree_with_numpy(kind, given, draw):
    values = draw(np.random.default_rng(2), 100_000)
    first, second = theory.moments(kind, **given)
    assert check(values, first)
    assert check(values**2, second)
    assert not check(values, 1.1 * first)
    assert not check(values**2, 1.1 * second)


def test_delegation_by_enumeration():
    quality, review, catch, tries = 0.4, 0.8, 0.9, 3
    chance = {"right": quality, "escaped": (1 - quality) * (1 - review * catch)}
    chance["caught"] = 1 - sum(chance.values())
    mean = dict.fromkeys(("attempts", "takeovers", "escapes"), 0.0)
    for ends in itertools.product(chance, repeat=tries):
        weight = math.prod(chance[end] for end in ends)
        last = next((i for i, end in enumerate(ends) if end != "caught"), None)
        mean["attempts"] += weight * (tries if last is None else last + 1)
        mean["takeovers"] += weight * (last is None)
        mean["escapes"] += weight * (last is not None and ends[last] == "escaped")
    assert theory.delegation(quality, review, catch, tries) == pytest.approx(mean)


def test_the_best_interval_is_a_minimum_near_young_and_daly():
    def time(interval):
        return theory.segment_time(interval + 0.05, 2.0, 0.25) / interval

    best = theory.best_interval(2.0, 0.05)
    assert time(best) < min(time(0.99 * best), time(1.01 * best))
    assert theory.best_interval(2.0, 1e-6) == pytest.approx(math.sqrt(4e-6), rel=1e-3)


def test_working_hours_walked_by_hand():
    week = theory.shifts(9, 300, 540, 1020, range(5), 0)  # five hours, Monday first
    hour = [(start / 60, end / 60) for start, end in week]
    assert hour[:3] == [(9, 14), (14, 24 + 11), (24 + 11, 24 + 16)]
    assert hour[7] == (4 * 24 + 12, 4 * 24 + 17)  # ends on Friday at 17:00
    assert hour[8] == (7 * 24 + 9, 7 * 24 + 14)  # the next one on Monday
