"""How studies scale: what they cost beside the bare engine, with workers, with runs, on disk.

    python experiments/07_study_scale/scale.py               all of it
    python experiments/07_study_scale/scale.py sweep         a part
    python experiments/07_study_scale/scale.py sweep --points 200 --repeats 5

What is compared runs in turns, each in new processes, and is printed as the median, the smallest
and the largest. Times are of the clock and of the processor (of all processes together): on a
machine that others use, the second says more.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "00_speed"))


import footprint
import sweep
import table
import workers

from sim.engines import prepare
from sim.execute.settings import cores

PARTS = {
    "sweep": sweep.show, "scaling": workers.show, "memory": footprint.show, "table": table.show,
}  # fmt: skip


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--points", type=int, default=2000, help="of the sweep (2000)")
    parser.add_argument("--repeats", type=int, default=3, help="turns of each comparison (3)")
    asked = parser.parse_args()
    if unknown := [part for part in asked.parts if part not in PARTS]:
        parser.error(f"no part {unknown[0]!r}; choose from {', '.join(PARTS)}")
    if asked.repeats < 1 or asked.points < 2:
        parser.error("--repeats must be >= 1 and --points >= 2")
    prepare("compiled")  # machine code is ready before any clock runs
    print(f"Python {platform.python_version()}, {cores()} cores, {load()}", flush=True)
    for part in asked.parts or PARTS:
        PARTS[part](asked.repeats, asked.points)
        print(f"  {load()}", flush=True)


def load() -> str:
    """Return how much the machine has to do."""
    return "load " + " ".join(f"{value:.1f}" for value in os.getloadavg())


if __name__ == "__main__":
    main()
