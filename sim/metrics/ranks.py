"""Quantiles by rank: each is a value that was seen, and all that is told of one event agrees.

Of times the quantile p is the first by which at least the share p has come; where nothing is
censored that is what `sim.metrics.censored` says. Of what rises (capability, releases) it is the
highest that at least the share 1 - p has reached. So the quantile p of a level passes some height
at the quantile 1 - p of the times at which it is reached.

R. J. Hyndman, Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50,
1996, https://doi.org/10.2307/2684934 (definition 1)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.metrics.timeline import Floats

ROUNDING = 1e-9
"""What a level times a number may gain."""


def of_times(values: Any, levels: Any) -> Floats:
    """Return the quantiles of times, or of anything else that is not a level.

    Parameters
    ----------
    values
        The sample, along the first axis; `inf` for what never comes.
    levels
        Levels of the quantiles, in [0, 1].

    Returns
    -------
    array of shape (levels, …)
        For each level the least value that at least this share does not exceed; missing where a
        value is, or without values.
    """
    values, levels = np.asarray(values, dtype=float), np.asarray(levels, dtype=float)
    count = len(values)
    if not count:
        return np.full((*levels.shape, *values.shape[1:]), np.nan)
    rank = np.clip(np.ceil(levels * count - ROUNDING), 1, count).astype("int64")
    found = np.sort(values, axis=0)[rank - 1]
    return np.where(np.isnan(values).any(axis=0), np.nan, found)


def of_levels(values: Any, levels: Any) -> Floats:
    """Return the quantiles of what rises: for each level p the highest value that 1 - p reach.

    Parameters and result otherwise as in `of_times`.
    """
    return -of_times(-np.asarray(values, dtype=float), 1.0 - np.asarray(levels, dtype=float))
