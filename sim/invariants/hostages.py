"""Hostages: each item has its own, from its start to its end, and ahead of everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.invariants.columns import Log, broken, going_on, items_of, read_visits
from sim.log import ACTIVITY, NONE, OUTCOME

if TYPE_CHECKING:
    from types import SimpleNamespace

    Array = np.ndarray[Any, Any]


def hostages(run: Log) -> list[str]:
    """Return violations of what hostages are.

    Each item asks for all of them when it starts, one by one from the pool its flow names; none
    is returned before the item ends, all that were taken are when it does, and the others
    withdrawn. While a request for one waits, its pool grants nothing else.
    """
    v = read_visits(run.visits)
    rows = np.flatnonzero(v.activity == ACTIVITY["hostage"])
    flows = list(run.model.flows.values())
    if not len(rows) and not any(flow.hostages for flow in flows):
        return []
    items = items_of(v)
    at = items.index[rows]
    codes = {name: code for code, name in enumerate(run.model.pools)}
    wanted = np.array([flow.hostages.units if flow.hostages else 0 for flow in flows])
    pool = np.array([codes[flow.hostages.pool] if flow.hostages else NONE for flow in flows])
    asked = np.bincount(at, minlength=len(items.row))
    found = broken(asked != wanted[v.flow[items.row]], "too few or many hostages", items.row)
    elsewhere = (v.pool[rows] != pool[v.flow[rows]]) | (v.units[rows] != 1)
    found += broken(elsewhere, "hostages of another pool, or several in one", rows)
    found += broken(v.requested[rows] != items.first[at], "hostages asked for late", rows)
    ended = (items.open == 0) & (items.steps > 0)
    end = np.where(ended, items.end, np.nan)[at]
    kept = np.isnan(v.finished[rows])
    excused = (run.end.reason != "horizon") & (end == run.end.time)
    wrong = np.where(np.isnan(end), ~kept, v.finished[rows] != end)
    found += broken(wrong & ~(kept & excused), "hostages not returned at the end", rows)
    served = ~np.isnan(v.started[rows])
    outcome = np.where(kept, OUTCOME["open"], OUTCOME["withdrawn"])
    outcome = np.where(served & ~kept, OUTCOME["done"], outcome)
    found += broken(v.outcome[rows] != outcome, "hostages with another outcome", rows)
    return found + _ahead(v, rows, run.end.time)


def _ahead(v: SimpleNamespace, rows: Array, stop: float) -> list[str]:
    """Return violations of the precedence of hostages."""
    found = []
    grants = ~np.isnan(v.started) & (v.activity != ACTIVITY["hostage"]) & ~going_on(v)
    until = np.where(np.isnan(v.started), v.finished, v.started)
    until = np.where(np.isnan(until), stop, until)
    rows = rows[until[rows] > v.requested[rows]]
    for pool in np.unique(v.pool[rows]):
        mine = rows[v.pool[rows] == pool]
        others = np.flatnonzero(grants & (v.pool == pool))
        # How many hostages wait strictly before and after each grant.
        begun = np.searchsorted(np.sort(v.requested[mine]), v.started[others], side="left")
        over = np.searchsorted(np.sort(until[mine]), v.started[others], side="right")
        found += broken(begun > over, "granted before hostages that waited", others)
    return found
