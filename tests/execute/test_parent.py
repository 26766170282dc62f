"""Whoever has work done is killed, or hears Ctrl-C, at any moment: no process is left."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from .processes import alive, descendants, gone, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
ROOT = Path(__file__).resolve().parents[2]
WITHIN = {"in_process": 0.3, "local": 0.7, "dask": 2.5}
"""Random moments are within so many seconds of its beginning."""


def _kill(kind, folder, seed, number):
    """Start it; after three receipts, or at a random moment, send it a signal.

    SIGINT goes to its whole group, as a terminal sends it.
    """
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.execute.parent", kind, str(folder)],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    try:
        assert program.stdout.readline() == "begins\n"
        done = []
        reader = threading.Thread(target=lambda: done.extend(program.stdout))
        reader.start()
        if seed:
            time.sleep(random.Random(seed).uniform(0, WITHIN[kind]))
        else:
            assert wait_until(lambda: len(done) >= 3, 60)
        family = alive(descendants(program.pid))
        sent = time.monotonic()
        (os.killpg if number == signal.SIGINT else os.kill)(program.pid, number)
        code = program.wait(10)
        took = time.monotonic() - sent
        family |= alive(descendants(program.pid))
        assert gone(family, within=5), family
        reader.join()
        return code, took, len(done), program.stderr.read()
    finally:
        program.kill()
        program.stdout.close()
        program.stderr.close()


def test_a_parent_that_is_killed_takes_its_cluster_with_it(tmp_path):
    """As for local workers: see the faults of studies, and below."""
    code, _, done, _ = _kill("dask", tmp_path, 0, signal.SIGKILL)
    assert code == -signal.SIGKILL and done >= 3


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("kind", ["local", "dask"])
def test_a_parent_that_is_killed_takes_its_workers_with_it(kind, seed, tmp_path):
    assert _kill(kind, tmp_path, seed, signal.SIGKILL)[0] == -signal.SIGKILL


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("kind", WITHIN)
def test_ctrl_c_ends_all_in_silence(kind, seed, tmp_path):
    code, took, _, said = _kill(kind, tmp_path, seed, signal.SIGINT)
    assert (code, said) == (130, "")
    assert took < 4
