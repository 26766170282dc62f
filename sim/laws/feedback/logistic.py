"""Logistic: a share that rises from 0 to a ceiling, as skills of one difficulty do."""

from collections.abc import Sequence

from ..portable import exp
from ..registry import FeedbackLaw, Parameter


def logistic(c: float, ceiling: float, midpoint: float, width: float) -> float:
    """``ceiling / (1 + exp(-(c - midpoint) / width))``, width > 0."""
    return ceiling / (1.0 + exp((midpoint - c) / width))


def _bound(p: Sequence[float]) -> tuple[float, float]:
    return (min(0.0, p[0]), max(0.0, p[0]))


LAW = FeedbackLaw(
    name="logistic",
    summary="A share that rises from 0 to a ceiling around a midpoint.",
    formula="ceiling / (1 + exp(-(c - midpoint) / width))",
    source="G. Rasch, Probabilistic Models for Some Intelligence and Attainment Tests, 1960; "
    "Y. Ruan, C. J. Maddison, T. Hashimoto, 2024, https://arxiv.org/abs/2405.10938",
    parameters=(
        Parameter(name="ceiling", meaning="value far above the midpoint", unit="value"),
        Parameter(name="midpoint", meaning="where half the ceiling is reached", unit="OOM"),
        Parameter(
            name="width",
            meaning="how wide the rise is: 73% of the ceiling at midpoint + width",
            unit="OOM",
            low=0.0,
            low_open=True,
        ),
    ),
    function=logistic,
    probability_bound=_bound,
)
