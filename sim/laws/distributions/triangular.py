"""Triangular: an expert's smallest, likeliest and largest value."""

import math
from collections.abc import Sequence

from ..parameters import Form, Parameter
from ..registry import Distribution
from .common import HIGH, LOW


def triangular_quantile(u: float, low: float, mode: float, high: float) -> float:
    """Inverse of the two parabolas that meet at the mode."""
    width = high - low
    if width <= 0.0:
        return low
    if u * width < mode - low:
        return low + math.sqrt(u * width * (mode - low))
    return high - math.sqrt((1.0 - u) * width * (high - mode))


def _to_law(low: float, mode: float, high: float) -> tuple[float, ...]:
    if mode < low:
        raise ValueError(f"mode must be >= low {low:g}, got {mode:g}")
    if high < mode:
        raise ValueError(f"high must be >= mode {mode:g}, got {high:g}")
    return (low, mode, high)


def _mean(p: Sequence[float]) -> float:
    return p[0] + ((p[1] - p[0]) + (p[2] - p[0])) / 3.0


def _sd(p: Sequence[float]) -> float:
    left = p[1] - p[0]
    width = p[2] - p[0]
    return math.sqrt((left * left + width * width - left * width) / 18.0)


DISTRIBUTION = Distribution(
    name="triangular",
    summary="An expert's smallest, likeliest and largest value.",
    formula="Q(u) = low + sqrt(u (high - low)(mode - low)) up to the mode, "
    "high - sqrt((1 - u)(high - low)(high - mode)) above it",
    source="S. Kotz and J. R. van Dorp, Beyond Beta, 2004, doi:10.1142/5720",
    forms=(
        Form(
            parameters=(
                LOW,
                Parameter(name="mode", meaning="likeliest value", unit="value", low=0.0),
                HIGH,
            ),
            to_law=_to_law,
        ),
    ),
    quantile=triangular_quantile,
    mean=_mean,
    sd=_sd,
)
