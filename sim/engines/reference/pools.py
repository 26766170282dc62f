"""Pools at work: queues, grants, capacity, working hours (O4c, O5, O6)."""

from __future__ import annotations

from heapq import heappop, heappush
from math import inf
from typing import Any

import simpy

from sim.engines.reference.clock import POOLS, TIMER, Clock
from sim.engines.reference.recorder import Recorder
from sim.laws import calendar
from sim.laws.compiled import compiled
from sim.log import NONE
from sim.model.pool import Pool as PoolModel

_is_open = compiled(calendar.is_open)
_next_open = compiled(calendar.next_open)
_next_close = compiled(calendar.next_close)
_add_working_time = compiled(calendar.add_working_time)


class Request(simpy.Event):
    """Asks a pool for units; succeeds with True when granted, with False when it balked."""

    def __init__(self, clock: Clock, visit: Any, row: int, units: int) -> None:
        super().__init__(clock)
        self.visit = visit
        self.row = row
        self.units = units
        self.requested = clock.now

    @property
    def paused(self) -> bool:
        """Whether the stage it is made in is granted nothing now."""
        return bool(self.visit.paused)


class Pool:
    """One pool: `capacity - used` units are free; a debt shows as a negative number."""

    def __init__(
        self, clock: Clock, log: Recorder, index: int, name: str, model: PoolModel, first_day: int,
        horizon: float,
    ) -> None:
        self.horizon = horizon
        self.clock, self.log = clock, log
        self.index, self.name, self.kind = index, name, model.kind
        self.planned: float = 0
        """Capacity by plan; the present one differs by what is lent or still to move."""
        self.capacity: float = 0
        self.used = 0
        self.queue: list[tuple[int, float, Any, Request]] = []
        self.parked: list[tuple[int, float, Any, Request]] = []
        """Requests of stages that are paused."""
        self.pauses = False
        """Whether any stage is paused."""
        self.balking: list[Request] = []
        self.changed = False
        """Whether the pool must be looked at when the instant settles."""
        self.last_freed = NONE
        """Row that last freed a unit: the cause of the next start."""
        self.efficiency = 1.0
        """Work that people get done, relative to experienced ones."""
        self.newcomers: Any = None
        """The people who are new, where that makes a difference."""
        self.meter: Any = None
        """What measures waiting, where allocation depends on it."""
        hours = model.hours
        self.hours = hours and (hours.opens, hours.closes, hours.weekdays, first_day)
        self.open = True
        if self.hours:
            self.open = _is_open(clock.now, *self.hours)
            self._await_boundary()

    def request(
        self, visit: Any, row: int, *, units: int = 1, priority: int = 0, balk: bool = False
    ) -> Request:
        """Join the queue (O5)."""
        request = Request(self.clock, visit, row, units)
        entry = (priority, request.requested, visit.key, request)
        if self.pauses and request.paused:
            self.parked.append(entry)
        else:
            heappush(self.queue, entry)
        if balk:
            self.balking.append(request)
        visit.item.flow.waiting += 1
        if self.meter:
            self.meter.add(units)
        self.changed = True
        return request

    def release(self, units: int, row: int) -> None:
        """Give back units at the end of the service `row`."""
        self.used -= units
        self.last_freed = row
        self.changed = True

    def withdraw(self, requests: list[Request]) -> None:
        """Take requests out of the queue that are not to be granted any more."""
        if requests:
            gone = set(requests)
            self.queue = [entry for entry in self.queue if entry[3] not in gone]
            self.queue.sort()
        for request in requests:
            self._leaves(request)

    def serve(self) -> bool:
        """Grant from the head of the queue while it fits; then those that balk leave (O5).

        Return whether any request was granted or turned away.
        """
        self.changed = False
        queue, waiting = self.queue, len(self.queue)
        if self.open:
            free = self.capacity - self.used
            while queue and queue[0][3].units <= free:
                request = heappop(queue)[3]
                self.used += request.units
                free -= request.units
                self._grant(request)
        if self.balking:
            self._turn_away()
        return len(self.queue) < waiting

    def heed(self, pauses: bool) -> None:
        """What is paused has changed: requests step aside, or join the queue again."""
        self.pauses = pauses
        waiting = sorted([*self.queue, *self.parked])
        self.queue = [entry for entry in waiting if not entry[3].paused]
        self.parked = [entry for entry in waiting if entry[3].paused]
        self.changed = True

    def finish_time(self, work: float) -> float:
        """Return when `work` (days of service) begun now is done, nights left out."""
        now = self.clock.now
        if not self.hours:
            return now + work
        # Nights only add: beyond the horizon it does not matter when (and nobody counts days).
        if now + work > self.horizon:
            return inf
        return _add_working_time(now, work, *self.hours)

    def plan(self, units: float) -> None:
        """Plan so many units; the present capacity changes by the same number at once (O6)."""
        change = units - self.planned if units != self.planned else 0
        if change:
            self.planned = units
            self.set_capacity(self.capacity + change)
            if self.newcomers:
                self.newcomers.planned(change)

    def set_capacity(self, capacity: float) -> None:
        """Change the present capacity at once (O6)."""
        if self.meter:
            self.meter.tick()
        self.log.change(self.clock.now, "capacity", self.name, self.capacity, capacity)
        self.capacity = capacity
        self.last_freed = NONE
        self.changed = True

    def idle(self) -> bool:
        """Return whether a unit is free and nobody waits, in working hours."""
        return self.open and not self.queue and self.capacity - self.used >= 1

    def _grant(self, request: Request) -> None:
        visit = request.visit
        now = self.clock.now
        waited = now > request.requested
        self.log.start(request.row, now, self.last_freed if waited else visit.last)
        self._leaves(request)
        request.succeed(True)

    def _leaves(self, request: Request) -> None:
        """A request waits no longer."""
        request.visit.item.flow.waiting -= 1
        if self.meter:
            self.meter.add(-request.units)

    def _turn_away(self) -> None:
        refused = [r for r in self.balking if not (r.triggered or r.paused)]
        self.balking = [r for r in self.balking if r.paused and not r.triggered]
        self.withdraw(refused)
        for request in refused:
            request.succeed(False)

    def _await_boundary(self) -> None:
        assert self.hours
        find = _next_close if self.open else _next_open
        boundary = find(self.clock.now, *self.hours)
        alarm = self.clock.alarm(boundary, TIMER, (POOLS, self.index), idle=True)
        alarm.callbacks.append(self._cross_boundary)

    def _cross_boundary(self, _: simpy.Event) -> None:
        self.open = not self.open
        self.changed = True
        self.last_freed = NONE
        self._await_boundary()
