"""Checkpoints: segments by hand, and the best interval against brute force."""

import math
from decimal import Decimal, localcontext

import pytest
from scipy import optimize, special

from sim.laws.special import lambert_w, log_gamma
from sim.laws.training import (
    checkpoints_left,
    optimal_interval,
    run_time,
    saved_after,
    young_daly,
)


def test_a_run_pays_for_all_checkpoints_but_the_last():
    assert run_time(0.0, 10.0, 3.0, 0.5) == 10.0 + 3 * 0.5  # 3 + 3 + 3 + 1
    assert run_time(0.0, 9.0, 3.0, 0.5) == 9.0 + 2 * 0.5  # the last segment writes none
    assert run_time(3.0, 10.0, 3.0, 0.5) == 7.0 + 2 * 0.5
    assert run_time(0.0, 2.0, 3.0, 0.5) == 2.0
    assert run_time(0.0, 10.0, math.inf, 0.5) == 10.0
    assert run_time(10.0, 10.0, 3.0, 0.5) == 0.0


def test_rounding_makes_no_extra_segment():
    for steps in range(1, 200):
        for tau in (0.1, 0.3, 1 / 7):
            assert checkpoints_left(0.0, steps * tau, tau) == steps - 1


def test_only_a_finished_checkpoint_saves():
    assert saved_after(0.0, 10.0, 3.0, 0.5, 3.0) == 0.0
    assert saved_after(0.0, 10.0, 3.0, 0.5, 3.49) == 0.0
    assert saved_after(0.0, 10.0, 3.0, 0.5, 3.5) == 3.0
    assert saved_after(0.0, 10.0, 3.0, 0.5, 7.2) == 6.0
    assert saved_after(3.0, 10.0, 3.0, 0.5, 3.6) == 6.0
    assert saved_after(0.0, 9.0, 3.0, 0.0, 8.999) == 6.0
    # The last segment writes no checkpoint, however long it ran.
    assert saved_after(0.0, 9.0, 3.0, 0.5, 9.9) == 6.0
    assert saved_after(0.0, 9.0, 3.0, 0.0, math.nextafter(9.0, 0.0)) == 6.0
    assert saved_after(2.0, 10.0, math.inf, 0.5, 7.0) == 2.0
    assert saved_after(2.0, 10.0, 3.0, 0.5, 0.0) == 2.0


def test_an_interrupted_run_finishes_where_an_uninterrupted_one_would():
    work, tau, cost = 20.0, 0.7, 0.05
    whole = run_time(0.0, work, tau, cost)
    for k in range(1, 28):
        ran = k * (tau + cost)
        saved = saved_after(0.0, work, tau, cost, ran)
        assert saved == pytest.approx(k * tau)
        assert ran + run_time(saved, work, tau, cost) == pytest.approx(whole)


@pytest.mark.parametrize(("mtbf", "cost"), [(3.0, 0.01), (1.0, 0.5), (10.0, 20.0), (200.0, 1e-4)])
def test_the_best_interval_is_the_best(mtbf, cost):
    def time_per_work(tau):
        return math.expm1((tau + cost) / mtbf) / tau

    best = optimize.minimize_scalar(
        time_per_work, bounds=(1e-6 * mtbf, 3 * mtbf), options={"xatol": 1e-9}, method="bounded"
    )
    assert optimal_interval(mtbf, cost) == pytest.approx(best.x, rel=1e-4)


def test_young_daly_is_its_limit_for_cheap_checkpoints():
    assert young_daly(2.0, 0.01) == pytest.approx(0.2)
    for cost in (1e-4, 1e-8, 1e-12):
        ratio = optimal_interval(1.0, cost) / young_daly(1.0, cost)
        assert ratio == pytest.approx(1.0 - math.sqrt(2 * cost) / 3.0, abs=2 * cost + 1e-14)


@pytest.mark.parametrize("cost", [1e-12, 1e-9, 1e-6, 1e-5, 1.9e-4, 2.1e-4, 1e-3, 0.1, 2.0])
def test_the_best_interval_solves_its_equation(cost):
    # With y = tau / mtbf the condition for the minimum is y + log(1 - y) = -cost / mtbf.
    found = Decimal(optimal_interval(1.0, cost))
    with localcontext() as context:
        context.prec = 50
        low, high = (y + (1 - y).ln() + Decimal(cost) for y in _around(found, Decimal("1e-10")))
    assert high < 0 < low


def _around(value, share):
    return value * (1 - share), value * (1 + share)


def test_lambert_w_and_log_gamma_are_scipys():
    for x in [-0.36, -0.3, -0.1, -1e-9, 0.0, 1e-9, 0.5, 3.0, 1e3, 1e100]:
        assert lambert_w(x) == pytest.approx(special.lambertw(x).real, rel=1e-13, abs=1e-16)
    assert lambert_w(-1.0 / math.e) == pytest.approx(-1.0, abs=1e-7)
    assert math.isnan(lambert_w(-0.4))
    for x in [1e-6, 0.1, 0.5, 1.0, 1.5, 2.0, 7.7, 10.0, 123.4, 1e6]:
        assert log_gamma(x) == pytest.approx(special.gammaln(x), rel=1e-14, abs=1e-14)
