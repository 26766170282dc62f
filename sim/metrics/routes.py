"""Routes: the rows of the log that led to a given one, back to the beginning of its item.

Each row names the one `previous` to it: at a join that of the track that came last, after a batch
the last row of the item that ended last. So the way back passes by everything that took time, and
by no container (`batch`, `hold`, `hostage`). Rows are known by their place in the table, and those
of all routes are found together, a step at a time: as many rounds as the longest route has rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.log import ACTIVITY, EXECUTOR, OUTCOME, VISITS, tables_of
from sim.metrics.timeline import Floats, Ints
from sim.model import Model
from sim.model.stage import Batch
from sim.model.training import Training

if TYPE_CHECKING:
    import pandas as pd

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Routes:
    """Rows on the way to some rows, each with what it belongs to."""

    of: Ints
    """Which of the routes the row is on."""
    rows: Ints
    """Place of the row in the table."""
    container: Ints
    """Place of the `batch` row, of the item that the route is of, within which it lies; or -1."""
    after: Floats
    """When the row before it on the route ended, days; its own request if there is none."""
    host: Ints
    """Which of these rows (an assistant's attempt, the repair of a training run) it interrupts,
    or -1."""


def columns(visits: pd.DataFrame, model: Model) -> SimpleNamespace:
    """Return the columns of visits as arrays, categories as codes in the order of `sim.log`."""
    names = tables_of(model)
    found = {}
    for column in VISITS:
        values = visits[column.name]
        if column.dtype.startswith("category:"):
            found[column.name] = _codes(values, names[column.dtype.removeprefix("category:")])
        else:
            found[column.name] = values.to_numpy()
    return SimpleNamespace(**found)


def place(v: SimpleNamespace, rows: Ints, link: Ints) -> Ints:
    """Return the places of the rows that some rows refer to by number; -1 for none."""
    number = link[rows]
    return np.where(number >= 0, rows - v.row[rows] + number, -1)


def item_key(v: SimpleNamespace, rows: Ints, item: Ints) -> Ints:
    """Return a number for each item of each replication."""
    return (v.replication[rows].astype("int64") << 40) + item


def back(
    v: SimpleNamespace, ends: Ints, since: Floats | None = None
) -> tuple[Ints, Ints, Floats]:
    """Return the rows on the ways back from some rows to the beginnings of their items.

    Parameters
    ----------
    v
        Result of `columns`.
    ends
        Places of the rows to start from; the first route is that of the first one.
    since
        Times beyond which not to go back: the last row of a way is requested by then.

    Returns
    -------
    of, rows, after
        As in `Routes`; along each route from the end to the beginning.

    Raises
    ------
    ValueError
        If a row was requested before the one previous to it had ended: this is no whole log.
    """
    of, rows = np.arange(len(ends)), np.asarray(ends, dtype="int64")
    item = v.item[rows]
    found = []
    while len(rows):
        before = place(v, rows, v.previous)
        on = before >= 0
        if since is not None:
            on &= v.requested[rows] > since[of]
        # What came before an item lies in older ones, its children are younger.
        on[on] = v.item[before[on]] >= item[of[on]]
        after = v.requested[rows]
        after[on] = v.finished[before[on]]
        found.append((of, rows, after))
        of, rows, before = of[on], rows[on], before[on]
        ordered = (before < rows) & (v.finished[before] <= v.requested[rows])
        if not ordered.all():
            row, other = (int(v.row[x[~ordered][0]]) for x in (rows, before))
            raise ValueError(
                f"visits: row {row} was requested before row {other}, previous to it, had ended; "
                "give whole logs, in order of replication and row"
            )
        rows = before
    if not found:
        return of, rows, np.empty(0)
    of, rows, after = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return of, rows, after


def routes(
    v: SimpleNamespace, model: Model, ends: Ints, since: Floats | None = None
) -> Routes:
    """Return the routes to some rows, with the rows that interrupt those on them.

    These are the steering of an assistant's attempt, and the diagnosis within the repair of a
    training run. Parameters as for `back`.
    """
    of, rows, after = back(v, ends, since)
    container = _containers(v, model, of, rows, v.item[ends])
    return with_hosted(v, model, Routes(of, rows, container, after, np.full(len(rows), -1)))


def with_hosted(v: SimpleNamespace, model: Model, found: Routes) -> Routes:
    """Return routes with the rows that interrupt those on them: steering, and diagnosis."""
    found = _joined(v, found, *_diagnoses(v, model), "repair")
    return _joined(v, found, *_steerings(v), "work")


def _codes(values: pd.Series, names: tuple[str, ...]) -> Ints:
    """Return a column of categories as codes of these names; -1 for missing."""
    codes = values.cat.codes.to_numpy()
    categories = list(values.cat.categories)
    if categories == list(names):
        return codes
    return np.array([names.index(name) for name in categories] + [-1])[codes]


# --- rows that interrupt others -----------------------------------------------------------------


def _steerings(v: SimpleNamespace) -> tuple[Ints, Ints]:
    """Return the attempts that were steered, and their steering; in order of attempt and time."""
    rows = np.flatnonzero(v.activity == ACTIVITY["steering"])
    attempts = place(v, rows, v.previous)
    order = np.argsort(attempts, kind="stable")
    return attempts[order], rows[order]


def _diagnoses(v: SimpleNamespace, model: Model) -> tuple[Ints, Ints]:
    """Return the training runs whose interruption was diagnosed, and the rows of the diagnoses.

    A diagnosis is a visit to its stage whose first row follows on an interrupted run; so does the
    repair that it is part of. Its steering is left out: that interrupts its attempts.
    """
    here = np.zeros(len(v.row), dtype=bool)
    stages = tables_of(model)["stages"]
    for code, flow in enumerate(model.flows.values()):
        for stage in flow.stages.values():
            spec = stage.interruptions if isinstance(stage, Training) else None
            if spec and spec.diagnosis:
                here |= (v.flow == code) & (v.stage == stages.index(spec.diagnosis))
    rows = np.flatnonzero(here & (v.activity != ACTIVITY["steering"]))
    if not len(rows):
        return rows, rows
    before = place(v, rows, v.previous)
    first = (before >= 0) & (v.activity[before] == ACTIVITY["run"])
    first &= v.outcome[before] == OUTCOME["interrupted"]
    visits = np.stack([rows - v.row[rows], v.item[rows], v.stage[rows], v.visit[rows]], axis=1)
    _, visit = np.unique(visits, axis=0, return_inverse=True)
    run = np.full(len(rows), -1)
    run[visit[first]] = before[first]
    run = run[visit]
    order = np.argsort(run, kind="stable")
    order = order[run[order] >= 0]
    return run[order], rows[order]


def _joined(
    v: SimpleNamespace, found: Routes, hosts: Ints, interruptions: Ints, activity: str
) -> Routes:
    """Return routes with the rows that interrupt those of an activity.

    `hosts` (ascending) are the rows interrupted; for a repair, the run that it repairs.
    """
    if not len(hosts):
        return found
    at = np.flatnonzero(
        (v.activity[found.rows] == ACTIVITY[activity])
        & (v.executor[found.rows] != EXECUTOR["human"])
    )
    keys = found.rows[at]
    if activity == "repair":
        keys = place(v, keys, v.previous)
    new = np.flatnonzero(np.append(True, np.diff(hosts) != 0))
    group = np.full(len(v.row), -1, dtype="int32")  # a table: far faster than a search
    group[hosts[new]] = np.arange(len(new))
    group = group[keys]
    at, group = at[group >= 0], group[group >= 0]
    low, count = new[group], np.diff(np.append(new, len(hosts)))[group]
    host = np.repeat(at, count)
    which = np.arange(len(host)) + np.repeat(low - (np.cumsum(count) - count), count)
    return Routes(
        of=np.concatenate([found.of, found.of[host]]),
        rows=np.concatenate([found.rows, interruptions[which]]),
        container=np.concatenate([found.container, found.container[host]]),
        after=np.concatenate([found.after, v.requested[interruptions[which]]]),
        host=np.concatenate([found.host, host]),
    )


# --- batches ------------------------------------------------------------------------------------


def _containers(v: SimpleNamespace, model: Model, of: Ints, rows: Ints, item: Ints) -> Ints:
    """Return the `batch` row, of the item that each route is of, within which a row lies, or -1.

    It is the one that spawned items of the flow of the item's child, and ended with the child on
    the route (if several did, the first one).
    """
    import pandas as pd

    found = np.full(len(rows), -1)
    inner = np.flatnonzero(v.item[rows] != item[of])
    if not len(inner):
        return found
    inner = inner[np.argsort(of[inner], kind="stable")]
    batches = np.flatnonzero(v.activity == ACTIVITY["batch"])
    child, flow = _children(v, batches, rows[inner], item[of[inner]])
    # Along a route the rows of a child are next to each other, its last row first.
    new = np.append(True, (np.diff(of[inner]) != 0) | (np.diff(child) != 0))
    end = v.finished[rows[inner[new]]][np.cumsum(new) - 1]
    keys = ["replication", "item", "flow", "finished"]
    spawned = _spawned_flows(model)[v.flow[batches], v.stage[batches]]
    known = pd.DataFrame(dict(zip(
        keys, (v.replication[batches], v.item[batches], spawned, v.finished[batches]), strict=True
    )))
    known["batch"] = batches
    wanted = pd.DataFrame(dict(zip(
        keys, (v.replication[rows[inner]], item[of[inner]], flow, end), strict=True
    )))
    matched = wanted.merge(known.drop_duplicates(keys), "left", on=keys)["batch"]
    found[inner] = matched.fillna(-1).to_numpy("int64")
    return found


def _children(
    v: SimpleNamespace, batches: Ints, rows: Ints, item: Ints
) -> tuple[Ints, Ints]:
    """Return the child of an item that each row belongs to, perhaps as a descendant; its flow."""
    child, parent, flow = (column[rows].astype("int64") for column in (v.item, v.parent, v.flow))
    keys, at = np.unique(item_key(v, batches, v.item[batches]), return_index=True)
    while (deeper := parent != item).any():
        # An item with children has a batch that spawned them.
        i = batches[at[np.searchsorted(keys, item_key(v, rows, parent)[deeper])]]
        child[deeper], parent[deeper], flow[deeper] = v.item[i], v.parent[i], v.flow[i]
    return child, flow


def _spawned_flows(model: Model) -> Ints:
    """Return, by flow and stage (codes), the flow that a batch spawns items of, or -1."""
    names = tables_of(model)
    found = np.full((len(names["flows"]), len(names["stages"])), -1)
    for i, flow in enumerate(model.flows.values()):
        for name, stage in flow.stages.items():
            if isinstance(stage, Batch):
                found[i, names["stages"].index(name)] = names["flows"].index(stage.flow)
    return found
