"""Chances: what runs say of one threshold, with how surely they say it.

By Kaplan and Meier, each point alike: a run that ends before the horizon without having passed may
have passed later. Intervals are those on the scale of log(-log), with Greenwood's variance times
the design effect of runs that share a point or their random numbers (`sim.study.statistics`), so
they hold the luck of finite replications and of finite draws alike. Where no run has passed, or all
have, they are Wilson's, with each point counted once.

A run that blows up counts as one that passes everything then, as what it does next has no bounds:
all that is asked rises with software.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.forecast.thresholds import Threshold
from sim.metrics.censored import ROUNDING, first_below, log_log
from sim.study.statistics.contrast import Design
from sim.study.statistics.intervals import LEVEL, wilson
from sim.study.statistics.medians import Curve, curve_of, design_effect
from sim.study.statistics.sample import Floats, Sample, sample_of

if TYPE_CHECKING:
    import pandas as pd

BLOW_UP = "blow_up"
"""How a run ends in which progress leaves all bounds."""
Ends = tuple[Floats, Floats, Floats]
"""Values with the lower and upper ends of their intervals."""


@dataclass(frozen=True, eq=False)
class Chances:
    """How likely a threshold is passed by each time."""

    threshold: Threshold
    sample: Sample
    """When each run passes it, days; of `years_of_progress`: in which time."""
    curve: Curve
    design: Design

    @property
    def independent(self) -> int:
        """How many draws there are: points, or of one point replications."""
        points = int((self.sample.count > 0).sum())
        return points if points > 1 else len(self.sample.value)

    @property
    def passed(self) -> int:
        """Runs that pass it."""
        return int(self.sample.ended.sum())

    @property
    def runs(self) -> int:
        """Runs of which it is known until when they did not pass it."""
        return len(self.sample.value)

    @property
    def cut_short(self) -> int:
        """Runs that ended before the horizon without having passed it."""
        return int(self.sample.early.sum())

    def by(self, times: Any) -> Ends:
        """Return the chance that it is passed by each time, days; NaN where that is not known."""
        times, curve = np.asarray(times, dtype=float), self.curve
        at = np.searchsorted(curve.times, times, side="right")
        longer, variance = np.append(1.0, curve.longer)[at], np.append(0.0, curve.greenwood)[at]
        number = np.append(0.0, np.cumsum(np.bincount(curve.at, weights=self.sample.ended)))[at]
        effect = np.array([self._effect(time) for time in times.ravel()]).reshape(times.shape)
        low, high = log_log(longer, effect * variance, np.maximum(number / effect, 1.0), LEVEL)
        sure = (longer <= ROUNDING) | (longer >= 1.0 - ROUNDING)
        ends = wilson(longer, self.independent, LEVEL)
        low, high = np.where(sure, ends[0], low), np.where(sure, ends[1], high)
        unknown = (times > curve.times[-1]) & (longer > ROUNDING)
        found = (np.round(1.0 - x, 12) for x in (longer, high, low))
        return tuple(np.where(unknown, np.nan, x) for x in found)  # type: ignore[return-value]

    def quantiles(self, levels: Any) -> Ends:
        """Return the times by which it is passed with such chances.

        `inf` where that is later than the horizon, NaN where it is later than is known.

        With the intervals of Brookmeyer and Crowley (`sim.metrics.censored`).
        """
        rows = [self._quantile(float(level)) for level in levels]
        return tuple(np.array(column) for column in zip(*rows, strict=True))  # type: ignore[return-value]

    def _quantile(self, level: float) -> tuple[float, float, float]:
        curve = self.curve
        middle = float(first_below(curve.times, curve.longer, 1.0 - level))
        effect = self._effect(middle)
        number = np.cumsum(np.bincount(curve.at, weights=self.sample.ended))
        bands = log_log(
            curve.longer, effect * curve.greenwood, np.maximum(number / effect, 1.0), LEVEL
        )
        low, high = (float(first_below(curve.times, band, 1.0 - level)) for band in bands)
        known = curve.times[-1] >= float(self.sample.horizon[0]) or curve.longer[-1] <= ROUNDING
        later = math.inf if known else math.nan
        return tuple(later if math.isinf(t) else t for t in (middle, low, high))  # type: ignore[return-value]

    def _effect(self, time: float) -> float:
        weights = 1.0 / self.sample.count[self.sample.of]
        return max(design_effect(self.sample, self.curve, weights, time, self.design), 1.0)


def chances(
    threshold: Threshold, runs: pd.DataFrame, *, horizon: float, common: bool, drawn: bool
) -> Chances | None:
    """Return what runs say of a threshold; `None` if all failed.

    Parameters
    ----------
    runs
        As of a study, with the outcome of the threshold as a column.
    horizon
        Of all runs, days.
    common
        Whether replications draw the same random numbers at every point.
    drawn
        Whether points are draws of what is not known; otherwise there is but one.
    """
    name = threshold.name
    beyond = (runs["end_reason"] == BLOW_UP) & runs[name].isna()
    runs = runs.assign(**{name: runs[name].mask(beyond, runs["end_time"])})
    sample = sample_of(runs, name, dates=[name], horizon=horizon)
    if not len(sample.value):
        return None
    curve = curve_of(sample, 1.0 / sample.count[sample.of])
    draws = np.arange(len(sample.points)) if drawn else None
    return Chances(threshold, sample, curve, Design(common, draws))
