"""Capacity at work: plans carried out, compute lent, assistants' slots derived (O6)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import simpy

from sim.engines.reference.clock import CAPACITY, POOLS
from sim.engines.reference.lending import Lending
from sim.engines.reference.training import fit_waiting_training
from sim.laws import portable
from sim.laws.compiled import compiled
from sim.model.capacity import initial_units, unit_steps
from sim.model.lab import Priority

if TYPE_CHECKING:
    from sim.engines.reference.lab import Lab

_exp = compiled(portable.exp)


class Capacity:
    """Keeps every pool at the capacity that its plan, and what is lent, give it."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        allocation = lab.model.allocation
        self.lending = (
            Lending(lab.pools[allocation.lender], lab.pools[allocation.borrower])
            if isinstance(allocation, Priority)
            else None
        )
        self.units = initial_units(lab.model)
        """Planned units by pool (compute units, for agent pools with a share)."""
        self.update()
        for time, name, units in unit_steps(lab.model):
            alarm = lab.clock.alarm(time, CAPACITY, (POOLS, lab.pools[name].index))
            alarm.callbacks.append(partial(self._step, name, units))

    def update(self) -> None:
        """Derive all capacities anew (at a release): infrastructure changes what a unit serves."""
        for name in self.lab.pools:
            self._apply(name)

    def _step(self, name: str, units: int, _: simpy.Event) -> None:
        """A planned change takes effect."""
        self.units[name] = units
        self._apply(name)
        self.lab.capacity_changed()

    def _apply(self, name: str) -> None:
        """Set a pool's capacity from its planned units: slots for agents, units else."""
        pool, model, units = self.lab.pools[name], self.lab.model.pools[name], self.units[name]
        if model.kind == "agent" and model.share is not None:
            growth = _exp(model.elasticity * self.lab.stocks.get("infrastructure", 0.0))
            units = int(units * model.slots_per_unit * growth + 1e-9)
        if pool.planned == units:
            return
        pool.planned = units
        fit_waiting_training(pool)
        if self.lending:
            self.lending.replan(pool)
        else:
            pool.set_capacity(units)
