"""Memory: the peak of a process that does one thing, and what a visit of the full log takes."""

from __future__ import annotations

import os
import subprocess
import sys

from networks import VISITS_PER_DAY, shared_network
from ratios import Spread

from sim import simulate

SHORT, LONG = 100_000, 2_000_000
"""Visits of two runs; their difference is free of what every process needs."""


def network(visits: str) -> None:
    """Run the shared network for about so many visits, full log."""
    model = shared_network(int(visits) / VISITS_PER_DAY)
    simulate(model, seed=0, engine="compiled")


TASKS = {"network": network}
"""What can be run in a process of its own: name and function of texts."""


def peak(task: str, *arguments: object) -> int:
    """Return the peak of the resident memory, bytes, of a process that does one of `TASKS`."""
    command = [sys.executable, __file__, task, *map(str, arguments)]
    child = subprocess.Popen(command)
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{task} {arguments} failed in a process of its own")
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def show(repeats: int) -> None:
    """Print the bytes per visit of a run that keeps its log."""
    grown = [peak("network", LONG) - peak("network", SHORT) for _ in range(repeats)]
    print("memory, each run in a process of its own")
    each = Spread(tuple(size / (LONG - SHORT) for size in grown))
    print(f"  bytes at the peak per visit of the full log: {each}", flush=True)


if __name__ == "__main__":
    TASKS[sys.argv[1]](*sys.argv[2:])
