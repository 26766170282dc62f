"""Memory: the peak of a process that does one thing.

What a visit of the full log takes, and what more replications take of which only summaries are
kept, or only one at a time is looked at.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from pathlib import Path

from networks import VISITS_PER_DAY, shared_network
from ratios import Spread

import sim
from sim.study.summaries import each

MEGA = 1e6
SHORT, LONG = 100_000, 2_000_000
"""Visits of two runs; their difference is free of what every process needs."""
FEW, MANY = 10, 1000
"""Replications of two ensembles."""


def network(visits: str) -> None:
    """Run the shared network for about so many visits, full log."""
    model = shared_network(int(visits) / VISITS_PER_DAY)
    sim.simulate(model, seed=0, engine="compiled")


def summaries(replications: str) -> None:
    """Summarise so many replications of the default lab on two threads, and keep them."""
    sim.summaries(sim.load(), replications=int(replications), seed=0, workers=2)


def streamed(replications: str) -> None:
    """Summarise as many, and keep none."""
    for _ in each(sim.load(), replications=int(replications), seed=0, workers=2):
        pass


TASKS = {"network": network, "summaries": summaries, "streamed": streamed}
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
    """Print the bytes per visit of a run that keeps its log, and what more summaries take."""
    grown = [peak("network", LONG) - peak("network", SHORT) for _ in range(repeats)]
    print("memory, each run in a process of its own")
    a_visit = Spread(tuple(size / (LONG - SHORT) for size in grown))
    print(f"  bytes at the peak per visit of the full log: {a_visit}", flush=True)
    for task, what in (("summaries", "kept"), ("streamed", "one by one")):
        more = [(peak(task, MANY) - peak(task, FEW)) / MEGA for _ in range(repeats)]
        print(
            f"  MB at the peak that {MANY:,} replications take more than {FEW}, "
            f"summaries {what}: {Spread(tuple(more))}", flush=True,
        )


if __name__ == "__main__":
    TASKS[sys.argv[1]](*sys.argv[2:])
    print(peak_here())
