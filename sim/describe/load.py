"""Offered load: what arrives at each pool against what it can do, estimated from the model."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.describe.demand import Demand, of_flow, slots
from sim.describe.sections import Section, Table
from sim.describe.words import percent, rough
from sim.model import Model
from sim.model.capacity import initial_units
from sim.model.flow import Open, Poisson, Spawned

LEAST = 0.005
"""Share of a pool's work below which an activity is not told."""

WORK = {"human": "person-days", "agent": "slot-days", "compute": "unit-days"}


@dataclass(frozen=True, kw_only=True)
class Load:
    """What one flow asks of one pool."""

    flow: str
    pool: str
    work: float
    """Work per item, in the pool's own days."""
    parts: dict[str, float]
    """That work by activity."""
    rate: float | None
    """Items a day; `None` where the flow starts them as it can."""
    capacity: float
    """Work that the pool can do in a day."""
    pace: float
    """Work that one of its units can do in a day."""

    @property
    def utilisation(self) -> float | None:
        """Share of the pool that the flow asks for, if its rate is known."""
        if self.rate is None or self.rate == 0 or math.isinf(self.capacity):
            return None if self.rate is None else 0.0
        return self.rate * self.work / self.capacity if self.capacity else math.inf

    @property
    def most(self) -> float:
        """Items a day that would fill the pool."""
        return self.capacity / self.work if self.work else math.inf


def daily(model: Model, name: str) -> float:
    """Return the work that a pool can do in a day at t = 0, on average over the week."""
    is_slots = name == model.assistants.pool
    return (slots(model) if is_slots else float(initial_units(model)[name])) * pace(model, name)


def pace(model: Model, name: str) -> float:
    """Return the work that one unit of a pool can do in a day, on average over the week."""
    pool = model.pools[name]
    if pool.kind != "human":
        return 1.0
    return 24 / model.hours_per_person_day * (pool.hours.open_share() if pool.hours else 1.0)


def arrivals(model: Model, flow: str) -> float | None:
    """Return the items of a flow that arrive a day at t = 0, or `None` if no rate is given."""
    source = model.flows[flow].source
    if isinstance(source, Open):
        return 1 / source.interval.mean()
    if isinstance(source, Poisson):
        return source.rate * (model.feedback[source.law].at(0.0) if source.law else 1.0)
    return None


def loads(model: Model) -> list[Load]:
    """Return what each flow from outside asks of each pool, spawned items included."""
    found = []
    for flow, spec in model.flows.items():
        if isinstance(spec.source, Spawned):
            continue
        demand = of_flow(model, flow)
        for pool in model.pools:
            parts = _parts(demand, pool)
            if parts:
                found.append(Load(
                    flow=flow, pool=pool, work=math.fsum(parts.values()), parts=parts,
                    rate=arrivals(model, flow), capacity=daily(model, pool),
                    pace=pace(model, pool),
                ))  # fmt: skip
    return found


def loads_by_flow(model: Model) -> dict[str, list[Load]]:
    """Return those loads by flow; flows that ask for nothing are left out."""
    found = loads(model)
    return {
        flow: [load for load in found if load.flow == flow]
        for flow in dict.fromkeys(load.flow for load in found)
    }


def offered(model: Model) -> dict[str, float]:
    """Return each pool's utilisation by flows whose rate is known, at t = 0: `rho`.

    Waiting of one stage for another is no part of it, nor are failures by escaped defects.
    """
    total = dict.fromkeys(model.pools, 0.0)
    for load in loads(model):
        total[load.pool] += load.utilisation or 0.0
    return total


def _parts(demand: Demand, pool: str) -> dict[str, float]:
    return {activity: work for (where, activity), work in demand.items() if where == pool}


def section(model: Model) -> Section:
    """Return the section on the offered load."""
    found = loads(model)
    lines = [
        "an estimate for t = 0, without simulating: expected visits (by routing, failures, "
        "attempts) times mean work, against capacity; assistants as good as generation 0, a slot "
        "always free, no defects, no waiting",
    ]
    lines += [_total(model, pool, load) for pool, load in offered(model).items() if load]
    lines += _bottlenecks(loads_by_flow(model))
    rows = tuple(
        (
            load.flow, load.pool, _work(model, load), _split(load),
            rough(load.rate) if load.rate is not None else "as it can", _share(load),
        )
        for load in found
    )
    columns = ("flow", "pool", "work per item", "of which", "items a day", "share of the pool")
    return Section(
        title="Offered load", lines=tuple(lines), tables=(Table(columns=columns, rows=rows),)
    )


def _work(model: Model, load: Load) -> str:
    return f"{rough(load.work)} {WORK[model.pools[load.pool].kind]}"


def _split(load: Load) -> str:
    if len(load.parts) == 1:
        return next(iter(load.parts))
    shares = {name: work / load.work for name, work in load.parts.items()}
    largest_first = sorted(shares, key=lambda name: -shares[name])
    return ", ".join(f"{n} {shares[n]:.0%}" for n in largest_first if shares[n] >= LEAST)


def _share(load: Load) -> str:
    if math.isinf(load.capacity):
        return "–" if load.rate is None else f"{rough(load.rate * load.work / load.pace)} busy"
    if load.utilisation is None:
        return f"full at {rough(load.most)} a day"
    return percent(load.utilisation)


def _total(model: Model, pool: str, load: float) -> str:
    units = initial_units(model)[pool]
    return f"pool {pool}: arrivals ask for {percent(load)} of {rough(units)} units"


def _bottlenecks(found: dict[str, list[Load]]) -> list[str]:
    """Say of each flow without a rate which pool would be full first."""
    lines = []
    for flow, own in found.items():
        if own[0].rate is not None:
            continue
        tightest = min(own, key=lambda load: load.most)
        if math.isfinite(tightest.most):
            most = tightest.most
            each = 1 / most if most else math.inf
            pace = f"{rough(most)} items a day" if most > 0.995 else f"one in {rough(each)} d"
            lines.append(f"flow {flow}, on its own: pool {tightest.pool} is full first, at {pace}")
    return lines
