"""Throughput: results, output and items per day, and the items in progress (WIP)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics.items import items
from sim.metrics.timeline import (
    Ends,
    Floats,
    Ints,
    edges_of,
    ends_of,
    integrate_spans,
    replications_of,
    table_of,
)
from sim.metrics.windows import windows
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd


def by_generation(
    visits: pd.DataFrame, generations: pd.DataFrame, model: Model, *, ends: Ends | None = None
) -> pd.DataFrame:
    """Return how much research came to while each generation was being built.

    *Output* is the sum of what successes are worth before ideas get harder: gain x noise x taste
    x parallel factor x size factor, in natural-log units.

    Parameters
    ----------
    visits, generations
        Tables of a run or an ensemble.
    model
        The model that was run.
    ends
        When replications ended that ended before the horizon, days.

    Returns
    -------
    DataFrame
        One row per replication and generation, also the one not released at the end:
        `replication`, `generation`, `start` and `days` (of the time from the release before it to
        its own), `results`, `successes` and `invalid` (numbers), `output` (natural-log units),
        `results_per_day` and `output_per_day`.
    """
    while_built = windows(generations, model, ends)
    research = visits["flow"].isin(model.research_flows)
    rows = visits[((visits["activity"] == "result") & research).to_numpy()]
    at = while_built.of(rows["replication"], rows["finished"])
    results, output = while_built.sums(at), while_built.sums(at, rows["value"])

    def ending(outcome: str) -> Floats:
        return while_built.sums(at, rows["outcome"] == outcome)

    days = np.where(while_built.days > 0, while_built.days, np.nan)
    return while_built.table({
        "results": results, "successes": ending("success"), "invalid": ending("invalid"),
        "output": output, "results_per_day": results / days, "output_per_day": output / days,
    })


def over_time(
    visits: pd.DataFrame, model: Model, step: float = 7.0, *, ends: Ends | None = None
) -> pd.DataFrame:
    """Return each flow's items in progress, and what came of it per day, in bins of time.

    An item is in progress from its first request to its last end. In the long run the number in
    progress is the number that ends per day times the flow time: J. D. C. Little, Operations
    Research 9, 1961, https://doi.org/10.1287/opre.9.3.383

    Parameters
    ----------
    visits
        Table of a run or an ensemble, in order of `row` within each replication.
    model
        The model that was run.
    step
        Length of a bin, days.
    ends
        When replications ended that ended before the horizon, days.

    Returns
    -------
    DataFrame
        One row per flow, replication and bin: `replication`, `flow`, `start`, `end` (days),
        `in_progress` (mean number of items), `ended` (items per day) and `output` (of its
        successes, natural-log units per day). Missing after the end of the replication.
    """
    edges = edges_of(model, step)
    replications = replications_of(visits)
    last = ends_of(replications, model, ends)
    count, flows = len(replications), list(model.flows)
    shape = (len(flows), count, len(edges) - 1)
    everyone, one = np.arange(count), np.ones(count)
    time = integrate_spans(everyone, np.zeros(count), last, one, edges=edges, count=count)

    def number(rows: pd.DataFrame) -> Ints:
        """Number of each row's flow and replication: there is a step function for each."""
        flow = np.array([flows.index(f) for f in rows["flow"].cat.categories], dtype="int64")
        of = np.searchsorted(replications, rows["replication"].to_numpy("int64"))
        return np.asarray(flow[rows["flow"].cat.codes] * count + of)

    def summed(rows: pd.DataFrame, when: str, weights: Any = None) -> Floats:
        """Number (or total weight) of what happens in each bin."""
        times = rows[when].to_numpy()
        inside = (times >= 0) & (times <= edges[-1])
        at = np.minimum(np.searchsorted(edges, times, side="right") - 1, shape[2] - 1)
        cell = (number(rows) * shape[2] + at)[inside]
        weights = None if weights is None else weights[inside]
        return np.bincount(cell, weights, int(np.prod(shape))).astype(float).reshape(shape)

    known = items(visits)
    row, end = number(known), known["end"].to_numpy()
    stays = integrate_spans(
        row, known["begin"].to_numpy(), np.where(np.isnan(end), last[row % count], end),
        np.ones(len(known)), edges=edges, count=len(flows) * count,
    ).reshape(shape)
    results = visits[(visits["activity"] == "result").to_numpy()]
    output = summed(results, "finished", results["value"].to_numpy())
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = {
            "in_progress": stays / time, "ended": summed(known, "end") / time,
            "output": output / time,
        }
    return table_of(replications, flows, edges, columns).rename(columns={"pool": "flow"})
