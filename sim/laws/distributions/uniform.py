"""Uniform: anything between two values, all equally likely."""

import math
from collections.abc import Sequence

from ..parameters import Form
from ..registry import Distribution
from .common import HIGH, LOW


def uniform_quantile(u: float, low: float, high: float) -> float:
    """``low + (high - low) * u``."""
    return low + (high - low) * u


def _to_law(low: float, high: float) -> tuple[float, ...]:
    if high < low:
        raise ValueError(f"high must be >= low {low:g}, got {high:g}")
    return (low, high)


def _mean(p: Sequence[float]) -> float:
    return p[0] + 0.5 * (p[1] - p[0])


def _sd(p: Sequence[float]) -> float:
    return (p[1] - p[0]) / math.sqrt(12.0)


DISTRIBUTION = Distribution(
    name="uniform",
    summary="Anything between two values, all equally likely.",
    formula="Q(u) = low + (high - low) * u",
    source="NIST/SEMATECH e-Handbook 1.3.6.6.2, https://doi.org/10.18434/M32189",
    forms=(Form(parameters=(LOW, HIGH), to_law=_to_law),),
    quantile=uniform_quantile,
    mean=_mean,
    sd=_sd,
)
