"""Precision: how well means are known, and how many more replications they need.

Replications are added, point by point, until the interval's half width is below a target. Looking
before each step makes the interval cover its mean less often than its level says: with five
replications before the first look, steps that at most double, and normal values, an interval of 90%
covers 86% (where about 13 replications are needed) to 90% (where many are). A point whose first
five values agree by luck is not looked at again.

Y. S. Chow, H. Robbins, "On the asymptotic theory of fixed-width sequential confidence intervals for
the mean", Annals of Mathematical Statistics 36, 1965, https://doi.org/10.1214/aoms/1177700156

A. M. Law, *Simulation Modeling and Analysis*, 5th ed., 2015, section 9.4.1
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from sim.model import InputError
from sim.study.statistics.intervals import LEVEL, student
from sim.study.statistics.sample import check, in_order, sample_of

if TYPE_CHECKING:
    import pandas as pd

LEAST = 5
"""Replications before the first look."""
ALIKE = 20
"""Replications of a point that is judged although all of its values are the same: of what comes out
otherwise in one run of seven, so many show nothing in 5% of cases."""


class Rule(Protocol):
    """When a point has enough replications."""

    @property
    def outcome(self) -> str:
        """Which outcome's mean is to be known."""

    @property
    def half_width(self) -> float:
        """Half width of its interval, in its unit."""


def precision(
    runs: pd.DataFrame, outcome: str, level: float = LEVEL, *, dates: Collection[str] = (),
    horizon: Any = None,
) -> pd.DataFrame:
    """Return how well the mean of an outcome is known at each point.

    Parameters
    ----------
    runs, outcome, dates, horizon
        As in `per_point`; of a date the restricted mean is meant.
    level
        Level of the interval.

    Returns
    -------
    DataFrame
        One row per point (the index): `runs`, `n` (known values), `mean`, `sd` and `half_width`,
        t sd / sqrt(n) with Student's t; NaN with fewer than two known values.

    Raises
    ------
    InputError
        As in `per_point`.
    """
    import pandas as pd

    check(runs, [outcome])
    sample = sample_of(in_order(runs), outcome, dates=dates, horizon=horizon).restricted
    count, sd = sample.count, np.sqrt(sample.variances)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = student(sd / np.sqrt(count), count - 1, level)
    columns = {"runs": sample.runs, "n": count, "mean": sample.means, "sd": sd}
    index = pd.Index(sample.points, name="point")
    return pd.DataFrame(columns | {"half_width": half}, index=index)


def more_replications(
    runs: pd.DataFrame, stop: Rule, cap: int, *, level: float = LEVEL,
    dates: Collection[str] = (), horizon: Any = None,
) -> pd.Series:
    """Return how many more replications each point needs now; 0 where it has enough.

    A point gets replications up to `LEAST` before it is judged, up to `ALIKE` while all its values
    are the same: outcomes that move by steps agree for a while, which is no precision. If its half
    width is then above the target, it gets as many as the present variance asks for, n (half width
    / target)², at most as many as it has, at least one, never more than `cap` in all. It gets none
    either where five or more runs have left fewer than two known values: more would not help.

    Parameters
    ----------
    runs
        All runs so far (see `sample_of`); the answer does not depend on their order.
    stop
        The stopping rule: its `outcome` and `half_width`.
    cap
        Most replications of a point.
    level, dates, horizon
        As in `precision`.

    Returns
    -------
    Series
        Numbers (int64) by point, of the points that have runs.

    Raises
    ------
    InputError
        If the half width or the cap is not above 0, or as in `precision`.
    """
    import pandas as pd

    if not stop.half_width > 0:
        raise InputError(f"stop: half_width must be > 0, got {stop.half_width}; set a larger one")
    if cap < 1:
        raise InputError(f"stop: at_most must be >= 1, got {cap}; set a larger one")
    table = precision(runs, stop.outcome, level, dates=dates, horizon=horizon)
    done, known = table["runs"].to_numpy(), table["n"].to_numpy()
    half = table["half_width"].to_numpy()
    with np.errstate(invalid="ignore"):
        wide = half > stop.half_width  # NaN: fewer than two known
        asked = np.ceil(known * (half / stop.half_width) ** 2 - 1e-9) - known
    more = np.where(wide, np.clip(np.nan_to_num(asked, posinf=np.inf), 1, done), 0)
    same = (table["sd"].to_numpy() == 0.0) & (done < ALIKE)
    more = np.where(same, np.minimum(done, ALIKE - done), more)
    more = np.where(done < LEAST, LEAST - done, more)
    more = np.clip(np.minimum(more, cap - done), 0, None).astype(np.int64)
    return pd.Series(more, index=table.index, name="more")
