"""Logarithm, exponential and power from basic arithmetic: the same bits on every machine.

The C library's `log` and `exp` round differently from one CPU to the next, so a log
file made with them cannot be compared across machines. These use only IEEE 754
operations whose result is fixed (``+ - * /``, comparison, floor, exact scaling by
powers of two), so Python and compiled code agree to the bit. Square roots are
correctly rounded everywhere: use `math.sqrt`.

Both series are plain Taylor series after an exact reduction of the argument, see
J.-M. Muller, *Elementary Functions*, 3rd ed., 2016, doi:10.1007/978-1-4899-7983-4; they are
added up in pairs, pairs of pairs and so on (Estrin's scheme), which processors do side by side.
"""

import math

INFINITY = math.inf
NAN = math.nan

LN10 = 2.302585092994046
INVERSE_LN2 = 1.4426950408889634
# ln 2 in two parts. The first has 42 significant bits, so that its product with any
# binary exponent (at most 11 bits) is exact.
LN2_HIGH = 0.6931471805598903
LN2_LOW = 5.497923018708371e-14
SQRT_HALF = 0.7071067811865476

EXP_OVERFLOW = 709.782712893384  # the largest double whose exponential is finite
EXP_UNDERFLOW = -745.1332191019411  # the smallest double whose exponential is > 0
SPLITTER = 134217729.0  # 2**27 + 1, cuts a double into two halves of 26 bits


def _log_parts(x: float) -> tuple[float, float]:
    """Logarithm of a finite x > 0 as an unevaluated sum (large part, correction)."""
    mantissa, exponent = _split(x)
    k = float(exponent)
    # log(1 + f) = 2 atanh(s) with s = f / (2 + f); |s| < 0.172, and 2 s = f - s f.
    f = mantissa - 1.0
    s = f / (mantissa + 1.0)
    z = s * s
    z2 = z * z
    z4 = z2 * z2
    low = 1.0 / 3.0 + z * (1.0 / 5.0) + z2 * (1.0 / 7.0 + z * (1.0 / 9.0))
    middle = 1.0 / 11.0 + z * (1.0 / 13.0) + z2 * (1.0 / 15.0 + z * (1.0 / 17.0))
    last = 1.0 / 19.0 + z * (1.0 / 21.0)
    tail = low + z4 * middle + z4 * z4 * last
    shift = k * LN2_HIGH
    large = shift + f
    # What the sum above lost; exact, because |shift| > |f| or shift is 0.
    lost = f - (large - shift)
    return large, lost + k * LN2_LOW - s * f + 2.0 * s * z * tail


def _exp_sum(high: float, low: float) -> float:
    """Exponential of high + low, for |low| far below 1; not for NaN."""
    if high > EXP_OVERFLOW:
        return INFINITY
    if high < EXP_UNDERFLOW:
        return 0.0
    k = math.floor(high * INVERSE_LN2 + 0.5)
    part = high - k * LN2_HIGH
    rest = low - k * LN2_LOW
    r = part + rest
    rest = rest - (r - part)
    # exp(r) = 1 + r + r**2 * tail, |r| < 0.35; the sum 1 + r keeps what it loses.
    r2 = r * r
    r4 = r2 * r2
    first = 0.5 + r * (1.0 / 6.0) + r2 * (1.0 / 24.0 + r * (1.0 / 120.0))
    middle = 1.0 / 720.0 + r * (1.0 / 5040.0) + r2 * (1.0 / 40320.0 + r * (1.0 / 362880.0))
    last = 1.0 / 3628800.0 + r * (1.0 / 39916800.0)
    last = last + r2 * (1.0 / 479001600.0 + r * (1.0 / 6227020800.0))
    tail = first + r4 * (middle + r4 * last)
    large = 1.0 + r
    lost = r - (large - 1.0)
    value = large + (lost + (rest + r2 * tail))
    if k < -1000:
        # Subnormal results: scale exactly to a normal number, then round once.
        return _scaled(value, k + 128) * 2.0**-128
    if k > 1000:
        return _scaled(value, k - 128) * 2.0**128
    return _scaled(value, k)


def _scaled(x: float, k: int) -> float:
    """``x * 2**k`` for |k| <= 1000."""
    return math.ldexp(x, k)


def _split(x: float) -> tuple[float, int]:
    """Mantissa m in [sqrt(1/2), sqrt(2)) and k of a finite ``x = m * 2**k > 0``."""
    mantissa, k = math.frexp(x)
    if mantissa < SQRT_HALF:
        return mantissa * 2.0, k - 1
    return mantissa, k


def log(x: float) -> float:
    """Natural logarithm, within 1 ulp.

    ``log(0) = -inf``, ``log(x < 0) = nan``, ``log(inf) = inf``; NaN propagates.
    """
    if x > 0.0:
        if x == INFINITY:
            return INFINITY
        large, correction = _log_parts(x)
        return large + correction
    if x == 0.0:
        return -INFINITY
    return NAN


def exp(x: float) -> float:
    """Exponential, within 1 ulp; overflows to inf, underflows to 0, NaN propagates."""
    if x != x:
        return x
    return _exp_sum(x, 0.0)


def power(base: float, exponent: float) -> float:
    """``base ** exponent`` for base >= 0, within a few ulp.

    The logarithm is carried in two doubles and multiplied exactly, so the error stays
    below ``1 + |exponent * log(base)| / 8`` ulp. Exact for exponents 0 and 1 and base 1.
    ``0 ** positive = 0``, ``0 ** negative = inf``; a negative base gives NaN.
    """
    if exponent == 0.0 or base == 1.0:
        return 1.0
    if exponent == 1.0:
        return base
    if base < 0.0 or base != base or exponent != exponent:
        return NAN
    if base == 0.0 or base == INFINITY:
        return INFINITY if (base == 0.0) == (exponent < 0.0) else 0.0
    large, correction = _log_parts(base)
    high = large + correction
    low = correction - (high - large)
    product = exponent * high
    if product > 1000.0:
        return INFINITY
    if product < -1000.0:
        return 0.0
    if exponent > 1e290 or exponent < -1e290:
        return _exp_sum(product, 0.0)
    # Dekker's exact product: product + error == exponent * high, without fused operations.
    cut = SPLITTER * exponent
    a = cut - (cut - exponent)
    b = exponent - a
    cut = SPLITTER * high
    c = cut - (cut - high)
    d = high - c
    error = ((a * c - product) + a * d + b * c) + b * d
    return _exp_sum(product, error + exponent * low)


def log1p(x: float) -> float:
    """``log(1 + x)`` without loss for small x (W. Kahan's correction); x > -1."""
    shifted = 1.0 + x
    if shifted == 1.0 or shifted == INFINITY:
        return x
    return log(shifted) * (x / (shifted - 1.0))


def expm1(x: float) -> float:
    """``exp(x) - 1`` without loss for small x (W. Kahan's correction)."""
    if x > 40.0 or x < -40.0 or x != x:
        return exp(x) - 1.0
    value = exp(x)
    if value == 1.0:
        return x
    return (value - 1.0) * (x / log(value))
