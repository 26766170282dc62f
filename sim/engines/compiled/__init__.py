"""The compiled engine: the reference engine's log to the bit, tens of times faster.

Its files have the reference engine's headings; read those first. The state is one array of words
(`sim.engines.lowering`), an item's process is a *track*, a state machine (`steps`), and `loop` runs
them. `build` makes machine code of all that; where numba is switched off it runs as plain Python.
"""

from __future__ import annotations

from sim.engines.run import Run
from sim.model import Model


def simulate(model: Model, *, seed: int, replication: int) -> Run:
    """Run one replication and return its log."""
    from sim.engines.compiled.driver import run

    end, raw = run(model, seed, replication)
    return Run(model, seed, replication, "compiled", end, raw)


def warm() -> None:
    """Compile the kernel, and keep the machine code for later processes."""
    wait = {"kind": "delay", "duration": "1 d"}
    flow = {"source": {"kind": "closed", "workstreams": 1}, "stages": {"wait": wait}}
    simulate(
        Model.from_dict({"horizon": "2 d", "pools": {}, "flows": {"item": flow}}),
        seed=0, replication=0,
    )
