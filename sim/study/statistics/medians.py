"""Medians of dates over several points, by Kaplan-Meier, each point weighed alike.

Runs of one draw, or of one replication on common random numbers, are not independent. The interval
is that of Brookmeyer and Crowley with Greenwood's variance times a *design effect*: the variance of
log S at the median with such runs taken together (see `sim.study.statistics.contrast`), over that
of independent runs. With weights w, Y(s) the weight at risk and dN(s) what ends, run i moves log S
by about -u_i,

    u_i = w_i (1[ended by t] / Y(T_i) - sum over s <= min(t, T_i) of dN(s) / Y(s)²).

L. Kish, *Survey Sampling*, 1965, section 8.2 (design effect)

Z. Ying, L. J. Wei, "The Kaplan-Meier estimate for dependent failure time observations", Journal of
Multivariate Analysis 50, 1994, https://doi.org/10.1006/jmva.1994.1031
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.metrics.censored import ROUNDING, first_below, log_log
from sim.study.statistics.contrast import Design, mean_over
from sim.study.statistics.intervals import LEVEL
from sim.study.statistics.sample import Bools, Floats, Ints, Sample


@dataclass(frozen=True)
class Curve:
    """A weighted Kaplan-Meier estimate, at all times that were seen."""

    times: Floats
    at: Ints
    """Index of each run's time in `times`."""
    risk: Floats
    """Weight at risk just before each time."""
    ends: Floats
    """Weight of what ends at it."""
    longer: Floats
    """S right after it."""
    greenwood: Floats
    """Variance of log S if runs are independent."""


def median_over(
    sample: Sample, points: Bools, design: Design, level: float = LEVEL
) -> tuple[float, float, float, float]:
    """Return the median date over some points (a mask), its interval, and the share reached.

    Times are `inf` where fewer than half reach it within what is known, everything NaN without
    runs; the share (by the last time that is known) has no interval here.
    """
    here = points[sample.of]
    sample = sample.only(here)
    if not len(sample.value):
        return (np.nan,) * 4
    weights = 1.0 / sample.count[sample.of]
    curve = curve_of(sample, weights)
    median = float(first_below(curve.times, curve.longer, 0.5))
    effect = design_effect(sample, curve, weights, median, design)
    number = np.cumsum(np.bincount(curve.at, weights=sample.ended))
    bands = log_log(curve.longer, effect * curve.greenwood, number / effect, level)
    low, high = (float(first_below(curve.times, band, 0.5)) for band in bands)
    return median, low, high, 1.0 - float(curve.longer[-1])


def curve_of(sample: Sample, weights: Floats) -> Curve:
    """Return the estimate from the values of a sample, each with its weight."""
    times, at = np.unique(sample.value, return_inverse=True)
    here = np.bincount(at, weights=weights)
    risk = np.cumsum(here[::-1], dtype=np.float64)[::-1]
    ends = np.bincount(at, weights=weights * sample.ended).astype(np.float64, copy=False)
    squares = np.bincount(at, weights=weights**2 * sample.ended)
    left = np.where(risk - ends > ROUNDING * risk[0], risk - ends, 0.0)  # of 1/3 + 1/3 + 1/3 none
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(np.where(ends > 0, squares / (risk * left), 0.0))
    longer = np.cumprod(left / risk, dtype=np.float64)
    return Curve(times, at, risk, ends, longer, greenwood)


def design_effect(
    sample: Sample, curve: Curve, weights: Floats, time: float, design: Design
) -> float:
    """Return the variance with dependence over that without, at a time or the last one."""
    until = int(np.searchsorted(curve.times, min(time, curve.times[-1])))
    if curve.longer[until] <= ROUNDING:
        until -= 1
    if until < 0:
        return 1.0
    hazard = np.cumsum(curve.ends / curve.risk**2)
    by_then = sample.ended & (curve.at <= until)
    moved = by_then / curve.risk[curve.at] - hazard[np.minimum(curve.at, until)]
    alone = float(((weights * moved) ** 2).sum())
    if alone <= 0:
        return 1.0
    some = sample.count > 0
    moves = replace(sample, value=moved * some.sum())
    found = mean_over(moves, some, design).variance
    return found / alone if np.isfinite(found) and found > 0 else 1.0
