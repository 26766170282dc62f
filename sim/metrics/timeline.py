"""Time in bins: integrals of step functions, working time, and the tables made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.model import Model
from sim.model.hours import Hours

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Ends = Mapping[int, float]
"""When replications ended, days; those not named ran to the horizon."""


def edges_of(model: Model, step: float) -> Floats:
    """Return the edges of bins of `step` days from 0 to the horizon.

    The last bin takes the rest, so it is half to one and a half steps long: a sliver of a
    week would show its week end more than the trend.

    Raises
    ------
    ValueError
        Unless step > 0.
    """
    if not step > 0:
        raise ValueError(f"step must be > 0 days, got {step!r}")
    bins = max(1, int(np.floor(model.horizon / step + 0.5)))
    return np.append(np.arange(bins) * float(step), model.horizon)


def replications_of(*tables: pd.DataFrame) -> Ints:
    """Return the numbers of the replications that any of the tables has, ascending."""
    numbers = np.concatenate([table["replication"].unique() for table in tables])
    return np.unique(numbers).astype("int64")


def ends_of(replications: Ints, model: Model, ends: Ends | None) -> Floats:
    """Return when each replication ended, days."""
    given = ends or {}
    return np.array([given.get(int(r), model.horizon) for r in replications], dtype=float)


def open_time(times: Any, hours: Hours | None, first_weekday: int) -> Floats:
    """Return how much working time has passed at each time, days, up to a common constant.

    The difference between two times is the time that a pool is open in between. A pool that
    is always open has all time as working time.

    Parameters
    ----------
    times
        Clock times, days.
    hours
        Working hours of a pool; `None` is always open.
    first_weekday
        Weekday of the day of t = 0, Monday is 0.
    """
    times = np.asarray(times, dtype=float)
    if hours is None:
        return times
    day = np.floor(times)
    week, weekday = np.divmod(day.astype("int64") + first_weekday, 7)
    is_open = np.array([(hours.weekdays >> d) & 1 for d in range(7)])
    earlier = np.cumsum(is_open) - is_open
    length = hours.closes - hours.opens
    # A share that is exactly 1 from closing on: equal working times must compare equal.
    opens, closes = day + hours.opens, day + hours.closes
    today = np.clip((times - opens) / (closes - opens), 0.0, 1.0)
    return (week * is_open.sum() + earlier[weekday] + is_open[weekday] * today) * length


def next_open(times: Floats, hours: Hours, first_weekday: int) -> Floats:
    """Return the first moment, from each time on, at which a pool is open; see `open_time`."""
    day = np.floor(times)
    weekday = (day.astype("int64") + first_weekday) % 7
    closed = np.array([not (hours.weekdays >> d) & 1 for d in range(7)])
    ahead = np.array([np.argmin(np.roll(closed, -d)) for d in range(7)])  # days to an open one
    today = ~closed[weekday] & (times < day + hours.closes)
    to = np.where(today, day, day + 1 + ahead[(weekday + 1) % 7])
    return np.maximum(times, to + hours.opens)


def integrate(
    rows: Ints, times: Floats, jumps: Floats, *, edges: Floats, count: int
) -> Floats:
    """Return the integral over each bin of `count` step functions that start at 0.

    Parameters
    ----------
    rows
        Which function jumps, in [0, count).
    times
        When it jumps. Jumps before the first edge count from there.
    jumps
        By how much.
    edges
        Edges of the bins, ascending; a bin may be empty.
    count
        Number of functions.

    Returns
    -------
    array of shape (count, bins)
    """
    bins = len(edges) - 1
    times = np.maximum(times, edges[0])
    inside = times < edges[-1]
    rows, times, jumps = rows[inside], times[inside], jumps[inside]
    bin_of = np.searchsorted(edges, times, side="right") - 1
    cell = rows * bins + bin_of
    size, shape = count * bins, (count, bins)
    level = np.cumsum(np.bincount(cell, jumps, size).reshape(shape), axis=1)
    # The level at the end of a bin, less what it was short of it until each jump: a run that ends
    # soon after the edge keeps all digits.
    missing = np.bincount(cell, jumps * (times - edges[bin_of]), size).reshape(shape)
    return level * np.diff(edges) - missing


def integrate_spans(
    rows: Ints, begin: Floats, end: Floats, weights: Floats, *, edges: Floats, count: int
) -> Floats:
    """Return the integral over each bin of the total weight of the spans [begin, end).

    Parameters and result as in `integrate`; each span counts with its weight.
    """
    lasting = end > begin
    rows, begin, end, weights = rows[lasting], begin[lasting], end[lasting], weights[lasting]
    return integrate(
        np.concatenate([rows, rows]), np.concatenate([begin, end]),
        np.concatenate([weights, -weights]), edges=edges, count=count,
    )


def table_of(
    replications: Ints, pools: list[str], edges: Floats, columns: Mapping[str, Floats]
) -> pd.DataFrame:
    """Return a tidy table from arrays of shape (pools, replications, bins)."""
    import pandas as pd

    bins = len(edges) - 1
    p, r, b = (i.ravel() for i in np.indices((len(pools), len(replications), bins)))
    data: dict[str, Any] = {
        "replication": replications[r].astype("int32"),
        "pool": pd.Categorical.from_codes(p, categories=pools),
        "start": edges[:-1][b],
        "end": edges[1:][b],
    }
    data.update({name: np.asarray(values).ravel() for name, values in columns.items()})
    return pd.DataFrame(data)
