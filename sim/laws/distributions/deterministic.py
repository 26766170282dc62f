"""Deterministic: always the same value."""

from collections.abc import Sequence

from ..parameters import Form, Parameter
from ..registry import Distribution


def deterministic_quantile(u: float, value: float) -> float:
    """The value, whatever u is."""
    return value


def _to_law(value: float) -> tuple[float, ...]:
    return (value,)


def _mean(p: Sequence[float]) -> float:
    return p[0]


def _sd(p: Sequence[float]) -> float:
    return 0.0


DISTRIBUTION = Distribution(
    name="deterministic",
    summary="Always the same value.",
    formula="Q(u) = value",
    source="by definition",
    forms=(
        Form(
            parameters=(Parameter(name="value", meaning="the value", unit="value", low=0.0),),
            to_law=_to_law,
        ),
    ),
    quantile=deterministic_quantile,
    mean=_mean,
    sd=_sd,
)
