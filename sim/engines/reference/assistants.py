"""Assistants: whose model helps, and which of its releases a task uses."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import simpy

from sim.engines.reference.clock import CAPACITY, LAB
from sim.laws import capability as laws
from sim.laws.compiled import compiled

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

_adoption_chance = compiled(laws.adoption_chance)


class Assistants:
    """The models that help the lab: its own releases, or those of an outside vendor."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.releases: list[tuple[float, float]] = [(0.0, 0.0)]
        """Time of release (days) and capability (OOM) of each, the oldest first."""
        spec = self.lab.model.assistants
        for number, (time, capability) in enumerate(spec.external.items()):
            if time < lab.model.horizon:
                alarm = lab.clock.alarm(time, CAPACITY, (LAB, number), idle=True)
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
        adopted = u < _adoption_chance(elapsed, spec.adoption, spec.access)
        return newest if adopted else newest - 1

    def release(self, capability: float) -> None:
        """A model is released by whoever makes the assistants."""
        self.releases.append((self.lab.clock.now, capability))
        self.lab.watch_speedups()

    def _arrive(self, capability: float, _: simpy.Event) -> None:
        self.release(capability)
        for source in self.lab.sources.values():
            source.adjust()
