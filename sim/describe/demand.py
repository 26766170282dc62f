"""The work that one item asks of each pool, on average, at t = 0 and at generation 0's skill.

People's work counts in person-days, assistants' in slot-days, compute in unit-days. Waiting is
left out, and so is all that moves later: capability, know-how, escaped defects, sizing.
"""

from __future__ import annotations

import math

from sim.describe.generation import compute_ratio, spared, training_days, units
from sim.describe.visits import repeats, visits
from sim.model import Model
from sim.model.capacity import initial_units
from sim.model.release import Release
from sim.model.skill import Oversight, Skill
from sim.model.stage import Batch, ComputeJob, Labour, Stage
from sim.model.training import Training

Demand = dict[tuple[str, str], float]
"""Work by (pool, activity): work, steering, review, audit, takeover, run, training."""


def of_flow(model: Model, name: str, building: bool | None = None) -> Demand:
    """Return what an item of a flow asks for, all that it spawns included.

    Parameters
    ----------
    model
        The model.
    name
        Name of the flow.
    building
        Whether the item belongs to a generation in the making; by default, whether the flow
        is the one that makes them.
    """
    flow = model.flows[name]
    building = name == model.generation_flow if building is None else building
    total: Demand = {}
    for stage, times in visits(model, flow).items():
        if times and not spared(model, flow.stages[stage]):
            _add(total, of_stage(model, flow.stages[stage], building), times)
    return total


def of_stage(model: Model, stage: Stage, building: bool = False) -> Demand:
    """Return what one visit to a stage asks for, the items it spawns included."""
    if isinstance(stage, Labour):
        return _labour(model, stage)
    if isinstance(stage, ComputeJob):
        frontier = compute_ratio(model) ** stage.frontier_cost if building else 1.0
        # A failed attempt stops after a uniform fraction of its time: half of it on average.
        return {(stage.pool, "run"): stage.work.mean() * frontier * (1 + repeats(stage) / 2)}
    total: Demand = {}
    if isinstance(stage, Batch):
        _add(total, of_flow(model, stage.flow, building), stage.count)
    elif isinstance(stage, Release) and stage.surge and stage.surge.relief:
        _add(total, of_flow(model, stage.surge.relief.flow, building), stage.surge.relief.count)
    elif isinstance(stage, Training):
        days = training_days(model)
        total[stage.pool, "training"] = units(model) * days
        if stage.evaluations:
            number = max(0, math.ceil(days / stage.evaluations.every) - 1)
            _add(total, of_flow(model, stage.evaluations.flow, building), number)
    return total


def delegated_share(model: Model, skill: Skill) -> float:
    """Return the chance at t = 0 that a task goes to an assistant, if a slot is free."""
    own = model.assistants
    if skill.share is None or own.source == "none":
        return 0.0
    if _no_slots(model):
        return 0.0
    return model.feedback[skill.share].at(0.0 - (skill.difficulty or 0.0))


def _no_slots(model: Model) -> bool:
    """Return whether people do everything, as there is no slot and nobody waits for one."""
    return model.assistants.balk and not slots(model)


def slots(model: Model) -> float:
    """Return the assistants' slots at t = 0."""
    name = model.assistants.pool
    if name is None:
        return 0.0
    pool, number = model.pools[name], float(initial_units(model)[name])
    return float(int(number * pool.slots_per_unit + 1e-9)) if pool.share is not None else number


def _labour(model: Model, stage: Labour) -> Demand:
    """Return what a labour stage asks for, by people and by assistants."""
    skill = model.skills[stage.skill]
    share = delegated_share(model, skill)
    total: Demand = {}
    if share < 1:
        _add(total, _by_a_person(model, skill, stage.work.mean()), 1 - share)
    if share > 0:
        _add(total, _by_an_assistant(model, skill, stage.work.mean()), share)
    return total


def _by_a_person(model: Model, skill: Skill, work: float) -> Demand:
    policy = _policy(model, skill)
    attempts, total = _attempts(model, skill, work, skill.human_quality, policy.human_review)
    _add(total, {(skill.pool, "work"): attempts}, 1)
    return total


def _by_an_assistant(model: Model, skill: Skill, work: float) -> Demand:
    policy = _policy(model, skill)
    quality, steering = _law(model, skill.quality, 1.0), _law(model, skill.steering, 0.0)
    attempts, total = _attempts(model, skill, work, quality, policy.review)
    steered = steering * attempts * policy.steering_work.mean()
    # The assistant holds its slot while a person steers it.
    held = _slot_time(model, skill, attempts) + steered * model.hours_per_person_day / 24
    _add(total, {(skill.pool, "steering"): steered, (model.assistants.pool or "", "work"): held}, 1)
    return total


def _attempts(
    model: Model, skill: Skill, work: float, quality: float, review: float
) -> tuple[float, Demand]:
    """Return the work of all attempts at a task, and what reviews and taking over ask for."""
    policy = _policy(model, skill)
    found, first, audits = _review(model, policy, quality)
    again = (1 - quality) * review * found
    most = policy.max_attempts
    number = float(most) if again == 1 else (1 - again**most) / (1 - again)
    effort = review * number * (policy.review_work.mean() + policy.review_fraction * work)
    reviewers = skill.review_pool or skill.pool
    total = {
        (reviewers, "review"): (1 - first) * effort,
        (reviewers, "audit"): first * audits * effort,
        (skill.pool, "takeover"): again**most * policy.takeover_fraction * work,
    }
    if first:
        total[model.assistants.pool or "", "review"] = _slot_time(model, skill, effort)
    return work * (1 + policy.retry_fraction * (number - 1)), total


def _review(model: Model, policy: Oversight, quality: float) -> tuple[float, int, float]:
    """Return the chance to find a mistake, whether assistants look first, how many audits follow.

    Assistants reject no right output; people audit some of what they accept.
    """
    if policy.reviewer != "agent" or model.assistants.source == "none" or _no_slots(model):
        return policy.catch, 0, 0.0
    catch, audit = _law(model, policy.agent_catch, 0.0), policy.audit or 0.0
    return catch + (1 - catch) * audit * policy.catch, 1, audit * (1 - (1 - quality) * catch)


def _slot_time(model: Model, skill: Skill, work: float) -> float:
    """Return how long an assistant takes for so many person-days, days."""
    return work * model.hours_per_person_day / 24 / _law(model, skill.speedup, 1.0)


def _law(model: Model, name: str | None, absent: float) -> float:
    return model.feedback[name].at(0.0) if name else absent


def _policy(model: Model, skill: Skill) -> Oversight:
    return model.oversight[skill.oversight] if skill.oversight else Oversight()


def _add(total: Demand, part: Demand, times: float) -> None:
    for key, work in part.items():
        if work:
            total[key] = total.get(key, 0.0) + times * work
