"""Memory: what studies of ever more runs take; and how soon a study of a million is under way."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from multiprocessing import active_children
from pathlib import Path

from apart import MEGA, apart, clock, main, peak, spent
from ratios import Spread
from studies import REPLICATIONS, tiny, tiny_data

from sim.engines import prepare
from sim.execute.local import Local
from sim.execute.settings import cores
from sim.study.conduct import conduct
from sim.study.plan import begin, read
from sim.study.results import open_study

RUNS = (1_000, 10_000, 100_000)
MILLION = 1_000_000
OFTEN = 0.02
"""Seconds between two looks at a study under way."""
PATIENCE = 600.0
"""Seconds after which it is given up."""


def whole(runs: str) -> dict[str, float]:
    """Do a tiny study; return the peaks of this process and of its workers, bytes."""
    prepare("compiled")
    plan = tiny(int(runs) // REPLICATIONS)
    peaks: dict[int | None, int] = {}

    def look(done: int, total: int) -> None:
        peaks.update({worker.pid: peak(worker.pid or 0) for worker in active_children()})

    with tempfile.TemporaryDirectory(prefix="recursim-") as name:
        with clock() as used, Local(cores()) as executor:
            done = conduct(plan, Path(name) / "study", executor, show=look)
        if (done.status, done.done, done.failed) != ("finished", int(runs), 0):
            raise SystemExit(f"the study is not what it should be: {done}")
    return {"worker": max(peaks.values()), "wall": used.wall}


def planning(runs: str) -> dict[str, float]:
    """Plan a tiny study and write the plan, as `task=study` does; read it as a worker does."""
    with tempfile.TemporaryDirectory(prefix="recursim-") as name:
        with clock() as planned:
            plan = tiny(int(runs) // REPLICATIONS)
        with clock() as begun:
            begin(plan, Path(name), {"status": "planned"})
        used = peak()
        with clock() as known:
            read(Path(name), plan.hash).model(0)
    return {
        "to plan, of the processor": planned.cpu, "to write the plan, of the processor": begun.cpu,
        "a worker, to read the plan, of the processor": known.cpu, "peak": used,
    }  # fmt: skip


def listed(folder: str) -> dict[str, float]:
    """Read what is there of a study under way."""
    with clock() as used:
        found = open_study(folder)
        rows = len(found.runs)
    return {"wall": used.wall, "rows": rows}


def million() -> dict[str, float]:
    """Begin a study of a million runs from the command line, look at it, stop it by Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a child must hear of it
    with tempfile.TemporaryDirectory(prefix="recursim-") as name:
        home = Path(name)
        (home / "big.yaml").write_text(json.dumps(tiny_data(MILLION // REPLICATIONS)))
        folder, found = home / "big", dict[str, float]()
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "sim", "task=study", "study=big.yaml", f"folder={folder}"],
            cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for what, pattern in (("begun", "manifest.json"), ("first shard", "shards/round*.parquet")):
            while not any(folder.glob(pattern)):
                time.sleep(OFTEN)
                if process.poll() is not None or time.perf_counter() - began > PATIENCE:
                    raise SystemExit(f"the study does not come to its {what}")
            found[what] = time.perf_counter() - began
            found[f"{what}, of the processor"] = spent(process.pid)
        seen = apart(__file__, "listed", folder)
        found["to read what is there"] = seen["wall"]
        found["peak of the reader"], found["peak"] = seen["peak"], peak(process.pid)
        pressed = time.perf_counter()
        process.send_signal(signal.SIGINT)
        if process.wait(PATIENCE) != 130:
            raise SystemExit(f"Ctrl-C ended the study with {process.returncode}, not 130")
        found["to stop after Ctrl-C"] = time.perf_counter() - pressed
    return found


TASKS = {"whole": whole, "planning": planning, "listed": listed, "million": million}


def show(repeats: int, _: int = 0) -> None:
    """Print the peaks of ever larger studies, and the times of a study of a million runs."""
    print(f"memory: a tiny study (a queue for days) on {cores()} workers, MB at the peak")
    for runs in RUNS:
        turns = [apart(__file__, "whole", runs) for _ in range(repeats)]
        for who, key in (("conducting process", "peak"), ("largest worker", "worker")):
            spread = Spread(tuple(turn[key] / MEGA for turn in turns))
            print(f"  {runs:,} runs, {who}: {spread}", flush=True)
    print(f"a study of {MILLION:,} runs, s, and MB at the peak")
    for task, arguments in (("planning", (MILLION,)), ("million", ())):
        turns = [apart(__file__, task, *arguments) for _ in range(repeats)]
        for key in turns[0]:
            scale = MEGA if key.startswith("peak") else 1.0
            name = key if key != "peak" else f"peak of the process ({task})"
            print(f"  {name}: {Spread(tuple(turn[key] / scale for turn in turns))}", flush=True)


if __name__ == "__main__":
    main(TASKS)
