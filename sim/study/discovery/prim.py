"""PRIM, the patient rule induction method: a box in which something happens often.

A case is a point of a study. Its *weight* is the share of its runs in which the thing happened,
from 0 to 1: luck is kept in, a point at which it happens in half of the runs counts half. (Other
tools take one run for each case, 0 or 1.)

*Peeling* starts with all points and takes a thin slice away, again and again: of each factor that
is a number, the lowest or the highest 5% of the points that are left (all with equal values
together); of texts, one level. It takes the slice after which (mean weight after - mean weight
before) / (share of the points lost) is largest, so that slices of different size can be compared;
of equal ones that which restricts fewer factors. It ends when no slice that leaves 5% of the points
raises the mean. The boxes on this way trade coverage for density; one of them
is chosen. *Pasting* then moves its ends out again as long as that raises the mean.

J. H. Friedman, N. I. Fisher, "Bump hunting in high-dimensional data", Statistics and Computing 9,
1999, https://doi.org/10.1023/A:1008894516817. As a tool of scenario discovery, with coverage and
density: B. P. Bryant, R. J. Lempert, "Thinking inside the box", Technological Forecasting and
Social Change 77, 2010, https://doi.org/10.1016/j.techfore.2009.08.002. The measure of a slice that
is fair to slices of different size: J. H. Kwakkel, M. Jaxa-Rozen, "Improving scenario discovery for
handling heterogeneous uncertainties and multinomial classified outcomes", Environmental Modelling &
Software 79, 2016, https://doi.org/10.1016/j.envsoft.2015.11.020
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.study.discovery.box import (
    HIGH,
    LEVELS,
    LOW,
    Bools,
    Box,
    Columns,
    Limit,
    Measured,
    columns_of,
    measure,
)

if TYPE_CHECKING:
    import pandas as pd

ALPHA = 0.05
"""Share of the points in a box that a peel of numbers takes away; small is patient."""
LEAST = 0.05
"""Share of all points that a box holds at least."""
FEWEST = 10
"""Points that it holds at least."""
NOTHING = 1e-12
"""Differences of means up to this are rounding."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """A box on the way of peeling."""

    box: Box
    """The box."""
    measured: Measured = field(repr=False)
    """How well it does on the points that it was found with."""


def peel(
    points: pd.DataFrame | Columns, weights: Any, *, alpha: float = ALPHA, least: float = LEAST,
    stepped: Collection[str] = (),
) -> list[Step]:
    """Return the boxes on the way of peeling, that which holds all points first.

    Parameters
    ----------
    points
        A row per point, a column per factor: numbers or texts.
    weights
        Of each point, in [0, 1].
    alpha
        Share of the points in the box that a peel takes away.
    least
        Share of all points that the last box holds at least.
    stepped
        Factors that have steps: a limit is a value that some point has. So are whole numbers. Of
        the others a limit lies midway between the last point inside and the first outside.
    """
    weights, columns = np.asarray(weights, dtype=float), columns_of(points)
    total = len(weights)
    rows, box = np.arange(total), Box()
    steps, few = [_step(box, rows, weights)], max(least * total, FEWEST)
    while True:
        here, most, best = weights[rows], (NOTHING, 0), None
        mean, size = here.sum() / len(rows), len(rows)
        for name, column in columns.items():
            inside = column[rows]
            restricted = len(box.limits) + (name not in box.limits)
            for end, at, kept in _cuts(inside, alpha, name in stepped):
                left = np.count_nonzero(kept)
                if left < few:
                    continue
                gain = (here[kept].sum() / left - mean) * total / (size - left)
                if (gain, -restricted) > most:
                    most, best = (gain, -restricted), (name, end, at, kept)
        if best is None:
            return steps
        name, end, at, kept = best
        limit = Limit(levels=at) if end == LEVELS else box.of(name).moved(end, at)
        box, rows = box.limited(name, limit), rows[kept]
        steps.append(_step(box, rows, weights))


def choose(steps: Sequence[Step], coverage: float) -> int:
    """Return which box of a way to take: the last, and so densest, with so much coverage."""
    enough = [i for i, step in enumerate(steps) if step.measured.coverage >= coverage]
    return enough[-1] if enough else 0


def paste(
    box: Box, points: pd.DataFrame | Columns, weights: Any, *, alpha: float = ALPHA,
    stepped: Collection[str] = (),
) -> Box:
    """Return the box with its ends moved out as long as that raises the mean weight inside."""
    weights, columns = np.asarray(weights, dtype=float), columns_of(points)
    while True:
        most, best = weights[box.holds(columns)].mean() + NOTHING, None
        for wider in _wider(box, columns, alpha, stepped):
            mean = weights[wider.holds(columns)].mean()
            if mean > most:
                most, best = mean, wider
        if best is None:
            return box
        box = best


def _step(box: Box, rows: Any, weights: Any) -> Step:
    inside = np.zeros(len(weights))
    inside[rows] = 1.0
    return Step(box=box, measured=measure(inside, weights))


def _cuts(values: Any, alpha: float, stepped: bool) -> Iterator[tuple[str, Any, Bools]]:
    """Yield ends that take a slice away: which, where, and what they keep of the values."""
    if values.dtype.kind not in "iuf":
        kept = np.unique(values)
        for level in kept if len(kept) > 1 else ():
            yield LEVELS, tuple(str(one) for one in kept if one != level), values != level
        return
    whole, rank = stepped or values.dtype.kind != "f", int((len(values) - 1) * alpha)
    for end, sign in ((LOW, 1), (HIGH, -1)):
        cut = _cut(sign * values, rank)
        if cut is not None:
            last, first, beyond = cut
            middle = 0.5 * (last + first)
            at = first if whole or not last < middle else middle
            yield end, float(sign * at), beyond


def _cut(values: Any, at: int) -> tuple[Any, Any, Bools] | None:
    """Return the last value of the lowest slice, the first beyond it, and which are beyond.

    The slice holds the value of rank `at`, from 0, and all that equal it.
    """
    last = np.partition(values, at)[at]
    beyond = values > last
    if not beyond.any():
        return None
    return last, values[beyond].min(), beyond


def _wider(box: Box, columns: Columns, alpha: float, stepped: Collection[str]) -> Iterator[Box]:
    """Yield the box with one end moved out: by a slice, or by one level."""
    size = int(box.holds(columns).sum())
    for name, end in box.ends():
        limit, values, free = box.of(name), columns[name], box.without(name, end)
        outside = values[free.holds(columns) & ~limit.holds(values)]
        if limit.levels is not None:
            every = {str(level) for level in np.unique(values)}
            for level in sorted(every - set(limit.levels)):
                levels = tuple(sorted({*limit.levels, level}))
                yield free if set(levels) == every else box.limited(name, Limit(levels=levels))
        elif len(outside):
            sign = -1 if end == LOW else 1
            cut = _cut(sign * outside, min(int((size - 1) * alpha), len(outside) - 1))
            if cut is None:
                yield free
                continue
            last, first, _ = cut
            at = last if name in stepped or values.dtype.kind != "f" else 0.5 * (last + first)
            yield box.limited(name, limit.moved(end, float(sign * at)))
