"""Writes the log while the lab runs.

A row of visits is a fixed number of bytes in one growing buffer (whole numbers and floats of 8
bytes each): a row is written in one piece when its service is requested, and completed in place
when the service starts and ends.
"""

from __future__ import annotations

import struct
from math import nan
from typing import Any

import numpy as np

from sim.log import (
    ACTIVITY,
    CHANGES,
    KINDS,
    NONE,
    OUTCOME,
    VISITS,
    dtype_of,
    tables_of,
)
from sim.model import Model

OPEN = OUTCOME["open"]

FIELDS = (
    ("replication", "q"), ("row", "q"), ("flow", "q"), ("item", "q"), ("item_key", "Q"),
    ("parent", "q"), ("generation", "q"), ("stage", "q"), ("visit", "q"), ("attempt", "q"),
    ("activity", "q"), ("skill", "q"), ("executor", "q"), ("assistant_generation", "q"),
    ("pool", "q"), ("units", "q"), ("previous", "q"), ("value", "d"), ("requested", "d"),
    ("started", "d"), ("cause", "q"),
    ("finished", "d"), ("worked", "d"), ("outcome", "q"),
)
"""What a row holds, in this order; the last two lines are what its start and its end write."""

ROW = struct.Struct("=" + "".join(code for _, code in FIELDS))
START, FINISH, WHOLE = struct.Struct("=dq"), struct.Struct("=ddq"), struct.Struct("=q")
STARTED, FINISHED, OUTCOME_AT, UNITS = (
    8 * [name for name, _ in FIELDS].index(field)
    for field in ("started", "finished", "outcome", "units")
)


class Recorder:
    """The visits and changes of one replication; a row is known by its number."""

    def __init__(self, model: Model, replication: int) -> None:
        self.replication = replication
        self.rows = 0
        self.visits = bytearray()
        self.changes: list[tuple[Any, ...]] = []
        tables = tables_of(model)
        self.stage = {name: code for code, name in enumerate(tables["stages"])}
        self.skill = {None: NONE} | {name: code for code, name in enumerate(tables["skills"])}
        self.name = {name: code for code, name in enumerate(tables["names"])}

    def request(
        self, now: float, visit: Any, activity: str, *, attempt: int = 1, skill: str | None = None,
        executor: int = NONE, assistant: int = NONE, pool: int = NONE, units: int = 0,
        value: float = nan,
    ) -> int:
        """Write a row for a service that is asked for now; return its number (O9)."""
        item, row = visit.item, self.rows
        self.rows = row + 1
        self.visits += ROW.pack(
            self.replication, row, item.flow.index, item.number, item.word, item.parent_number,
            item.generation, visit.stage.code, visit.number, attempt, ACTIVITY[activity],
            self.skill[skill], executor, assistant, pool, units, visit.last, value, now,
            nan, NONE,
            nan, 0.0, OPEN,
        )
        return row

    def start(self, row: int, now: float, cause: int) -> None:
        """The service begins; `cause` is the row whose end allowed it."""
        START.pack_into(self.visits, row * ROW.size + STARTED, now, cause)

    def finish(self, row: int, now: float, outcome: str, worked: float = 0.0) -> None:
        """The service ends."""
        FINISH.pack_into(self.visits, row * ROW.size + FINISHED, now, worked, OUTCOME[outcome])

    def instant(
        self, now: float, visit: Any, activity: str, outcome: str, value: float = nan
    ) -> int:
        """Write a row for something that takes no time; return its number."""
        row = self.request(now, visit, activity, value=value)
        self.start(row, now, visit.last)
        self.finish(row, now, outcome)
        return row

    def revise(self, row: int, outcome: str) -> None:
        """A later event decided how this service really ended."""
        WHOLE.pack_into(self.visits, row * ROW.size + OUTCOME_AT, OUTCOME[outcome])

    def shrink(self, row: int, units: int) -> None:
        """A request that waits asks for fewer units."""
        WHOLE.pack_into(self.visits, row * ROW.size + UNITS, units)

    def change(self, now: float, kind: str, name: str, before: float, after: float) -> None:
        """A capacity or stock changed."""
        if before != after:
            self.changes.append(
                (self.replication, now, KINDS.index(kind), self.name[name], before, after)
            )

    def tables(self) -> dict[str, dict[str, Any]]:
        """Return the columns of visits and changes."""
        visits = np.frombuffer(self.visits, dtype=np.dtype(list(FIELDS)))
        changes = list(zip(*self.changes, strict=True)) if self.changes else [()] * len(CHANGES)
        return {
            "visits": {c.name: visits[c.name].astype(dtype_of(c)) for c in VISITS},
            "changes": {
                c.name: np.array(values, dtype=dtype_of(c))
                for c, values in zip(CHANGES, changes, strict=True)
            },
        }
