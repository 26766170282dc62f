"""Growth: the capability that is deployed, by date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import ranks
from sim.metrics.timeline import Ends, Floats
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd


ROUNDING = 1e-9
"""What a sum of logarithms may lose, OOM."""


def trajectory(generations: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Return the steps of the deployed capability: one row per release.

    Capability is right-continuous: from its release on a generation counts, until the next.

    Parameters
    ----------
    generations
        Table of a run or an ensemble.
    model
        The model that was run.

    Returns
    -------
    DataFrame
        `replication`, `generation`, `time` (of release, days), `date` and `capability` (OOM
        above generation 0), by replication and time. Generation 0 is released at t = 0.
    """
    import pandas as pd

    here = generations[(generations["outcome"] == "released").to_numpy()]
    here = here.sort_values(["replication", "released", "generation"], kind="stable")
    days = here["released"].to_numpy("float64")
    return pd.DataFrame({
        "replication": here["replication"].to_numpy(),
        "generation": here["generation"].to_numpy(),
        "time": days,
        "date": dates(model, days),
        "capability": here["capability"].to_numpy("float64"),
    })


def dates(model: Model, days: Any) -> Any:
    """Return clock times in days as dates (datetime64, to the second)."""
    seconds = np.round(np.asarray(days, dtype=float) * 86400).astype("timedelta64[s]")
    return np.datetime64(model.start_date, "s") + seconds


def sample(
    steps: pd.DataFrame, times: Any, *, ends: Ends | None = None, column: str = "capability"
) -> Floats:
    """Return the capability of each replication at each time.

    Parameters
    ----------
    steps
        Result of `trajectory`, or other steps by `replication` and `time`.
    times
        Times, days.
    ends
        When replications ended that ended before the horizon, days: nothing is known later.
    column
        What to sample.

    Returns
    -------
    array of shape (replications, times)
        Capability, OOM; NaN before the first release and after the end of a replication.
    """
    times = np.asarray(times, dtype=float)
    levels = []
    for replication, rows in steps.groupby("replication", sort=True):
        at = np.searchsorted(rows["time"].to_numpy(), times, side="right")
        level = np.concatenate([[np.nan], rows[column].to_numpy()])[at]
        end = (ends or {}).get(int(replication), np.inf)
        levels.append(np.where(times <= end, level, np.nan))
    return np.array(levels, dtype=float).reshape(len(levels), len(times))


def reached(steps: pd.DataFrame, level: float) -> pd.Series:
    """Return when each replication first has a capability.

    Parameters
    ----------
    steps
        Result of `trajectory`.
    level
        Capability, OOM; what falls short of it by a rounding error has reached it.

    Returns
    -------
    Series
        Days, by replication; `inf` where it is not reached within the run.
    """
    there = steps["time"].where(steps["capability"] >= level - ROUNDING, np.inf)
    return there.groupby(steps["replication"], sort=True).min()


def quantiles(
    steps: pd.DataFrame, times: Any, levels: Sequence[float] = (0.1, 0.5, 0.9),
    *, ends: Ends | None = None, column: str = "capability",
) -> pd.DataFrame:
    """Return quantiles of the capability over the replications at each time.

    Parameters
    ----------
    steps
        As in `sample`.
    times
        Times, days.
    levels
        Levels p of the quantiles, in [0, 1]: the highest capability that at least the share 1 - p
        has (`sim.metrics.ranks`).
    ends
        As in `sample`. From the first end on the quantiles are missing, as the replications
        that go on are no fair sample.
    column
        As in `sample`.

    Returns
    -------
    DataFrame
        One row per time (the index), one column per level: capability, OOM.
    """
    import pandas as pd

    values = sample(steps, times, ends=ends, column=column)
    index = pd.Index(np.asarray(times, dtype=float), name="time")
    if not len(values):
        return pd.DataFrame(np.nan, index=index, columns=list(levels))
    return pd.DataFrame(ranks.of_levels(values, levels).T, index=index, columns=list(levels))
