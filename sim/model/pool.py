"""Pools: people, assistants and compute, each a number of units with one queue."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from sim.laws.capability import growth
from sim.model.fields import (
    COUNT,
    Choice,
    Duration,
    Number,
    Optional,
    Record,
    Variant,
    setting,
)
from sim.model.hours import Hours, HoursReader
from sim.model.timetable import Timetable

MOST_UNITS = 1e12
"""Capacity beyond which a number is taken for a mistake."""


@dataclass(frozen=True, kw_only=True)
class Constant:
    """The capacity never changes."""

    KIND: ClassVar[str] = "constant"

    def steps(self, start: int, horizon: float) -> list[tuple[float, int]]:
        """Return the changes as (time, capacity) up to the horizon, in order of time."""
        return []


@dataclass(frozen=True, kw_only=True)
class Growth:
    """Exponential growth from t = 0, delivered in whole units at regular dates."""

    KIND: ClassVar[str] = "growth"
    factor: float = setting(Number(0, above=True))
    """Growth per year, > 0."""
    every: float = setting(Duration(above=True))
    """Interval between deliveries, days."""

    def steps(self, start: int, horizon: float) -> list[tuple[float, int]]:
        """Return the changes as (time, capacity) up to the horizon, in order of time."""
        deliveries = math.ceil(horizon / self.every)
        times = [k * self.every for k in range(1, deliveries)]
        return [(t, math.floor(growth(float(start), self.factor, t) + 1e-9)) for t in times]


@dataclass(frozen=True, kw_only=True)
class Steps:
    """A table of capacities, each from its time on."""

    KIND: ClassVar[str] = "steps"
    steps_at: dict[float, int] = setting(Timetable(Number(0, whole=True)))
    """Capacity by time (days after t = 0)."""

    def steps(self, start: int, horizon: float) -> list[tuple[float, int]]:
        """Return the changes as (time, capacity) up to the horizon, in order of time."""
        return [(time, units) for time, units in self.steps_at.items() if time < horizon]


Plan = Constant | Growth | Steps
PLAN = Variant(lambda: {"constant": Constant, "growth": Growth, "steps": Steps})


@dataclass(frozen=True, kw_only=True)
class Compute:
    """All compute of the lab, divided among pools by their `share`."""

    units: int = setting(COUNT)
    """Compute units at t = 0."""
    plan: Plan = setting(PLAN, Constant())
    """How the number of units changes."""


@dataclass(frozen=True, kw_only=True)
class Newcomers:
    """People who join a pool, and who slow it before they help (Brooks's law).

    Efficiency divides the work of whoever serves. All who join count, whether planned or by an
    intervention.
    """

    speed: float = setting(Number(0))
    """Work of a new person relative to an experienced one."""
    drag: float = setting(Number(0), 0.0)
    """Work that experienced people lose on each new one."""
    assimilation: float = setting(Duration(above=True))
    """Time until a new person counts as experienced, days."""


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Identical units that serve one queue, by priority and then first come first served.

    The request at the head of the highest priority blocks everything behind it; service is
    never interrupted by other work. Capacity is stated, or derived from a share of the
    lab's compute.
    """

    kind: str = setting(Choice(("human", "agent", "compute")))
    """Who the units are: people, assistants' slots, or compute."""
    capacity: int | float | None = setting(Optional(Number(0, whole=True, infinite=True)), None)
    """Units at t = 0 (or `inf`); absent if the pool has a `share`."""
    share: float | None = setting(Optional(Number(0, 1)), None)
    """Share of the lab's compute units, in [0, 1]."""
    slots_per_unit: float = setting(Number(0, above=True), 1.0)
    """Assistants' slots one compute unit can serve (agent pools with a share)."""
    elasticity: float = setting(Number(0), 0.0)
    """Power of infrastructure in slots: slots ∝ exp(elasticity * infrastructure), counted anew at
    each release and each delivery of compute."""
    plan: Plan = setting(PLAN, Constant())
    """How the stated capacity changes; pools with a share follow the lab's compute."""
    newcomers: Newcomers | None = setting(Optional(Record(Newcomers)), None)
    """How new people work (human pools); absent: as all others."""
    hours: Hours | None = setting(HoursReader(), None)
    """When people are granted work; assistants and compute are always open."""


