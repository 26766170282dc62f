"""Table: measured points with straight lines between them."""

from collections.abc import Sequence

from ..interpolation import interpolate
from ..registry import FeedbackLaw, Parameter


def _bound(p: Sequence[float]) -> tuple[float, float]:
    values = p[len(p) // 2 :]
    return (min(values), max(values))


LAW = FeedbackLaw(
    name="table",
    summary="Measured points; linear between them, constant outside.",
    formula="linear between the given (c, value)",
    source="by definition",
    parameters=(
        Parameter(
            name="points",
            meaning="value at each capability, ascending",
            unit="value",
            keys=Parameter(name="c", meaning="capability", unit="OOM"),
        ),
    ),
    function=interpolate,
    probability_bound=_bound,
    variadic=True,
)
