"""Table: quantiles read off data, with straight lines between them."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ..interpolation import interpolate
from ..parameters import Form, Parameter
from ..registry import Distribution


def _to_law(quantiles: Mapping[float, float]) -> tuple[float, ...]:
    probabilities = tuple(quantiles.keys())
    values = tuple(quantiles.values())
    if probabilities[0] != 0.0 or probabilities[-1] != 1.0:
        raise ValueError(
            f"quantiles must begin at probability 0 and end at 1, "
            f"got {probabilities[0]:g} to {probabilities[-1]:g}"
        )
    for before, after in pairwise(values):
        if after < before:
            raise ValueError(f"quantiles must not decrease, got {after:g} after {before:g}")
    return probabilities + values


def _pieces(p: Sequence[float]) -> list[tuple[float, float, float]]:
    """Probability, left end and right end of every piece."""
    half = len(p) // 2
    return [(p[i + 1] - p[i], p[half + i], p[half + i + 1]) for i in range(half - 1)]


def _mean(p: Sequence[float]) -> float:
    return math.fsum(chance * 0.5 * (a + b) for chance, a, b in _pieces(p))


def _sd(p: Sequence[float]) -> float:
    mean = _mean(p)
    around = [(chance, a - mean, b - mean) for chance, a, b in _pieces(p)]
    return math.sqrt(math.fsum(chance * (a * a + a * b + b * b) / 3.0 for chance, a, b in around))


DISTRIBUTION = Distribution(
    name="table",
    summary="Quantiles read off data; linear between them.",
    formula="Q(u) linear between the given (probability, value)",
    source="W. Hörmann and J. Leydold, ACM TOMACS 13, 2003, doi:10.1145/945511.945517",
    forms=(
        Form(
            parameters=(
                Parameter(
                    name="quantiles",
                    meaning="value at each probability; from 0 to 1, ascending",
                    unit="value",
                    low=0.0,
                    keys=Parameter(
                        name="probability",
                        meaning="chance to be at most the value",
                        unit="pure",
                        low=0.0,
                        high=1.0,
                    ),
                ),
            ),
            to_law=_to_law,
        ),
    ),
    quantile=interpolate,
    mean=_mean,
    sd=_sd,
    variadic=True,
)
