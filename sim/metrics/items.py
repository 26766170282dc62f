"""Items: when each began and when it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.metrics.timeline import replications_of
from sim.model import Model
from sim.model.flow import Poisson

if TYPE_CHECKING:
    import pandas as pd


def items(visits: pd.DataFrame) -> pd.DataFrame:
    """Return one row per item that the log knows.

    An item begins with its first request and ends with the last end of its services; while one of
    them is open, so is the item.

    Parameters
    ----------
    visits
        Table of a run or an ensemble, in order of `row` within each replication.

    Returns
    -------
    DataFrame
        `replication`, `flow`, `item`, `generation` (being built when it began), `begin` and `end`
        (days; NaN if open), in order of the log.
    """
    import pandas as pd

    item = visits["item"].to_numpy("int64")
    replication = np.searchsorted(replications_of(visits), visits["replication"].to_numpy())
    key = replication * (item.max(initial=0) + 1) + item
    finished = visits["finished"].to_numpy()
    end = np.full(key.max(initial=-1) + 1, -np.inf)
    np.maximum.at(end, key, np.where(np.isnan(finished), np.inf, finished))
    first = np.flatnonzero(~pd.Series(key).duplicated().to_numpy())
    table = visits[["replication", "flow", "item", "generation"]].iloc[first]
    table = table.reset_index(drop=True)
    table["begin"] = visits["requested"].to_numpy()[first]
    ended = end[key[first]]
    table["end"] = np.where(np.isinf(ended), np.nan, ended)
    return table


def incident_flows(model: Model) -> tuple[str, ...]:
    """Return the flows whose items happen to the lab: random arrivals that leave no tool."""
    return tuple(
        name for name, flow in model.flows.items()
        if isinstance(flow.source, Poisson) and flow.tool is None
    )
