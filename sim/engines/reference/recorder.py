"""Writes the log while the lab runs: rows are lists in the order of `sim.log`'s columns."""

from __future__ import annotations

from math import nan
from typing import Any

import numpy as np

from sim.log import ACTIVITIES, CHANGES, EXECUTORS, KINDS, NONE, OUTCOMES, VISITS, tables_of
from sim.model import Model

ACTIVITY = {name: code for code, name in enumerate(ACTIVITIES)}
EXECUTOR = {name: code for code, name in enumerate(EXECUTORS)}
OUTCOME = {name: code for code, name in enumerate(OUTCOMES)}
OUTCOME_OPEN = OUTCOME["open"]

_column = {column.name: i for i, column in enumerate(VISITS)}
UNITS, STARTED, FINISHED, WORKED, OUTCOME_AT, CAUSE = (
    _column[name]
    for name in ("units", "started", "finished", "worked", "outcome", "cause")
)


class Recorder:
    """The visits and changes of one replication; a row is known by its number."""

    def __init__(self, model: Model, replication: int) -> None:
        self.replication = replication
        self.visits: list[list[Any]] = []
        self.changes: list[tuple[Any, ...]] = []
        tables = tables_of(model)
        self.stage = {name: code for code, name in enumerate(tables["stages"])}
        self.skill = {name: code for code, name in enumerate(tables["skills"])}
        self.name = {name: code for code, name in enumerate(tables["names"])}

    def request(
        self, now: float, visit: Any, activity: str, *, attempt: int = 1, skill: str | None = None,
        executor: int = NONE, assistant: int = NONE, pool: int = NONE, units: int = 0,
        value: float = nan,
    ) -> int:
        """Write a row for a service that is asked for now; return its number."""
        item = visit.item
        self.visits.append([
            self.replication, len(self.visits), item.flow.index, item.number, item.word,
            item.parent_number,
            item.generation, visit.stage.code, visit.number, attempt, ACTIVITY[activity],
            NONE if skill is None else self.skill[skill], executor, assistant, pool, units,
            now, nan, nan, 0.0, OUTCOME_OPEN, value, NONE, visit.last,
        ])
        return len(self.visits) - 1

    def start(self, row: int, now: float, cause: int) -> None:
        """The service begins; `cause` is the row whose end allowed it."""
        record = self.visits[row]
        record[STARTED] = now
        record[CAUSE] = cause

    def finish(self, row: int, now: float, outcome: str, worked: float = 0.0) -> None:
        """The service ends."""
        record = self.visits[row]
        record[FINISHED] = now
        record[WORKED] = worked
        record[OUTCOME_AT] = OUTCOME[outcome]

    def instant(self, now: float, visit: Any, activity: str, outcome: str, value: float) -> int:
        """Write a row for something that takes no time; return its number."""
        row = self.request(now, visit, activity, value=value)
        self.start(row, now, visit.last)
        self.finish(row, now, outcome)
        return row

    def revise(self, row: int, outcome: str) -> None:
        """A later event decided how this service really ended."""
        self.visits[row][OUTCOME_AT] = OUTCOME[outcome]

    def change(self, now: float, kind: str, name: str, before: float, after: float) -> None:
        """A capacity or stock changed."""
        if before != after:
            self.changes.append(
                (self.replication, now, KINDS.index(kind), self.name[name], before, after)
            )

    def tables(self) -> dict[str, dict[str, Any]]:
        """Return the columns of visits and changes."""
        return {
            "visits": _columns(VISITS, self.visits),
            "changes": _columns(CHANGES, self.changes),
        }


def _columns(columns: tuple[Any, ...], rows: list[Any]) -> dict[str, Any]:
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return {
        column.name: np.array(
            values[i], dtype="int32" if column.dtype.startswith("category") else column.dtype
        )
        for i, column in enumerate(columns)
    }
