"""The compiled engine: the reference engine's log to the bit, tens of times faster.

Its files have the reference engine's headings; read those first. The state is one array of words
(`sim.engines.lowering`), an item's process is a *track*, a state machine (`steps`), and `loop` runs
them. `build` makes machine code of all that; where numba is switched off it runs as plain Python.

What is promised: the bits of a log depend on the model, the seed and the replication, not on the
processor. All arithmetic is IEEE 754 double precision, each operation rounded by itself in the
order written: no fast-math, no fused multiply-add, no vector library. Beyond + - * / and square
root nothing is left to the C library or to the processor: the laws bring their own log and exp.
"""

from __future__ import annotations

from collections.abc import Callable

from sim.engines.run import Run
from sim.engines.summary import Summary
from sim.model import Model


def simulate(
    model: Model, *, seed: int, replication: int, stopped: Callable[[], bool] | None = None
) -> Run:
    """Run one replication and return its log; `stopped` is asked whether to stop now."""
    from sim.engines.compiled.driver import run

    end, raw = run(model, seed, replication, stopped)
    return Run(model, seed, replication, "compiled", end, raw)


def summarise(
    model: Model, *, seed: int, replication: int, every: float,
    stopped: Callable[[], bool] | None = None,
) -> Summary:
    """Run one replication, keep no log, and return its summary."""
    from sim.engines.compiled.summaries import run

    end, raw = run(model, seed, replication, every, stopped)
    return Summary(model, seed, replication, end, raw)


def warm() -> None:
    """Compile the kernel, and keep the machine code for later processes."""
    wait = {"kind": "delay", "duration": "1 d"}
    flow = {"source": {"kind": "closed", "workstreams": 1}, "stages": {"wait": wait}}
    simulate(
        Model.from_dict({"horizon": "2 d", "pools": {}, "flows": {"item": flow}}),
        seed=0, replication=0,
    )
