"""Newcomers: people who join a pool slow it before they help it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import simpy

from sim.engines.reference.clock import POOLS, TIMER
from sim.laws import people
from sim.laws.compiled import compiled

if TYPE_CHECKING:
    from sim.engines.reference.pools import Pool
    from sim.model.pool import Newcomers as NewcomersModel

_team_efficiency = compiled(people.team_efficiency)


class Newcomers:
    """The people of one pool who are new, by the groups in which they came."""

    def __init__(self, pool: Pool, model: NewcomersModel) -> None:
        self.pool, self.model = pool, model
        self.groups: list[float] = []
        """People still new of each group, the oldest group first."""

    def planned(self, change: float) -> None:
        """People join, or leave: the newest leave first."""
        if change > 0:
            self._join(change)
        else:
            for number in reversed(range(len(self.groups))):
                leaving = min(self.groups[number], -change)
                self.groups[number] -= leaving
                change += leaving
        self._rate()

    def _join(self, people: float) -> None:
        clock = self.pool.clock
        number = len(self.groups)
        self.groups.append(people)
        time = clock.now + self.model.assimilation
        alarm = clock.alarm(time, TIMER, (POOLS, self.pool.index, number), idle=True)
        alarm.callbacks.append(partial(self._assimilate, number))

    def _assimilate(self, number: int, _: simpy.Event) -> None:
        """A group has become experienced."""
        self.groups[number] = 0
        self._rate()

    def _rate(self) -> None:
        pool = self.pool
        new = min(sum(self.groups), pool.planned)
        efficiency = _team_efficiency(pool.planned, new, self.model.speed, self.model.drag)
        pool.log.change(pool.clock.now, "efficiency", pool.name, pool.efficiency, efficiency)
        pool.efficiency = efficiency
