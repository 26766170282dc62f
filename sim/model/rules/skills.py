"""Rules that hold for assistants, oversight policies and skills."""

from __future__ import annotations

from sim.model.errors import invalid, known, problem
from sim.model.lab import Model
from sim.model.rules.laws import at_least_0, probability
from sim.model.skill import Oversight, Skill


def validate_skills(model: Model) -> None:
    """Raise `InputError` if assistants, a policy or a skill break a rule."""
    _assistants(model)
    for name, policy in model.oversight.items():
        _oversight(model, name, policy)
    for name, skill in model.skills.items():
        _skill(model, name, skill)


def _assistants(model: Model) -> None:
    own = model.assistants
    known(("assistants", "pool"), "pool", own.pool, model.pools)
    if own.pool and model.pools[own.pool].kind != "agent":
        raise invalid(("assistants", "pool"), "must be an agent pool", own.pool)
    if own.source != "none" and own.pool is None:
        raise invalid(("assistants", "pool"), f"is required for source '{own.source}'", None)
    if (own.source == "external") != bool(own.external):
        raise problem(
            ("assistants",), "needs external (capability by time) and source 'external' together",
            "set assistants.external={90 d: 0.3} with assistants.source=external, "
            "or assistants.external=null",
        )


def _oversight(model: Model, name: str, policy: Oversight) -> None:
    path = ("oversight", name)
    if policy.reviewer == "agent" and policy.agent_catch is None:
        raise invalid((*path, "agent_catch"), "is required for reviewer 'agent'", None)
    for setting in ("agent_catch", "audit"):
        value = getattr(policy, setting)
        if policy.reviewer != "agent" and value is not None:
            raise invalid(
                (*path, setting), f"is for reviewer 'agent', not '{policy.reviewer}'", value,
                f"set {'.'.join(path)}.{setting}=null or {'.'.join(path)}.reviewer=agent",
            )
    law = policy.agent_catch
    known((*path, "agent_catch"), "feedback law", law, model.feedback)
    if law is not None:
        probability(model, law, f"agent_catch of oversight policy '{name}'")


def _skill(model: Model, name: str, skill: Skill) -> None:
    path = ("skills", name)
    for role in ("pool", "review_pool"):
        pool = getattr(skill, role)
        known((*path, role), "pool", pool, model.pools)
        if model.pools[pool].kind != "human":
            raise invalid((*path, role), "must be a human pool", pool)
    known((*path, "oversight"), "oversight policy", skill.oversight, model.oversight)
    for role in ("share", "speedup", "quality", "steering"):
        law = getattr(skill, role)
        known((*path, role), "feedback law", law, model.feedback)
        if law is None:
            continue
        if role in ("share", "quality"):
            probability(model, law, f"{role} of skill '{name}'")
        low = model.feedback[law].bounds()[0]
        if role == "speedup" and (low < 0 or model.feedback[law].at(0.0) <= 0):
            raise invalid(
                ("feedback", law), f"must be > 0 as speedup of skill '{name}'",
                min(low, model.feedback[law].at(0.0)), f"set the parameters of feedback.{law}",
            )
        if role == "steering":
            at_least_0(model, law, f"steering of skill '{name}'")
