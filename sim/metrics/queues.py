"""Queues: how many requests wait for a pool, and how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.metrics.rows import joined_a_queue
from sim.metrics.timeline import (
    Ends,
    edges_of,
    ends_of,
    integrate_spans,
    replications_of,
    table_of,
)
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd


def over_time(
    visits: pd.DataFrame, model: Model, step: float = 7.0, *, ends: Ends | None = None
) -> pd.DataFrame:
    """Return the mean queue length of each pool in bins of time.

    A request waits from `requested` to `started`, nights and week ends included; one that is
    never served waits to the end of the replication, one that balks leaves at once. Requests
    count, however many units they ask for; those for hostages do not, as they are nobody's work.

    Parameters
    ----------
    visits
        Table of a run or an ensemble.
    model
        The model that was run.
    step
        Length of a bin, days.
    ends
        When replications ended that ended before the horizon, days.

    Returns
    -------
    DataFrame
        One row per pool, replication and bin: `replication`, `pool`, `start`, `end` (days) and
        `waiting` (mean number of requests; missing after the end of the replication).
    """
    edges = edges_of(model, step)
    replications = replications_of(visits)
    last = ends_of(replications, model, ends)
    everyone, one = np.arange(len(replications)), np.ones(len(replications))
    count = len(replications)
    time = integrate_spans(everyone, np.zeros_like(last), last, one, edges=edges, count=count)
    waiting = np.empty((len(model.pools), len(replications), len(edges) - 1))
    for i, name in enumerate(model.pools):
        asked = ((visits["pool"] == name) & (visits["activity"] != "hostage")).to_numpy()
        here = visits[["replication", "requested", "started", "finished"]][asked]
        rows = np.searchsorted(replications, here["replication"].to_numpy("int64"))
        end = here["started"].fillna(here["finished"]).to_numpy()
        end = np.where(np.isnan(end), last[rows], end)
        begin, weight = here["requested"].to_numpy(), np.ones(len(here))
        total = integrate_spans(rows, begin, end, weight, edges=edges, count=count)
        with np.errstate(invalid="ignore", divide="ignore"):
            waiting[i] = total / time
    return table_of(replications, list(model.pools), edges, {"waiting": waiting})


def waiting_time(visits: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Return the mean waiting time of each stage's requests to each pool.

    Requests made at t >= 0 count, those of all replications together; requests are what joins
    a queue, so not the repair of a training run or its further attempts, whose units are held;
    hostages are left out, as in `over_time`.
    The mean is over requests that were served: where many still wait at the end, it is too low.

    Parameters
    ----------
    visits
        Table of a run or an ensemble.
    model
        The model that was run.

    Returns
    -------
    DataFrame
        One row per pool, flow, stage and activity that made a request: `requests`, `served`,
        `balked`, `still_waiting` (numbers) and `mean_wait` (days; missing if none was served).
    """
    queued = joined_a_queue(visits, model)
    here = visits.loc[queued, ["pool", "flow", "stage", "activity"]].copy()
    chosen = visits[queued]
    here["served"] = chosen["started"].notna()
    here["balked"] = chosen["outcome"] == "balked"
    here["still_waiting"] = ~here["served"] & ~here["balked"]
    here["mean_wait"] = chosen["started"] - chosen["requested"]
    groups = here.groupby(["pool", "flow", "stage", "activity"], observed=True, sort=True)
    return groups.agg(
        requests=("served", "size"), served=("served", "sum"), balked=("balked", "sum"),
        still_waiting=("still_waiting", "sum"), mean_wait=("mean_wait", "mean"),
    ).reset_index()
