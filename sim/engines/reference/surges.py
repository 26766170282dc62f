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
        spec = visit.stage.model.surge
        self.donor, self.receiver = lab.pools[spec.donor], lab.pools[spec.to]
        self.away = max(0, int(spec.share * self.donor.planned + 1e-9))
        """Units that have not come back."""
        self.work = 0
        """Items of relief still to end."""
        lab.capacity.give(self.donor, self.receiver, self.away)
        for k in range(1, self.away + 1):
            time = lab.clock.now + _back_after(float(self.away), float(k), spec.decay)
            alarm = lab.clock.alarm(time, TIMER, (*visit.key, k))
            alarm.callbacks.append(lambda _: self._come_back(1))
        if spec.relief:
            self.work = spec.relief.count
            for index in range(spec.relief.count):
                lab.spawn(visit, spec.relief.flow, index, self._relieve)

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
