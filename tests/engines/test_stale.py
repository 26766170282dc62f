"""Machine code is made at first need, found by later processes, and never stale after an edit."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.laws.compiled import jits

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "tests" / "spec" / "valid" / "everything_changes.yaml"
pytestmark = pytest.mark.skipif(not jits(), reason="numba is switched off")

PROBE = '''"""A function that stands for the engine: compiled as it is, in a second."""
from sim.laws.capability import capability

def gained(state):
    return inner(state)

def inner(state):
    return capability(state[0], 0.0)
'''

RUN_PROBE = """
import numpy as np
from sim.engines.compiled.build import machine_code
from sim.engines.compiled.probe import gained
fast = machine_code(gained, say="Compiling the probe ...")
value = fast(np.array([100.0]))
assert value == gained([100.0])
print(value)
"""

RUN_ENGINES = f"""
import pathlib, sys, yaml, sim
sys.path.insert(0, {str(MODEL.parents[2] / "engines")!r})
from digest import digest
model = sim.Model.from_dict(yaml.safe_load(pathlib.Path({str(MODEL)!r}).read_text()))
for engine in ("reference", "compiled"):
    print(digest(sim.simulate(model, seed=0, engine=engine)))
"""


@pytest.fixture
def copy(tmp_path):
    """A copy of the package, with a cache of its own."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "sim", tmp_path / "package" / "sim", ignore=ignored)
    shutil.copytree(ROOT / "configs", tmp_path / "package" / "configs")
    return tmp_path / "package"


def run(copy, program):
    """What a program prints that runs on a copy of the package: on stdout and on stderr."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=copy, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(copy), "XDG_CACHE_HOME": str(copy.parent / "cache")},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split(), done.stderr


def edit(copy, file, before, after):
    path = copy / "sim" / file
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


EDITS = [
    ("laws/capability.py", "return (log(compute_ratio) + algorithms) / LN10",
     "return (log(compute_ratio) + algorithms) / LN10 + 1.0"),
    ("laws/portable.py", "LN10 = ", "LN10 = 0.5 * "),
    ("engines/compiled/probe.py", "state[0], 0.0", "state[0], 1.0"),
]


def test_an_edit_of_what_is_called_makes_new_code(copy):
    (copy / "sim" / "engines" / "compiled" / "probe.py").write_text(PROBE)
    compiles = "Compiling the probe ...\n"
    values = []
    assert run(copy, RUN_PROBE) == (["2.0"], compiles)
    assert run(copy, RUN_PROBE) == (["2.0"], "")
    for change in EDITS:
        edit(copy, *change)
        value, said = run(copy, RUN_PROBE)
        assert said == compiles
        values += value
    assert len({"2.0", *values}) == 1 + len(EDITS)


@pytest.mark.verify
def test_an_edited_law_changes_the_logs_of_both_engines(copy):
    compiles = "Compiling the engine (once, about a minute) ...\n"
    (reference, fast), said = run(copy, RUN_ENGINES)
    assert reference == fast and said == compiles
    assert run(copy, RUN_ENGINES) == ([reference, fast], "")
    edit(copy, *EDITS[0])
    (edited, fast), said = run(copy, RUN_ENGINES)
    assert edited == fast != reference and said == compiles
