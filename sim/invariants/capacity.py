"""Capacity: no pool serves with more units than it has."""

from __future__ import annotations

import numpy as np

from sim.invariants.columns import Log, broken, going_on, path, read_visits


def capacity(run: Log) -> list[str]:
    """Return violations of capacity.

    Units held (from start to finish, open rows to the end) may exceed a pool's capacity only
    as a debt after a cut: while they do, nothing is granted. A training run, its repairs and
    the units held on after it are one grant. Changes of capacity follow on each other.
    """
    v = read_visits(run.visits)
    found = []
    in_pool = v.pool >= 0
    found += broken(in_pool & (v.units < 1), "serves with no units")
    kept = going_on(v)
    changes = run.changes[run.changes["kind"] == "capacity"]
    for code, name in enumerate(run.model.pools):
        mine = changes[changes["name"] == name]
        after, before = mine["after"].to_numpy(), mine["before"].to_numpy()
        if np.any(before != np.concatenate([[0.0], after])[: len(before)]):
            found.append(f"changes of the capacity of pool '{name}' do not follow on each other")
        rows = np.flatnonzero((v.pool == code) & ~np.isnan(v.started))
        times, held = path(v.started[rows], v.finished[rows], v.units[rows])
        at = np.searchsorted(mine["time"].to_numpy(), times, side="right")
        there = np.concatenate([[0.0], after])[at]
        excess = held > there
        granted = rows[~kept[rows] & (v.finished[rows] != v.started[rows])]
        in_debt = excess[np.searchsorted(times, v.started[granted])]
        found += broken(in_debt, f"granted beyond the capacity of pool '{name}'", granted)
    return found
