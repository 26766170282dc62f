"""The runs of a study by the engine alone: what a study is compared with.

As many processes as a study has, models made beforehand, nothing kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any

import numpy as np
from apart import clock

from sim.engines import prepare
from sim.engines.compiled import summarise
from sim.execute.settings import cores
from sim.model import Model
from sim.study.batch import sampled_at
from sim.study.plan import Plan


def bare_runs(planned: Callable[..., Plan], *given: Any, sampled: bool = True) -> dict[str, float]:
    """Make all runs of a plan, and nothing else; return seconds of the clock and the processor.

    Parameters
    ----------
    planned
        Makes the plan, in each process; a function of a module.
    given
        What it takes.
    sampled
        Whether runs are sampled at the times that the outcomes ask for, as the study's are.
    """
    prepare("compiled")
    context, count = get_context("spawn"), cores()
    ready, taken = context.Barrier(count + 1), context.Value("q", 0)
    pipes = []
    for _ in range(count):
        ours, theirs = context.Pipe(duplex=False)
        arguments = (planned, given, sampled, ready, taken, theirs)
        context.Process(target=_work, args=arguments).start()
        pipes.append(ours)
    ready.wait()
    began = time.perf_counter()
    cpu = sum(pipe.recv() for pipe in pipes)
    return {"wall": time.perf_counter() - began, "cpu": cpu}


def _work(
    planned: Callable[..., Plan], given: tuple[Any, ...], sampled: bool, ready: Any, taken: Any,
    pipe: Any,
) -> None:  # fmt: skip
    plan = planned(*given)
    models = [plan.model(point) for point in range(len(plan.points))]
    run_point(plan, 0, models[0], sampled)  # the engine is loaded
    ready.wait()
    with clock() as used:
        while True:
            with taken.get_lock():
                point = taken.value
                taken.value += 1
            if point >= len(models):
                break
            run_point(plan, point, models[point], sampled)
    pipe.send(used.cpu)


def run_point(plan: Plan, point: int, model: Model, sampled: bool = True) -> None:
    """Make the runs of a point."""
    times = sampled_at(plan.study.outcomes, model.horizon) if sampled else np.empty(0)
    for replication in range(plan.study.replications):
        number = plan.random_numbers(point, replication)
        summarise(model, seed=plan.study.seed, replication=number, times=times)
