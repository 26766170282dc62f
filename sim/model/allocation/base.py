"""What all allocation policies share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sim.model.fields import Names, setting


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """A policy: what the lab does with compute over time, beyond its planned shares."""

    KIND: ClassVar[str]


@dataclass(frozen=True, kw_only=True)
class AtReleases(Allocation):
    """A policy that divides compute anew at each release, by how much its pools are waited for."""

    pools: tuple[str, ...] = setting(Names())
    """Compute pools with a share, at least two, among which compute moves."""

    def check(self, shares: Mapping[str, float]) -> None:
        """Raise `InputError` if the settings do not fit the shares at t = 0 of its pools."""

    def divide(self, shares: Mapping[str, float], waiting: Mapping[str, float]) -> dict[str, float]:
        """Return the new shares of its pools; their sum must stay.

        Parameters
        ----------
        shares
            Present share of the lab's compute of each of its pools.
        waiting
            w = queued unit-time / (capacity * time) of each since the last release; infinite if
            it was waited for without any capacity.
        """
        raise NotImplementedError
