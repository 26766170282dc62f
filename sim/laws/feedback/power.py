"""Power: a speed that grows by a fixed factor per OOM, up to a cap."""

from collections.abc import Sequence

from ..portable import INFINITY
from ..portable import power as raised
from ..registry import FeedbackLaw, Parameter


def power(c: float, base: float, exponent: float, cap: float) -> float:
    """``min(cap, base * 10**(exponent * c))``."""
    if base == 0.0:
        return 0.0  # also where the factor overflows
    value = base * raised(10.0, exponent * c)
    return cap if value > cap else value


def _bound(p: Sequence[float]) -> tuple[float, float]:
    base, exponent, cap = p
    if base == 0.0 or exponent == 0.0:
        only = power(0.0, base, exponent, cap)
        return (only, only)
    return (0.0, cap)


LAW = FeedbackLaw(
    name="power",
    summary="A speed that grows by a fixed factor per OOM, up to a cap.",
    formula="min(cap, base * 10**(exponent * c))",
    source="J. Kaplan et al., Scaling Laws for Neural Language Models, 2020, "
    "https://arxiv.org/abs/2001.08361",
    parameters=(
        Parameter(name="base", meaning="value at c = 0", unit="value", low=0.0),
        Parameter(
            name="exponent", meaning="decades of the value per decade of compute", unit="1/OOM"
        ),
        Parameter(
            name="cap",
            meaning="largest value",
            unit="value",
            low=0.0,
            infinite=True,
            default=INFINITY,
        ),
    ),
    function=power,
    probability_bound=_bound,
)
