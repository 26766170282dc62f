"""The yardstick itself: the formulas agree with each other, and the comparison can fail."""

import itertools
import math
from fractions import Fraction

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


def test_jackson_without_feedback_is_a_tandem():
    rates = theory.traffic([1.0, 0.0], [[0.0, 1.0], [0.0, 0.0]])
    assert rates == pytest.approx([1.0, 1.0])
    numbers = theory.jackson(rates, [0.5, 1.2], [1, 2])
    assert numbers[0] == pytest.approx(0.5 / 0.5)  # rho / (1 - rho)
    assert numbers[1] == pytest.approx(2 * 0.6 / (1 - 0.6**2))  # 2 rho / (1 - rho^2)
    again = theory.traffic([1.0, 0.0], [[0.0, 1.0], [0.2, 0.0]])
    assert again == pytest.approx([1.25, 1.25])


def product_form(items, delay, demands, servers):
    """Throughput and mean numbers with exactly n items, from the states' weights, as fractions."""
    weights = [[Fraction(delay) ** n / math.factorial(n) for n in range(items + 1)]]
    for demand, c in zip(demands, servers, strict=True):
        weights.append([Fraction(1)])
        for n in range(1, items + 1):
            weights[-1].append(weights[-1][-1] * Fraction(demand) / min(n, c))

    def joint(parts):
        total = [Fraction(1)] + [Fraction(0)] * items
        for part in parts:
            total = [sum(total[k] * part[n - k] for k in range(n + 1)) for n in range(items + 1)]
        return total

    every = joint(weights)
    means = []
    for i in range(1, len(weights)):
        others = joint(weights[:i] + weights[i + 1 :])
        means.append(sum(n * weights[i][n] * others[items - n] for n in range(items + 1)))
    return float(every[items - 1] / every[items]), [float(m / every[items]) for m in means]


@pytest.mark.parametrize("servers", [(1, 1), (3, 1), (2, 4)])
def test_mean_values_are_those_of_the_product_form(servers):
    given = {"delay": 5, "demands": (1, 0.75), "servers": servers}
    recursion = theory.mean_values(50, **given)
    for items in (1, 2, 7, 50):
        throughput, means = product_form(items, **given)
        assert recursion[items - 1][0] == pytest.approx(throughput, rel=1e-9)
        assert recursion[items - 1][1] == pytest.approx(means, rel=1e-9)


@pytest.mark.parametrize("phi", [0.0, 0.5, 1.0, 2.0])
def test_learning_tends_to_its_limit_and_by_the_bias_that_is_stated(phi):
    """What is left after the bias falls with the square of the gain."""
    left = []
    for gain in (0.02, 0.01):
        learner = theory.learning(gain, 1.0, phi)
        time, level = next(state for state in learner if state[1] > 1.5)
        limit = theory.level_at(time, gain, 1.0, phi)
        assert theory.time_of(limit, gain, 1.0, phi) == pytest.approx(time)
        assert phi == 1.0 or abs(level - limit) > 0.001
        left.append(abs(level - limit - theory.level_bias(limit, gain, 1.0, phi)))
    if phi == 1.0:
        assert left == pytest.approx([0, 0], abs=1e-12)
    else:
        assert left[1] < 0.3 * left[0]


def test_the_bias_of_harder_ideas_is_the_published_one():
    y = 1 + 1.5 * 0.01 * 2.0 * 300
    level = theory.level_at(300, 0.01, 1.5, rate=2.0)
    assert level == pytest.approx(math.log(y) / 1.5)
    assert theory.level_bias(level, 0.01, 1.5) == pytest.approx(0.01 * math.log(y) / (2 * y))


def test_a_plan_worked_by_hand():
    ends = theory.critical_path(
        {"dig": 2, "pour": 3, "order": 4, "build": 5},
        {"pour": ["dig"], "build": ["pour", "order"]},
    )
    assert ends == {"dig": 2, "pour": 5, "order": 4, "build": 10}


def test_reviews_per_item_by_enumeration():
    quality, tries = 0.4, 3
    mean = quality * 1 + 0.6 * quality * 2 + 0.6**2 * 3
    assert theory.reviews_per_item(quality, tries) == pytest.approx(mean)
