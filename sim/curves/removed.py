"""A lab without what curves leave out: retraining time, review, waiting.

Each function takes plain data (`Model.to_dict()`) and returns other plain data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sim.curves.holding import Held
from sim.limits import lifts, roles
from sim.limits.editing import Data, copied, multiply, put, settings_of
from sim.model import Model
from sim.model.flow import Closed, Pull, descendants
from sim.model.release import Release
from sim.model.stage import Batch, Labour, Step
from sim.model.training import FixedDuration, Gate, TargetGain
from sim.study.replace import put_all

FASTER = 1000.0
"""How many times shorter is what is to take no time."""
FINER = 10.0
"""How many times smaller a gain a gate opens for: releases follow each other closely."""
MORE = 10.0
"""How many times as many people, units and slots there are where nobody is to wait."""
NEVER = 1e6
"""Capability from which on a stage is performed that is to be passed at once, OOM."""


def retraining(data: Mapping[str, Any], held: Held) -> Data:
    """Return the lab in which what has been learnt helps at once.

    Training takes a thousandth of the time for the same compute, so a model is as large as before;
    the gate opens for a tenth of the gain. Post-training, harness, evaluations, safety tests,
    approval and deployment are passed at once. The rush of users after a release dies down in a
    thousandth of the time, and the model is taken up in as short a time. A stage of the making of a
    model that does research itself stays.
    """
    model, changed = Model.from_dict(data), copied(data)
    name = model.generation_flow
    if name is None:
        return changed
    multiply(changed, "initial_training", 1 / FASTER)
    multiply(changed, "assistants.adoption", 1 / FASTER)
    for path, gate in roles.stages(model, (name,), Gate):
        multiply(changed, f"{path}.min_gain", 1 / FINER)
        if isinstance(gate.plan, TargetGain):
            multiply(changed, f"{path}.plan.min_days", 1 / FASTER)
        if isinstance(gate.plan, FixedDuration):
            multiply(changed, f"{path}.plan.days", 1 / FASTER)
        if gate.plan is not None:
            multiply(changed, f"{path}.plan.max_days", 1 / FASTER)
    for path, stage in roles.stages(model, (name,), Step):
        if not (isinstance(stage, Batch) and _learns(model, stage.flow)):
            put(changed, f"{path}.from_capability", NEVER)
            for one in settings_of(changed, f"{path}.from_capability"):
                put(changed["interventions"][one]["set"], f"{path}.from_capability", NEVER)
    _without_surge(changed, model, name)
    return changed


def review(data: Mapping[str, Any], held: Held) -> Data:
    """Return the lab in which review and steering take a thousandth of the work.

    As much is reviewed, and caught, and as many interventions are needed: quality stays. Whoever is
    to review or steer is still waited for.
    """
    return put_all(data, lifts.changes(data, ("review", "steering"), FASTER))


def waiting(data: Mapping[str, Any], held: Held) -> Data:
    """Return the lab in which next to nobody waits: ten times the people, compute and slots.

    Research that is pulled has as much work in progress as before, by date: what ends sooner is
    started again sooner, but those who are idle start nothing more. Nights and weekends stay.
    """
    model, changed = Model.from_dict(data), copied(data)
    for name, counts in held.in_progress.items():
        if not isinstance(model.flows[name].source, Pull):
            continue
        changed["flows"][name]["source"] = {
            "kind": Closed.KIND, "workstreams": counts[0], "per_person": 0.0, "span": None,
        }  # fmt: skip
        for number, count in enumerate(counts[1:], 1):
            held.later(changed, number, f"flows.{name}.source.workstreams", count)
    changed = Model.from_dict(changed).to_dict()
    return put_all(changed, lifts.changes(changed, ("all_waiting",), MORE))


STEPS: dict[str, Callable[[Mapping[str, Any], Held], Data]] = {
    "retraining": retraining, "review": review, "waiting": waiting,
}
"""What is removed, by name, in the order in which it is removed."""


def without(data: Mapping[str, Any], names: tuple[str, ...], held: Held) -> Data:
    """Return the lab without some of `STEPS`, removed one after the other.

    Raises
    ------
    InputError
        If interventions of the model stand in the way; it names them, and what to do.
    """
    changed = copied(data)
    for name in names:
        changed = Model.from_dict(STEPS[name](changed, held)).to_dict()
    return changed


def _learns(model: Model, flow: str) -> bool:
    """Return whether items of a flow, or of those that it spawns, add to know-how."""
    return any(model.flows[name].insight for name in {flow, *descendants(model.flows, flow)})


def _without_surge(data: Data, model: Model, flow: str) -> None:
    """Let the rush of users after a release die down at once, and take no work."""
    for path, stage in roles.stages(model, (flow,), Release):
        if stage.surge is None:
            continue
        multiply(data, f"{path}.surge.decay", 1 / FASTER)
        if stage.surge.relief is not None:
            for work, _ in roles.stages(model, (stage.surge.relief.flow,), Labour):
                multiply(data, f"{work}.work", 1 / FASTER)
