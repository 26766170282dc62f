"""Paired differences: against scipy, with values missing, and with what cannot be told."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.study.paired import LEVELS, difference


@pytest.fixture
def pairs():
    """A common part that cancels, and one of each side's own."""
    rng = np.random.default_rng(1)
    common = rng.normal(size=30)
    return 5 + common + 0.1 * rng.normal(size=30), 4 + common + 0.2 * rng.normal(size=30)


def test_intervals_are_those_of_the_paired_t_test(pairs):
    x, y = pairs
    found = difference(x, y)
    assert found.mean == pytest.approx(x.mean() - y.mean())
    for level, interval in zip(LEVELS, found.intervals, strict=True):
        right = stats.ttest_rel(x, y).confidence_interval(level)
        assert interval == pytest.approx((right.low, right.high))
        wrong = stats.ttest_ind(x, y).confidence_interval(level)
        assert interval != pytest.approx((wrong.low, wrong.high), rel=0.05)


def test_shared_luck_saves_what_the_covariance_is(pairs):
    x, y = pairs
    saved = 2 * np.cov(x, y)[0, 1] / (x.var(ddof=1) + y.var(ddof=1))
    assert difference(x, y).variance_ratio == pytest.approx(1 - saved)
    assert difference(x, y).variance_ratio < 0.1


def test_a_pair_that_lacks_a_side_is_left_out_and_counted():
    found = difference([1.0, math.nan, 3.0, 4.0], [0.0, 7.0, 1.0, math.nan])
    assert (found.mean, found.pairs, found.missing) == (1.5, 2, 2)


def test_no_difference_has_an_interval_of_nothing():
    found = difference([1.0, 2.0, 5.0], [1.0, 2.0, 5.0])
    assert found.mean == 0 and found.intervals == ((0, 0), (0, 0))
    assert found.variance_ratio == 0


def test_one_pair_has_no_interval_and_none_no_mean():
    one, none = difference([3.0], [1.0]), difference([math.nan], [1.0])
    assert one.mean == 2 and one.pairs == 1 and np.isnan(one.intervals).all()
    assert math.isnan(none.mean) and (none.pairs, none.missing) == (0, 1)
