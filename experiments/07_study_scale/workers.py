"""Workers: how many runs a second 1, 2, ... of them make, beside as many that only count.

Two cores are seldom twice as fast as one: they share caches, memory, power and the machine with
others. A loop that needs none of that shows what there was to be had at that moment.
"""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path

from ratios import Spread
from studies import benchmark

from sim.execute.local import Local
from sim.execute.settings import cores
from sim.study.batch import Span, Ticket, work
from sim.study.plan import begin

TICKETS = 6
"""Tickets of each worker, so that the last ones do not matter much."""
RUNS = 50
"""Runs of a ticket: half a second and more."""
COUNT = 15_000_000
"""Up to where a worker counts in a ticket: as long."""
POINTS = 1000


def counted(to: int) -> int:
    """Count."""
    n = 0
    for _ in range(to):
        n += 1
    return n


def rate(executor: Local, task: object, tickets: list[object]) -> float:
    """Return how many tickets a second are done, by workers that have started."""
    workers = executor.workers
    list(executor.run(task, tickets[:workers]))
    began = time.perf_counter()
    list(executor.run(task, tickets[workers:]))
    return (len(tickets) - workers) / (time.perf_counter() - began)


def rates(workers: int) -> dict[str, float]:
    """Return the speeds of so many workers: tickets a second of the study, and of counting."""
    plan = benchmark(POINTS)
    span = plan.study.replications
    number = workers * (TICKETS + 1)
    with tempfile.TemporaryDirectory(prefix="recursim-") as name, Local(workers) as executor:
        begin(plan, Path(name), {})
        (Path(name) / "shards").mkdir()
        each = RUNS // span
        tickets = [
            # The same points for each worker: the second has no longer runs than the first.
            Ticket(0, n, tuple(Span(p, 0, span) for p in points_of_turn(n // workers, each)))
            for n in range(number)
        ]
        return {
            "study": rate(executor, partial(work, name, plan.hash), tickets) * RUNS,
            "count": rate(executor, counted, [COUNT] * number),
        }


def points_of_turn(turn: int, count: int) -> range:
    return range(turn * count % POINTS, turn * count % POINTS + count)


def show(repeats: int, _: int = 0) -> None:
    """Print the speeds of 1 to all cores, and how they compare with those of counting."""
    most = cores()
    print(f"1 to {most} workers (their start is not timed)")
    turns = [{n: rates(n) for n in range(1, most + 1)} for _ in range(repeats)]
    for n in range(1, most + 1):
        speed = Spread(tuple(turn[n]["study"] for turn in turns))
        print(f"  {n}: runs/s {speed}")
        if n == 1:
            continue
        gains = {
            what: [turn[n][what] / turn[1][what] / n for turn in turns]
            for what in ("study", "count")
        }
        for what, values in gains.items():
            print(f"    efficiency of the {what}: {Spread(tuple(values))}")
        pairs = zip(gains["study"], gains["count"], strict=True)
        print(f"    of the study / of the count: {Spread(tuple(a / b for a, b in pairs))}")
