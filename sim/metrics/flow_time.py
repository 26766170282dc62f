"""Flow time of research: what an item spends its time on from its idea to its result.

The same walk back as for the critical path of a generation (`sim.metrics.routes`), from each
result to the beginning of its item; where an item's stages run side by side, the way of the one
that ended last. Time is counted item by item: items in progress side by side all count.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np

from sim.metrics import totals
from sim.metrics.kinds import KINDS
from sim.metrics.routes import ACTIVITY, Routes, columns, routes
from sim.metrics.segments import Segments, segments
from sim.metrics.timeline import Floats, next_open
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd

ROUNDING = 1e-9
"""Days; a shorter wait is none."""


def by_kind(visits: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Return what the items of research that came to a result at t >= 0 spent their time on.

    Parameters
    ----------
    visits
        Table of a run or an ensemble.
    model
        The model that was run; its `research_flows` count.

    Returns
    -------
    DataFrame
        One row per replication, generation (being built when the item began) and kind of time,
        for all kinds: `replication`, `generation`, `kind`, `days` (of all these items together;
        nights and weekends as `off_hours`), `queued` (of waits: days from the first moment on at
        which those waited for are on duty, nights and weekends after it included: what a queue
        makes, none if nobody is ahead) and `items` (their number). So days / items, summed over
        kinds, is the mean flow time.
    """
    import pandas as pd

    v = columns(visits, model)
    flows = [i for i, name in enumerate(model.flows) if name in model.research_flows]
    ended = (v.activity == ACTIVITY["result"]) & (v.finished >= 0) & np.isin(v.flow, flows)
    ends = np.flatnonzero(ended)
    found = routes(v, model, ends)
    parts = segments(v, model, found)
    keys = (v.replication[ends].astype("int64") << 32) + v.generation[ends]
    keys, group, items = np.unique(keys, return_inverse=True, return_counts=True)
    groups = pd.DataFrame({
        "replication": (keys >> 32).astype("int32"),
        "generation": (keys & 0xFFFFFFFF).astype("int32"),
        "items": items,
    })
    days = parts.finish - parts.start
    of = group[found.of[parts.at]]
    table = totals.by_kind(groups, of, parts.kind, days, parts.off_hours)
    cell = of * len(KINDS) + parts.kind  # in the order of the table
    table["queued"] = np.bincount(cell, _queued(v, model, found, parts), len(table))
    return table[["replication", "generation", "kind", "days", "queued", "items"]]


def _queued(v: SimpleNamespace, model: Model, found: Routes, parts: Segments) -> Floats:
    """Return the days of each wait from the first moment on at which people are on duty."""
    days = np.where(parts.waiting, parts.finish - parts.start, 0.0)
    pool = v.pool[found.rows[parts.at]]
    for code, spec in enumerate(model.pools.values()):
        if spec.hours is None:
            continue
        at = np.flatnonzero(parts.waiting & (pool == code))
        begin = next_open(parts.start[at], spec.hours, model.start_date.weekday())
        days[at] = parts.finish[at] - begin
    return np.where(days > ROUNDING, days, 0.0)
