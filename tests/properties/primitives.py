"""What a model is made of: every class, setting and kind of law that it uses."""

import dataclasses
import math

from sim import Model
from sim.laws.distributions import DISTRIBUTIONS
from sim.laws.feedback import FEEDBACK_LAWS
from sim.model.allocation import ALLOCATIONS
from sim.model.feedback import Law
from sim.model.flow import SOURCES, Flow, Hostages, Insight, Tool
from sim.model.intervention import CapacityChange, Intervention
from sim.model.lab import End
from sim.model.pool import Compute, Constant, Growth, Newcomers, Pool, Steps
from sim.model.release import Relief, Surge
from sim.model.safeguards import Trusted
from sim.model.skill import Assistants, Oversight, Skill
from sim.model.stage import Failure, Sizing
from sim.model.stages import STAGES
from sim.model.stock import NAMES, Stock
from sim.model.training import (
    CheckpointEvaluations,
    Checkpoints,
    FixedDuration,
    FixedScaleUp,
    Interruptions,
    TargetGain,
)
from sim.model.variate import Variate

RECORDS = (
    *(Model, End, Intervention, CapacityChange, *ALLOCATIONS.values()),
    *(Compute, Pool, Newcomers, Constant, Growth, Steps),
    *(Assistants, Skill, Oversight, Stock, *SOURCES.values(), *STAGES.values()),
    *(Flow, Insight, Hostages, Tool),
    *(Failure, Sizing, Interruptions, Checkpoints, CheckpointEvaluations, Surge, Relief),
    *(TargetGain, FixedDuration, FixedScaleUp, Trusted),
)

FEATURES = (
    *(f"Variate {name}" for name in DISTRIBUTIONS.names),
    *(f"Law {name}" for name in FEEDBACK_LAWS.names),
    *(f"Pool {kind}" for kind in ("human", "agent", "compute")),
    *(f"Assistants {source}" for source in ("own", "frozen", "external", "none")),
    *(f"Stock {name}" for name in NAMES),
    *("Pool unlimited", "Stage chances", "Stage join", "Interval optimal"),
    *("Reviewer agent", "Safeguard"),
)
"""What the classes alone do not tell."""

LEFT_OUT = {
    "Model.name", "Model.people_per_unit", "Model.readouts", "Gate.after", "Release.next",
}
"""Settings that no run depends on, or that have one value only."""


def every_kind():
    """Names of all classes and features: the primitives."""
    return {record.__name__ for record in RECORDS} | set(FEATURES)


def every_setting():
    """Names of all settings, as `Class.setting`."""
    names = {f"{r.__name__}.{field.name}" for r in RECORDS for field in dataclasses.fields(r)}
    return names - LEFT_OUT


def primitives(model):
    """The kinds that a model uses, and the settings that it changes from their defaults."""
    found = set(_used(model))
    found |= {f"Stock {name}" for name in model.stocks}
    return found


def _used(value):
    if isinstance(value, dict):
        for item in value.values():
            yield from _used(item)
    elif isinstance(value, Variate | Law):
        yield f"{type(value).__name__} {value.kind}"
    elif dataclasses.is_dataclass(value) and type(value) in RECORDS:
        name = type(value).__name__
        yield name
        yield from _features(value)
        for field in dataclasses.fields(value):
            item = getattr(value, field.name)
            if item != _default(field):
                yield f"{name}.{field.name}"
            yield from _used(item)


def _features(value):
    if isinstance(value, Pool):
        yield f"Pool {value.kind}"
        if value.capacity == math.inf:
            yield "Pool unlimited"
    elif isinstance(value, Assistants):
        yield f"Assistants {value.source}"
    elif isinstance(value, Checkpoints) and value.interval == "optimal":
        yield "Interval optimal"
    elif isinstance(value, Oversight) and value.reviewer == "agent":
        yield "Reviewer agent"
    elif type(value) in STAGES.values():
        if getattr(value, "from_capability", None) is not None:
            yield "Safeguard"
        if len(value.next) > 1:
            yield "Stage chances"
        if len(value.after) > 1:
            yield "Stage join"


def _default(field):
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default
