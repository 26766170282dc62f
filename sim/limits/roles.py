"""Who does what in a lab, whatever its parts are called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.model import Model
from sim.model.flow import descendants
from sim.model.stage import ComputeJob, Labour

Place = tuple[str, Any]
"""Path of a stage, and the stage."""


def research(model: Model) -> tuple[str, ...]:
    """Return the flows that the lab starts in order to learn, with what they spawn."""
    return _with_children(model, model.research_flows)


def building(model: Model) -> tuple[str, ...]:
    """Return the flow that makes generations, with what it spawns."""
    name = model.generation_flow
    return _with_children(model, (name,) if name else ())


def work(model: Model) -> tuple[str, ...]:
    """Return the flows of research and of generations; in a lab with neither, all flows."""
    return tuple(dict.fromkeys((*research(model), *building(model)))) or tuple(model.flows)


def _with_children(model: Model, names: tuple[str, ...]) -> tuple[str, ...]:
    reached = set(names).union(*(descendants(model.flows, name) for name in names))
    return tuple(name for name in model.flows if name in reached)


def stages(model: Model, flows: tuple[str, ...], kind: type) -> Iterator[Place]:
    """Yield the stages of a kind with their paths."""
    for flow in flows:
        for name, stage in model.flows[flow].stages.items():
            if isinstance(stage, kind):
                yield f"flows.{flow}.stages.{name}", stage


def experiment_pools(model: Model) -> tuple[str, ...]:
    """Return the limited pools whose compute research, and what a generation spawns, runs on.

    Training has its own; it is among them if research runs there too.
    """
    used = {stage.pool for _, stage in stages(model, work(model), ComputeJob)}
    used -= {model.training_pool} - {s.pool for _, s in stages(model, research(model), ComputeJob)}
    return _limited(model, used)


def people(model: Model) -> tuple[str, ...]:
    """Return the limited pools of people who do, steer or review research and generations."""
    skills = [model.skills[stage.skill] for _, stage in stages(model, work(model), Labour)]
    reviewed = {s.review_pool or s.pool for s in skills if s.oversight}
    return _limited(model, {s.pool for s in skills} | reviewed)


def all_people(model: Model) -> tuple[str, ...]:
    """Return all limited pools of people."""
    return _limited(model, {name for name, pool in model.pools.items() if pool.kind == "human"})


def slots(model: Model) -> tuple[str, ...]:
    """Return the limited pools of assistants' slots, where assistants help."""
    own = model.assistants
    return _limited(model, {own.pool} if own.source != "none" else set())


def _limited(model: Model, names: set[Any]) -> tuple[str, ...]:
    return tuple(
        name for name, pool in model.pools.items()
        if name in names and pool.capacity not in (0, float("inf"))
    )


def laws(model: Model, *of: str) -> tuple[str, ...]:
    """Return the laws by which skills that assistants may do are in these respects, in model order.

    Parameters
    ----------
    of
        Fields of a skill: `share`, `speedup`, `quality`, `steering`.
    """
    if model.assistants.source == "none":
        return ()
    used = {getattr(skill, role) for skill in model.skills.values() if skill.share for role in of}
    return tuple(name for name in model.feedback if name in used)


def policies(model: Model) -> tuple[str, ...]:
    """Return the oversight policies that some skill is under."""
    used = {skill.oversight for skill in model.skills.values()}
    return tuple(name for name in model.oversight if name in used)
