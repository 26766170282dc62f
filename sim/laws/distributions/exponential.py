"""Exponential: times between independent rare events."""

from collections.abc import Sequence

from ..parameters import Form
from ..portable import log1p
from ..registry import Distribution
from .common import MEAN


def exponential_quantile(u: float, mean: float) -> float:
    """``-mean * log(1 - u)``."""
    return -mean * log1p(-u)


def _to_law(mean: float) -> tuple[float, ...]:
    return (mean,)


def _mean(p: Sequence[float]) -> float:
    return p[0]


DISTRIBUTION = Distribution(
    name="exponential",
    summary="Times between independent rare events; memoryless, cv 1.",
    formula="Q(u) = -mean * log(1 - u)",
    source="NIST/SEMATECH e-Handbook 1.3.6.6.7, https://doi.org/10.18434/M32189",
    forms=(Form(parameters=(MEAN,), to_law=_to_law),),
    quantile=exponential_quantile,
    mean=_mean,
    sd=_mean,
)
