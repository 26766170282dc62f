"""Gamma: durations that vary less, or more, than exponential ones."""

import math
from collections.abc import Sequence

from ..parameters import Form, Parameter
from ..portable import INFINITY, exp, log
from ..random import normal_quantile
from ..registry import Distribution
from ..special import HALF_LOG_2PI, log_gamma, stirling_error
from .common import CV, MEAN

LARGE_SHAPE = 1e4  # from here on, an asymptotic expansion is exact to about 1e-13
MAX_TERMS = 100_000
MAX_STEPS = 100


def gamma_quantile(u: float, mean: float, shape: float, log_peak: float) -> float:
    """Quantile of the gamma distribution, relative error about 1e-13.

    Solves ``log P(shape, x) = log u``, or ``log Q = log(1 - u)`` for the upper half, for
    ``y = log(x / shape)`` by Halley's iteration. Both are concave in y, because the
    density of y is log-concave: that is why the iteration converges from anywhere.

    Parameters
    ----------
    u : float
        Probability in (0, 1).
    mean : float
        Mean; the result is proportional to it.
    shape : float
        1 / cv**2; infinity for cv = 0.
    log_peak : float
        `log_peak(shape)`, computed once.
    """
    if shape == INFINITY or mean == 0.0:
        return mean
    if shape >= LARGE_SHAPE:
        return mean * _large_shape(u, shape)
    upper = u >= 0.5
    target = log(1.0 - u) if upper else log(u)
    y = _first_guess(u, shape, log_peak)
    low = -INFINITY
    high = INFINITY
    for _ in range(MAX_STEPS):
        x = shape * exp(y)
        log_density = log_peak + shape * (1.0 + y - exp(y))  # of y
        near = x < shape + 1.0
        share = _lower_series(shape, x) if near else _upper_fraction(shape, x)
        log_tail = log_density + log(share)
        slope = 1.0 / share
        if near == upper:
            # The other tail was the one easy to compute.
            tail = 1.0 - exp(log_tail)
            if tail < 1e-300:
                tail = 1e-300
            log_tail = log(tail)
            slope = exp(log_density) / tail
        if upper:
            slope = -slope
        miss = log_tail - target
        if (miss > 0.0) == upper:
            low = y
        else:
            high = y
        if slope == 0.0:
            step = -1.0 if upper else 1.0
        else:
            step = miss / slope
            bend = 0.5 * step * (shape - x - slope)
            if -0.5 < bend < 0.5:
                step = step / (1.0 - bend)
        if step < -1.0:
            step = -1.0  # upwards the tails fall off faster than any power
        y = y - step
        if not low <= y <= high:
            y = 0.5 * (low + high)
        elif -1e-7 < step < 1e-7:
            break
    return mean * exp(y)


def log_peak(shape: float) -> float:
    """Logarithm of the density of ``log X`` at the mean: ``a log a - a - log_gamma(a)``."""
    if shape < 10.0:
        return shape * log(shape) - shape - log_gamma(shape)
    return 0.5 * log(shape) - HALF_LOG_2PI - stirling_error(shape)


def _lower_series(a: float, x: float) -> float:
    """P(a, x) over the density of log X; series, https://dlmf.nist.gov/8.7.E1."""
    term = 1.0 / a
    total = term
    for n in range(1, MAX_TERMS):
        term = term * (x / (a + n))
        total = total + term
        if term < total * 1e-17:
            break
    return total


def _upper_fraction(a: float, x: float) -> float:
    """Q(a, x) over the density of log X; continued fraction, https://dlmf.nist.gov/8.9.E2.

    Evaluated forwards by Lentz's method, for x >= a + 1, where it converges quickly.
    """
    b = x + 1.0 - a
    c = INFINITY
    d = 1.0 / b
    value = d
    for n in range(1, MAX_TERMS):
        numerator = n * (a - n)
        b = b + 2.0
        d = 1.0 / (b + numerator * d)
        c = b + numerator / c
        change = c * d
        value = value * change
        if -1e-16 < change - 1.0 < 1e-16:
            break
    return value


def _first_guess(u: float, a: float, peak: float) -> float:
    """Rough ``log(x / a)``: Wilson and Hilferty's cube, or the leading term of a tail."""
    lower = (log(u) + log(a) - peak) / a - 1.0
    if a >= 1.0:
        root = 1.0 - 1.0 / (9.0 * a) + normal_quantile(u) / (3.0 * math.sqrt(a))
        cube = 3.0 * log(root) if root > 0.01 else lower
        return cube if cube > lower else lower
    if u >= 0.5:
        x = -log(1.0 - u) - (a * log(a) - a - peak)
        if x > 1.5:
            return log((x + (a - 1.0) * log(x)) / a)
    return lower


def _large_shape(u: float, a: float) -> float:
    """Quantile over the mean by the expansion of Cornish and Fisher.

    E. A. Cornish and R. A. Fisher, Revue de l'Institut International de Statistique 5,
    1938, doi:10.2307/1400905; for chi-square, and so gamma: M. Abramowitz and
    I. Stegun, Handbook of Mathematical Functions, 26.4.
    """
    z = normal_quantile(u)
    z2 = z * z
    r = 1.0 / math.sqrt(a)
    tail = (((12.0 * z2 - 243.0) * z2 - 923.0) * z2 + 1472.0) / 204120.0
    tail = z * ((9.0 * z2 + 256.0) * z2 - 433.0) / 38880.0 + r * tail
    tail = -((3.0 * z2 + 7.0) * z2 - 16.0) / 810.0 + r * tail
    tail = z * (z2 - 7.0) / 36.0 + r * tail
    tail = (z2 - 1.0) / 3.0 + r * tail
    return 1.0 + r * (z + r * tail)


def law_of_shape(mean: float, shape: float) -> tuple[float, ...]:
    """The law's parameters from mean and shape."""
    return (mean, shape, 0.0 if shape >= LARGE_SHAPE else log_peak(shape))


def _from_cv(mean: float, cv: float) -> tuple[float, ...]:
    return law_of_shape(mean, 1.0 / (cv * cv) if cv > 1e-150 else INFINITY)


def _from_shape(shape: float, scale: float) -> tuple[float, ...]:
    return law_of_shape(shape * scale, shape)


def gamma_mean(p: Sequence[float]) -> float:
    """Mean from the law's parameters."""
    return p[0]


def gamma_sd(p: Sequence[float]) -> float:
    """Standard deviation from the law's parameters: ``mean / sqrt(shape)``."""
    return p[0] / math.sqrt(p[1])


DISTRIBUTION = Distribution(
    name="gamma",
    summary="Durations that vary less (cv < 1) or more (cv > 1) than exponential ones.",
    formula="P(shape, Q(u) / scale) = u, shape = 1 / cv**2, scale = mean * cv**2",
    source="NIST Digital Library of Mathematical Functions, chapter 8, https://dlmf.nist.gov/8",
    forms=(
        Form(parameters=(MEAN, CV), to_law=_from_cv),
        Form(
            parameters=(
                Parameter(name="shape", meaning="1 / cv**2", unit="pure", low=0.001),
                Parameter(name="scale", meaning="mean / shape", unit="value", low=0.0),
            ),
            to_law=_from_shape,
        ),
    ),
    quantile=gamma_quantile,
    mean=gamma_mean,
    sd=gamma_sd,
)
