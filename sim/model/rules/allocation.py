"""Rules that hold for compute that moves between pools: lending, adaptive shares, surges."""

from __future__ import annotations

import math

from sim.model.allocation import AtReleases, Priority
from sim.model.errors import Path, invalid, known
from sim.model.lab import Model
from sim.model.release import Surge


def validate_allocation(model: Model) -> None:
    """Raise `InputError` if the allocation breaks a rule."""
    if isinstance(model.allocation, Priority):
        _priority(model, model.allocation)
    elif isinstance(model.allocation, AtReleases):
        _at_releases(model, model.allocation)


def _priority(model: Model, allocation: Priority) -> None:
    for role in ("lender", "borrower"):
        _limited_compute(model, ("allocation", role), getattr(allocation, role))
    if allocation.lender == allocation.borrower:
        raise invalid(
            ("allocation", "borrower"), "must differ from the lender", allocation.borrower
        )


def _at_releases(model: Model, allocation: AtReleases) -> None:
    path = ("allocation", "pools")
    for name in allocation.pools:
        known(path, "pool", name, model.pools)
        pool = model.pools[name]
        if pool.kind != "compute" or pool.share is None:
            raise invalid(path, "must be compute pools with a share", name)
    if len(set(allocation.pools)) < max(2, len(allocation.pools)):
        raise invalid(path, "must be two or more different pools", list(allocation.pools))
    if model.generation_flow is None:
        raise invalid(
            ("allocation", "kind"), "needs releases of generations, at which shares move",
            allocation.KIND, "set allocation.kind=fixed",
        )
    allocation.check({name: model.pools[name].share or 0.0 for name in allocation.pools})


def validate_surge(model: Model, path: Path, surge: Surge) -> None:
    """Raise `InputError` if the surge of a release stage breaks a rule."""
    for role in ("donor", "to"):
        _limited_compute(model, (*path, role), getattr(surge, role))
    if surge.donor == surge.to:
        raise invalid((*path, "to"), "must differ from the donor", surge.to)


def _limited_compute(model: Model, path: Path, name: str) -> None:
    known(path, "pool", name, model.pools)
    if model.pools[name].kind != "compute" or model.pools[name].capacity == math.inf:
        raise invalid(path, "must be a limited compute pool", name)
