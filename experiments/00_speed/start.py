"""How long a command takes to start: `recursim engine=compiled` of a small model, and `--help`.

    python experiments/00_speed/start.py

Runs both in turns, each in a new process, machine code ready; prints the seconds that the run takes
beyond `--help`, on the clock and of the processor. The target is 1 s on an idle machine.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

from sim.engines import prepare

RUN = ("horizon=30 d", "prehistory=10 d", "figures=false", "report=false")
"""A month of the default lab."""


def seconds(*arguments: str, folder: str) -> tuple[float, float]:
    """Run the command line with these arguments; return seconds of the clock and processor."""
    clock, before = time.perf_counter(), os.times()
    subprocess.run(
        [sys.executable, "-m", "sim", *arguments],
        cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True,
    )
    after = os.times()
    spent = sum(after[2:4]) - sum(before[2:4])
    return time.perf_counter() - clock, spent


def starts(repeats: int, engine: str = "compiled") -> list[tuple[float, float]]:
    """Return what a run takes beyond `--help`, in seconds of the clock and processor."""
    prepare(engine)
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for _ in range(repeats):
            run = seconds(f"engine={engine}", *RUN, folder=folder)
            bare = seconds("--help", folder=folder)
            found.append((run[0] - bare[0], run[1] - bare[1]))
        return found


def main() -> None:
    """Print the medians and spreads."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=9)
    repeats = parser.parse_args().repeats
    for engine in ("compiled", "reference"):
        found = starts(repeats, engine)
        for what, values in zip(("clock", "processor"), zip(*found, strict=True), strict=True):
            print(
                f"engine={engine} beyond --help: {statistics.median(values):.2f} s of the {what} "
                f"({min(values):.2f} to {max(values):.2f} in {repeats} repeats)"
            )


if __name__ == "__main__":
    main()
