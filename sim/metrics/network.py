"""Realised network: the rows that a release depended on, and which had to end before which.

It is that of each released generation's own items: the stages of the generation flow, and all that
their batches spawned. A row (a service, from its request to its end) comes after the one that led
to its request; at a join after the last ones of all tracks, after a batch after the last ones of
all its items. `previous` in the log names only the one that came last: the others are found here
from the route. Rows on which the release did not depend (checkpoint evaluations, what is spawned
by the release) are left out, and so are containers (`batch`, `hold`, `hostage`).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.log import tables_of
from sim.metrics.kinds import KINDS
from sim.metrics.network_links import Links, linked
from sim.metrics.routes import ACTIVITY, OUTCOME, Bools, Routes, columns, item_key, with_hosted
from sim.metrics.segments import segments
from sim.metrics.timeline import Floats, Ints
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd

CONTAINERS = ("hold", "hostage")
OFF_HOURS = list(KINDS).index("off_hours")


@dataclass(frozen=True, eq=False)
class Network:
    """The networks of all released generations of a log, side by side."""

    made: pd.DataFrame
    """The generations: rows of `generations`."""
    of: Ints
    """Generation (place in `made`) that each row belongs to; rows come in order of the log."""
    item: Ints
    """Number of its item."""
    requested: Floats
    """Days."""
    finished: Floats
    """Days."""
    before: tuple[tuple[int, ...], ...]
    """Places of the rows that had to end before it."""
    lag: Floats
    """Days from the last of these ends to its request: mostly 0."""
    group: Ints
    """Place in `groups` of the visit to a stage of the generation flow that it is part of."""
    groups: tuple[tuple[int, str, int], ...]
    """These visits: generation (place in `made`), stage, number of the visit."""
    days: Floats
    """By row and kind of time (in order of `KINDS`): what its days were spent on, nights and
    weekends on their own."""
    release: Ints
    """Place of the release of each generation."""

    @property
    def earliest(self) -> Floats:
        """When the last row ended that had to end before each row, days."""
        return self.requested - self.lag


def network(visits: pd.DataFrame, generations: pd.DataFrame, model: Model) -> Network:
    """Return the networks of the generations that were built and released.

    Raises
    ------
    ValueError
        If the log is not whole: rows that led to a release are missing.
    """
    done = (generations["outcome"] == "released") & (generations["item"] >= 0)
    made = generations[done.to_numpy()].sort_values(["replication", "generation"])
    made = made.reset_index(drop=True)
    v = columns(visits, model)
    of, rows = _families(v, made)
    chosen = _own(v, model, rows)
    of, rows = of[chosen], rows[chosen]
    links = linked(v, model, of, rows, made["item"].to_numpy())
    release = _releases(v, made, of[links.nodes], rows[links.nodes])
    kept = _needed(links, release)
    return _built(v, model, made, of, rows, links, release, kept)


def _families(v: SimpleNamespace, made: pd.DataFrame) -> tuple[Ints, Ints]:
    """Return the rows of the items that built generations, and of all that these spawned."""
    everywhere = np.arange(len(v.row))
    own = item_key(v, everywhere, v.item)
    above = np.where(v.parent >= 0, item_key(v, everywhere, v.parent), -1)
    root = (made["replication"].to_numpy("int64") << 40) + made["item"].to_numpy("int64")
    found_of, found = [np.empty(0, dtype="int64")], [np.empty(0, dtype="int64")]
    keys, of, column = root, np.arange(len(root)), own
    while len(keys):
        order = np.argsort(keys)
        keys, of = keys[order], of[order]
        rows = np.flatnonzero(np.isin(column, keys))
        belongs = of[np.searchsorted(keys, column[rows])]
        found.append(rows)
        found_of.append(belongs)
        # Next, the children of the items just found.
        keys, first = np.unique(own[rows], return_index=True)
        of, column = belongs[first], above
    rows, of = np.concatenate(found), np.concatenate(found_of)
    order = np.argsort(rows, kind="stable")
    return of[order], rows[order]


def _own(v: SimpleNamespace, model: Model, rows: Ints) -> Bools:
    """Return which rows stand by themselves: no containers, nothing that others are cut by."""
    every = Routes(
        np.zeros(len(rows), dtype="int64"), rows, np.full(len(rows), -1), v.requested[rows],
        np.full(len(rows), -1),
    )
    hosted = with_hosted(v, model, every).rows[len(rows):]
    alone = ~np.isin(rows, hosted)
    alone &= ~np.isin(v.activity[rows], [ACTIVITY[name] for name in CONTAINERS])
    balked = (v.outcome[rows] == OUTCOME["balked"]) & (v.finished[rows] == v.requested[rows])
    return np.asarray(alone & ~balked)


def _releases(v: SimpleNamespace, made: pd.DataFrame, of: Ints, rows: Ints) -> Ints:
    """Return the place of each generation's release among the rows."""
    at = np.flatnonzero(v.activity[rows] == ACTIVITY["release"])
    found = np.full(len(made), -1)
    found[of[at]] = at
    if (found < 0).any():
        raise ValueError("visits: the release of some generation is missing; give whole logs")
    return found


def _needed(links: Links, release: Ints) -> Bools:
    """Return which rows the releases depended on."""
    kept = np.zeros(len(links.nodes), dtype=bool)
    kept[release] = True
    for i in range(len(kept) - 1, -1, -1):
        if kept[i]:
            kept[list(links.before[i])] = True
    return kept


def _built(
    v: SimpleNamespace, model: Model, made: pd.DataFrame, of: Ints, rows: Ints, links: Links,
    release: Ints, kept: Bools,
) -> Network:
    number = np.cumsum(kept) - 1
    at = links.nodes[kept]
    of, rows = of[at], rows[at]
    before = tuple(
        tuple(int(number[p]) for p in links.before[i]) for i in np.flatnonzero(kept)
    )
    requested, finished = v.requested[rows], v.finished[rows]
    lag = np.array([
        asked - max((finished[p] for p in ahead), default=asked)
        for asked, ahead in zip(requested, before, strict=True)
    ], dtype=float)
    if (lag < 0).any() or np.isnan(finished).any():
        raise ValueError("visits: rows that led to a release overlap; give whole logs")
    stages = tables_of(model)["stages"]
    names = [(int(g), stages[stage], visit) for g, (stage, visit) in
             zip(of, (links.phase[i] for i in np.flatnonzero(kept)), strict=True)]
    groups = tuple(dict.fromkeys(names))
    index = {name: i for i, name in enumerate(groups)}
    return Network(
        made=made, of=of, item=v.item[rows], requested=requested, finished=finished,
        before=before, lag=lag, group=np.array([index[name] for name in names], dtype="int64"),
        groups=groups, days=_days(v, model, rows, links.container[kept]),
        release=number[release],
    )


def _days(v: SimpleNamespace, model: Model, rows: Ints, container: Ints) -> Floats:
    """Return what the days of each row were spent on, by kind."""
    plain = Routes(
        np.arange(len(rows)), rows, container, v.requested[rows], np.full(len(rows), -1)
    )
    found = with_hosted(v, model, plain)
    parts = segments(v, model, found)
    # What interrupts a row stands after it, and belongs to the same one.
    cell = found.of[parts.at] * len(KINDS) + parts.kind
    size: Any = len(rows) * len(KINDS)
    flat = np.bincount(cell, parts.finish - parts.start - parts.off_hours, size)
    days: Floats = flat.astype("float64").reshape(len(rows), len(KINDS))
    days[:, OFF_HOURS] += np.bincount(found.of[parts.at], parts.off_hours, len(rows))
    return days
