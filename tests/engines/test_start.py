"""The engine starts fast once its machine code is there."""

import importlib.util
import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BENCHMARK = ROOT / "experiments" / "00_speed" / "start.py"


def loaded(program):
    """The modules that a program has loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", program + "\nimport sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    return set(done.stdout.split())


def test_the_compiled_engine_starts_without_the_reference_engine_and_without_laws():
    program = "import sim\nsim.simulate(sim.load('horizon=1 d'), seed=0, engine='compiled')"
    found = loaded(program)
    assert "sim.engines.compiled.driver" in found
    assert not found & {"simpy", "sim.engines.reference.lab", "numba.np.npyimpl"}


@pytest.mark.verify
def test_a_run_starts_within_a_second_of_help(record_property):
    spec = importlib.util.spec_from_file_location("start", BENCHMARK)
    start = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(start)
    clock, processor = zip(*start.starts(7), strict=True)
    record_property("seconds beyond --help", f"{min(clock):.2f} (clock, least of 7)")
    record_property("processor seconds beyond --help", f"{statistics.median(processor):.2f}")
    assert statistics.median(processor) < 1.0
