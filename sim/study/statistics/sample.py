"""Samples: what the runs of a study say of one outcome, point by point.

A *date* is a time from t = 0 at which something happens. A run in which it has not happened is
*censored*: at the horizon if the run reached it (or a deadlock, after which nothing happens any
more), else where the run ended. What is unknown (a failed run, a value that does not exist) is left
out and counted.

Means of dates are *restricted* means, of min(date, horizon): a date that is not reached counts as
the horizon, so that what is cut off there does not vanish. They are bounds from below of the mean
date, but can be compared. Runs that ended early (blow_up, budget) without the date are left out of
means; Kaplan-Meier estimates use them.

P. Royston, M. K. B. Parmar, "Restricted mean survival time", BMC Medical Research Methodology 13,
2013, https://doi.org/10.1186/1471-2288-13-152
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.model import InputError
from sim.model.errors import unknown_name

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

WHOLE = ("horizon", "deadlock")
"""End reasons after which nothing more is to come within the horizon."""
FAILED = "failed"
"""End reason of runs of which nothing is known."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The known values of one outcome, in order of points and, within them, of replications."""

    points: Ints
    """Numbers of the points that have runs, ascending."""
    runs: Ints
    """Runs of each of them, known or not."""
    cut_short: Ints
    """How many of these ended before the horizon and not in a deadlock, failed ones included."""
    of: Ints
    """Which of `points` each value belongs to: its index there."""
    replication: Ints
    """Number of the replication of each value."""
    value: Floats
    """The values; of what is censored, the time until which it had not happened."""
    ended: Bools
    """Whether the value is one: false where it is censored."""
    early: Bools
    """Whether it is censored before the horizon."""
    horizon: Floats
    """Horizon of each point, days; NaN if the outcome is no date."""

    @cached_property
    def count(self) -> Ints:
        """Number of values of each point."""
        return np.bincount(self.of, minlength=len(self.points)).astype(np.int64)

    @cached_property
    def restricted(self) -> Sample:
        """What means are taken of: without what is censored before the horizon."""
        return self.only(~self.early)

    def only(self, rows: Bools) -> Sample:
        """Return the values chosen; all points stay."""
        return replace(
            self, of=self.of[rows], replication=self.replication[rows], value=self.value[rows],
            ended=self.ended[rows], early=self.early[rows],
        )

    @cached_property
    def means(self) -> Floats:
        """Mean of each point; NaN without values."""
        with np.errstate(invalid="ignore"):
            near = self.sums(self.value) / self.count
            return near + self.sums(self.value - near[self.of]) / self.count  # exact if all agree

    @cached_property
    def variances(self) -> Floats:
        """Sample variance (n - 1) of each point; NaN with fewer than two values."""
        with np.errstate(invalid="ignore", divide="ignore"):
            squares = self.sums(self.apart**2)
            return np.where(self.count > 1, squares / (self.count - 1), np.nan)

    @cached_property
    def apart(self) -> Floats:
        """Each value less the mean of its point."""
        return self.value - self.means[self.of]

    def sums(self, values: Any) -> Floats:
        """Return the sum over each point's values."""
        found = np.bincount(self.of, weights=values, minlength=len(self.points))
        return found.astype(np.float64, copy=False)

    def blocks(self) -> Generator[tuple[Ints, Ints], None, None]:
        """Yield points with equally many values, as indices, and the rows of these as a matrix.

        The number of blocks grows at most with the square root of the number of values.
        """
        count = self.count
        start = np.cumsum(count) - count
        for size in np.unique(count[count > 0]):
            points = np.flatnonzero(count == size)
            yield points, start[points, None] + np.arange(size)


def sample_of(
    runs: pd.DataFrame, outcome: str, *, dates: Collection[str] = (), horizon: Any = None
) -> Sample:
    """Return what runs say of an outcome.

    Parameters
    ----------
    runs
        One row per run: `point`, `replication`, `end_reason`, `end_time` (days) and outcomes.
    outcome
        Name of its column; NaN is not known, of a date: not reached.
    dates
        Outcomes that are dates.
    horizon
        Days: one number, or one per point (a Series by point, or an array in order of points
        0, 1, …). Needed for dates.

    Raises
    ------
    InputError
        If there is no such outcome, or no horizon for a date.
    """
    check(runs, [outcome])
    runs = in_order(runs)
    number, reason = runs["point"].to_numpy(np.int64), runs["end_reason"].to_numpy()
    value = runs[outcome].to_numpy(np.float64, copy=True)
    points, of = np.unique(number, return_inverse=True)
    failed = reason == FAILED
    whole = np.isin(reason, WHOLE)
    known, ended = ~(np.isnan(value) | failed), np.ones(len(value), dtype=bool)
    days = np.full(len(points), np.nan)
    if outcome in dates:
        days = _horizons(horizon, points, outcome)
        ended = known
        known = ~failed
        until = np.where(whole, days[of], runs["end_time"].to_numpy(np.float64))
        value = np.where(ended, value, until)
        known &= ~np.isnan(value)
    size = len(points)
    return Sample(
        points=points, runs=np.bincount(of, minlength=size).astype(np.int64),
        cut_short=np.bincount(of[~whole], minlength=size).astype(np.int64),
        of=of[known], replication=runs["replication"].to_numpy(np.int64)[known],
        value=value[known], ended=ended[known], early=(~ended & ~whole)[known], horizon=days,
    )


def check(runs: pd.DataFrame, outcomes: Sequence[str]) -> None:
    """Raise `InputError` unless the table has these outcomes."""
    fixed = {"point", "replication", "end_reason", "end_time", "error"}
    choices = [name for name in runs.columns if name not in fixed]
    for outcome in outcomes:
        if outcome not in choices:
            raise InputError(f"statistics: {unknown_name('outcome', outcome, choices)}")


def in_order(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs in order of points and replications."""
    point, replication = runs["point"].to_numpy(), runs["replication"].to_numpy()
    same = point[1:] == point[:-1]
    if ((point[1:] > point[:-1]) | (same & (replication[1:] > replication[:-1]))).all():
        return runs
    return runs.iloc[np.lexsort((replication, point))]


def _horizons(horizon: Any, points: Ints, outcome: str) -> Floats:
    """Return the horizon of each point."""
    if horizon is None:
        raise InputError(
            f"statistics: horizon must be given for the date '{outcome}', got null; "
            "give horizon=results.horizon (days)"
        )
    if np.ndim(horizon) == 0:
        return np.full(len(points), float(horizon))
    if hasattr(horizon, "reindex"):
        return np.asarray(horizon.reindex(points), dtype=float)
    return np.asarray(horizon, dtype=float)[points]
