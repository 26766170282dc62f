"""Scores of dates: equal to brute force, and the truth scores best."""

import math

import numpy as np
import pytest

from sim.forecast import scoring

UNTIL = 400


def steps(sample, until=UNTIL):
    """F(k) of a sample of days."""
    return (np.asarray(sample)[:, None] <= np.arange(until)).mean(axis=0)


@pytest.mark.parametrize("day", [0, 1, 120, 399, 400, 900, None])
def test_the_crps_is_that_of_the_date_cut_off_at_the_end(day):
    sample = np.random.default_rng(0).integers(0, 700, 50)
    x, y = np.minimum(sample, UNTIL), UNTIL if day is None else min(day, UNTIL)
    brute = np.abs(x - y).mean() - np.abs(x[:, None] - x).mean() / 2
    assert scoring.crps(steps(sample), day) == pytest.approx(brute, rel=1e-12)


def test_the_crps_of_a_forecast_of_one_day_is_how_far_off_it_is():
    assert scoring.crps(steps([100]), 100) == 0
    assert scoring.crps(steps([100]), 130) == 30 == scoring.crps(steps([130]), 100)
    assert scoring.crps(steps([500]), None) == 0
    assert scoring.crps(steps([300]), None) == 100


@pytest.mark.parametrize(("day", "at"), [(0, 0), (90, 0), (91, 1), (363, 3), (364, 4), (399, 4),
                                         (400, 5), (None, 5)])  # fmt: skip
def test_the_logarithmic_score_is_of_the_quarter(day, at):
    sample = [5, 6, 95, 200, 210, 280, 290, 300, 370, 450]
    shares = np.array([0.2, 0.1, 0.2, 0.3, 0.1, 0.1])
    assert scoring.log_score(steps(sample), day) == pytest.approx(-math.log(shares[at]))
    smoothed = (10 * shares[at] + 0.5) / (10 + 3)
    assert scoring.log_score(steps(sample), day, 10) == pytest.approx(-math.log(smoothed))


def test_a_quarter_without_a_draw_costs_much_but_not_everything():
    nowhere = np.zeros(UNTIL)
    assert scoring.log_score(nowhere, 3) == math.inf
    costs = [scoring.log_score(nowhere, 3, draws) for draws in (10, 100, 1000)]
    assert costs == sorted(costs) and costs[0] > 3 and costs[-1] < 9
    assert scoring.smoothed(np.array([0.0, 0.3, 0.7]), 10).sum() == pytest.approx(1)


def of_days(shift=0.0, spread=60.0):
    """Chances of days 0, ..., UNTIL - 1 and of later; of a bell about day 250, partly beyond."""
    day = np.arange(2 * UNTIL)
    weight = np.exp(-0.5 * ((day - 250.0 - shift) / spread) ** 2)
    return np.append(weight[:UNTIL], weight[UNTIL:].sum()) / weight.sum()


def expected(score, forecast, truth):
    chance = np.cumsum(forecast[:-1])
    return sum(p * score(chance, day) for day, p in enumerate(truth))


@pytest.mark.parametrize("score", [scoring.crps, scoring.log_score])
def test_the_truth_scores_best_in_expectation(score):
    truth = of_days()
    honest = expected(score, truth, truth)
    for wrong in (of_days(shift=15), of_days(shift=-15), of_days(spread=40), of_days(spread=90)):
        assert expected(score, wrong, truth) > honest + 1e-3
    # A forecast that is not proper here: the truth, but sure that it comes before the end.
    sure = np.append(truth[:-1] / truth[:-1].sum(), 0.0)
    assert expected(scoring.crps, sure, truth) > expected(scoring.crps, truth, truth)


@pytest.mark.parametrize("score", [scoring.crps, scoring.log_score])
def test_the_truth_scores_best_in_simulation_and_another_is_rejected(score):
    random = np.random.default_rng(7)
    truth, wrong = of_days(), of_days(shift=25)
    days = random.choice(UNTIL + 1, size=2000, p=truth)
    own, other = (
        np.array([score(np.cumsum(forecast[:-1]), int(day)) for day in days])
        for forecast in (truth, wrong)
    )
    gain = other - own
    assert gain.mean() > 4 * gain.std() / math.sqrt(len(days))
    # Nor is the wrong one best where it is the truth's turn to be wrong.
    days = random.choice(UNTIL + 1, size=2000, p=wrong)
    own, other = (
        np.array([score(np.cumsum(forecast[:-1]), int(day)) for day in days])
        for forecast in (wrong, truth)
    )
    assert (other - own).mean() > 4 * (other - own).std() / math.sqrt(len(days))


def test_who_knows_nothing_gives_every_day_the_same_and_half_to_later():
    chance = scoring.knows_nothing(730, 730)
    assert chance[-1] == 0.5 and np.ptp(np.diff(chance)) < 1e-12
    assert scoring.knows_nothing(730, 365)[-1] == 0.25
