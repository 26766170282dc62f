"""Outcomes point by point: means, spread, quantiles, dates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics.ranks import of_times
from sim.study.statistics.dates import of_points
from sim.study.statistics.intervals import intervals
from sim.study.statistics.sample import Floats, Sample, check, in_order, sample_of

if TYPE_CHECKING:
    import pandas as pd

LEVELS = (0.1, 0.5, 0.9)
"""Levels of the quantiles."""
DATE_COLUMNS = (
    "q50_low", "q50_high", "reached", "reached_low", "reached_high", "restricted_mean",
)  # fmt: skip
"""What only dates have."""


def per_point(
    runs: pd.DataFrame, outcomes: Sequence[str], *, dates: Collection[str] = (),
    horizon: Any = None,
) -> pd.DataFrame:
    """Return what is known of each outcome at each point that has runs.

    Parameters
    ----------
    runs
        One row per run (see `sample_of`).
    outcomes
        Names of columns.
    dates, horizon
        Which of them are dates, and the horizon of each point (see `sample_of`).

    Returns
    -------
    DataFrame
        One row per point and outcome:

        `point`, `outcome`
        `n`: runs that tell something of it, censored ones included; `unknown`: those that do not
        `censored`: of the `n`, dates not reached; `cut_short`: runs that ended before the
        horizon and not in a deadlock: what they came to is not what the horizon would have shown
        `mean`, `sd`: sample mean and standard deviation (n - 1); of a date NaN where any is
        censored
        `low_90`, `high_90`, `low_99`, `high_99`: confidence intervals of the mean, Student's t
        `q10`, `q50`, `q90`: quantiles by rank; of dates by Kaplan-Meier, `inf` where later than
        what is known
        `q50_low`, `q50_high`: of dates, 90% interval of the median; `inf` likewise
        `reached`, `reached_low`, `reached_high`: of dates, the share that reaches it by the
        horizon, with Wilson's 90% interval
        `restricted_mean`: of dates, the mean of min(date, horizon), days

    Raises
    ------
    InputError
        If an outcome is unknown or a date lacks its horizon.

    References
    ----------
    A. M. Law, *Simulation Modeling and Analysis*, 5th ed., 2015, section 9.4.1 (replications);
    `sim.metrics.ranks` and `sim.metrics.censored` cite those of quantiles and dates.
    """
    import pandas as pd

    check(runs, outcomes)
    runs = in_order(runs)
    tables = [
        _table(sample_of(runs, name, dates=dates, horizon=horizon), name, name in dates)
        for name in outcomes
    ]
    table = pd.concat(tables, ignore_index=True)
    # One outcome after the other, so far: now all outcomes of a point together.
    size = len(tables[0])
    order = np.arange(size * len(tables)).reshape(len(tables), size).T.ravel()
    return table.take(order).reset_index(drop=True)


def _table(sample: Sample, name: str, date: bool) -> pd.DataFrame:
    import pandas as pd

    count = sample.count
    censored = sample.sums(~sample.ended).astype(np.int64)
    all_known = censored == 0
    mean = np.where(all_known, sample.means, np.nan)
    sd = np.where(all_known, np.sqrt(sample.variances), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = sd / np.sqrt(count)
    columns: dict[str, Any] = {
        "point": sample.points, "outcome": name, "n": count, "unknown": sample.runs - count,
        "censored": censored, "cut_short": sample.cut_short, "mean": mean, "sd": sd,
    }
    columns |= intervals(mean, error, count - 1)
    if date:
        columns |= of_points(sample, LEVELS)
    else:
        columns |= _quantiles(sample) | dict.fromkeys(DATE_COLUMNS, np.nan)
    return pd.DataFrame(columns)


def _quantiles(sample: Sample) -> dict[str, Floats]:
    """Return the quantiles of each point."""
    found = np.full((len(LEVELS), len(sample.points)), np.nan)
    for points, rows in sample.blocks():
        found[:, points] = of_times(sample.value[rows].T, np.array(LEVELS))
    return {f"q{100 * level:.0f}": row for level, row in zip(LEVELS, found, strict=True)}
