"""Saturating: a quality whose distance to its limit shrinks by a fixed factor per OOM."""

from collections.abc import Sequence

from ..portable import power
from ..registry import FeedbackLaw, Parameter


def saturating(c: float, start: float, limit: float, rate: float) -> float:
    """``limit - (limit - start) * 10**(-rate * max(c, 0))``."""
    if c <= 0.0:
        return start
    return limit - (limit - start) * power(10.0, -rate * c)


def _bound(p: Sequence[float]) -> tuple[float, float]:
    start, limit, rate = p
    end = limit if rate > 0.0 else start
    return (min(start, end), max(start, end))


LAW = FeedbackLaw(
    name="saturating",
    summary="A quality whose distance to its limit shrinks by a fixed factor per OOM.",
    formula="limit - (limit - start) * 10**(-rate * max(c, 0))",
    source="J. Hestness et al., Deep Learning Scaling is Predictable, Empirically, 2017, "
    "https://arxiv.org/abs/1712.00409",
    parameters=(
        Parameter(name="start", meaning="value at c <= 0", unit="value"),
        Parameter(name="limit", meaning="value far above", unit="value"),
        Parameter(
            name="rate", meaning="decades the distance shrinks per OOM", unit="1/OOM", low=0.0
        ),
    ),
    function=saturating,
    probability_bound=_bound,
)
