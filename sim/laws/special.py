"""Special functions: log-gamma and the Lambert W function."""

import math

from .portable import NAN, exp, log

HALF_LOG_2PI = 0.9189385332046728
E = 2.718281828459045


def stirling_error(x: float) -> float:
    """``log_gamma(x)`` minus Stirling's formula ``(x - 1/2) log x - x + log(2 pi)/2``.

    Stirling's series, for x >= 10 to full precision; NIST Digital Library of
    Mathematical Functions 5.11.1, https://dlmf.nist.gov/5.11.
    """
    z = 1.0 / (x * x)
    tail = 1.0 / 156.0
    tail = -691.0 / 360360.0 + z * tail
    tail = 1.0 / 1188.0 + z * tail
    tail = -1.0 / 1680.0 + z * tail
    tail = 1.0 / 1260.0 + z * tail
    tail = -1.0 / 360.0 + z * tail
    tail = 1.0 / 12.0 + z * tail
    return tail / x


def log_gamma(x: float) -> float:
    """Logarithm of the gamma function, for x > 0; absolute error below 1e-14 to x = 10.

    Stirling's formula from 10 on; below, the recurrence ``gamma(x + 1) = x gamma(x)``
    leads there.
    """
    product = 1.0
    while x < 10.0:
        product = product * x
        x = x + 1.0
    return (x - 0.5) * log(x) - x + HALF_LOG_2PI + stirling_error(x) - log(product)


def lambert_w(x: float) -> float:
    """Principal branch of Lambert's W: the w >= -1 with ``w * exp(w) = x``, x >= -1/e.

    NaN below -1/e. R. M. Corless et al., "On the Lambert W function", Advances in
    Computational Mathematics 5, 1996, doi:10.1007/BF02124750.
    """
    if x != x or 1.0 + E * x < -1e-15:
        return NAN
    return lambert_w_offset(1.0 + E * x) - 1.0


def lambert_w_offset(d: float) -> float:
    """``1 + W((d - 1)/e)`` for d >= 0, precise down to d = 0, where W has its branch point.

    A series in ``sqrt(2 d)`` near the branch point (Corless et al., eq. 4.22), Halley's
    iteration elsewhere.
    """
    if d <= 0.0:
        return 0.0
    p = math.sqrt(2.0 * d)
    if p < 0.02:
        tail = -221.0 / 8505.0
        tail = 769.0 / 17280.0 + p * tail
        tail = -43.0 / 540.0 + p * tail
        tail = 11.0 / 72.0 + p * tail
        tail = -1.0 / 3.0 + p * tail
        return p + p * p * tail
    x = (d - 1.0) / E
    w = log(1.0 + p) - 1.0 + p / (1.0 + p) if d < 4.0 else log(x / log(1.0 + x))
    for _ in range(40):
        grown = exp(w)
        miss = w * grown - x
        step = miss / (grown * (w + 1.0) - (w + 2.0) * miss / (2.0 * w + 2.0))
        w = w - step
        if -1e-9 < step < 1e-9:
            break
    return 1.0 + w
