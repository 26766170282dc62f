"""How long the report of an ensemble of 100 replications takes, and how much memory.

    python experiments/00_speed/report.py

Runs the default lab 20 times, writes the log five times over as one of 100 replications, in a
temporary folder, and makes the report of that several times, each in a process of its own: as
`recursim task=report run=FOLDER` does, from the start of the process to its end.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd
from memory import peak_here

from sim import cli, store
from sim.tasks.report import PAGE

RUN, TIMES = 20, 5
"""Replications that are run, and how often each is written."""


def simulated(root: Path) -> Path:
    """Run the replications; return their folder."""
    asked = [f"results={root}", f"replications={RUN}", "figures=false", "report=false"]
    subprocess.run([sys.executable, "-m", "sim", *asked], check=True, stdout=subprocess.DEVNULL)
    (manifest,) = root.glob("*/*/manifest.json")
    return manifest.parent


def repeated(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of the log with its replications several times, numbered on."""
    parts = [table.assign(replication=table["replication"] + RUN * i) for i in range(TIMES)]
    return pd.concat(parts, ignore_index=True)


def enlarged(folder: Path, root: Path) -> tuple[Path, int]:
    """Write the ensemble of a folder several times over; return its folder, and its visits."""
    stored, count = store.open_run(folder), RUN * TIMES
    large = store.create(
        root, stored.model, {"seed": 0, "replications": count}, stored.manifest["overrides"]
    )
    names = ("visits", "generations", "changes", "outcomes")
    tables = {name: repeated(getattr(stored, name)) for name in names}
    store.finish(large, tables, status="finished", replications_done=count)
    return large, len(tables["visits"])


def measured(folder: Path) -> dict[str, float]:
    """Make the report in a process of its own; return its seconds and gigabytes."""
    begin, before = time.perf_counter(), os.times()
    done = subprocess.run(
        [sys.executable, __file__, "--make", str(folder)], stdout=subprocess.PIPE, text=True,
        check=True,
    )
    after = os.times()
    used = after.children_user - before.children_user
    return {
        "processor time, s": used + after.children_system - before.children_system,
        "clock time, s": time.perf_counter() - begin,
        "peak memory, GB": int(done.stdout.splitlines()[-1]) / 1e9,
    }


def make(folder: str) -> None:
    """Make the report as the command does; print the peak of this process's memory, bytes."""
    if cli.run(["task=report", f"run={folder}"]):
        raise SystemExit("the report failed")
    print(peak_here())


def show(rows: list[dict[str, Any]]) -> None:
    """Print the median and the range of each measure."""
    for name in rows[0]:
        values = [row[name] for row in rows]
        middle, low, high = statistics.median(values), min(values), max(values)
        print(f"{name}: median {middle:.1f} ({low:.1f} to {high:.1f} in {len(rows)} repeats)")


def main() -> None:
    """Print what the report of 100 replications takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--make", metavar="FOLDER", help="only make the report of a run")
    given = parser.parse_args()
    if given.make:
        make(given.make)
        return
    repeats = given.repeats
    with tempfile.TemporaryDirectory(prefix="recursim-") as name:
        root = Path(name)
        large, visits = enlarged(simulated(root / "run"), root / "large")
        measured(large)  # files and compiled Python are warm from here on
        print(f"{RUN * TIMES} replications, {visits:,} visits; load {os.getloadavg()[0]:.1f}")
        show([measured(large) for _ in range(repeats)])
        print(f"page: {(large / PAGE).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
