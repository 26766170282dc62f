"""Visit ratios: how often an item of a flow visits each of its stages, on average.

The routing chances make a system of linear traffic equations: v = first + R v, R the expected
number of visits to a stage that follow from one visit to another (J. R. Jackson, Networks of
Waiting Lines, Operations Research 5, 1957, doi:10.1287/opre.5.4.518).
"""

from __future__ import annotations

import math

import numpy as np

from sim.describe.generation import interruptions, spared
from sim.model import Model
from sim.model.flow import Flow
from sim.model.stage import END, Stage
from sim.model.training import Training

MOST = 1e9
"""Visits beyond which a route counts as one that never ends."""


def visits(model: Model, flow: Flow) -> dict[str, float]:
    """Return the expected visits of one item to each stage; infinite if a route never ends.

    Failures have their chance without escaped defects. A stage `after` several others starts
    when the last of them has passed, and again whenever one of them passes again. A safeguard that
    the next generation is too weak for counts as visited: it is passed at once.
    """
    names = list(flow.stages)
    index = {name: i for i, name in enumerate(names)}
    follows = np.zeros((len(names), len(names)))
    first = np.zeros(len(names))
    assert flow.first is not None
    first[index[flow.first]] = 1.0
    for name, stage in flow.stages.items():
        here = index[name]
        for target, times in _leads_to(model, stage).items():
            follows[index[target], here] += times
        for other in stage.after:
            follows[here, index[other]] += 1 - _failure(model, flow.stages[other])
        first[here] -= max(0, len(stage.after) - 1)
    try:
        found = np.linalg.solve(np.eye(len(names)) - follows, first)
    except np.linalg.LinAlgError:
        found = np.full(len(names), math.inf)
    if not (np.abs(found) < MOST).all() or (found < -1e-6).any():
        found = np.full(len(names), math.inf)
    return {name: float(max(0.0, times)) for name, times in zip(names, found, strict=True)}


def _leads_to(model: Model, stage: Stage) -> dict[str, float]:
    """Return the expected visits to other stages that one visit leads to by name."""
    failure = _failure(model, stage)
    found = {
        name: (1 - failure) * chance for name, chance in stage.next.items() if name != END
    }
    on_failure, repair = getattr(stage, "on_failure", None), getattr(stage, "repair", None)
    if on_failure and failure:
        found[on_failure] = found.get(on_failure, 0.0) + failure
    if repair and not spared(model, stage):
        found[repair] = found.get(repair, 0.0) + repeats(stage)
    if isinstance(stage, Training) and stage.interruptions and stage.interruptions.diagnosis:
        inside = stage.interruptions.diagnosis
        expected = interruptions(model) * stage.interruptions.manual
        found[inside] = found.get(inside, 0.0) + expected
    return found


def _failure(model: Model, stage: Stage) -> float:
    """Return the chance that the work of a stage is done and yet fails."""
    failure = getattr(stage, "failure", None)
    return 0.0 if spared(model, stage) else float(getattr(failure, "chance", 0.0))


def repeats(stage: Stage) -> float:
    """Return the expected failed attempts of a compute job."""
    failure = getattr(stage, "failure", 0.0)
    return failure / (1 - failure)


def endless(model: Model, flow: Flow) -> bool:
    """Return whether an item of a flow may walk in circles for ever."""
    return any(math.isinf(times) for times in visits(model, flow).values())
