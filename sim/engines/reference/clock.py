"""The clock: a SimPy environment whose events are ordered by rank and key (O1, O2, O3)."""

from __future__ import annotations

from collections import deque
from heapq import heapify, heappop, heappush
from typing import Any

import simpy

CAPACITY, COMPLETION, TIMER, ARRIVAL = range(4)
"""Ranks of rule O1."""

LAB, POOLS = -2, -1
"""Where the key of an item's event has its flow: the lab, then pools come first (O2)."""

Key = tuple[Any, ...]


class Alarm(simpy.Event):
    """An event at a fixed time to come; `idle` if by itself it moves no item on."""

    env: Clock

    def __init__(self, env: Clock, idle: bool) -> None:
        self.env = env
        self.callbacks = []
        self._ok = True
        self._value = None
        self.idle = idle

    def cancel(self) -> None:
        """Take it out of the clock before its time, as if it had never been set."""
        self.env.remove(self)


class Clock(simpy.Environment):
    """Simulated time in days.

    SimPy breaks ties by order of insertion. Here future events are *alarms* with a rank and
    a structural key; everything SimPy itself schedules (a process starting, an event
    succeeding) is a consequence of the present event and waits in a first-in first-out
    agenda that is emptied before the next alarm.
    """

    now: float = 0.0  # SimPy's property, as an attribute: read often
    """Present time, days."""

    def __init__(self, start: float) -> None:
        super().__init__()
        self.now = start
        self._agenda: deque[simpy.Event] = deque()
        self._queue: list[Any] = []
        self.events = 0
        """Events so far (O9): alarms that went off, and items that started."""
        self.pending = 0
        """Alarms to come that by themselves move items on: not opening hours, arrivals from outside
        and the gate's longest wait."""
        self.stopped = False
        """Whether the run is over: nothing more happens."""

    def schedule(self, event: simpy.Event, priority: int = 1, delay: float = 0) -> None:
        """Put a consequence of the present event on the agenda (O3)."""
        if delay:
            raise ValueError("future events are alarms: they need a rank and a key")
        self._agenda.append(event)

    def alarm(self, time: float, rank: int, key: Key, *, idle: bool = False) -> Alarm:
        """Return an event that happens at `time`; `idle` if by itself it moves no item on."""
        event = Alarm(self, idle)
        self.pending += not idle
        heappush(self._queue, (time, rank, key, event))
        return event

    def remove(self, alarm: Alarm) -> None:
        """Remove an alarm that has not gone off: it is no event, nor pending."""
        self._queue[:] = [entry for entry in self._queue if entry[3] is not alarm]
        heapify(self._queue)  # pops by (time, rank, key), whatever the order in the list
        self.pending -= not alarm.idle

    def exhaust(self, most: int) -> None:
        """Process the events of this instant, with their consequences, up to `most` in all."""
        agenda, queue, now = self._agenda, self._queue, self.now
        while not self.stopped:
            if agenda:
                event = agenda.popleft()
            elif queue and queue[0][0] <= now and self.events < most:
                event = heappop(queue)[3]
                self.pending -= not event.idle
                self.events += 1
            else:
                return
            callbacks: Any = event.callbacks
            event.callbacks = None  # type: ignore[assignment]  # SimPy's mark of "processed"
            for callback in callbacks:
                callback(event)
            if not event._ok:  # a process raised an error
                raise event._value

    def advance(self, horizon: float) -> bool:
        """Move to the next alarm before the horizon; return False if there is none (O8)."""
        if not self._queue or self._queue[0][0] >= horizon:
            return False
        self.now = self._queue[0][0]
        return True
