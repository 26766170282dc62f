"""How fast the engines are: beside each other, other frameworks, and themselves at other sizes.

    python experiments/00_speed/bench.py                     all of it
    python experiments/00_speed/bench.py peers growth        parts of it
    python experiments/00_speed/bench.py --repeats 3         fewer repeats

All is timed in turns in one process (see `ratios`), and printed as ratios with their spread: the
median, the smallest and the largest. The other frameworks come with `pip install -e '.[peers]'`.
"""

from __future__ import annotations

import argparse
import os
import platform

import compare
import memory
import scaling

from sim.engines.compiled import warm

PARTS = {
    "engines": compare.engines,
    "peers": compare.peers,
    "queue": compare.queue,
    "growth": scaling.show,
    "memory": memory.show,
}


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--repeats", type=int, default=7, help="turns of each comparison (7)")
    asked = parser.parse_args()
    if unknown := [part for part in asked.parts if part not in PARTS]:
        parser.error(f"no part {unknown[0]!r}; choose from {', '.join(PARTS)}")
    if asked.repeats < 1:
        parser.error(f"--repeats must be >= 1, got {asked.repeats}")
    warm()  # the engine is compiled, or its machine code read, before the clock runs
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} processors, "
        f"load {os.getloadavg()[0]:.1f}", flush=True
    )
    for part in asked.parts or PARTS:
        PARTS[part](asked.repeats)


if __name__ == "__main__":
    main()
