"""Lognormal: human and research work, where a few items take many times the median."""

import math
from collections.abc import Sequence

from ..parameters import Form, Parameter
from ..portable import exp, expm1, log, log1p
from ..random import normal_quantile
from ..registry import Distribution
from .common import CV, MEAN


def lognormal_quantile(u: float, median: float, sigma: float) -> float:
    """``median * exp(sigma * z)``, z the standard normal quantile of u."""
    return median * exp(sigma * normal_quantile(u))


def _from_sigma(median: float, sigma: float) -> tuple[float, ...]:
    return (median, sigma)


def _from_cv(mean: float, cv: float) -> tuple[float, ...]:
    return (mean / math.sqrt(1.0 + cv * cv), math.sqrt(log1p(cv * cv)))


def _from_p95(median: float, p95: float) -> tuple[float, ...]:
    if p95 < median:
        raise ValueError(f"p95 must be >= median {median:g}, got {p95:g}")
    return (median, log(p95 / median) / normal_quantile(0.95))


def _mean(p: Sequence[float]) -> float:
    return p[0] * exp(0.5 * p[1] * p[1])


def _sd(p: Sequence[float]) -> float:
    return _mean(p) * math.sqrt(expm1(p[1] * p[1]))


DISTRIBUTION = Distribution(
    name="lognormal",
    summary="Work whose few large items take many times the median.",
    formula="Q(u) = median * exp(sigma * z(u)); sigma**2 = log(1 + cv**2); "
    "sigma = log(p95 / median) / z(0.95)",
    source="NIST/SEMATECH e-Handbook 1.3.6.6.9, https://doi.org/10.18434/M32189",
    forms=(
        Form(
            parameters=(
                Parameter(name="median", meaning="median", unit="value", low=0.0),
                Parameter(
                    name="sigma",
                    meaning="standard deviation of the logarithm",
                    unit="pure",
                    low=0.0,
                    high=10.0,
                ),
            ),
            to_law=_from_sigma,
        ),
        Form(parameters=(MEAN, CV), to_law=_from_cv),
        Form(
            parameters=(
                Parameter(name="median", meaning="median", unit="value", low=0.0, low_open=True),
                Parameter(name="p95", meaning="95th percentile", unit="value", low=0.0),
            ),
            to_law=_from_p95,
        ),
    ),
    quantile=lognormal_quantile,
    mean=_mean,
    sd=_sd,
)
