"""Recursion dividend: what a lab gains because its own models help it, by date.

The capability of the deployed model where each release becomes the assistant, minus that of the
same lab, on the same random numbers, which generation 0 helps for ever.

Capability goes in steps, a release at a time, and the pairs are nearly in step: so at a date the
gain is mostly 0 or a whole step, and swings with the dates of releases. A mean over a window that
is as long as a cycle, or longer, tells it from these swings.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import growth
from sim.metrics.timeline import Ends, Floats

if TYPE_CHECKING:
    import pandas as pd

LEVEL = 0.9
"""Of the confidence intervals."""
PARTS = 64
"""Equal parts of a window, at whose middles capability is looked up."""


def dividend(
    own: pd.DataFrame, frozen: pd.DataFrame, times: Any, *, window: float = 0.0,
    own_ends: Ends | None = None, frozen_ends: Ends | None = None,
) -> pd.DataFrame:
    """Return the mean gain in capability at each time, with paired confidence intervals.

    mean ± t s / sqrt(n) over the n pairs of replications in which both are known, with s the
    standard deviation of their differences (A. M. Law, *Simulation Modeling and Analysis*, 5th ed.,
    2015, section 10.2.1). Each interval is that of its date alone: over a long time one or another
    is wrong. Where all differences are equal it has no width.

    Parameters
    ----------
    own, frozen
        Steps of the deployed capability (`growth.trajectory`), run with the same seed.
    times
        Times, days.
    window
        Days before each time, from t = 0 on at the earliest, over which a replication's gain is
        averaged; 0: the gain at that time.
    own_ends, frozen_ends
        When replications ended that ended before the horizon, days: nothing is known later.

    Returns
    -------
    DataFrame
        One row per time: `time`, `dividend` (mean difference, OOM), `low_90`, `high_90` (missing
        with fewer than two pairs), `pairs`, `at_date` (the mean difference without a window) and
        `window`.
    """
    import pandas as pd
    from scipy.special import stdtrit

    both = sorted(set(own["replication"]) & set(frozen["replication"]))
    times = np.asarray(times, dtype=float)
    logs = [
        (steps[steps["replication"].isin(both).to_numpy()], ends)
        for steps, ends in ((own, own_ends), (frozen, frozen_ends))
    ]
    present = np.subtract(*(_sample(log, times) for log in logs))
    # Middles of equal parts of the window before each time.
    back = np.minimum(window, np.maximum(times, 0.0)) if window > 0 else 0.0 * times
    parts = PARTS if window > 0 else 1
    gain = np.zeros_like(present)
    for i in range(parts):
        at = times - back * (i + 0.5) / parts
        gain += np.subtract(*(_sample(log, at) for log in logs)) / parts
    known = ~np.isnan(gain)
    pairs, mean = known.sum(axis=0), _mean(gain)
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = np.where(known, (gain - mean) ** 2, 0.0).sum(axis=0)
        error = np.sqrt(squares / (pairs - 1) / pairs)
        half = stdtrit(np.where(pairs > 1, pairs - 1, np.nan), (1 + LEVEL) / 2) * error
    return pd.DataFrame({
        "time": times, "dividend": mean, "low_90": mean - half, "high_90": mean + half,
        "pairs": pairs, "at_date": _mean(present), "window": window,
    })


def _sample(log: tuple[pd.DataFrame, Ends | None], times: Floats) -> Floats:
    return growth.sample(log[0], times, ends=log[1])


def _mean(gain: Floats) -> Floats:
    """Return the mean over the replications that are known at each time."""
    known = ~np.isnan(gain)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(known, gain, 0.0).sum(axis=0) / known.sum(axis=0)


def above_zero(table: pd.DataFrame) -> float:
    """Return the first time from which on the interval stays above 0, days; `inf` if it does not.

    Parameters
    ----------
    table
        Result of `dividend`; times at which nothing is known (fewer than two pairs) do not count.
    """
    known = table[table["low_90"].notna().to_numpy()]
    above = known["low_90"].to_numpy(float) > growth.ROUNDING
    if not len(above) or not above[-1]:
        return math.inf
    not_yet = np.flatnonzero(~above)
    return float(known["time"].to_numpy(float)[not_yet[-1] + 1 if len(not_yet) else 0])
