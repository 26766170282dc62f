"""Censored durations: how long things take, when some have not happened by the end.

The *Kaplan-Meier* estimate S(t) of the share that takes longer than t: the product over all ends
at or before t of 1 - 1 / (number still at risk). Leaving out what has not ended, or counting it as
ended, would make durations look too short.

E. L. Kaplan, P. Meier, Journal of the American Statistical Association 53, 1958,
https://doi.org/10.1080/01621459.1958.10501452
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
    return Survival(ended, np.cumprod(1.0 - 1.0 / left), float(known))
