"""The compiled engine with the bounds of its arrays checked, and as plain Python.

Machine code reads and writes bare addresses: a wrong one would spoil memory in silence. Where numba
checks bounds the state stays arrays, and a wrong address is an error.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
TESTS = ("test_identity.py", "test_portable.py", "test_sources.py", "test_hostages.py")
pytestmark = pytest.mark.verify

OUT_OF_RANGE = """
import numpy as np
import sim
from sim.engines.compiled.build import kernel
from sim.engines.compiled.exits import roomier
from sim.engines.compiled.state import State
from sim.engines.lowering import layout as L, lowered

model = sim.load("horizon=1 d", "prehistory=1 d")
S = roomier(State(lowered(model, 0, 0), np.empty(L.log_words(0), dtype=np.int64)))
kernel()(*S, 10)
S.M[L.POOLS_AT] = {address}
try:
    for _ in range(100):
        kernel()(*S, 1000)
except IndexError as error:
    print("noticed:", error)
"""


def run(*arguments, **environment):
    """Run Python on the sources, under these settings."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
    )


@pytest.mark.parametrize("setting", ["NUMBA_BOUNDSCHECK", "NUMBA_DISABLE_JIT"])
def test_identity_holds(setting):
    files = [str(HERE / name) for name in TESTS]
    done = run("-m", "pytest", "-p", "no:cacheprovider", *files, **{setting: "1"})
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout and "failed" not in done.stdout


@pytest.mark.parametrize("setting", ["NUMBA_BOUNDSCHECK", "NUMBA_DISABLE_JIT"])
def test_a_wrong_address_is_noticed(setting):
    """Else the test before could not fail."""
    done = run("-c", OUT_OF_RANGE.format(address="len(S.M) + 1"), **{setting: "1"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("noticed: "), done.stdout
