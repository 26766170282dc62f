"""Surges: after a release compute serves the rush of users, and comes back as it dies down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.reference.clock import TIMER
from sim.engines.reference.items import Item, Visit
from sim.laws import serving
from sim.laws.compiled import compiled

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

_back_after = compiled(serving.back_after)


class Surge:
    """The surge after one release."""

    def __init__(self, lab: Lab, visit: Visit) -> None:
        self.lab = lab
        self.visit, self.released = visit, lab.clock.now
        spec = self.spec = visit.stage.model.surge
        self.donor, self.receiver = lab.pools[spec.donor], lab.pools[spec.to]
        self.units = max(0, int(spec.share * self.donor.planned + 1e-9))
        self.away = self.units
        """Units that have not come back."""
        self.work = 0
        """Items of relief still to end."""
        lab.capacity.give(self.donor, self.receiver, self.units)
        self._await_next()
        if spec.relief:
            self.work = spec.relief.count
            for index in range(spec.relief.count):
                lab.spawn(visit, spec.relief.flow, index, self._relieve)

    def _await_next(self) -> None:
        """Wait for the next unit to come back, if any is away."""
        if self.away:
            k = self.units - self.away + 1
            back = self.released + _back_after(float(self.units), float(k), self.spec.decay)
            alarm = self.lab.clock.alarm(back, TIMER, (*self.visit.key, k))
            alarm.callbacks.append(lambda _: self._next_comes_back())

    def _next_comes_back(self) -> None:
        self._come_back(1)
        self._await_next()

    def _relieve(self, item: Item, last: int) -> None:
        """An item of relief has ended; the last one ends the surge."""
        self.work -= 1
        if self.work == 0:
            self._come_back(self.away)

    def _come_back(self, units: int) -> None:
        units = min(units, self.away)
        self.away -= units
        if units:
            self.lab.capacity.give(self.receiver, self.donor, units)
            self.lab.capacity_changed()
