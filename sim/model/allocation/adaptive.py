"""Adaptive: compute moves, step by step, to where it is waited for most."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sim.model.allocation.base import AtReleases
from sim.model.errors import invalid
from sim.model.fields import PROBABILITY, Number, setting


@dataclass(frozen=True, kw_only=True)
class Adaptive(AtReleases):
    """At each release compute moves from the pool that waits least to the one that waits most.

    Waiting is w = queued unit-time / (capacity * time) since the last release. Ties go to the
    pool named first.
    """

    KIND: ClassVar[str] = "adaptive"
    step: float = setting(PROBABILITY)
    """Share of the lab's compute that moves at a release."""
    floor: float = setting(PROBABILITY, 0.0)
    """Share below which no pool falls."""
    dead_band: float = setting(Number(0), 0.0)
    """Difference of w up to which nothing moves."""

    def check(self, shares: Mapping[str, float]) -> None:
        """Raise `InputError` unless the shares leave room for the floor."""
        most = math.fsum(shares.values()) / len(shares)
        if self.floor > most + 1e-9:
            raise invalid(
                ("allocation", "floor"), f"must leave room for every pool (at most {most:g})",
                self.floor,
            )

    def divide(self, shares: Mapping[str, float], waiting: Mapping[str, float]) -> dict[str, float]:
        """Return the shares after one step, or the same ones within the dead band."""
        new = dict(shares)
        most, least = (extreme(self.pools, key=waiting.__getitem__) for extreme in (max, min))
        if waiting[most] - waiting[least] > self.dead_band:
            moved = max(0.0, min(self.step, shares[least] - self.floor))
            new[least] -= moved
            new[most] += moved
        return new
