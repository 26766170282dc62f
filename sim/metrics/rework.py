"""Rework: stages that an item meets once more because something failed.

A stage is met again if the item has been there before (`visit` > 0), had met a failure by then (a
failed verdict or job), and the stage lies on no loop of the route's own (`next` and `after`): there
an item comes again anyway. What a batch spawns is done again if the batch is.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from sim.log import tables_of
from sim.metrics.routes import ACTIVITY, OUTCOME, Bools, Routes, item_key
from sim.metrics.timeline import Ints
from sim.model import Model
from sim.model.flow import Flow


def met_again(v: SimpleNamespace, model: Model, found: Routes) -> Bools:
    """Return whether the stage of each row, or of its batch, is met once more after a failure."""
    failed = (v.activity == ACTIVITY["verdict"]) | (v.activity == ACTIVITY["run"])
    failed = np.flatnonzero(failed & (v.outcome == OUTCOME["failed"]))
    keys, first = np.unique(item_key(v, failed, v.item[failed]), return_index=True)
    loops = _on_loops(model)

    def again(rows: Ints) -> Bools:
        met = v.visit[rows] > 0
        some = rows[met]
        met[met] = _met_after(v, some, keys, failed[first]) & ~loops[v.flow[some], v.stage[some]]
        return met

    result = again(found.rows)
    contained = found.container >= 0
    result[contained] |= again(found.container[contained])
    return result


def _met_after(v: SimpleNamespace, rows: Ints, keys: Ints, first: Ints) -> Bools:
    """Return whether each row comes after the first failure of its item."""
    if not len(keys):
        return np.zeros(len(rows), dtype=bool)
    wanted = item_key(v, rows, v.item[rows])
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return (keys[at] == wanted) & (first[at] < rows)


def _on_loops(model: Model) -> Bools:
    """Return, by flow and stage (codes), whether the regular route leads back to the stage."""
    names = tables_of(model)
    found = np.zeros((len(names["flows"]), len(names["stages"])), dtype=bool)
    for i, flow in enumerate(model.flows.values()):
        for name in flow.stages:
            found[i, names["stages"].index(name)] = name in _beyond(flow, name)
    return found


def _beyond(flow: Flow, start: str) -> set[str]:
    """Return the stages that come after one if nothing fails."""
    met: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        to = {n for n in flow.stages[name].next if n in flow.stages}
        to |= {n for n, other in flow.stages.items() if name in other.after}
        ahead += to - met
        met |= to
    return met
