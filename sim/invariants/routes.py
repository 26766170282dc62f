"""Routes: stages that an item may pass without a row, and stages at which it may end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model import Model
from sim.model.stage import END, ComputeJob
from sim.model.training import Training

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]


def safeguards(model: Model, stages: Iterable[str]) -> Array:
    """Return, by flow and stage (codes), whether some generations pass the stage at once."""
    return _table(model, stages, lambda flow, stage: _is_safeguard(model, flow, stage))


def ending(model: Model, stages: Iterable[str]) -> Array:
    """Return, by flow and stage (codes), whether an item's last row may be there."""
    return _table(model, stages, lambda flow, stage: _ends(model, flow, stage))


def pausable(model: Model, stages: Iterable[str]) -> Array:
    """Return, by flow and stage (codes), whether some intervention pauses the stage."""
    paused = {name for change in model.interventions.values() for name in change.pause}
    return _table(model, stages, lambda flow, stage: f"{flow}.{stage}" in paused)


def _table(model: Model, stages: Iterable[str], holds: Callable[[str, str], bool]) -> Array:
    codes = {name: i for i, name in enumerate(stages)}
    found = np.zeros((len(model.flows), len(codes)), dtype=bool)
    for i, (name, flow) in enumerate(model.flows.items()):
        for stage in flow.stages:
            found[i, codes[stage]] = holds(name, stage)
    return found


def _is_safeguard(model: Model, flow: str, stage: str) -> bool:
    """Return whether the stage is a safeguard, or an intervention makes it one."""
    if getattr(model.flows[flow].stages[stage], "from_capability", None) is not None:
        return True
    return bool(new_values(model, ("flows", flow, "stages", stage, "from_capability")))


def new_values(model: Model, path: tuple[str, ...]) -> list[Any]:
    """Return the values that interventions give a setting."""
    found: list[Any] = [change.set for change in model.interventions.values()]
    for key in path:
        found = [node.get(key) for node in found if isinstance(node, Mapping)]
    return [value for value in found if value is not None]


def _ends(model: Model, flow: str, name: str) -> bool:
    stages = model.flows[flow].stages
    if any(name in _performed_inside(other) for other in stages.values()):
        return False
    failed = getattr(stages[name], "on_failure", None)
    if failed and _is_safeguard(model, flow, failed) and _leads_out(model, flow, failed):
        return True
    return _leads_out(model, flow, name)


def _leads_out(model: Model, flow: str, name: str) -> bool:
    """Return whether nothing follows the stage, or nothing but safeguards."""
    stages, todo, seen = model.flows[flow].stages, [name], {END}
    while todo:
        here = todo.pop()
        seen.add(here)
        followers = [other for other, later in stages.items() if here in later.after]
        onward = [*followers, *stages[here].next]
        if not followers and (not onward or END in onward):
            return True
        todo += [n for n in onward if n not in seen and _is_safeguard(model, flow, n)]
    return False


def _performed_inside(stage: Any) -> tuple[str | None, ...]:
    """Return the stages performed inside this one: repair, diagnosis."""
    if isinstance(stage, ComputeJob):
        return (stage.repair,)
    if isinstance(stage, Training) and stage.interruptions:
        return (stage.interruptions.diagnosis,)
    return ()
