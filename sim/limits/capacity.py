"""Capacities made larger or smaller: stated ones, and shares of the lab's compute."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sim.limits.editing import Data, multiply, whole
from sim.model import InputError, Model
from sim.model.allocation import AtReleases
from sim.model.capacity import split


def grow(data: Data, model: Model, pools: Collection[str], k: float) -> None:
    """Give some pools k times their units, at all dates; all others keep theirs.

    A pool with a share gets them from compute that the lab gets on top, and the shares follow: as
    units are whole, others may differ by one at later dates. Generation 0 stays what it was.

    Raises
    ------
    InputError
        If what is added would be divided among others: by a policy at releases, or by shares that
        an intervention sets at a release.
    """
    before = training_units(data, model)
    for name in pools:
        if model.pools[name].share is None:
            stated(data, name, k)
    shared = [name for name in pools if model.pools[name].share is not None]
    if shared:
        _shared(data, model, shared, k)
    keep_initial_model(data, model, before)


def stated(data: Data, name: str, factor: float) -> None:
    """Multiply a stated capacity, and all that changes it to or by a number of units.

    `compute` is all that the lab's pools share.
    """
    holder = data["compute"] if name == "compute" else data["pools"][name]
    key = "units" if name == "compute" else "capacity"
    holder[key] = counted(holder[key], factor)
    plan = holder["plan"]
    if "steps_at" in plan:
        plan["steps_at"] = {time: whole(n * factor) for time, n in plan["steps_at"].items()}
    for change in data["interventions"].values():
        _intervened(change["capacity"].get(name), factor)


def counted(units: int, factor: float) -> int:
    """Return so many times the units, in whole ones: where there are any, one at least."""
    return max(whole(units * factor), 1) if units > 0 else units


def _intervened(change: Any, factor: float) -> None:
    for key in ("to", "add") if change else ():
        if change[key] is not None:
            change[key] = whole(change[key] * factor)


def _shared(data: Data, model: Model, pools: list[str], k: float) -> None:
    """Give pools with a share k times their units."""
    policy = model.allocation
    if isinstance(policy, AtReleases):
        raise InputError(
            f"limits: cannot add compute to pools {', '.join(pools)} alone: allocation "
            f"'{policy.KIND}' would divide it anew at each release; set allocation={{kind: fixed}}"
        )
    shares = {n: p["share"] for n, p in data["pools"].items() if p["share"] is not None}
    at_first = grown = _grown(shares, pools, k)
    _follow(data["pools"], pools, k, grown)
    data["compute"]["units"] = whole(data["compute"]["units"] * grown)
    plan = data["compute"]["plan"]
    if "steps_at" in plan:
        plan["steps_at"] = {time: whole(n * grown) for time, n in plan["steps_at"].items()}
    for name, change in _in_order(model):
        written = data["interventions"][name]
        step = written["capacity"].get("compute")
        new = {n: p["share"] for n, p in written["set"].get("pools", {}).items() if "share" in p}
        if change.at is None and (new or (step and grown != at_first)):
            raise InputError(
                f"limits: cannot add compute to pools {', '.join(pools)} alone: intervention "
                f"'{name}' changes shares or compute at a release, whose date nobody knows; set "
                f"interventions.{name}.at"
            )
        if new:
            shares |= new
            before, grown = grown, _grown(shares, pools, k)
            for pool, share in shares.items():  # all of them, or the rest would not follow
                written["set"]["pools"].setdefault(pool, {})["share"] = share
            _follow(written["set"]["pools"], pools, k, grown)
            if step:
                raise InputError(
                    f"limits: cannot add compute to pools {', '.join(pools)} alone where "
                    f"intervention '{name}' changes shares and compute at once; make it two"
                )
            written["capacity"]["compute"] = {"scale": grown / before}
        _intervened(step, grown)


def _in_order(model: Model) -> list[tuple[str, Any]]:
    """Return the interventions in the order of their dates, then those at releases."""
    late = float("inf")
    return sorted(
        model.interventions.items(), key=lambda pair: late if pair[1].at is None else pair[1].at
    )


def _grown(shares: Mapping[str, float], pools: list[str], k: float) -> float:
    """Return how many times the compute of the lab that is."""
    return 1.0 + (k - 1.0) * sum(shares[name] for name in pools)


def _follow(holder: Data, pools: list[str], k: float, grown: float) -> None:
    for name, pool in holder.items():
        if pool.get("share") is not None:
            pool["share"] *= (k if name in pools else 1.0) / grown


def training_units(data: Mapping[str, Any], model: Model) -> int | None:
    """Return the units at t = 0 of the pool that trains generations; `None` without one."""
    name = model.training_pool
    if name is None:
        return None
    pool = data["pools"][name]
    if pool["share"] is None:
        return int(pool["capacity"])
    shares = {n: p["share"] for n, p in data["pools"].items() if p["share"] is not None}
    return split(shares, data["compute"]["units"])[name]


def keep_initial_model(data: Data, model: Model, before: int | None) -> None:
    """Let generation 0 be as large as it was on so many training units: F_0 = units * days."""
    after = training_units(data, model)
    if before and after and after != before:
        multiply(data, "initial_training", before / after)
