"""Timing: programs run in turns in one process, costs per visit, ratios with their spread.

A noisy machine slows all that run in the same turn alike, so ratios are taken within a turn.
Seconds are of processor time.
"""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

Timed = Callable[[int], Any]
"""Runs something with this seed."""
Clock = Callable[[], float]
"""Returns seconds."""

ENOUGH = 0.5
"""Seconds of processor time that a program runs in its turn, or more."""


@dataclass(frozen=True)
class Spread:
    """Repeated measurements of one figure."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one, which is quoted."""
        return statistics.median(self.values)

    def __str__(self) -> str:
        low, high = min(self.values), max(self.values)
        return f"{self.median:.3g} ({low:.3g} to {high:.3g} in {len(self.values)} repeats)"


def seconds(program: Callable[[], Any], clock: Clock = time.process_time) -> tuple[float, Any]:
    """Return the processor time of one call, and what it returned."""
    begin = clock()
    result = program()
    return clock() - begin, result


def own_time() -> float:
    """Return the processor time of this process without the system's part, seconds.

    The system's part of a run that fills much memory is mostly to hand that out, and may be
    many times as long where a machine takes it from its host at that moment.
    """
    return os.times().user


def in_turns(
    programs: Mapping[str, Timed],
    repeats: int,
    visits: Callable[[str, Any], int] = lambda _, result: result,
    clock: Clock = time.process_time,
) -> dict[str, list[float]]:
    """Return the cost per visit of each program, once per turn.

    A program runs in its turn until it has used `ENOUGH` time, each run with a seed of its own, and
    once before the first turn: memory that a process gets for the first time costs more.
    `visits` is not timed: it counts the visits in what a program returned (its name comes first).
    """
    costs: dict[str, list[float]] = {name: [] for name in programs}
    names = list(programs)
    for name in names:
        programs[name](0)
    for turn in range(repeats):
        for i in range(len(names)):
            name = names[(turn + i) % len(names)]  # each comes first at times
            gc.collect()  # nobody pays for another's garbage
            used, count, seed = 0.0, 0, turn
            while used < ENOUGH:
                taken, result = seconds(partial(programs[name], seed), clock)
                used, count, seed = used + taken, count + visits(name, result), seed + repeats
                del result  # its memory is free for the next run
            costs[name].append(used / count)
    return costs


def ratio(over: list[float], under: list[float]) -> Spread:
    """Return the ratios of two costs, turn by turn."""
    return Spread(tuple(a / b for a, b in zip(over, under, strict=True)))


def flatness(costs: Mapping[str, list[float]]) -> float:
    """Return the largest of the median costs as a multiple of the smallest."""
    medians = [statistics.median(values) for values in costs.values()]
    return max(medians) / min(medians)
