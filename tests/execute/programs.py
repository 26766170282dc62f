"""A Dask cluster of separate programs on this machine, started as the documentation says."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from .processes import descendants, gone, wait_until

ROOT = Path(__file__).resolve().parents[2]
HERE = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")


class Cluster:
    """Programs, and where their scheduler listens."""

    def __init__(self, folder):
        self.folder, self.programs = Path(folder), []
        file = self.folder / "scheduler.json"
        self.scheduler = self.start("scheduler", "--port", "0", "--scheduler-file", file)
        assert wait_until(lambda: _read(file), 30), self.said()
        self.address = _read(file)["address"]

    def worker(self, **more):
        """Start a worker of one thread."""
        return self.start("worker", self.address, "--nthreads", "1", "--no-nanny", **more)

    def start(self, what, *arguments, path=ROOT):
        with (self.folder / "said").open("ab") as said:
            program = subprocess.Popen(
                [sys.executable, "-m", "dask", what, *map(str, arguments), *HERE],
                cwd=self.folder, env=os.environ | {"PYTHONPATH": str(path)},
                stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            )
        self.programs.append(program)
        return program

    def said(self):
        return (self.folder / "said").read_text()


def _read(file):
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return None


@contextmanager
def cluster(folder, workers=2):
    """A scheduler and workers; none of them is left at the end."""
    found = Cluster(folder)
    try:
        for _ in range(workers):
            found.worker()
        assert wait_until(lambda: found.said().count("Register worker") >= workers, 30)
        yield found
    finally:
        pids = {pid for program in found.programs for pid in {program.pid, *_children(program)}}
        for program in found.programs:
            program.kill()
            program.wait()
        assert gone(pids)


def _children(program):
    return descendants(program.pid)
