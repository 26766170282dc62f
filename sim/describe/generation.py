"""The next generation as it would be planned at t = 0: compute, training time, interruptions."""

from __future__ import annotations

import math
from typing import Any

from sim.laws.capability import capability, compute_for_gain, generation_gain
from sim.laws.defects import interruption_rate
from sim.model import Model
from sim.model.capacity import initial_units
from sim.model.stage import Stage, Step
from sim.model.training import FixedDuration, FixedScaleUp, Gate, TargetGain, Training


def stage_of(model: Model, kind: type) -> Any:
    """Return the stage of this kind in the generation flow, if there is one."""
    flow = model.flows.get(model.generation_flow or "")
    for stage in flow.stages.values() if flow else ():
        if isinstance(stage, kind):
            return stage
    return None


def units(model: Model) -> float:
    """Return the training units at t = 0; 0 without training."""
    return float(initial_units(model)[model.training_pool]) if model.training_pool else 0.0


def compute_ratio(model: Model) -> float:
    """Return F_next / F_0 by the plan at t = 0, before any research; 1 without training."""
    gate: Gate | None = stage_of(model, Gate)
    if gate is None or gate.plan is None or not model.initial_training:
        return 1.0
    plan, start = gate.plan, model.initial_training
    if isinstance(plan, TargetGain):
        days = compute_for_gain(start, gate.min_gain, 0.0, 0.0)
        days = min(max(days, plan.min_days), plan.max_days)
    elif isinstance(plan, FixedDuration):
        days = plan.days
    elif isinstance(plan, FixedScaleUp):
        days = min(start * plan.factor, plan.max_days)
    else:
        return 1.0
    return days / start


def training_days(model: Model) -> float:
    """Return the length of the first training by that plan, without interruptions."""
    if stage_of(model, Training) is None or not model.initial_training:
        return 0.0
    return compute_ratio(model) * model.initial_training


def spared(model: Model, stage: Stage) -> bool:
    """Return whether the first generation, by that plan, is too weak to go through a safeguard."""
    least = stage.from_capability if isinstance(stage, Step) else None
    return least is not None and capability(compute_ratio(model), 0.0) < least


def rate(model: Model) -> float:
    """Return interruptions per day of the first training."""
    training = stage_of(model, Training)
    spec = training.interruptions if training else None
    if spec is None or math.isinf(spec.mtbf):
        return 0.0
    held = units(model) * model.accelerators_per_unit
    return interruption_rate(held, spec.mtbf, spec.reference, spec.exponent, spec.per_defect, 0.0)


def interruptions(model: Model) -> float:
    """Return the expected interruptions of the first training, its work done once."""
    return rate(model) * training_days(model)


def greatest_gain(model: Model, held: float) -> float:
    """Return the gain of the longest training on so many units, without any research, OOM."""
    gate: Gate | None = stage_of(model, Gate)
    if gate is None or gate.plan is None or not model.initial_training:
        return 0.0
    longest = held * gate.plan.max_days
    if isinstance(gate.plan, FixedDuration) and gate.max_wait is None:
        longest = held * gate.plan.days
    start = units(model) * model.initial_training
    if isinstance(gate.plan, FixedScaleUp):
        planned = start * gate.plan.factor
        longest = planned if planned <= longest else 0.0
    return generation_gain(longest, start, 0.0, 0.0) if longest > 0 else -math.inf
