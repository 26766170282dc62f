"""Links of the realised network: which rows had to end before a row could be asked for.

Rows are gone through in order of the log, in which each comes after all that led to it, so a join
finds the last visits to the stages that it comes after. A stage that was spared (a safeguard that
did not apply) has no rows: what led to it stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.log import tables_of
from sim.metrics.routes import ACTIVITY, OUTCOME
from sim.metrics.timeline import Ints
from sim.model import Model
from sim.model.stage import Batch

NOWHERE = (-1, -1)


@dataclass(frozen=True, eq=False)
class Links:
    """Rows, and what came before each."""

    nodes: Ints
    """Places, among the rows that were given, of those that are no batches."""
    before: list[tuple[int, ...]]
    """Places among these of the rows that had to end before each."""
    phase: list[tuple[int, int]]
    """Stage (code) of the generation flow, and visit, that each is part of."""
    container: Ints
    """Place in the table of the `batch` row of this visit, or -1."""


@dataclass(eq=False)
class _Visit:
    """One visit of an item to a stage."""

    item: _Item
    stage: str
    after: list[_Visit]
    """Visits that it comes after."""
    batch: int = -1
    """Place in the table of its `batch` row, if it is to a batch."""
    count: int = 0
    """Items of the batch that are not found yet."""
    tail: int = -1
    """Last row so far."""
    children: list[_Item] = field(default_factory=list)


@dataclass(eq=False)
class _Item:
    """One item, and where it is."""

    flow: Any
    spawner: _Visit | None
    phase: tuple[int, int] = NOWHERE
    container: int = -1
    last: dict[str, _Visit] = field(default_factory=dict)
    """Last visit to each stage."""
    open: dict[int, _Visit] = field(default_factory=dict)
    """Visits that nothing has come after, by identity."""


def linked(v: SimpleNamespace, model: Model, of: Ints, rows: Ints, roots: Ints) -> Links:
    """Return the links between rows of the items that built generations and their descendants.

    Parameters
    ----------
    v
        Result of `routes.columns`.
    model
        The model that was run.
    of
        Generation that each row belongs to.
    rows
        Places of the rows in the table, ascending.
    roots
        Item of each generation.
    """
    walk = _Walk(v, model)
    for at, (generation, row) in enumerate(zip(of.tolist(), rows.tolist(), strict=True)):
        walk.take(at, generation, row, bool(v.item[row] == roots[generation]))
    return Links(
        np.array(walk.nodes, dtype="int64"), walk.before, walk.phase,
        np.array(walk.container, dtype="int64"),
    )


class _Walk:
    """The way through the log."""

    def __init__(self, v: SimpleNamespace, model: Model) -> None:
        self.v = v
        self.flows = list(model.flows.values())
        self.names = tables_of(model)
        self.items: dict[tuple[int, int], _Item] = {}
        self.visits: dict[tuple[int, int, int, int], _Visit] = {}
        self.at: dict[int, int] = {}
        """Place among the nodes of a row of the table."""
        self.visit_of: dict[int, _Visit] = {}
        """Visit that a row of the table belongs to."""
        self.nodes: list[int] = []
        self.generations: list[int] = []
        self.before: list[tuple[int, ...]] = []
        self.phase: list[tuple[int, int]] = []
        self.container: list[int] = []

    def take(self, at: int, generation: int, row: int, root: bool) -> None:
        """Take the next row."""
        v = self.v
        item = self._item(generation, row, root)
        stage, number = int(v.stage[row]), int(v.visit[row])
        key = (generation, int(v.item[row]), stage, number)
        previous = row - int(v.row[row]) + int(v.previous[row]) if v.previous[row] >= 0 else -1
        visit = self.visits.get(key)
        first = visit is None
        if visit is None:
            visit = self._entered(item, self.names["stages"][stage], previous)
            self.visits[key] = visit
        # A repair within the visit of a job counts to it.
        first &= visit.tail < 0
        self.visit_of[row] = visit
        if v.activity[row] == ACTIVITY["batch"]:
            spawned = item.flow.stages[visit.stage]
            visit.batch, visit.count = row, spawned.count
            return
        came = list(_tails(visit.after)) if first else []
        if first and not visit.after and item.spawner:
            came = list(_tails(item.spawner.after))
        if not came and self._same(previous, generation):
            came = [self.at[previous]]
        node = len(self.nodes)
        self.nodes.append(at)
        self.generations.append(generation)
        self.before.append(tuple(dict.fromkeys(came)))
        inside = item.phase != NOWHERE
        self.phase.append(item.phase if inside else self._own_phase(visit, stage, number))
        self.container.append(item.container)
        self.at[row] = visit.tail = node

    def _same(self, previous: int, generation: int) -> bool:
        """Return whether a row is one of this generation's."""
        return previous in self.at and self.generations[self.at[previous]] == generation

    def _own_phase(self, visit: _Visit, stage: int, number: int) -> tuple[int, int]:
        """Return the phase of a row of the generation's item; of a repair that of its job."""
        if visit.tail >= 0:
            return self.phase[visit.tail]
        return stage, number

    def _item(self, generation: int, row: int, root: bool) -> _Item:
        key = (generation, int(self.v.item[row]))
        found = self.items.get(key)
        if found is None:
            spawner = None if root else self._spawner(generation, row)
            found = _Item(self.flows[self.v.flow[row]], spawner)
            if spawner:
                spawner.count -= 1
                spawner.children.append(found)
                outer = spawner.item
                inside = outer.phase != NOWHERE
                at = spawner.batch
                own = int(self.v.stage[at]), int(self.v.visit[at])
                found.phase = outer.phase if inside else own
                found.container = outer.container if inside else at
            elif not root:
                found.phase = int(self.v.stage[row]), int(self.v.visit[row])
            self.items[key] = found
        return found

    def _spawner(self, generation: int, row: int) -> _Visit | None:
        """Return the visit to a batch that spawned the item of this row, its first one."""
        parent = self.items.get((generation, int(self.v.parent[row])))
        flow = self.names["flows"][self.v.flow[row]]
        for visit in parent.last.values() if parent else ():
            spec = visit.item.flow.stages[visit.stage]
            if (
                isinstance(spec, Batch) and spec.flow == flow and visit.count > 0
                and self.v.requested[visit.batch] == self.v.requested[row]
            ):
                return visit
        return None

    def _entered(self, item: _Item, stage: str, previous: int) -> _Visit:
        """Return the visit that begins, or that it is a repair within."""
        came = self._up(item, previous)
        if came is not None:
            spec = item.flow.stages[came.stage]
            failed = self.v.outcome[previous] == OUTCOME["failed"]
            if failed and getattr(spec, "repair", None) == stage:
                return came
        visit = _Visit(item, stage, self._sources(item, stage, came))
        for source in visit.after:
            item.open.pop(id(source), None)
        item.open[id(visit)] = item.last[stage] = visit
        return visit

    def _up(self, item: _Item, previous: int) -> _Visit | None:
        """Return the visit of an item that a row, perhaps of a descendant, belongs to."""
        visit = self.visit_of.get(previous)
        while visit is not None and visit.item is not item:
            visit = visit.item.spawner
        return visit

    def _sources(self, item: _Item, stage: str, came: _Visit | None) -> list[_Visit]:
        """Return the visits of an item that a new visit to a stage comes after."""
        if came is None:
            return []
        spec, source = item.flow.stages[stage], item.flow.stages[came.stage]
        routed = stage in source.next or stage == getattr(source, "on_failure", None)
        if not spec.after or routed:
            return [came]
        found = list(self._last(item, spec.after, {stage}))
        return found if came in found else [*found, came]

    def _last(self, item: _Item, stages: Iterable[str], met: set[str]) -> Iterator[_Visit]:
        """Yield the last visits to stages; for one that was spared, those to what is before it."""
        for name in stages:
            if name in item.last:
                yield item.last[name]
            elif name not in met:
                met.add(name)
                ahead = [other for other, spec in item.flow.stages.items() if name in spec.next]
                yield from self._last(item, [*item.flow.stages[name].after, *ahead], met)


def _tails(visits: Iterable[_Visit]) -> Iterator[int]:
    """Yield the last rows of visits; of a batch those of all its items."""
    for visit in visits:
        if visit.batch < 0:
            if visit.tail >= 0:
                yield visit.tail
        elif visit.children:
            for child in visit.children:
                yield from _tails(child.open.values())
        else:
            yield from _tails(visit.after)
