"""Jackknife: the intervals that are known, and what may be said of them."""

import math

import numpy as np
import pytest

from sim.limits.jackknife import Estimate, agree, jackknife, left_out, resampled
from sim.metrics.speedup import ratio_of_means
from sim.study.paired import difference


@pytest.fixture(scope="module")
def pairs():
    return np.random.default_rng(0).lognormal(0, 0.3, (2, 12)) * [[3.0], [2.0]]


def test_of_a_difference_it_is_the_paired_interval(pairs):
    found = jackknife(lambda m: m[0] - m[1], pairs)
    right = difference(*pairs)
    assert (found.value, found.pairs) == (pytest.approx(right.mean), 12)
    assert (found.low, found.high) == pytest.approx(right.intervals[0])


def test_of_a_ratio_it_is_near_the_delta_method(pairs):
    found = jackknife(lambda m: np.log(m[0] / m[1]), pairs)
    right = ratio_of_means(*pairs)
    assert math.exp(found.value) == pytest.approx(right.ratio)
    assert np.exp([found.low, found.high]) == pytest.approx([right.low, right.high], rel=0.02)


def test_means_without_each(pairs):
    found = left_out(pairs)
    assert found[:, 0] == pytest.approx(pairs.mean(axis=1))
    for i in range(12):
        assert found[:, 1 + i] == pytest.approx(np.delete(pairs, i, axis=1).mean(axis=1))
    assert np.all(left_out(np.full((1, 7), 0.1)) == 0.1)


def test_many_at_once_are_each_alone(pairs):
    three = np.stack([pairs, 2 * pairs, pairs**2], axis=1)
    found = jackknife(lambda m: np.log(m[0]) - np.log(m[1]), three)
    for i in range(3):
        alone = jackknife(lambda m: np.log(m[0]) - np.log(m[1]), three[:, i])
        assert (found.low[i], found.high[i]) == pytest.approx((alone.low, alone.high))


def test_what_is_not_known_is_not_told(pairs):
    one = jackknife(lambda m: m[0] - m[1], pairs[:, :1])
    assert one.value == pytest.approx(pairs[0, 0] - pairs[1, 0]) and math.isnan(one.low)
    none = jackknife(lambda m: m[0] - m[1], pairs[:, :0])
    assert none.pairs == 0 and math.isnan(none.value) and math.isnan(none.high)


def test_resampled_means_vary_as_means_do(pairs):
    found = resampled(pairs, 20_000, 0)
    error = pairs.std(axis=1, ddof=1) / 12**0.5
    assert found.mean(axis=1) == pytest.approx(pairs.mean(axis=1), abs=4 * error.max() / 141)
    assert found.std(axis=1) == pytest.approx(error, rel=0.02)  # 4 SE; n for n - 1: 4% off
    assert resampled(pairs[:1], 9, 3)[0] == pytest.approx(resampled(pairs, 9, 3)[0])


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [(0.1, -0.5, 0.7, True), (0.9, 0.6, 1.2, None), (1.5, 0.5, 2.5, False), (-3, -4, -2, False),
     (1.5, -0.5, 3.5, None), (0.0, 0.0, 0.0, True)],
)  # fmt: skip
def test_agreement_needs_evidence_either_way(value, low, high, said):
    found = Estimate(value=np.float64(value), low=np.float64(low), high=np.float64(high), pairs=5)
    assert agree(found, 1.0) is said
    few = Estimate(value=found.value, low=found.low, high=found.high, pairs=4)
    assert agree(few, 1.0) is None
