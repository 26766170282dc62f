"""Constant: capability makes no difference."""

from collections.abc import Sequence

from ..registry import FeedbackLaw, Parameter


def constant(c: float, value: float) -> float:
    """The value, whatever c is."""
    return value


def _bound(p: Sequence[float]) -> tuple[float, float]:
    return (p[0], p[0])


LAW = FeedbackLaw(
    name="constant",
    summary="Capability makes no difference.",
    formula="value",
    source="by definition",
    parameters=(Parameter(name="value", meaning="the value", unit="value"),),
    function=constant,
    probability_bound=_bound,
)
