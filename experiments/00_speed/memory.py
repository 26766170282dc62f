"""Memory: the peak of a process that does one thing, and what a visit of the full log takes."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from pathlib import Path

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
"""What can be run in a process of its own: a function of texts."""


def peak(task: str, *arguments: object) -> int:
    """Return the peak of the resident memory, bytes, of a process that does one of `TASKS`."""
    command = [sys.executable, __file__, task, *map(str, arguments)]
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def peak_here() -> int:
    """Return the peak of the resident memory of this process so far, bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # Linux passes ru_maxrss on: a child would begin with the peak of its parent.
        return 1024 * int(re.findall(r"VmHWM:\s*(\d+) kB", status.read_text())[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def show(repeats: int) -> None:
    """Print the bytes per visit of a run that keeps its log."""
    grown = [peak("network", LONG) - peak("network", SHORT) for _ in range(repeats)]
    print("memory, each run in a process of its own")
    each = Spread(tuple(size / (LONG - SHORT) for size in grown))
    print(f"  bytes at the peak per visit of the full log: {each}", flush=True)


if __name__ == "__main__":
    TASKS[sys.argv[1]](*sys.argv[2:])
    print(peak_here())
