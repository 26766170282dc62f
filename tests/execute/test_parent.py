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

from .processes import alive, descendants, gone

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
ROOT = Path(__file__).resolve().parents[2]
WITHIN = {"in_process": 0.3, "local": 0.7, "dask": 2.5}
"""How long it may take from the beginning until much has been done, seconds."""


def _kill(kind, folder, seed, number):
    """Start it, send it (with number SIGINT: to its whole group, as a terminal does) a signal."""
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
        time.sleep(random.Random(seed).uniform(0, WITHIN[kind]) if seed else WITHIN[kind])
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


@pytest.mark.parametrize("kind", ["local", "dask"])
def test_a_parent_that_is_killed_takes_its_workers_with_it(kind, tmp_path):
    code, _, done, _ = _kill(kind, tmp_path, 0, signal.SIGKILL)
    assert code == -signal.SIGKILL and (done or kind == "dask")


@pytest.mark.parametrize("kind", WITHIN)
def test_ctrl_c_ends_all_in_silence(kind, tmp_path):
    code, took, done, said = _kill(kind, tmp_path, 0, signal.SIGINT)
    assert (code, said) == (130, "")
    assert took < (1 if kind != "dask" else 3)
    assert done or kind == "dask"


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(1, 21))
@pytest.mark.parametrize("kind", ["local", "dask"])
def test_a_parent_that_is_killed_takes_its_workers_with_it_again(kind, seed, tmp_path):
    assert _kill(kind, tmp_path, seed, signal.SIGKILL)[0] == -signal.SIGKILL


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(1, 21))
@pytest.mark.parametrize("kind", WITHIN)
def test_ctrl_c_ends_all_in_silence_again(kind, seed, tmp_path):
    code, took, _, said = _kill(kind, tmp_path, seed, signal.SIGINT)
    assert (code, said) == (130, "")
    assert took < 4
