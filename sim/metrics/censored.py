"""Censored durations: how long things take, when some have not happened by the end.

The *Kaplan-Meier* estimate S(t) of the share that takes longer than t: the product over all ends
at or before t of 1 - 1 / (number still at risk). Leaving out what has not ended, or counting it as
ended, would make durations look too short.

How well S(t) is known says *Greenwood's* sum G(t) over the same ends, of
1 / (r (r - 1)) with r still at risk: Var log S(t) = G(t). (Over d ends at one time the sum is
d / (r (r - d)), as it is mostly written.) The interval S(t)^exp(±z sqrt(G(t)) / log S(t)) is the
one on the scale of log(-log S): it stays within [0, 1] and fits small samples better.

E. L. Kaplan, P. Meier, Journal of the American Statistical Association 53, 1958,
https://doi.org/10.1080/01621459.1958.10501452

M. Greenwood, "The natural duration of cancer", Reports on Public Health and Medical Subjects 33,
1926

J. D. Kalbfleisch, R. L. Prentice, *The Statistical Analysis of Failure Time Data*, 2nd ed., 2002,
https://doi.org/10.1002/9781118032985, section 1.4 (log(-log) interval)

R. Brookmeyer, J. Crowley, "A confidence interval for the median survival time", Biometrics 38,
1982, https://doi.org/10.2307/2530286
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.metrics.timeline import Floats

ROUNDING = 1e-9
"""What a product of many shares may lose."""


@dataclass(frozen=True)
class Survival:
    """The Kaplan-Meier estimate of a distribution of durations."""

    times: Floats
    """Durations of what has ended, ascending."""
    longer: Floats
    """S right after each of them; of equal ones the last counts."""
    known: float
    """Longest duration seen, ended or not: beyond it nothing is known."""
    greenwood: Floats
    """Greenwood's sum right after each of `times`: the variance of log S."""

    def at(self, times: Any) -> Floats:
        """Return the share that takes longer than each time; NaN where it is not known."""
        times = np.asarray(times, dtype=float)
        steps = np.concatenate([[1.0], self.longer])
        share = steps[np.searchsorted(self.times, times, side="right")]
        unknown = (times > self.known) & (share > ROUNDING)
        return np.where(unknown, np.nan, share)

    def quantiles(self, levels: Any) -> Floats:
        """Return the least duration that each share does not exceed.

        `inf` where the log ends before so many have ended; NaN if there was nothing at all.
        """
        levels = np.asarray(levels, dtype=float)
        if self.known == -np.inf:
            return np.full(levels.shape, np.nan)
        at = np.searchsorted(-self.longer, levels - 1.0 - ROUNDING)
        return np.concatenate([self.times, [np.inf]])[at]

    def interval(self, times: Any, level: float = 0.9) -> tuple[Floats, Floats]:
        """Return the pointwise confidence interval of the share that takes longer than each time.

        NaN where the share is not known.
        """
        low, high = (
            np.concatenate([[1.0], band])
            for band in log_log(self.longer, self.greenwood, len(self.times), level)
        )
        at = np.searchsorted(self.times, times, side="right")
        unknown = np.isnan(self.at(times))
        return np.where(unknown, np.nan, low[at]), np.where(unknown, np.nan, high[at])

    def quantile_intervals(self, levels: Any, level: float = 0.9) -> tuple[Floats, Floats]:
        """Return the confidence intervals of quantiles: all times that `interval` does not refuse.

        From where its lower end first falls to the share 1 - quantile, to where its upper end
        does; `inf` where the log ends before (Brookmeyer and Crowley 1982).
        """
        levels = np.asarray(levels, dtype=float)
        if self.known == -np.inf:
            return np.full(levels.shape, np.nan), np.full(levels.shape, np.nan)
        bands = log_log(self.longer, self.greenwood, len(self.times), level)
        last = np.append(self.times[1:] != self.times[:-1], True)[: len(self.times)]
        low, high = (first_below(self.times[last], band[last], 1.0 - levels) for band in bands)
        return low, high


def log_log(
    share: Any, greenwood: Any, ended: Any, level: float
) -> tuple[Floats, Floats]:
    """Return the ends of the log(-log) interval of a survival share.

    Parameters
    ----------
    share, greenwood
        S and the variance of log S; any shape.
    ended
        How many durations have ended: where S = 0 its upper end is that of Clopper and Pearson,
        1 - (half of what is left of the level)^(1 / ended), as Greenwood's sum is infinite there.
    level
        Of confidence.
    """
    from scipy.special import ndtri

    share, ended = np.asarray(share, dtype=float), np.asarray(ended, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.exp(ndtri((1.0 + level) / 2.0) * np.sqrt(greenwood) / -np.log(share))
        low, high = share**power, share ** (1.0 / power)
        none = 1.0 - ((1.0 - level) / 2.0) ** (1.0 / ended)
    gone, all_left = share <= ROUNDING, share >= 1.0 - ROUNDING
    low = np.where(gone, 0.0, np.where(all_left, 1.0, low))
    return low, np.where(gone, none, np.where(all_left, 1.0, high))


def first_below(times: Any, band: Any, shares: Any) -> Floats:
    """Return the first time at which a band does not exceed each share; `inf` if none does."""
    shares = np.asarray(shares, dtype=float)
    lowest = np.minimum.accumulate(np.asarray(band, dtype=float))  # falls, as times go on
    return np.append(times, np.inf)[np.searchsorted(-lowest, -shares - ROUNDING)]


def kaplan_meier(ended: Any, going_on: Any) -> Survival:
    """Return the estimate from durations that have ended and from those that still go on.

    Parameters
    ----------
    ended
        Durations of what has ended.
    going_on
        How long the rest has lasted up to the end of the log; at equal durations what has
        ended counts as first.
    """
    ended = np.sort(np.asarray(ended, dtype=float))
    going_on = np.sort(np.asarray(going_on, dtype=float))
    left = np.arange(len(ended), 0, -1) + len(going_on) - np.searchsorted(going_on, ended)
    known = max(ended[-1:].max(initial=-np.inf), going_on[-1:].max(initial=-np.inf))
    with np.errstate(divide="ignore"):  # the last of all: nothing is left at risk
        greenwood = np.cumsum(1.0 / (left * (left - 1.0)))
    return Survival(ended, np.cumprod(1.0 - 1.0 / left), float(known), greenwood)
