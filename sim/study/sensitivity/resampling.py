"""Intervals of ratios of means over rows, by a studentised bootstrap, for many at once.

A ratio of means of columns p and q over N rows, R = p̄ / q̄, has by the delta method the standard
error e = sd(p - R q) / (q̄ sqrt(N)). Of each resample of the rows t* = (R* - R) / e* is taken; with
its quantiles the interval is from R - t*_high e to R - t*_low e. Percentiles of R* alone would be
too near where a few rows matter most, as they do here: indices are means of products.

B. Efron, R. J. Tibshirani, *An Introduction to the Bootstrap*, 1993, section 12.5 (bootstrap-t)

P. Hall, *The Bootstrap and Edgeworth Expansion*, 1992, https://doi.org/10.1007/978-1-4612-4384-7,
section 3.10 (ratios of means)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.study.statistics.sample import Floats

RESAMPLES = 1000
"""Resamples of cheap statistics."""
AT_ONCE = 1 << 20
"""Numbers drawn at a time: what memory holds without noticing."""


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Estimates and their intervals, an entry for each. NaN: cannot be told."""

    value: Floats
    low: Floats
    high: Floats

    def part(self, of: slice | int) -> Interval:
        """Return some of them, or one."""
        return Interval(value=self.value[of], low=self.low[of], high=self.high[of])


def times_drawn(rows: int, resamples: int, seed: int) -> Iterator[Floats]:
    """Yield how often each resample, a row of the matrix, holds each of the rows."""
    random = np.random.default_rng([0xB007, seed])
    at_once = max(AT_ONCE // rows, 1)
    for first in range(0, resamples, at_once):
        count = min(at_once, resamples - first)
        drawn = random.integers(0, rows, (count, rows))
        drawn += rows * np.arange(count)[:, None]
        found = np.bincount(drawn.ravel(), minlength=count * rows)
        yield found.reshape(count, rows).astype(float)


def resampled_means(columns: Floats, seed: int, resamples: int) -> Floats:
    """Return the means of columns over resamples of their rows: a row per resample."""
    rows = len(columns)
    return np.concatenate([times @ columns for times in times_drawn(rows, resamples, seed)]) / rows


def ratios(over: Floats, under: Floats, *, level: float, seed: int) -> Interval:
    """Return the ratios of the means of columns to the mean of one, with their intervals.

    Parameters
    ----------
    over
        Rows × columns.
    under
        A value per row; the mean is to be above 0. If a resample's is not, as often as the tails of
        the interval are, no interval can be told.
    level
        Of the intervals.
    seed
        Of the bootstrap.
    """
    rows, count = over.shape
    columns = np.column_stack([over, over**2, over * under[:, None], under, under**2])
    here, drawn = columns.mean(axis=0), resampled_means(columns, seed, RESAMPLES)
    nothing = np.full(count, np.nan)
    if not here[-2] > 0:
        return Interval(value=nothing, low=nothing, high=nothing)
    value, error = _ratio(here[None, :], count)
    if (drawn[:, -2] <= 0).mean() >= (1 - level) / 2:
        return Interval(value=value[0], low=nothing, high=nothing)
    values, errors = _ratio(drawn, count)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(errors > 0, (values - value) / errors, 0.0)
    low, high = np.quantile(t, [(1 - level) / 2, (1 + level) / 2], axis=0)
    wide = error[0] * (rows / (rows - 1)) ** 0.5
    return Interval(value=value[0], low=value[0] - high * wide, high=value[0] - low * wide)


def _ratio(means: Floats, count: int) -> tuple[Floats, Floats]:
    """Return ratios and, but for sqrt(N), their standard errors, from means of the columns."""
    over, squares, both = (means[:, i * count : (i + 1) * count] for i in range(3))
    under, square = means[:, -2, None], means[:, -1, None]
    value = over / under
    variance = squares - 2 * value * both + value**2 * square
    # Rounding leaves a little of what is 0.
    variance = np.where(variance > 1e-12 * squares, variance, 0.0)
    return value, np.sqrt(variance) / np.abs(under)
