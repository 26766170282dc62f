"""A run: the log of one replication and why it ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim import log
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd

ADVICE = {
    "horizon": "",
    "capability_target": "the target end.capability was reached",
    "generation_target": "the target end.generations was reached",
    "event_budget": "raise end.events, shorten the horizon, or look for a flow that floods",
    "deadlock": "nothing can ever happen although items wait; look at the pools and stages of "
    "the open rows of visits",
    "zero_time_loop": "a million events passed at one instant; give some stage of the loop a "
    "duration",
    "blow_up": "growth left all bounds; cap what grew: a speed-up, a stock, slots, workstreams",
    "interrupted": "the log holds what had happened so far",
}
"""Every end reason and what to do about it."""


@dataclass(frozen=True)
class End:
    """Why and when a run ended."""

    reason: str
    """One of `ADVICE`."""
    time: float
    """Time of the end, days."""
    events: int
    """Events processed."""
    detail: str = ""
    """What exactly happened, if there is more to say."""

    @property
    def advice(self) -> str:
        """What to do about it; empty for a run that reached its horizon."""
        return ADVICE[self.reason]


@dataclass(frozen=True)
class Run:
    """The log of one replication.

    Attributes
    ----------
    visits, generations, changes
        The three tables of `sim.log`, as DataFrames.
    end
        Reason, time and advice.
    """

    model: Model
    seed: int
    replication: int
    engine: str
    end: End
    raw: dict[str, dict[str, Any]] = field(repr=False)
    """Columns of each table, as codes and numbers."""

    @property
    def size(self) -> int:
        """Bytes of the log."""
        return sum(array.nbytes for table in self.raw.values() for array in table.values())

    @cached_property
    def visits(self) -> pd.DataFrame:
        """One row per service."""
        return self._frame("visits", log.VISITS)

    @cached_property
    def generations(self) -> pd.DataFrame:
        """One row per generation."""
        return self._frame("generations", log.GENERATIONS)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """One row per change of a capacity or stock."""
        return self._frame("changes", log.CHANGES)

    def _frame(self, table: str, columns: tuple[log.Column, ...]) -> pd.DataFrame:
        return log.frame(columns, self.raw[table], log.tables_of(self.model))
