"""The bootstrap of means over rows, for many columns at once.

B. Efron, R. J. Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.study.statistics.sample import Floats

RESAMPLES = 1000
"""Resamples of cheap statistics."""
AT_ONCE = 1 << 20
"""Numbers drawn at a time: what memory holds without noticing."""


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


def resampled_means(columns: Floats, seed: int, resamples: int = RESAMPLES) -> Floats:
    """Return the means of columns over resamples of their rows: a row per resample."""
    rows = len(columns)
    return np.concatenate([times @ columns for times in times_drawn(rows, resamples, seed)]) / rows


def ends(found: Floats, level: float) -> tuple[Floats, Floats]:
    """Return the percentile interval of each column; NaN where a resample is none."""
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high
