"""Rules that hold between the parts of a model; what a single value must be stands in its field."""

from __future__ import annotations

import math

from sim.laws.capability import growth
from sim.model.errors import InputError, Path, invalid, known, problem, unknown
from sim.model.lab import Model
from sim.model.pool import MOST_UNITS, Constant, Growth, Plan
from sim.model.skill import Oversight, Skill
from sim.model.stock import NAMES
from sim.model.validate_allocation import validate_allocation, validate_newcomers
from sim.model.validate_flows import validate_flows
from sim.model.validate_interventions import validate_interventions
from sim.model.validate_stages import law_at_least_0

LONGEST_PREHISTORY = 1e6
"""Days before t = 0 beyond which the clock would not resolve seconds reliably."""

MOST_DELIVERIES = 100_000
"""Planned changes of one capacity beyond which a plan is taken for a mistake."""


def validate(model: Model) -> None:
    """Raise `InputError` at the first rule that the model breaks."""
    if model.prehistory > LONGEST_PREHISTORY:
        raise invalid(
            ("prehistory",), f"must be at most {LONGEST_PREHISTORY:g} d", f"{model.prehistory:g} d"
        )
    if not model.flows:
        raise problem(("flows",), "no flow is defined, so nothing would happen", "add one")
    for name in model.stocks:
        if name not in NAMES:
            raise unknown(("stocks", name), "stock", name, NAMES)
    _pools(model)
    validate_newcomers(model)
    validate_allocation(model)
    _assistants(model)
    for name, policy in model.oversight.items():
        _oversight(model, name, policy)
    for name, skill in model.skills.items():
        _skill(model, name, skill)
    validate_flows(model)
    validate_interventions(model)


def _pools(model: Model) -> None:
    if model.compute and "compute" in model.pools:
        raise problem(
            ("pools", "compute"), "has the name of all compute that the lab's pools share",
            "choose another name",
        )
    for name, pool in model.pools.items():
        path = ("pools", name)
        if (pool.capacity is None) == (pool.share is None):
            raise problem(
                path,
                "needs either a capacity or a share of the lab's compute, and not both",
                f"set pools.{name}.capacity=…, or pools.{name}.capacity=null with a share",
            )
        if pool.share is not None and pool.kind == "human":
            raise invalid((*path, "share"), "is for compute and agent pools", pool.share)
        if pool.share is not None and model.compute is None:
            raise invalid(
                (*path, "share"), "needs compute to share", pool.share, "set compute.units"
            )
        if pool.share is not None and not isinstance(pool.plan, Constant):
            raise invalid(
                (*path, "plan"), "must be constant for a pool with a share", pool.plan.KIND,
                "set compute.plan, which the share follows",
            )
        if pool.hours is not None and pool.kind != "human":
            raise invalid((*path, "hours"), "are for human pools", pool.hours.text)
        for other in ("slots_per_unit", "elasticity"):
            default = type(pool).__dataclass_fields__[other].default
            if getattr(pool, other) != default and (pool.kind != "agent" or pool.share is None):
                raise invalid(
                    (*path, other), "is for agent pools with a share", getattr(pool, other)
                )
        if pool.capacity == math.inf and not isinstance(pool.plan, Constant):
            raise invalid((*path, "plan"), "must be constant for an unlimited pool", pool.plan.KIND)
        if pool.share is None:
            _plan((*path, "plan"), pool.plan, pool.capacity or 0, model.horizon)
    if model.compute:
        _plan(("compute", "plan"), model.compute.plan, model.compute.units, model.horizon)
    shares = [p.share for p in model.pools.values() if p.share is not None]
    if model.compute and not math.isclose(math.fsum(shares), 1.0, abs_tol=1e-9):
        raise InputError(
            f"compute: the pools' shares must sum to 1, got {math.fsum(shares):g}; "
            "set pools.NAME.share of each compute and agent pool"
        )


def _plan(path: Path, plan: Plan, start: float, horizon: float) -> None:
    """A plan must not outgrow what can be counted."""
    if not isinstance(plan, Growth):
        return
    if horizon / plan.every > MOST_DELIVERIES:
        raise invalid(
            (*path, "every"), f"must leave at most {MOST_DELIVERIES:,} deliveries in the run",
            f"{plan.every:g} d", f"set {'.'.join(path)}.every or a shorter horizon",
        )
    if not start * growth(1.0, plan.factor, horizon) <= MOST_UNITS:  # also NaN: 0 * inf
        raise invalid(
            (*path, "factor"), f"must keep the capacity below {MOST_UNITS:.0e} at the horizon",
            plan.factor, f"set {'.'.join(path)}.factor or a shorter horizon",
        )


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
        _probability(model, law, f"agent_catch of oversight policy '{name}'")


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
            _probability(model, law, f"{role} of skill '{name}'")
        low = model.feedback[law].bounds()[0]
        if role == "speedup" and (low < 0 or model.feedback[law].at(0.0) <= 0):
            raise invalid(
                ("feedback", law), f"must be > 0 as speedup of skill '{name}'",
                min(low, model.feedback[law].at(0.0)), f"set the parameters of feedback.{law}",
            )
        if role == "steering":
            law_at_least_0(model, law, f"steering of skill '{name}'")


def _probability(model: Model, law: str, role: str) -> None:
    """Raise `InputError` if the law may leave [0, 1]."""
    low, high = model.feedback[law].bounds()
    if not (low >= 0 and high <= 1):
        raise invalid(
            ("feedback", law), f"must stay within [0, 1] as {role}", f"[{low:g}, {high:g}]",
            f"set the parameters of feedback.{law}",
        )
