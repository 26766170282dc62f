"""Allocation at releases: compute is divided anew, by how much each pool is waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.reference.pools import Pool
from sim.laws import serving
from sim.laws.compiled import compiled
from sim.model.allocation import AtReleases

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

_waiting = compiled(serving.waiting)


class Meter:
    """Measures how much a pool is waited for."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.units = 0
        """Units that are asked for and not granted now."""
        self.reset()

    def reset(self) -> None:
        """Begin to measure."""
        self.since = self.pool.clock.now
        self.queued = self.capacity = 0.0

    def tick(self) -> None:
        """Count the time up to now, before something changes."""
        elapsed = self.pool.clock.now - self.since
        self.queued += self.units * elapsed
        self.capacity += max(0, self.pool.capacity) * elapsed
        self.since = self.pool.clock.now

    def add(self, units: int) -> None:
        """Units join the queue, or leave it (negative)."""
        self.tick()
        self.units += units

    def waiting(self) -> float:
        """Return w since `reset`."""
        self.tick()
        return float(_waiting(self.queued, self.capacity))


class Allocation:
    """What the lab does with its shares at a release."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.spec = lab.model.allocation
        if isinstance(self.spec, AtReleases):
            for name in self.spec.pools:
                lab.pools[name].meter = Meter(lab.pools[name])

    def reset(self) -> None:
        """Begin to measure (at t = 0)."""
        for pool in self.lab.pools.values():
            if pool.meter:
                pool.meter.tick()
                pool.meter.reset()

    def step(self) -> None:
        """Divide the compute anew, as the policy says."""
        spec = self.spec
        if not isinstance(spec, AtReleases):
            return
        waiting = {name: self.lab.pools[name].meter.waiting() for name in spec.pools}
        self.reset()
        shares = self.lab.capacity.shares
        new = {**shares, **spec.divide({name: shares[name] for name in spec.pools}, waiting)}
        if new != shares:
            self.lab.capacity.share(new)
