"""Which engine `auto` is, and who makes its machine code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim import InputError
from sim.engines import chosen, prepare
from sim.laws.compiled import jits
from sim.study import ensemble as ensembles

from .tiny import closed, delay, flow, lab

ROOT = Path(__file__).resolve().parents[2]


def tiny():
    return lab(horizon="2 d", flows={"work": flow(closed(), {"wait": delay("1 d")})})


def test_auto_is_the_compiled_engine():
    expected = "compiled" if jits() else "reference"
    assert chosen("auto") == expected
    assert sim.simulate(tiny(), seed=0).engine == expected


@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_an_engine_can_be_named(engine):
    assert chosen(engine) == engine
    assert sim.simulate(tiny(), seed=0, engine=engine).engine == engine


def test_without_numba_auto_is_the_reference_engine():
    program = "from sim.engines import chosen; print(chosen('auto'), chosen('compiled'))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout.split() == ["reference", "compiled"]


@pytest.mark.parametrize("use", [chosen, prepare])
def test_an_unknown_engine_is_refused(use):
    with pytest.raises(InputError, match=r"engine 'compield'.*'compiled'"):
        use("compield")


def test_machine_code_is_made_before_workers_start(monkeypatch):
    """They would each make it for themselves."""
    told = []
    monkeypatch.setattr(ensembles, "prepare", told.append)
    monkeypatch.setattr(ensembles, "_in_threads", lambda *_: told.append("start") or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sim.ensemble(tiny(), replications=2, seed=0, workers=2)
    assert told == ["compiled", "start"]
