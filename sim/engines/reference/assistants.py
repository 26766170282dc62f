"""Assistants: whose model helps, and which of its releases a task uses.

How an assistant works stands in `labour` and `service`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import simpy

from sim.engines.reference.clock import CAPACITY, LAB
from sim.laws import capability as laws
from sim.laws.compiled import compiled
from sim.model.safeguards import Trusted

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

_adoption_chance = compiled(laws.adoption_chance)


class Assistants:
    """The models that help the lab: its own releases, or those of an outside vendor."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.releases: list[tuple[float, float]] = [(0.0, 0.0)]
        """Time of release (days) and capability (OOM) of each, the oldest first."""
        self.trusted: Trusted | None = None
        """Access of a trusted few to the newest release, if it is strong enough for that."""
        spec = self.lab.model.assistants
        for number, (time, capability) in enumerate(spec.external.items()):
            if time < lab.model.horizon:
                alarm = lab.clock.alarm(time, CAPACITY, (LAB, number))
                alarm.callbacks.append(partial(self._arrive, capability))

    @property
    def source(self) -> str:
        """Whose model helps."""
        return self.lab.model.assistants.source

    @property
    def newest(self) -> float:
        """Capability of the newest model that helps this lab, OOM."""
        return self.releases[-1][1]

    def capability(self, number: int) -> float:
        """Return the capability that the feedback laws see for a model, OOM."""
        return self.releases[number][1]

    def choose(self, u: float) -> int:
        """Return the model that a task uses, from a uniform number: the newest or the last."""
        newest = len(self.releases) - 1
        if newest == 0:
            return 0
        spec = self.lab.model.assistants
        elapsed = self.lab.clock.now - self.releases[newest][0]
        adopted = u < _adoption_chance(elapsed, spec.adoption, self._access(elapsed))
        return newest if adopted else newest - 1

    def _access(self, elapsed: float) -> float:
        """Return the share of tasks that may use the newest release, at this age."""
        usual, trusted = self.lab.model.assistants.access, self.trusted
        return min(usual, trusted.access) if trusted and elapsed < trusted.days else usual

    def release(self, capability: float, trusted: Trusted | None = None) -> None:
        """A model is released by whoever makes the assistants, perhaps to a few at first."""
        self.releases.append((self.lab.clock.now, capability))
        self.trusted = trusted if trusted and capability >= trusted.from_capability else None
        self.lab.watch_speedups()

    def _arrive(self, capability: float, _: simpy.Event) -> None:
        self.release(capability)
        self.lab.adjust_sources()
