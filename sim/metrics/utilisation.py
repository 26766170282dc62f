"""Utilisation: the share of a pool's capacity that is in use."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.metrics.timeline import (
    Ends,
    Floats,
    Ints,
    edges_of,
    ends_of,
    integrate,
    integrate_spans,
    open_time,
    replications_of,
    table_of,
)
from sim.model import Model
from sim.model.allocation import Priority
from sim.model.capacity import initial_units, unit_steps

if TYPE_CHECKING:
    import pandas as pd


def over_time(
    visits: pd.DataFrame, changes: pd.DataFrame, model: Model, step: float = 7.0,
    *, ends: Ends | None = None,
) -> pd.DataFrame:
    """Return the use of each pool's units in bins of time.

    utilisation = integral of units held / integral of capacity, both over the **open time** of
    the bin: the pool's working hours, or all time if it has none. A unit is held from the start
    of a service to its finish (a compute unit also while it idles in `repair` or `hold`, any
    unit also while it is a hostage, an
    assistant's slot also while it waits for steering). So a person who works all day every day
    is at 100 %, although the task stays with the person overnight.

    Capacity is what the pool has at the time: lent units count where they are used. After a cut
    units may be held beyond capacity until they are done: then utilisation exceeds 1.

    Parameters
    ----------
    visits, changes
        Tables of a run or an ensemble.
    model
        The model that was run.
    step
        Length of a bin, days.
    ends
        When replications ended that ended before the horizon, days.

    Returns
    -------
    DataFrame
        One row per pool, replication and bin: `replication`, `pool`, `start`, `end` (days),
        `busy` (mean units held), `capacity` (mean units, `inf` if unlimited) and `utilisation`
        (1 is full). `busy` and `capacity` are missing where a bin has no open time, also after
        the end of the replication; so is `utilisation`, and where there is no capacity or no
        limit to it.
    """
    edges = edges_of(model, step)
    replications = replications_of(visits, changes)
    last = ends_of(replications, model, ends)
    weekday = model.start_date.weekday()
    shape = (len(model.pools), len(replications), len(edges) - 1)
    busy, capacity = np.empty(shape), np.empty(shape)
    for i, (name, pool) in enumerate(model.pools.items()):
        clock = partial(open_time, hours=pool.hours, first_weekday=weekday)
        bins, count = clock(edges), len(replications)
        everyone, first, one = np.arange(count), np.full(count, bins[0]), np.ones(count)
        rows, begin, end, units = held_spans(visits, name, replications, last)
        held = integrate_spans(rows, clock(begin), clock(end), units, edges=bins, count=count)
        time = integrate_spans(everyone, first, clock(last), one, edges=bins, count=count)
        if pool.capacity == math.inf:
            there = np.where(time > 0, math.inf, math.nan)
        else:
            rows, times, jumps = capacity_jumps(changes, name, replications, last)
            there = integrate(rows, clock(times), jumps, edges=bins, count=count)
        with np.errstate(invalid="ignore", divide="ignore"):
            busy[i], capacity[i] = held / time, there / time
    limited = (capacity > 0) & np.isfinite(capacity)
    share = np.divide(busy, capacity, out=np.full(shape, math.nan), where=limited)
    columns = {"busy": busy, "capacity": capacity, "utilisation": share}
    return table_of(replications, list(model.pools), edges, columns)


def capacities(
    changes: pd.DataFrame, model: Model, *, ends: Ends | None = None
) -> pd.DataFrame:
    """Return the capacity that each pool has of its own at t = 0 and at the end.

    Lent units count for the pool that owns them, so a lender and its borrower have what is
    planned for them; all other pools what the log says.

    Parameters
    ----------
    changes
        Table of a run or an ensemble.
    model
        The model that was run.
    ends
        When replications ended that ended before the horizon, days.

    Returns
    -------
    DataFrame
        One row per pool and replication: `replication`, `pool`, `first` and `last` (units,
        `inf` if unlimited), from t = 0 on and when the replication ended.
    """
    import pandas as pd

    replications = replications_of(changes)
    last = ends_of(replications, model, ends)
    shape = (len(model.pools), len(replications))
    both = np.zeros((2, *shape))
    for i, name in enumerate(model.pools):
        here = changes[((changes["kind"] == "capacity") & (changes["name"] == name)).to_numpy()]
        for k, until in enumerate((np.zeros(len(replications)), last)):
            if _lends(model, name):
                both[k, i] = [_planned(model, name, float(time)) for time in until]
                continue
            rows = np.searchsorted(replications, here["replication"].to_numpy("int64"))
            known = here["time"].to_numpy() <= until[rows]
            # In order of the log: of several changes of a pool the last one stays.
            both[k, i, rows[known]] = here["after"].to_numpy("float64")[known]
    p, r = (index.ravel() for index in np.indices(shape))
    return pd.DataFrame({
        "replication": replications[r].astype("int32"),
        "pool": pd.Categorical.from_codes(p, categories=list(model.pools)),
        "first": both[0].ravel(),
        "last": both[1].ravel(),
    })


def _lends(model: Model, pool: str) -> bool:
    """Return whether a pool lends units or borrows them."""
    rule = model.allocation
    return isinstance(rule, Priority) and pool in (rule.lender, rule.borrower)


def _planned(model: Model, pool: str, time: float) -> float:
    """Return the units that are planned for a pool at a time."""
    units: float = initial_units(model)[pool]
    for at, name, planned in unit_steps(model):
        if name == pool and at <= time:
            units = planned
    return units


def held_spans(
    visits: pd.DataFrame, pool: str, replications: Ints, last: Floats
) -> tuple[Ints, Floats, Floats, Floats]:
    """Return the spans in which units are held: replication, begin, end, units."""
    held = ((visits["pool"] == pool) & visits["started"].notna()).to_numpy()
    here = visits[["replication", "started", "finished", "units"]][held]
    rows = np.searchsorted(replications, here["replication"].to_numpy("int64"))
    finished = here["finished"].to_numpy()
    end = np.where(np.isnan(finished), last[rows], finished)
    return rows, here["started"].to_numpy(), end, here["units"].to_numpy("float64")


def capacity_jumps(
    changes: pd.DataFrame, pool: str, replications: Ints, last: Floats
) -> tuple[Ints, Floats, Floats]:
    """Return the changes of capacity: replication, time, difference; back to 0 at the end."""
    here = changes[((changes["kind"] == "capacity") & (changes["name"] == pool)).to_numpy()]
    rows = np.searchsorted(replications, here["replication"].to_numpy("int64"))
    jumps = (here["after"] - here["before"]).to_numpy("float64")
    final = np.bincount(rows, jumps, len(replications))
    return (
        np.concatenate([rows, np.arange(len(replications))]),
        np.concatenate([here["time"].to_numpy(), last]),
        np.concatenate([jumps, -final]),
    )
