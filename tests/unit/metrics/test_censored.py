"""Kaplan-Meier by hand, against scipy's, and on durations whose distribution is known."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.metrics.censored import kaplan_meier

INF = math.inf


def test_by_hand():
    # At risk: 5 at 1, then 4 at 2 (ends before what goes on at 2), 2 at 4; the last goes on.
    curve = kaplan_meier([2, 1, 4], [2, 6])
    assert curve.at([0, 1, 2, 3, 4, 6]) == pytest.approx([1, 0.8, 0.6, 0.6, 0.3, 0.3])
    assert math.isnan(curve.at(6.5))
    assert curve.quantiles([0, 0.2, 0.21, 0.4, 0.5, 0.7, 0.71]).tolist() == [1, 1, 2, 2, 4, 4, INF]


def test_equal_durations():
    curve = kaplan_meier([3, 3, 0, 0, 0], [])
    assert curve.at([-1, 0, 2.9, 3, 99]) == pytest.approx([1, 0.4, 0.4, 0, 0])
    assert curve.quantiles([0.6, 0.61, 1]).tolist() == [0, 3, 3]


def test_where_nothing_has_ended():
    curve = kaplan_meier([], [2, 3])
    assert curve.at([0, 3]).tolist() == [1, 1] and math.isnan(curve.at(3.1))
    assert curve.quantiles([0.1, 0.9]).tolist() == [INF, INF]


def test_nothing_at_all():
    curve = kaplan_meier([], [])
    assert np.isnan(curve.at([0.0, 1.0])).all() and np.isnan(curve.quantiles([0.5])).all()


def test_without_censoring_the_quantiles_are_the_usual_ones():
    values = np.random.default_rng(3).integers(0, 40, 256)
    levels = np.arange(65) / 64
    usual = np.quantile(values, levels, method="inverted_cdf")
    assert kaplan_meier(values, []).quantiles(levels).tolist() == usual.tolist()


def test_agrees_with_scipys():
    random = np.random.default_rng(1)
    ended, going_on = random.integers(0, 30, 300), random.integers(0, 40, 200)
    given = stats.CensoredData(uncensored=ended, right=going_on)
    theirs = stats.ecdf(given).sf
    ours = kaplan_meier(ended, going_on)
    assert ours.at(theirs.quantiles) == pytest.approx(theirs.probabilities, abs=1e-12)


def test_what_goes_on_is_neither_left_out_nor_taken_as_ended():
    """Exponential durations of mean 1, cut off after uniform times up to 2."""
    random = np.random.default_rng(2)
    right, left_out, as_ended = [], [], []
    for _ in range(20):
        lasts, cut = random.exponential(1, 500), random.uniform(0, 2, 500)
        seen, ended = np.minimum(lasts, cut), lasts <= cut
        right.append(kaplan_meier(seen[ended], seen[~ended]).at(1.0))
        left_out.append((seen[ended] > 1).mean())
        as_ended.append((seen > 1).mean())

    def agrees(found):  # within 4 standard errors
        return abs(np.mean(found) - math.exp(-1)) < 4 * np.std(found, ddof=1) / math.sqrt(20)

    assert agrees(right) and not agrees(left_out) and not agrees(as_ended)
