"""One thing done in a process of its own: what it takes, of time and memory."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

MEGA = 1e6
Task = Callable[..., Mapping[str, Any]]
"""Does one thing; takes texts, returns what was measured."""


class Used:
    """Seconds of the clock and of the processor, this process and those that it has ended."""

    wall = cpu = 0.0


@contextmanager
def clock() -> Iterator[Used]:
    """Measure a block."""
    used = Used()
    began, before = time.perf_counter(), _processor()
    yield used
    used.wall, used.cpu = time.perf_counter() - began, _processor() - before


def _processor() -> float:
    return time.process_time() + sum(os.times()[2:4])


def apart(file: str, task: str, *arguments: object) -> dict[str, Any]:
    """Do a task of a file in a new process; return what it measured, and its peak of memory."""
    command = [sys.executable, file, task, *map(str, arguments)]
    known = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}  # the same modules
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=known)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main(tasks: Mapping[str, Task]) -> None:
    """Do the task that the command line names."""
    found = tasks[sys.argv[1]](*sys.argv[2:])
    print(json.dumps({"peak": peak(), **found}))


def peak(process: int | str = "self") -> int:
    """Return the peak of the resident memory of a process (Linux), bytes; 0 if it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return 1024 * int((re.findall(r"VmHWM:\s*(\d+) kB", status) or ["0"])[0])


def spent(process: int) -> float:
    """Return the seconds of the processor that a running process has used by itself (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
