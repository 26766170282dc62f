"""Boxes: a part of what was varied, bounded factor by factor."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Bools = NDArray[np.bool_]
Columns = Mapping[str, Any]
"""Points as arrays by factor: of numbers, or of texts."""
LOW, HIGH, LEVELS = "low", "high", "levels"
"""Ends of a limit: of numbers the low and the high one; of texts the levels that are kept."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What a factor may be; without ends, anything."""

    low: float = -math.inf
    """Least number, itself included."""
    high: float = math.inf
    """Greatest number, itself included."""
    levels: tuple[str, ...] | None = None
    """Levels of a factor whose values are texts; absent: all."""

    @property
    def ends(self) -> tuple[str, ...]:
        """The ends that restrict something."""
        if self.levels is not None:
            return (LEVELS,)
        limited = {LOW: self.low > -math.inf, HIGH: self.high < math.inf}
        return tuple(end for end, is_so in limited.items() if is_so)

    def holds(self, values: Any) -> Bools:
        """Return which values of a column it allows."""
        if self.levels is not None:
            return np.isin(np.asarray(values, dtype=str), list(self.levels))
        found: Bools = (values >= self.low) & (values <= self.high)
        return found

    def without(self, end: str) -> Limit:
        """Return the limit with one end taken away."""
        if end == LEVELS:
            return replace(self, levels=None)
        return self.moved(end, -math.inf if end == LOW else math.inf)

    def moved(self, end: str, value: float) -> Limit:
        """Return the limit with its low or high end elsewhere."""
        return replace(self, low=value) if end == LOW else replace(self, high=value)


@dataclass(frozen=True, kw_only=True)
class Box:
    """Limits of factors; a factor without any is free."""

    limits: Mapping[str, Limit] = field(default_factory=dict)
    """Limits by factor, only those that restrict something."""

    def of(self, factor: str) -> Limit:
        """Return the limit of a factor."""
        return self.limits.get(factor, Limit())

    def ends(self) -> Iterator[tuple[str, str]]:
        """Yield each end that restricts something, with its factor."""
        for factor, limit in self.limits.items():
            for end in limit.ends:
                yield factor, end

    def holds(self, points: pd.DataFrame | Columns) -> Bools:
        """Return which points are inside."""
        inside = np.ones(len(points[next(iter(points))]), dtype=bool)
        for factor, limit in self.limits.items():
            inside &= limit.holds(np.asarray(points[factor]))
        return inside

    def limited(self, factor: str, limit: Limit) -> Box:
        """Return the box with another limit of a factor."""
        limits = {**self.limits, factor: limit}
        return Box(limits={name: one for name, one in limits.items() if one.ends})

    def without(self, factor: str, end: str) -> Box:
        """Return the box with one end of a limit taken away."""
        return self.limited(factor, self.of(factor).without(end))


def columns_of(points: pd.DataFrame | Columns) -> dict[str, Any]:
    """Return points as arrays by factor."""
    found = {name: np.asarray(points[name]) for name in points}
    return {
        name: values if values.dtype.kind in "iuf" else values.astype(str)
        for name, values in found.items()
    }


@dataclass(frozen=True, kw_only=True)
class Measured:
    """How well a box holds what is looked for."""

    coverage: float
    """Share of all that happened which happened inside: sum of weights inside over that of all."""
    density: float
    """Share of the runs inside in which it happened: mean weight inside; NaN if nobody is there."""
    mass: float
    """Share of the points that are inside."""


def measure(inside: Any, weights: Any) -> Measured:
    """Return how well a box does.

    Parameters
    ----------
    inside
        Which points are inside; or by how much of each, from 0 to 1.
    weights
        Share of each point's runs in which it happened.
    """
    inside, weights = np.asarray(inside, dtype=float), np.asarray(weights, dtype=float)
    held, size = float(inside @ weights), float(inside.sum())
    return Measured(
        coverage=held / total if (total := float(weights.sum())) > 0 else math.nan,
        density=held / size if size > 0 else math.nan,
        mass=size / len(weights),
    )
