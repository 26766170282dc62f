"""Weibull: times to failure whose rate falls (shape < 1) or rises (shape > 1) with age."""

import math
from collections.abc import Sequence

from ..parameters import Form, Parameter
from ..portable import exp, expm1, log1p, power
from ..registry import Distribution
from ..special import log_gamma
from .common import MEAN

SHAPE = Parameter(
    name="shape",
    meaning="below 1 the failure rate falls with age, above 1 it rises",
    unit="pure",
    low=0.1,
)


def weibull_quantile(u: float, scale: float, inverse_shape: float) -> float:
    """``scale * (-log(1 - u)) ** (1 / shape)``."""
    return scale * power(-log1p(-u), inverse_shape)


def _from_scale(scale: float, shape: float) -> tuple[float, ...]:
    return (scale, 1.0 / shape)


def _from_mean(mean: float, shape: float) -> tuple[float, ...]:
    return (mean / exp(log_gamma(1.0 + 1.0 / shape)), 1.0 / shape)


def _mean(p: Sequence[float]) -> float:
    return p[0] * exp(log_gamma(1.0 + p[1]))


def _sd(p: Sequence[float]) -> float:
    return _mean(p) * math.sqrt(expm1(log_gamma(1.0 + 2.0 * p[1]) - 2.0 * log_gamma(1.0 + p[1])))


DISTRIBUTION = Distribution(
    name="weibull",
    summary="Times to failure whose rate falls or rises with age.",
    formula="Q(u) = scale * (-log(1 - u))**(1 / shape), scale = mean / Gamma(1 + 1 / shape)",
    source="NIST/SEMATECH e-Handbook 1.3.6.6.8, https://doi.org/10.18434/M32189",
    forms=(
        Form(
            parameters=(
                Parameter(name="scale", meaning="63rd percentile", unit="value", low=0.0),
                SHAPE,
            ),
            to_law=_from_scale,
        ),
        Form(parameters=(MEAN, SHAPE), to_law=_from_mean),
    ),
    quantile=weibull_quantile,
    mean=_mean,
    sd=_sd,
)
