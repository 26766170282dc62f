"""Room: how much memory a run may still take, and the refusal of one that needs more."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from sim.model import InputError

SMALL = 256 * 2**20
"""Bytes that are taken without a look at what there is."""
GIGA = 1e9


class TooLarge(InputError):
    """A run that would not fit in memory; the message says how large it is and what to do."""


def check_room(size: int, statement: str, remedy: str) -> None:
    """Raise `TooLarge` if so many bytes would not fit in memory.

    Parameters
    ----------
    size
        Bytes to be taken now.
    statement
        What needs them, as the beginning of a sentence: `a run of this model`.
    remedy
        What to do.
    """
    if not fits(size):
        free = available() or 0
        raise TooLarge(
            f"run: {statement} needs {size / GIGA:.3g} GB of memory, must fit in the "
            f"{free / GIGA:.3g} GB that are free; {remedy}"
        )


def fits(size: int) -> bool:
    """Return whether so many bytes may be taken now."""
    if size <= SMALL:
        return True
    free = available()
    return free is None or size <= free


def available() -> int | None:
    """Return the bytes that may still be taken without swapping; `None` if nobody tells.

    The least of what the machine has and of what the control groups of this process leave it
    (containers, batch jobs).
    """
    return min(_limits(), default=None)


def _limits() -> Iterator[int]:
    free = re.search(r"MemAvailable:\s*(\d+) kB", _read(Path("/proc/meminfo")))
    if free:
        yield 1024 * int(free[1])
    elif "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {}):
        yield os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for line in _read(Path("/proc/self/cgroup")).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            yield from _left(Path("/sys/fs/cgroup"), path, "memory.max", "memory.current")
        elif "memory" in controllers.split(","):
            yield from _left(
                Path("/sys/fs/cgroup/memory"), path, "memory.limit_in_bytes",
                "memory.usage_in_bytes",
            )


def _left(root: Path, path: str, limit: str, usage: str) -> Iterator[int]:
    """Yield what each group from the root down to a path leaves; caches of files do not count."""
    here = root / path.lstrip("/")
    for group in (here, *here.parents):
        most, used = _read(group / limit).strip(), _read(group / usage).strip()
        if most.isdigit() and used.isdigit():
            shares = _read(group / "memory.stat")
            cached = re.search(r"^(?:total_)?inactive_file (\d+)", shares, re.M)
            yield int(most) - int(used) + (int(cached[1]) if cached else 0)
        if group == root:
            return


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
