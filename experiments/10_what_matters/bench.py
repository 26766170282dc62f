"""What a sensitivity analysis costs beside its bare runs.

    python experiments/10_what_matters/bench.py                     the shipped study: 512 rows
    python experiments/10_what_matters/bench.py --rows 32 --repeats 3

Each turn makes the analysis in new processes, from its plan to indices with intervals of all
outcomes and the answer in words, and then its runs by the bare engine: as many processes, models
made beforehand, nothing kept.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "07_study_scale"))

from apart import apart, clock, main
from bare import bare_runs

from sim.engines import prepare
from sim.execute.local import Local
from sim.execute.settings import cores
from sim.report import sensitivity_answer
from sim.settings import Settings
from sim.study.conduct import conduct
from sim.study.plan import Plan
from sim.study.results import open_study
from sim.study.sensitivity import analyse
from sim.tasks.sensitivity_plan import plan_for


def planned(rows: str) -> Plan:
    """Return the plan of the shipped study with so many rows."""
    return plan_for(Settings(task="sensitivity", rows=int(rows)), ())[0]


def study(rows: str) -> dict[str, float]:
    """Make the analysis; say how long the indices took."""
    prepare("compiled")
    with tempfile.TemporaryDirectory(prefix="recursim-") as name, clock() as used:
        plan = planned(rows)
        folder = Path(name) / "analysis"
        with Local(cores()) as executor:
            done = conduct(plan, folder, executor)
        with clock() as indices:
            sensitivity_answer.sentences(analyse(open_study(folder)))
    if (done.status, done.done, done.failed) != ("finished", plan.runs, 0):
        raise SystemExit(f"the analysis is not what it should be: {done}")
    return {"wall": used.wall, "cpu": used.cpu, "indices": indices.wall}


def bare(rows: str) -> dict[str, float]:
    """Make its runs, and nothing else."""
    return bare_runs(planned, rows)


def show() -> None:
    """Print runs, times and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=512)
    parser.add_argument("--repeats", type=int, default=1)
    asked = parser.parse_args()
    prepare("compiled")  # machine code is ready before any clock runs
    plan = planned(str(asked.rows))
    load_now = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(
        f"{len(plan.study.factors)} unknowns, {asked.rows} rows, {len(plan.points):,} points × "
        f"{plan.study.replications} replications: {plan.runs:,} runs, {cores()} cores, load "
        f"{load_now}", flush=True,
    )
    ratios = {"wall": list[float](), "cpu": list[float]()}
    for _ in range(asked.repeats):
        made, runs = (apart(__file__, task, asked.rows) for task in TASKS)
        for name, found in ratios.items():
            found.append(made[name] / runs[name])
        print(
            f"analysis {made['wall']:.1f} s (processor {made['cpu']:.1f} s; indices with intervals "
            f"{made['indices']:.2f} s), bare engine {runs['wall']:.1f} s (processor "
            f"{runs['cpu']:.1f} s): {ratios['wall'][-1]:.2f} times, processor "
            f"{ratios['cpu'][-1]:.2f} times", flush=True,
        )
    wall, cpu = (statistics.median(found) for found in ratios.values())
    print(f"analysis over its bare runs: wall time {wall:.2f}, processor time {cpu:.2f}")


TASKS = {"study": study, "bare": bare}

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in TASKS:
        main(TASKS)
    else:
        show()
