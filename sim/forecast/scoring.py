"""Proper scores of a forecast of a date: the smaller the better, and honesty pays.

All is told by the day: day k is passed if it happened on one of the days 0, ..., k. F(k) is the
forecast's chance of that, y the day on which it happened. What is later than day T - 1, the last
one that is looked at, is alike, whenever it comes: so what has not happened yet can be scored, and
a run that goes to its horizon has said all.

- The *continuous ranked probability score* is the sum over k < T of (F(k) - 1{y <= k})², days:
  the threshold-weighted form of Gneiting and Ranjan with weight 1 before T and 0 after. It is the
  CRPS of min(date, T). Of a forecast that names one day it is how far off that is.
- The *logarithmic score* is -log of the chance that was given to what happened: to one of the
  quarters of thirteen weeks up to T, or to `later`. So that a quarter into which none of n draws
  fell costs much, but not everything, each of the b bins counts half a draw more than there are
  (Krichevsky and Trofimov): (n p + 1/2) / (n + b/2). Natural logarithm.

Both are proper if T does not depend on what happened: it is the earlier of the forecast's horizon
and the date at which one looks, for all quantities.

T. Gneiting, A. E. Raftery, "Strictly proper scoring rules, prediction, and estimation", Journal of
the American Statistical Association 102, 2007, https://doi.org/10.1198/016214506000001437

T. Gneiting, R. Ranjan, "Comparing density forecasts using threshold- and quantile-weighted scoring
rules", Journal of Business & Economic Statistics 29, 2011, https://doi.org/10.1198/jbes.2010.08110

R. E. Krichevsky, V. K. Trofimov, "The performance of universal encoding", IEEE Transactions on
Information Theory 27, 1981, https://doi.org/10.1109/TIT.1981.1056331
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.study.statistics.sample import Floats

QUARTER = 91
"""Days of a bin of the logarithmic score."""
HALF = 0.5
"""Draws that each bin counts more than there are."""


def crps(chance: Any, day: int | None) -> float:
    """Return the continuous ranked probability score, days.

    Parameters
    ----------
    chance
        F(k) of each day k = 0, ..., T - 1.
    day
        The day on which it happened; `None`, or T and later: it had not by then.
    """
    chance = np.asarray(chance, dtype=float)
    happened = np.arange(len(chance)) >= (len(chance) if day is None else day)
    return float(((chance - happened) ** 2).sum())


def log_score(chance: Any, day: int | None, draws: float = np.inf) -> float:
    """Return the logarithmic score, natural units.

    Parameters
    ----------
    chance, day
        As of `crps`.
    draws
        How many draws the forecast comes from, n; without end: nothing is smoothed.
    """
    chance = np.asarray(chance, dtype=float)
    until = len(chance)
    ends = _ends(until)
    bins = np.diff(np.concatenate([[0.0], chance[ends - 1], [1.0]]))
    at = len(ends) if day is None else int(np.searchsorted(ends, day, side="right"))
    with np.errstate(divide="ignore"):  # without smoothing a bin may have no chance
        return float(-np.log(smoothed(bins, draws)[at]))


def smoothed(bins: Floats, draws: float) -> Floats:
    """Return the chances of bins, each with half a draw more than there are."""
    if np.isinf(draws):
        return bins
    return np.asarray((draws * bins + HALF) / (draws + HALF * len(bins)))


def knows_nothing(horizon: int, until: int) -> Floats:
    """Return F of a forecast to compare with: as likely as not by the horizon, any day alike.

    Parameters
    ----------
    horizon
        Days of the forecast that it is compared with.
    until
        T, days.
    """
    return np.asarray(0.5 * (np.arange(until) + 1.0) / horizon)


def _ends(until: int) -> Any:
    """Return the day at which each bin ends, itself left out; the last one is the rest up to T."""
    ends = np.arange(QUARTER, until, QUARTER)
    return np.append(ends, until)
