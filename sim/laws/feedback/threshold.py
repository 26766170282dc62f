"""Threshold: one value below a capability, another from there on."""

from collections.abc import Sequence

from ..registry import FeedbackLaw, Parameter


def threshold(c: float, below: float, above: float, at: float) -> float:
    """``above`` if ``c >= at``, else ``below``."""
    return above if c >= at else below


def _bound(p: Sequence[float]) -> tuple[float, float]:
    return (min(p[0], p[1]), max(p[0], p[1]))


LAW = FeedbackLaw(
    name="threshold",
    summary="One value below a capability, another from there on.",
    formula="above if c >= at else below",
    source="by definition",
    parameters=(
        Parameter(name="below", meaning="value below the threshold", unit="value"),
        Parameter(name="above", meaning="value at and above it", unit="value"),
        Parameter(name="at", meaning="the threshold", unit="OOM"),
    ),
    function=threshold,
    probability_bound=_bound,
)
