"""Workers: replications in processes of their own, for engines that work in Python."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from typing import Any

from sim.engines import Run, simulate
from sim.execute import Lost
from sim.execute.local import Local
from sim.model import Model


def in_workers(
    model: Model, count: int, seed: int, engine: str, workers: int
) -> Generator[Run, None, None]:
    """Simulate replications in processes and yield the runs, whichever is done first.

    Raises
    ------
    ChildProcessError
        If workers die again and again over one replication.
    """
    with Local(workers) as processes:
        for done in processes.run(partial(_replicate, model, seed, engine), range(count)):
            if isinstance(done, Lost):
                raise ChildProcessError(f"run: replication {done.ticket} is not done; {done.why}")
            replication, name, end, raw = done
            yield Run(model, seed, replication, name, end, raw)


def _replicate(
    model: Model, seed: int, engine: str, number: int
) -> tuple[int, str, Any, dict[str, dict[str, Any]]]:
    run = simulate(model, seed=seed, replication=number, engine=engine)
    return run.replication, run.engine, run.end, run.raw
