"""The compiled engine gives the reference engine's log, to the bit.

The other tests here run on both engines; these compare them on whole labs, and where the compiled
engine does something of its own: leaves its kernel, grows its memory.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim import InputError
from sim.engines.compiled import build, driver
from sim.engines.lowering import beginning

from .identity import difference, parted
from .tiny import closed, compute, every, flow, job, lab, labour, people, releases

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = sorted(path.stem for path in (ROOT / "configs" / "scenario").glob("*.yaml"))
PYTHON_ONLY = {"__init__", "build", "driver", "exits", "pointers", "summaries"}
"""Files of the compiled engine that no machine code is made of (`pointers` is all glue)."""


def shortened(name):
    """A shipped scenario, as short as its interventions let it be."""
    model = sim.load(f"scenario={name}")
    last = max([60.0, *(change.at + 30.0 for change in model.interventions.values() if change.at)])
    try:
        return sim.load(f"scenario={name}", f"horizon={min(last, model.horizon)} d")
    except InputError:
        return model


@pytest.mark.parametrize("name", SCENARIOS)
def test_shipped_scenarios_are_identical(name):
    assert difference(shortened(name), seed=1, replication=2) == ""


def contested(horizon="50 d", **end):
    """Many items that tie, batches in batches, and a queue that grows."""
    return lab(
        horizon=horizon, end=end, pools={"team": people(2), "cluster": compute(3)},
        skills={"craft": {"pool": "team"}},
        flows={
            "work": flow(closed(5), {
                "plan": labour("craft", "1 d", next="parts"),
                "parts": {"kind": "batch", "flow": "part", "count": 3},
            }),
            "part": flow({"kind": "batch"}, {
                "run": job("cluster", "1 d", next="pieces"),
                "pieces": {"kind": "batch", "flow": "piece", "count": 2},
            }),
            "piece": flow({"kind": "batch"}, {"write": labour("craft", "0.5 d")}),
            "asked": flow(every("2 d"), {"answer": labour("craft", "1 d", priority=1)}),
        },
    )


def test_logs_of_nothing_are_identical():
    nothing = flow(every("90 d"), {"do": {"kind": "delay", "duration": "1 d"}})
    assert difference(lab(horizon="2 d", pools={}, flows={"work": nothing})) == ""


def test_ties_are_identical():
    assert difference(contested()) == ""


@pytest.mark.parametrize(
    "model",
    [
        contested(events=100),
        lab(pools={"none": people(1, plan={"kind": "steps", "steps_at": {"1 d": 0}})},
            skills={"craft": {"pool": "none"}},
            flows={"work": flow(closed(), {"do": labour("craft", "1 d", next="again"),
                                           "again": labour("craft", "1 d")})}),
        lab(pools={}, flows=dict(zip(("research", "generation"), releases()[0].values(),
                                     strict=True)), stocks=releases()[1], end={"generations": 2}),
    ],
    ids=["event_budget", "deadlock", "generation_target"],
)
def test_ends_are_identical(request, model):
    name = request.node.callspec.id
    assert sim.simulate(model, seed=0, engine="compiled").end.reason == name
    assert difference(model) == ""


def test_leaving_the_kernel_changes_nothing(monkeypatch):
    model = contested()
    whole = sim.simulate(model, seed=0, engine="compiled")
    monkeypatch.setattr(driver, "TURNS", 7)
    assert parted(whole, sim.simulate(model, seed=0, engine="compiled")) == ""


def test_growing_memory_changes_nothing(monkeypatch):
    whole = sim.simulate(contested("200 d"), seed=0, engine="compiled")
    grown = []
    roomier = driver.roomier
    monkeypatch.setattr(
        driver, "roomier", lambda *given, **more: grown.append(1) or roomier(*given, **more)
    )
    monkeypatch.setattr(beginning, "margins", lambda model: (3000, 100))
    assert parted(whole, sim.simulate(contested("200 d"), seed=0, engine="compiled")) == ""
    assert len(grown) > 1


def test_ctrl_c_ends_a_run_with_what_had_happened(monkeypatch):
    model = contested()
    kernel = driver.kernel()
    calls = []

    def interrupted(*state):
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return kernel(*state[:-1], 50)

    monkeypatch.setattr(driver, "kernel", lambda: interrupted)
    run = sim.simulate(model, seed=0, engine="compiled")
    assert run.end.reason == "interrupted"
    assert 0 < run.end.time < model.horizon
    whole = sim.simulate(model, seed=0, engine="reference").visits
    requested = run.visits["requested"]
    assert len(run.visits) > 0
    assert (requested == whole["requested"][: len(requested)]).all()


def test_ctrl_c_before_anything_has_happened_leaves_an_empty_log(monkeypatch):
    def interrupted(*state):
        raise KeyboardInterrupt

    monkeypatch.setattr(driver, "kernel", lambda: interrupted)
    run = sim.simulate(contested(), seed=0, engine="compiled")
    assert run.end.reason == "interrupted"
    assert [len(table) for table in (run.visits, run.generations, run.changes)] == [0, 0, 0]


def test_it_runs_as_plain_python():
    """Where numba is switched off the same functions give the same log."""
    code = (
        "import sim; from tests.engines.identity import difference; import numba;"
        "assert numba.config.DISABLE_JIT;"
        "print(difference(sim.load('horizon=20 d', 'prehistory=10 d')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout.strip() == ""


def test_machine_code_is_never_stale():
    """All that the kernel's files import is in the hash that names the folder of its code."""
    folder = ROOT / "sim" / "engines" / "compiled"
    covered = [ROOT / "sim" / part for part in build.PARTS]
    kernel = {path for path in folder.glob("*.py") if path.stem not in PYTHON_ONLY}
    assert len(kernel) > 20
    for path in kernel:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim"):
                module = ROOT / node.module.replace(".", "/")
                sources = {module, module.with_suffix(".py"), *module.parents}
                assert sources & set(covered), f"{path.name}: {node.module}"
