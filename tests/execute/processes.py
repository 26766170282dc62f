"""Which processes there are, without a library: from /proc."""

import time
from contextlib import suppress
from pathlib import Path


def descendants(pid):
    """The processes that this one started, and those that they started."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError, IndexError):  # it has just ended
                parents[int(folder.name)] = _parent(folder)
    found, new = set(), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def _parent(folder):
    # The name may hold anything, in brackets.
    return int((folder / "stat").read_text().rpartition(")")[2].split()[1])


def alive(pids):
    """Those of them that still run; one that has ended and waits to be noticed does not."""
    return {pid for pid in pids if _state(pid) not in ("", "Z", "X")}


def _state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def gone(pids, within=3.0):
    """Whether all of them end within so many seconds."""
    return wait_until(lambda: not alive(pids), within)


def wait_until(holds, within):
    """Whether this comes to hold within so many seconds."""
    last = time.monotonic() + within
    while not (found := holds()) and time.monotonic() < last:
        time.sleep(0.02)
    return bool(found)


def workers_of(pid):
    """The workers that this process started, and that still run."""
    return {pid for pid in alive(descendants(pid)) if b"spawn_main" in command(pid)}


def command(pid):
    """The command line of a process; empty if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def listening(pids):
    """The addresses at which these processes listen, as in /proc/net: hexadecimal, no port."""
    sockets = {_link(file) for pid in pids for file in Path(f"/proc/{pid}/fd").iterdir()}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, address, _, state, *_ = fields = line.split()
            if state == "0A" and f"socket:[{fields[9]}]" in sockets:
                found.add(address.partition(":")[0])
    return found


def _link(file):
    try:
        return str(file.readlink())
    except OSError:
        return ""
