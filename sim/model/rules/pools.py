"""Rules that hold for pools, their capacities and plans."""

from __future__ import annotations

import math

from sim.laws.capability import growth
from sim.model.errors import InputError, Path, invalid, problem
from sim.model.lab import Model
from sim.model.pool import MOST_UNITS, Constant, Growth, Plan

MOST_DELIVERIES = 100_000
"""Planned changes of one capacity beyond which a plan is taken for a mistake."""


def validate_pools(model: Model) -> None:
    """Raise `InputError` if a pool breaks a rule."""
    _newcomers(model)
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


def _newcomers(model: Model) -> None:
    """Raise `InputError` if newcomers are stated for a pool that cannot have any."""
    for name, pool in model.pools.items():
        path = ("pools", name, "newcomers")
        if pool.newcomers and pool.kind != "human":
            raise problem(path, "is for human pools", f"set {'.'.join(path)}=null")
        if pool.newcomers and pool.capacity == math.inf:
            raise problem(
                path, "needs a limited pool: nobody joins an unlimited one",
                f"set pools.{name}.capacity to a number, or {'.'.join(path)}=null",
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
