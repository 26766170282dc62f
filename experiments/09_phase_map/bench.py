"""What a phase map costs beside its bare runs.

    python experiments/09_phase_map/bench.py                      the default map: 40 × 40 × 20
    python experiments/09_phase_map/bench.py --grid 10 --replications 8 --repeats 3

Each turn makes the map in new processes, from its plan to regimes and a picture after every stage,
and then its runs by the bare engine: as many processes, models made beforehand, nothing kept.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "07_study_scale"))

from apart import apart, clock, main
from bare import bare_runs

from sim import load
from sim.engines import prepare
from sim.execute.local import Local
from sim.execute.settings import cores
from sim.limits.map_axes import Grid
from sim.limits.phase_map import Stage, composed, surface
from sim.limits.surface import phases
from sim.study.conduct import conduct
from sim.study.plan import Plan
from sim.study.results import open_study
from sim.tasks.phase_map import Pictures


def planned(grid: str, replications: str) -> tuple[Plan, list[Stage]]:
    """Return the plan of the default lab's map."""
    model = load("horizon=1 y")
    return composed(model, Grid(cells=int(grid)), replications=int(replications))


def study(grid: str, replications: str) -> dict[str, float]:
    """Make the map; say how soon there was a first picture."""
    prepare("compiled")
    first = list[float]()
    with tempfile.TemporaryDirectory(prefix="recursim-") as name, clock() as used:
        began = time.perf_counter()
        plan, stages = planned(grid, replications)
        folder = Path(name) / "map"

        def told(text: str) -> None:
            first.append(time.perf_counter() - began)

        pictures = Pictures(plan, stages, folder, told)
        with Local(cores()) as executor:
            done = conduct(plan, folder, executor, show=pictures)
        phases(surface(open_study(folder)))
    if (done.status, done.done, done.failed) != ("finished", plan.runs, 0):
        raise SystemExit(f"the map is not what it should be: {done}")
    return {"wall": used.wall, "cpu": used.cpu, "first": min(first, default=used.wall)}


def bare(grid: str, replications: str) -> dict[str, float]:
    """Make its runs, and nothing else."""
    return bare_runs(whole, grid, replications, sampled=False)


def whole(grid: str, replications: str) -> Plan:
    """Return the plan of all stages."""
    return planned(grid, replications)[0]


def show() -> None:
    """Print runs, times and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--grid", type=int, default=40)
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=1)
    asked = parser.parse_args()
    prepare("compiled")  # machine code is ready before any clock runs
    plan, stages = planned(str(asked.grid), str(asked.replications))
    rows, columns = stages[-1].cells
    load_now = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(
        f"{rows} × {columns} cells × {asked.replications} replications of a year: "
        f"{plan.runs:,} runs, {cores()} cores, load {load_now}", flush=True,
    )
    ratios = []
    for _ in range(asked.repeats):
        made, runs = (apart(__file__, task, asked.grid, asked.replications) for task in TASKS)
        ratios.append(made["cpu"] / runs["cpu"])
        print(
            f"map {made['wall']:.1f} s (processor {made['cpu']:.1f} s; first picture after "
            f"{made['first']:.1f} s), bare engine {runs['wall']:.1f} s (processor "
            f"{runs['cpu']:.1f} s): processor {ratios[-1]:.2f} times", flush=True,
        )
    print(f"processor time of the map over that of its bare runs: {statistics.median(ratios):.2f}")


TASKS = {"study": study, "bare": bare}

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in TASKS:
        main(TASKS)
    else:
        show()
