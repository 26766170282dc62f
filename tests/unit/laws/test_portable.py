"""log, exp and power against references of higher precision."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from sim.laws.compiled import compiled
from sim.laws.portable import exp, expm1, log, log1p, power

RNG = np.random.default_rng(20261120)
POSITIVE = np.concatenate(
    [
        10.0 ** RNG.uniform(-308, 308, 40_000),
        RNG.uniform(0.5, 2.0, 40_000),
        1.0 + 10.0 ** RNG.uniform(-16, -1, 20_000),
    ]
)
EXPONENTS = np.concatenate(
    [RNG.uniform(-745, 709.7, 45_000), RNG.uniform(-2, 2, 50_000), RNG.uniform(-745, -700, 5_000)]
)
extended = pytest.mark.skipif(
    np.finfo(np.longdouble).eps > 1e-18, reason="no extended precision on this machine"
)


def error_in_ulp(results, exact):
    """Largest error in units of the last place; `exact` is of extended precision."""
    spacing = np.spacing(np.abs(exact.astype(np.float64)))
    return np.max(np.abs((results.astype(np.longdouble) - exact) / spacing))


@extended
def test_log_is_within_one_ulp():
    results = np.array([log(float(x)) for x in POSITIVE])
    assert error_in_ulp(results, np.log(POSITIVE.astype(np.longdouble))) < 1.0


@extended
def test_exp_is_within_one_ulp():
    results = np.array([exp(float(x)) for x in EXPONENTS])
    assert error_in_ulp(results, np.exp(EXPONENTS.astype(np.longdouble))) < 1.0


@pytest.mark.parametrize(
    ("function", "points", "exact"),
    [
        (log, POSITIVE[::100], Decimal.ln),
        (exp, EXPONENTS[:90_000:100], Decimal.exp),
    ],
    ids=["log", "exp"],
)
def test_log_and_exp_against_decimal_arithmetic(function, points, exact):
    with localcontext() as context:
        context.prec = 50
        for x in points.tolist():
            true = exact(Decimal(x))
            assert abs(Decimal(function(x)) - true) <= Decimal(math.ulp(float(true))), x


@extended
@pytest.mark.parametrize("exponent", [0.3, -0.5, 2.0, -3.7, 10.0])
def test_power_is_within_a_few_ulp(exponent):
    bases = 10.0 ** RNG.uniform(-5, 5, 4_000)
    results = np.array([power(float(x), exponent) for x in bases])
    assert error_in_ulp(results, bases.astype(np.longdouble) ** np.longdouble(exponent)) < 4.0


def test_powers_of_ten_are_exact():
    assert [power(10.0, float(k)) for k in range(13)] == [float(f"1e{k}") for k in range(13)]


@extended
@pytest.mark.parametrize(("function", "exact"), [(log1p, np.log1p), (expm1, np.expm1)])
def test_log1p_and_expm1_keep_small_arguments(function, exact):
    points = np.concatenate(
        [10.0 ** RNG.uniform(-20, 1, 4_000), -(10.0 ** RNG.uniform(-20, -0.01, 4_000))]
    )
    results = np.array([function(float(x)) for x in points])
    assert error_in_ulp(results, exact(points.astype(np.longdouble))) < 4.0


@pytest.mark.parametrize("form", [lambda law: law, compiled], ids=["python", "compiled"])
def test_edges(form):
    inf, nan = math.inf, math.nan
    log_, exp_, power_ = form(log), form(exp), form(power)
    assert (log_(0.0), log_(inf), log_(1.0)) == (-inf, inf, 0.0)
    assert math.isnan(log_(-1.0)) and math.isnan(log_(nan))
    assert log_(5e-324) == math.log(5e-324)
    assert (exp_(0.0), exp_(-inf), exp_(inf)) == (1.0, 0.0, inf)
    assert exp_(709.782712893384) < inf == exp_(709.7827128933841)
    assert exp_(-745.1332191019411) == 5e-324 and exp_(-745.14) == 0.0
    assert math.isnan(exp_(nan))
    assert (power_(0.0, 2.0), power_(0.0, 0.0), power_(0.0, -1.0)) == (0.0, 1.0, inf)
    assert (power_(inf, 0.5), power_(inf, -0.5)) == (inf, 0.0)
    assert (power_(1.0, 1e300), power_(2.0, 1e300), power_(2.0, -1e300)) == (1.0, inf, 0.0)
    assert power_(1.7, 1.0) == 1.7
    assert math.isnan(power_(-2.0, 2.0)) and math.isnan(power_(2.0, nan))
