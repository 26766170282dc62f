"""Allocation: what the lab does with compute over time, beyond its planned shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sim.model.fields import PROBABILITY, Name, Names, Number, setting


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """Each pool keeps its share of the compute."""

    KIND: ClassVar[str] = "fixed"


@dataclass(frozen=True, kw_only=True)
class Priority:
    """Units that the lender leaves idle are lent; they come back one by one as they free."""

    KIND: ClassVar[str] = "priority"
    lender: str = setting(Name())
    """Compute pool whose idle units are lent."""
    borrower: str = setting(Name())
    """Compute pool that uses them meanwhile."""


@dataclass(frozen=True, kw_only=True)
class Adaptive:
    """At each release compute moves from the pool that waits least to the one that waits most."""

    KIND: ClassVar[str] = "adaptive"
    pools: tuple[str, ...] = setting(Names())
    """Compute pools with a share, at least two, among which compute moves."""
    step: float = setting(PROBABILITY)
    """Share of the lab's compute that moves at a release."""
    floor: float = setting(PROBABILITY, 0.0)
    """Share below which no pool falls."""
    dead_band: float = setting(Number(0), 0.0)
    """Difference of w up to which nothing moves."""


Allocation = Fixed | Priority | Adaptive
ALLOCATIONS: dict[str, type] = {cls.KIND: cls for cls in (Fixed, Priority, Adaptive)}
