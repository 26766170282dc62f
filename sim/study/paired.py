"""Paired differences: two scenarios on the same random numbers, replication by replication."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

LEVELS = (0.90, 0.99)
"""Levels of the confidence intervals."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The mean difference of paired values, and how well it is known."""

    mean: float
    """Mean of the first minus mean of the second, over the pairs that are known."""
    intervals: tuple[tuple[float, float], ...]
    """Confidence interval at each of `LEVELS`; missing with fewer than two pairs."""
    pairs: int
    """Pairs in which both values are known."""
    missing: int
    """Pairs in which one is not."""
    variance_ratio: float
    """Variance of the mean difference over what independent samples of that size would give,
    Var(x - y) / (Var x + Var y): below 1 the shared random numbers save replications, by this
    factor. Missing where nothing varies."""


def difference(first: ArrayLike, second: ArrayLike) -> Difference:
    """Return the mean difference of paired values with confidence intervals.

    The intervals are mean ± t sqrt(s² / n), with s² the sample variance of the differences and
    Student's t with n - 1 degrees of freedom: exact if the differences are normal.

    Parameters
    ----------
    first, second
        Values by replication, NaN where not known.

    References
    ----------
    A. M. Law, *Simulation Modeling and Analysis*, 5th ed., 2015, sections 10.2.1 (paired-t
    confidence interval) and 11.2 (common random numbers).
    """
    x, y = (np.asarray(values, dtype=float) for values in (first, second))
    known = ~(np.isnan(x) | np.isnan(y))
    missing = int((~known).sum())
    x, y = x[known], y[known]
    count = len(x)
    unknown = ((math.nan, math.nan),) * len(LEVELS)
    if count < 2:
        mean = float((x - y)[0]) if count else math.nan
        return Difference(
            mean=mean, intervals=unknown, pairs=count, missing=missing, variance_ratio=math.nan
        )
    from scipy.special import stdtrit

    mean, error = float((x - y).mean()), float((x - y).std(ddof=1)) / math.sqrt(count)
    halves = [float(stdtrit(count - 1, (1 + level) / 2)) * error for level in LEVELS]
    apart = float(x.var(ddof=1) + y.var(ddof=1))
    return Difference(
        mean=mean, intervals=tuple((mean - half, mean + half) for half in halves), pairs=count,
        missing=missing,
        variance_ratio=float((x - y).var(ddof=1)) / apart if apart > 0 else math.nan,
    )
