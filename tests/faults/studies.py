"""A small study that is disturbed, and what must come out of it whatever happens."""

import os
import subprocess
import sys
import time
from pathlib import Path

from sim import store
from sim.execute.in_process import InProcess
from sim.study.conduct import conduct
from sim.tasks.studies import planned

from ..execute.processes import descendants, wait_until

ROOT = Path(__file__).resolve().parents[2]

STUDY = """\
name: tiny
question: How many people does a queue need?
scenario: mm1
set: {horizon: 8000 d}
factors:
  people: {path: pools.people.capacity, lever: [1, 2, 3, 4, 5, 6, 7, 8]}
design: grid
replications: 24
outcomes: {use: "utilisation(pool=people)", wait: "mean_wait(pool=people)"}
"""


def plan_in(folder, text=STUDY):
    """The plan of the study, whose file is written here."""
    file = Path(folder) / "tiny.yaml"
    file.write_text(text)
    return planned(str(file), [])


class Stops(InProcess):
    """Does some batches, then hears Ctrl-C."""

    def __init__(self, after):
        super().__init__()
        self.after = after

    def run(self, work, tickets):
        for number, receipt in enumerate(super().run(work, tickets), 1):
            yield receipt
            if number == self.after:
                raise KeyboardInterrupt


def run(plan, folder, executor=None, **more):
    """Do what is not done yet."""
    with executor or InProcess() as executor:
        return conduct(plan, Path(folder), executor, **more)


def assert_undisturbed(plan, folder, table, **more):
    """Do the rest: the table is the undisturbed one to the byte, and nothing else is left."""
    folder = Path(folder)
    found = run(plan, folder, **more)
    assert found.status == "finished"
    assert (folder / "runs.parquet").read_bytes() == table
    assert store.studies.status(folder) == "finished"
    assert not (folder / "shards").exists()
    assert not [path for path in folder.rglob("*") if "partial" in path.name]
    return found


def shards(folder):
    return sorted((Path(folder) / "shards").glob("round*.parquet"))


class Program:
    """The command line at work on the study, in a terminal of its own."""

    def __init__(self, folder, *arguments):
        self.folder = Path(folder)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.command", "task=study", "study=tiny.yaml",
             "folder=tiny", "figures=false", "report=false", *arguments],
            cwd=self.folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True,
            text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    @property
    def pid(self):
        return self.process.pid

    @property
    def results(self):
        return self.folder / "results" / "study" / "tiny"

    def half_way(self, moment=None):
        """Wait until some batches are done, or so many seconds."""
        if moment is not None:
            time.sleep(moment)
        else:
            done = wait_until(lambda: len(shards(self.results)) >= 3, 40)
            assert done, self.process.communicate()
        return descendants(self.pid)

    def end(self, within=30):
        """Wait for its end: exit code, output, errors."""
        out, err = self.process.communicate(timeout=within)
        return self.process.returncode, out, err

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()
