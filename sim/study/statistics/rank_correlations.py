"""Rank correlations between factors and outcomes (Spearman)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.study.statistics.intervals import LEVEL
from sim.study.statistics.levels import design_of, runs_of
from sim.study.statistics.sample import check, in_order, sample_of

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("factor", "outcome", "points", "draws", "correlation", "low", "high")


def rank_correlations(
    points: pd.DataFrame, runs: pd.DataFrame, outcomes: Sequence[str], *,
    sampled: Collection[str] = (), dates: Collection[str] = (), horizon: Any = None,
    level: float = LEVEL, rows: int | None = None,
) -> pd.DataFrame:
    """Return Spearman's rank correlation of each number with the mean of each outcome.

    Parameters
    ----------
    points, runs, outcomes, sampled, dates, horizon, rows
        As in `main_effects`; of dates the restricted means are ranked.
    level
        Level of the intervals.

    Returns
    -------
    DataFrame
        One row per factor that is a number, and outcome: `factor`, `outcome`, `points` with known
        values, `draws` (of the sampled factors; all points if none is), `correlation` in [-1, 1]
        over the points (NaN if either is constant), `low` and `high`: Fisher's interval
        tanh(artanh r ± z sqrt((1 + r²/2) / (draws - 3))); NaN with three draws or fewer.

    Raises
    ------
    InputError
        As in `main_effects`.

    References
    ----------
    D. G. Bonett, T. A. Wright, "Sample size requirements for estimating Pearson, Kendall and
    Spearman correlations", Psychometrika 65, 2000, https://doi.org/10.1007/BF02294183
    """
    import pandas as pd
    from scipy.special import ndtri

    check(runs, outcomes)
    runs = in_order(runs_of(points, runs))
    z = float(ndtri((1 + level) / 2))
    numbers = [name for name in points if pd.api.types.is_numeric_dtype(points[name])]
    found = []
    for outcome in outcomes:
        sample = sample_of(runs, outcome, dates=dates, horizon=horizon).restricted
        draws = design_of(points, sample, sampled, "common", rows).draws
        known = sample.count > 0
        values = points.loc[sample.points[known], numbers].rank()
        ranks = pd.Series(sample.means[known], index=values.index).rank()
        number = int(known.sum() if draws is None else len(np.unique(draws[known])))
        for name in numbers:
            r = _correlation(values[name].to_numpy(), ranks.to_numpy())
            low = high = float("nan")
            if number > 3:
                with np.errstate(divide="ignore"):
                    middle, half = np.arctanh(r), z * np.sqrt((1 + r * r / 2) / (number - 3))
                low, high = float(np.tanh(middle - half)), float(np.tanh(middle + half))
            found.append((name, outcome, int(known.sum()), number, r, low, high))
    return pd.DataFrame(found, columns=list(COLUMNS))


def _correlation(x: Any, y: Any) -> float:
    """Return Pearson's correlation, within [-1, 1]; NaN if either is constant."""
    if len(x) < 2:
        return float("nan")
    x, y = x - x.mean(), y - y.mean()
    scale = float(np.sqrt((x @ x) * (y @ y)))
    return float(np.clip((x @ y) / scale, -1.0, 1.0)) if scale > 0 else float("nan")
