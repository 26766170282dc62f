"""Dates by point: the Kaplan-Meier estimate of many points at once.

The estimates and intervals of `sim.metrics.censored`, with each point a row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.metrics.censored import ROUNDING, log_log
from sim.study.statistics.intervals import LEVEL, wilson
from sim.study.statistics.sample import Bools, Floats, Ints, Sample


@dataclass(frozen=True)
class Curves:
    """Kaplan-Meier estimates, one per row: what has ended and what has not, by time."""

    times: Floats
    """When something ended or was censored, ascending; of equal ones what ended comes first."""
    ended: Bools
    """Whether it ended."""
    longer: Floats
    """S right after it."""
    greenwood: Floats
    """The variance of log S."""


def curves(times: Floats, ended: Bools) -> Curves:
    """Return the estimates from matrices with a row per point and a column per run."""
    order = np.lexsort((~ended, times))
    times = np.take_along_axis(times, order, axis=1)
    ended = np.take_along_axis(ended, order, axis=1)
    left = np.arange(times.shape[1], 0.0, -1.0)
    with np.errstate(divide="ignore"):
        greenwood = np.cumsum(np.where(ended, 1.0 / (left * (left - 1.0)), 0.0), axis=1)
    longer: Floats = np.cumprod(np.where(ended, 1.0 - 1.0 / left, 1.0), axis=1, dtype=np.float64)
    return Curves(times, ended, longer, greenwood)


def quantiles(found: Curves, levels: tuple[float, ...]) -> list[Floats]:
    """Return, for each level, the least time by which this share has it; `inf` if it is later."""
    return [_first(found, found.longer, 1.0 - level) for level in levels]


def median_interval(found: Curves, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return the confidence interval of each median (Brookmeyer and Crowley 1982)."""
    number = found.ended.sum(axis=1, keepdims=True)
    low, high = log_log(found.longer, found.greenwood, number, level)
    # Of equal times the last counts: an earlier one has the band of the last.
    for column in range(found.times.shape[1] - 2, -1, -1):
        tied = found.times[:, column] == found.times[:, column + 1]
        low[:, column] = np.where(tied, low[:, column + 1], low[:, column])
        high[:, column] = np.where(tied, high[:, column + 1], high[:, column])
    return _first(found, low, 0.5), _first(found, high, 0.5)


def _first(found: Curves, band: Floats, share: float) -> Floats:
    """Return the time of the first end at which a band does not exceed a share; else `inf`."""
    below = found.ended & (band <= share + ROUNDING)
    first = found.times[np.arange(len(band)), below.argmax(axis=1)]
    return np.where(below.any(axis=1), first, np.inf)


def reached(
    found: Curves, early: Ints, horizon: Floats, level: float = LEVEL
) -> tuple[Floats, Floats, Floats]:
    """Return the share that is reached by the horizon, with its Wilson interval.

    Where runs are censored before the horizon, the number of trials is the one with which a share
    known from whole runs would have Greenwood's variance: S (1 - S) / Var S = (1 - S) / (S G).
    NaN where all that has not ended is censored before the horizon.

    Parameters
    ----------
    found
        Estimates.
    early
        How many of each point are censored before its horizon.
    horizon
        Days, of each point.

    References
    ----------
    F. J. Dorey, E. L. Korn, "Effective sample sizes for confidence intervals for survival
    probabilities", Statistics in Medicine 6, 1987, https://doi.org/10.1002/sim.4780060605
    """
    share, number = 1.0 - found.longer[:, -1], found.times.shape[1] - early.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        trials = share / ((1.0 - share) * found.greenwood[:, -1])
    some = (share > ROUNDING) & (share < 1.0 - ROUNDING)
    trials = np.where(some, trials, number)
    whole = (found.times[:, -1] >= horizon) | (share >= 1.0 - ROUNDING)
    low, high = wilson(share, trials, level)
    return tuple(np.where(whole, x, np.nan) for x in (share, low, high))  # type: ignore[return-value]


def restricted_mean(found: Curves, horizon: Floats) -> Floats:
    """Return the mean of min(date, horizon): the area under S up to the horizon, days.

    NaN where S is not known up to there.
    """
    edges = np.minimum(found.times, horizon[:, None])
    before = np.concatenate([np.ones((len(edges), 1)), found.longer[:, :-1]], axis=1)
    steps = np.diff(edges, axis=1, prepend=0.0)
    rest = (horizon - edges[:, -1]) * found.longer[:, -1]
    known = (edges[:, -1] >= horizon) | (found.longer[:, -1] <= ROUNDING)
    return np.where(known, (before * steps).sum(axis=1) + np.where(known, rest, 0.0), np.nan)


def of_points(sample: Sample, levels: tuple[float, ...]) -> dict[str, Floats]:
    """Return quantiles, the median's interval, the share reached and the restricted mean.

    Columns `q10`, … as `levels` say, `q50_low`, `q50_high`, `reached`, `reached_low`,
    `reached_high`, `restricted_mean`: one value per point of the sample, NaN where it has none.
    """
    names = [f"q{100 * level:.0f}" for level in levels]
    rest = ["q50_low", "q50_high", "reached", "reached_low", "reached_high", "restricted_mean"]
    table = {name: np.full(len(sample.points), np.nan) for name in [*names, *rest]}
    for points, rows in sample.blocks():
        found = curves(sample.value[rows], sample.ended[rows])
        horizon = sample.horizon[points]
        early = sample.early[rows].sum(axis=1)
        values = [*quantiles(found, levels), *median_interval(found)]
        values += [*reached(found, early, horizon), restricted_mean(found, horizon)]
        for name, value in zip(table, values, strict=True):
            table[name][points] = value
    return table
