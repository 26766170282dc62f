"""Planned capacities: what each pool has at each date, from its own plan or the lab's compute."""

from __future__ import annotations

import math
from collections.abc import Mapping

from sim.model.lab import Model


def initial_units(model: Model) -> dict[str, int | float]:
    """Return each pool's planned units at t = 0 (for agent pools with a share: compute units)."""
    shared = split(shares_of(model), model.compute.units) if model.compute else {}
    return {
        name: shared[name] if pool.share is not None else _stated(pool.capacity)
        for name, pool in model.pools.items()
    }


def unit_steps(model: Model) -> list[tuple[float, str, int]]:
    """Return all planned changes as (time, pool, units), in order of time, then model order."""
    steps: list[tuple[float, str, int]] = []
    if model.compute:
        for time, units in model.compute.plan.steps(model.compute.units, model.horizon):
            steps += [(time, name, n) for name, n in split(shares_of(model), units).items()]
    for name, pool in model.pools.items():
        if pool.share is None and isinstance(pool.capacity, int):
            own = pool.plan.steps(pool.capacity, model.horizon)
            steps += [(time, name, units) for time, units in own]
    order = {name: i for i, name in enumerate(model.pools)}
    return sorted(steps, key=lambda step: (step[0], order[step[1]]))


def shares_of(model: Model) -> dict[str, float]:
    """Return the share of the lab's compute of each pool that has one."""
    return {name: pool.share for name, pool in model.pools.items() if pool.share is not None}


def split(shares: Mapping[str, float], units: int) -> dict[str, int]:
    """Divide compute units by share: largest remainders, ties to the earlier pool."""
    parts = {name: math.floor(units * share + 1e-9) for name, share in shares.items()}
    left = round(units * math.fsum(shares.values())) - sum(parts.values())
    by_remainder = sorted(shares, key=lambda n: -round(units * shares[n] - parts[n], 9))
    for name in by_remainder[:left]:
        parts[name] += 1
    return parts


def _stated(capacity: int | float | None) -> int | float:
    assert capacity is not None
    return capacity
