"""Writes the log while the lab runs.

Rows of visits are kept flat, whole numbers and floats apart, in the order of `sim.log`'s
columns: three growing arrays instead of a million small lists.
"""

from __future__ import annotations

from array import array
from math import nan
from typing import Any

import numpy as np

from sim.log import (
    ACTIVITIES,
    CHANGES,
    EXECUTORS,
    KINDS,
    NONE,
    OUTCOMES,
    VISITS,
    Column,
    tables_of,
)
from sim.model import Model

ACTIVITY = {name: code for code, name in enumerate(ACTIVITIES)}
EXECUTOR = {name: code for code, name in enumerate(EXECUTORS)}
OUTCOME = {name: code for code, name in enumerate(OUTCOMES)}
OUTCOME_OPEN = OUTCOME["open"]

FLOATS = tuple(column.name for column in VISITS if column.dtype == "float64")
WORDS = tuple(column.name for column in VISITS if column.dtype == "uint64")
WHOLE = tuple(column.name for column in VISITS if column.name not in FLOATS + WORDS)
WIDTH, FLOAT_WIDTH = len(WHOLE), len(FLOATS)

UNITS, OUTCOME_AT, CAUSE = (WHOLE.index(name) for name in ("units", "outcome", "cause"))
STARTED, FINISHED, WORKED = (FLOATS.index(name) for name in ("started", "finished", "worked"))


class Recorder:
    """The visits and changes of one replication; a row is known by its number."""

    def __init__(self, model: Model, replication: int) -> None:
        self.replication = replication
        self.rows = 0
        self.whole = array("q")
        self.floats = array("d")
        self.words = array("Q")
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
        item, row = visit.item, self.rows
        self.rows = row + 1
        self.words.append(item.word)
        self.floats.extend((now, nan, nan, 0.0, value))
        self.whole.extend((
            self.replication, row, item.flow.index, item.number, item.parent_number,
            item.generation, visit.stage.code, visit.number, attempt, ACTIVITY[activity],
            NONE if skill is None else self.skill[skill], executor, assistant, pool, units,
            OUTCOME_OPEN, NONE, visit.last,
        ))
        return row

    def start(self, row: int, now: float, cause: int) -> None:
        """The service begins; `cause` is the row whose end allowed it."""
        self.floats[row * FLOAT_WIDTH + STARTED] = now
        self.whole[row * WIDTH + CAUSE] = cause

    def finish(self, row: int, now: float, outcome: str, worked: float = 0.0) -> None:
        """The service ends."""
        at = row * FLOAT_WIDTH
        self.floats[at + FINISHED] = now
        self.floats[at + WORKED] = worked
        self.whole[row * WIDTH + OUTCOME_AT] = OUTCOME[outcome]

    def instant(self, now: float, visit: Any, activity: str, outcome: str, value: float) -> int:
        """Write a row for something that takes no time; return its number."""
        row = self.request(now, visit, activity, value=value)
        self.start(row, now, visit.last)
        self.finish(row, now, outcome)
        return row

    def revise(self, row: int, outcome: str) -> None:
        """A later event decided how this service really ended."""
        self.whole[row * WIDTH + OUTCOME_AT] = OUTCOME[outcome]

    def shrink(self, row: int, units: int) -> None:
        """A request that waits asks for fewer units."""
        self.whole[row * WIDTH + UNITS] = units

    def change(self, now: float, kind: str, name: str, before: float, after: float) -> None:
        """A capacity or stock changed."""
        if before != after:
            self.changes.append(
                (self.replication, now, KINDS.index(kind), self.name[name], before, after)
            )

    def tables(self) -> dict[str, dict[str, Any]]:
        """Return the columns of visits and changes."""
        return {"visits": self._visits(), "changes": _columns(CHANGES, self.changes)}

    def _visits(self) -> dict[str, Any]:
        whole = np.array(self.whole).reshape(-1, WIDTH)
        floats = np.array(self.floats).reshape(-1, FLOAT_WIDTH)
        values = {name: whole[:, i] for i, name in enumerate(WHOLE)}
        values |= {name: floats[:, i] for i, name in enumerate(FLOATS)}
        values |= dict.fromkeys(WORDS, np.array(self.words))
        return {
            column.name: values[column.name].astype(_dtype(column), copy=True) for column in VISITS
        }


def _columns(columns: tuple[Column, ...], rows: list[Any]) -> dict[str, Any]:
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    return {
        column.name: np.array(values[i], dtype=_dtype(column)) for i, column in enumerate(columns)
    }


def _dtype(column: Column) -> str:
    return "int32" if column.dtype.startswith("category") else column.dtype
