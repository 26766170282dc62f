"""Readouts: capability in terms of published tests. They change nothing of a run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sim.laws.readouts import benchmark_score, metr_horizon
from sim.model.errors import Path, invalid
from sim.model.fields import Context, Named, Number, Optional, Reader, Record, setting
from sim.model.units import WORKING_TIME

RELIABLE = 16.0
"""METR calls measured horizons above this many hours unreliable, as its tasks are hardly longer.

References
----------
METR, Task-Completion Time Horizons of Frontier AI Models, https://metr.org/time-horizons/
(note of 2026-05-08).
"""

LONGEST = 1e6
"""Longest horizon of generation 0, hours: several working lives; more is taken for a mistake."""


@dataclass(frozen=True)
class _WorkingTime(Reader):
    """Reads a length of work, above zero, held in hours: no calendar, no person-days."""

    def read(self, value: Any, path: Path, context: Context) -> float:
        hours = WORKING_TIME.read(value, path)
        if not 0.0 < hours <= LONGEST or not math.isfinite(hours):
            raise invalid(path, f"must be > 0 h and at most {LONGEST:,.0f} h", value)
        return hours

    def write(self, value: float) -> str:
        return f"{value!r} h"


@dataclass(frozen=True, kw_only=True)
class MetrHorizon:
    """METR's 50% time horizon."""

    at_zero: float = setting(_WorkingTime())
    """Horizon of generation 0: hours of work that a skilled person needs for a task which the
    model gets right half the time."""
    doublings_per_oom: float = setting(Number(0, 100, above=True))
    """Doublings of the horizon per OOM of effective compute."""

    def at(self, c: float) -> float:
        """Return the horizon at capability c (OOM), hours of a person's work."""
        return metr_horizon(c, self.at_zero, self.doublings_per_oom)


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """A benchmark whose tasks are solved or not."""

    at_zero: float = setting(Number(0, 1, above=True))
    """Score of generation 0: share of the tasks solved, below the ceiling."""
    slope: float = setting(Number(0, 100, above=True))
    """Rise of the log-odds of a solution per OOM of effective compute."""
    ceiling: float = setting(Number(0, 1, above=True), 1.0)
    """Share of the tasks that can be solved at all."""

    def at(self, c: float) -> float:
        """Return the score at capability c (OOM), in [0, ceiling]."""
        return benchmark_score(c, self.at_zero, self.slope, self.ceiling)


@dataclass(frozen=True, kw_only=True)
class Readouts:
    """What a generation would score, by its capability."""

    metr_horizon: MetrHorizon | None = setting(Optional(Record(MetrHorizon)), None)
    """METR's 50% time horizon; absent: not read out."""
    benchmarks: dict[str, Benchmark] = setting(Named(Record(Benchmark)), {})
    """Benchmarks by name."""
