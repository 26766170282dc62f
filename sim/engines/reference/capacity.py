"""Capacity at work: what is planned for each pool, and who gets what of the compute (O6)."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import simpy

from sim.engines.reference.clock import CAPACITY, POOLS
from sim.engines.reference.newcomers import Newcomers
from sim.engines.reference.pools import Pool
from sim.engines.reference.training import fit_waiting_training
from sim.engines.reference.transfers import Transfers
from sim.laws import portable
from sim.laws.compiled import compiled
from sim.model.capacity import shares_of, split
from sim.model.intervention import CapacityChange
from sim.model.pool import MOST_UNITS

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

_exp = compiled(portable.exp)

COMPUTE = "compute"
"""What all shared compute is called."""


class Stated:
    """A capacity that is stated, with its plan and what interventions make of it."""

    def __init__(self, units: float) -> None:
        self.base = units
        self.factor, self.offset = 1.0, 0.0
        self.planned = True
        """Whether the plan still holds."""

    @property
    def units(self) -> float:
        """Units there are to be now."""
        if self.base == math.inf:
            return math.inf
        return max(0, math.floor(self.base * self.factor + self.offset + 1e-9))

    def change(self, change: CapacityChange) -> None:
        """Carry out an intervention."""
        if change.scale is not None:
            self.factor *= change.scale
            self.offset *= change.scale
        elif change.add is not None:
            self.offset += change.add
        else:
            self.base = self.units if change.to is None else change.to
            self.factor, self.offset, self.planned = 1.0, 0.0, False


class Capacity:
    """Keeps every pool at what is planned for it, but for what is lent or still to move."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.transfers = Transfers(lab)
        self.stated = {
            name: Stated(pool.capacity)
            for name, pool in lab.model.pools.items()
            if pool.capacity is not None
        }
        self.shares = shares_of(lab.model)
        self.given = dict.fromkeys(lab.pools, 0)
        """Units that each pool has received beyond its share (or given away: negative)."""
        if lab.model.compute:
            self.stated[COMPUTE] = Stated(lab.model.compute.units)
        self.parts = self._parts()
        self.update()
        for name, pool in lab.pools.items():  # from now on
            newcomers = lab.model.pools[name].newcomers
            pool.newcomers = newcomers and Newcomers(pool, newcomers)
        self._await_deliveries()

    def update(self) -> None:
        """Derive all capacities anew (at a release): infrastructure changes what a unit serves."""
        for name in self.lab.pools:
            self._apply(name)

    def intervene(self, name: str, change: CapacityChange) -> None:
        """Change a stated capacity."""
        self.stated[name].change(change)
        self._bring(name)

    def _bring(self, name: str) -> None:
        """Bring to its plan the pool, or all that share the compute, whose capacity is stated."""
        self.parts = self._parts()
        for pool in self.shares if name == COMPUTE else (name,):
            self._apply(pool)

    def give(self, donor: Pool, receiver: Pool, units: int) -> None:
        """Plan units of one compute pool for another one; they move as they free."""
        for pool, change in ((donor, -units), (receiver, units)):
            self.given[pool.name] += change
            pool.planned += change
            fit_waiting_training(pool)
        self.transfers.promise(donor, receiver, units)

    def share(self, shares: dict[str, float]) -> None:
        """Divide the compute anew; units move between compute pools as they free."""
        for name, share in shares.items():
            self.lab.log.change(self.lab.clock.now, "share", name, self.shares[name], share)
        self.shares = shares
        before, self.parts = self.parts, self._parts()
        compute = [n for n in self.parts if self.lab.pools[n].kind == "compute"]
        change = {name: self.parts[name] - before[name] for name in compute}
        for donor in compute:
            for receiver in compute:
                units = min(-change[donor], change[receiver])
                if units > 0:
                    self.give(self.lab.pools[donor], self.lab.pools[receiver], units)
                    for name, moved in ((donor, -units), (receiver, units)):
                        self.given[name] -= moved  # it is in the shares now
                        change[name] -= moved
        self.update()

    def _parts(self) -> dict[str, int]:
        """Return the compute units of each pool with a share."""
        if COMPUTE not in self.stated:
            return {}
        return split(self.shares, int(self.stated[COMPUTE].units))

    def _await_deliveries(self) -> None:
        model = self.lab.model
        plans = {name: (pool.plan, pool.capacity) for name, pool in model.pools.items()}
        if model.compute:
            # Its key is that of the first pool with a share, which has no plan of its own.
            first = next(iter(self.shares))
            plans[first] = (model.compute.plan, model.compute.units)
        for name, (plan, start) in plans.items():
            if not isinstance(start, int):
                continue
            of = COMPUTE if name in self.shares else name
            for time, units in plan.steps(start, model.horizon):
                alarm = self.lab.clock.alarm(time, CAPACITY, (POOLS, self.lab.pools[name].index))
                alarm.callbacks.append(partial(self._deliver, of, units))

    def _deliver(self, name: str, units: int, _: simpy.Event) -> None:
        """A planned change takes effect."""
        stated = self.stated[name]
        if not stated.planned:
            return
        stated.base = units
        self._bring(name)
        self.lab.capacity_changed()

    def _apply(self, name: str) -> None:
        """Bring a pool to what is planned for it; a cut takes effect at once."""
        pool = self.lab.pools[name]
        pool.plan(self._planned(name))
        fit_waiting_training(pool)

    def _planned(self, name: str) -> float:
        """Return what is planned for a pool now: slots for agents with a share, units else."""
        model = self.lab.model.pools[name]
        if name not in self.shares:
            return self.stated[name].units + self.given[name]
        units = self.parts[name] + self.given[name]
        if model.kind != "agent":
            return units
        growth = _exp(model.elasticity * self.lab.stocks.get("infrastructure", 0.0))
        slots = units * model.slots_per_unit * growth
        if not slots <= MOST_UNITS:  # also NaN: 0 * inf
            self.lab.stop("blow_up", f"{slots:.4g} slots of pool '{name}'")
            return self.lab.pools[name].planned
        return int(slots + 1e-9)
