"""PAWN: how far the distribution of an outcome moves when a factor is known.

The range of a factor is cut into slices (numbers: ten with equally many points; texts and few
levels: one by one). In each the distribution of the outcome, luck included, is set against that of
all runs: the Kolmogorov-Smirnov distance KS = max over y of |F_slice(y) - F(y)|, in [0, 1]. The
index is the median, or the maximum, over the slices. It needs no variance, and any design will do.

A finite sample has KS > 0 also for a factor that does nothing. How much is found by permutation:
what blocks of the design had of the factor (rows, trajectories, draws with the levers crossed with
them) is dealt out again at random; 95% of the indices found so are below `dummy`. Intervals are
those of a bootstrap over blocks, its spread put around the estimate, as resampling adds to KS what
sampling has added once.

F. Pianosi, T. Wagener, "Distribution-based sensitivity analysis from a generic input-output
sample", Environmental Modelling & Software 108, 2018, https://doi.org/10.1016/j.envsoft.2018.07.019

S. Khorashadi Zadeh et al., "Comparison of variance-based and moment-independent global sensitivity
analysis approaches by application to the SWAT model", Environmental Modelling & Software 91, 2017,
https://doi.org/10.1016/j.envsoft.2017.02.001 (a dummy factor as threshold)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.study.sensitivity.resampling import times_drawn
from sim.study.statistics.intervals import LEVEL
from sim.study.statistics.sample import Floats, Ints

SLICES = 10
"""Of numbers with more values than that."""
RESAMPLES = 200
"""Of the bootstrap, and permutations."""
BINS = 512
"""Bins of the outcome between which a resample's distributions are compared; the estimate itself
takes all values."""
SURE = 0.95
"""Quantile of what does nothing that is the threshold."""


@dataclass(frozen=True, kw_only=True)
class Distances:
    """PAWN indices of one factor and outcome."""

    median: float
    """Median of KS over slices."""
    median_low: float
    median_high: float
    """Its interval."""
    maximum: float
    """Maximum of KS over slices."""
    maximum_low: float
    maximum_high: float
    """Its interval."""
    slices: int
    """Slices."""
    dummy: float
    """What the median of a factor that does nothing stays below in 95% of cases."""
    dummy_maximum: float
    """The same of the maximum."""


def distances(
    cells: Any, block: int, of: Ints, y: Floats, *, level: float = LEVEL, seed: int = 0
) -> Distances:
    """Return the indices of one factor.

    Parameters
    ----------
    cells
        The factor at each point of the design, in order.
    block
        Points of a block of the design, which were drawn together; 1 if each was by itself.
    of, y
        Point and outcome of each run; NaN is left out.
    level
        Level of the intervals.
    seed
        Of the bootstrap and the permutations.
    """
    known = ~np.isnan(y)
    of, y = of[known], y[known]
    slices = sliced(cells)
    count = int(slices.max()) + 1
    if len(y) < 2 or count < 2:
        names = [name for name in Distances.__dataclass_fields__ if name != "slices"]
        return Distances(slices=count, **dict.fromkeys(names, float("nan")))
    levels, at = np.unique(y, return_inverse=True)
    exact = _both(_table(slices[of], at, np.ones(len(y)), count, len(levels)))
    edges = np.unique(np.quantile(at, np.arange(1, BINS + 1) / BINS, method="inverted_cdf"))
    at = np.searchsorted(edges, at)
    size = len(edges)
    plain = _both(_table(slices[of], at, np.ones(len(y)), count, size))
    drawn = np.array([
        _both(_table(slices[of], at, weights[of // block], count, size))
        for times in times_drawn(len(slices) // block, RESAMPLES, seed) for weights in times
    ])
    random = np.random.default_rng([0xD077, seed])
    dealt = np.array([
        _both(_table(_dealt(slices, block, random)[of], at, np.ones(len(y)), count, size))
        for _ in range(RESAMPLES)
    ])
    # Bins hide a little of the distances; of nothing as of something.
    dummy = np.quantile(dealt, SURE, axis=0) + (exact - plain)
    low, middle, high = np.nanquantile(drawn, [(1 - level) / 2, 0.5, (1 + level) / 2], axis=0)
    lows, highs = (np.clip(exact + end - middle, 0.0, 1.0) for end in (low, high))
    return Distances(
        median=float(exact[0]), median_low=float(lows[0]), median_high=float(highs[0]),
        maximum=float(exact[1]), maximum_low=float(lows[1]), maximum_high=float(highs[1]),
        slices=count, dummy=float(dummy[0]), dummy_maximum=float(dummy[1]),
    )  # fmt: skip


def sliced(cells: Any, slices: int = SLICES) -> Ints:
    """Return the slice of each point, from 0."""
    array = np.asarray(cells)
    values, at = np.unique(array.astype(str) if array.dtype == object else array,
                           return_inverse=True)  # fmt: skip
    if array.dtype.kind not in "iuf" or len(values) <= slices:
        return np.asarray(at, dtype=np.int64)
    first = np.searchsorted(np.sort(array), array)  # rank from 0; equal values share the lowest
    return np.unique(first * slices // len(array), return_inverse=True)[1].astype(np.int64)


def _dealt(slices: Ints, block: int, random: np.random.Generator) -> Ints:
    """Return the slices of points, dealt out again block by block.

    If all blocks are alike, as of a lever that is crossed with a sample, anew within each.
    """
    table = slices.reshape(-1, block)
    if block > 1 and (table == table[0]).all():
        return np.asarray(random.permuted(table, axis=1).ravel())
    return np.asarray(table[random.permutation(len(table))].ravel())


def _table(slices: Ints, at: Ints, weights: Floats, count: int, size: int) -> Floats:
    """Return the weight of the runs in each slice at each level of the outcome."""
    found = np.bincount(slices * size + at, weights=weights, minlength=count * size)
    return np.asarray(found.reshape(count, size), dtype=np.float64)


def _both(table: Floats) -> Floats:
    """Return the median and the maximum over slices of KS; slices without runs do not count."""
    steps = table.cumsum(axis=1)
    some = steps[:, -1] > 0
    steps = steps[some]
    whole = steps.sum(axis=0)
    distance = np.abs(steps / steps[:, -1:] - whole / whole[-1]).max(axis=1)
    return np.array([np.median(distance), distance.max()])
