"""Pools: who they are, what they have at t = 0 and later, and who asks for them."""

from __future__ import annotations

import math

from sim.describe.sections import Section, Table
from sim.describe.walk import extras, parts
from sim.describe.words import days, number, percent, settings
from sim.model import Model
from sim.model.allocation import Adaptive, Fixed, Priority
from sim.model.capacity import initial_units, unit_steps
from sim.model.pool import Constant, Growth, Pool
from sim.model.skill import Assistants, Skill
from sim.model.stage import Labour
from sim.model.units import DAYS_PER_YEAR

NAMING = ("pool", "pools", "lender", "borrower", "donor", "to")
"""Settings that name a pool, or several, wherever they stand."""

LOOKS = 4
"""Dates after t = 0 at which planned capacities are shown, equally far apart."""


def section(model: Model) -> Section:
    """Return the section on pools."""
    dates = _dates(model)
    capacities = [planned(model, date) for date in dates]
    real = model.people_per_unit != 1 or model.accelerators_per_unit != 1
    rows = tuple(
        (
            name, pool.kind, *(_units(model, pool, units[name]) for units in capacities),
            pool.hours.text if pool.hours else "always", _real(model, name) if real else "",
            _grows(model, pool), ", ".join(users(model, name)) or "nobody",
        )
        for name, pool in model.pools.items()
    )
    columns = (
        "pool", "kind", *("t = 0" if not date else f"+{_after(date)}" for date in dates),
        "hours", "stands for", "plan", "used by",
    )
    return Section(
        title="Pools", lines=(*_scale(model), allocation(model), *_more(model)),
        tables=(Table(columns=columns, rows=rows, below=3),),
    )


def _scale(model: Model) -> list[str]:
    if model.people_per_unit == model.accelerators_per_unit == 1:
        return []
    return [
        f"one unit of a human pool stands for {number(model.people_per_unit)} people, one compute "
        f"unit for {number(model.accelerators_per_unit)} accelerators"
    ]


def allocation(model: Model) -> str:
    """Say what happens to compute that its pool leaves idle."""
    rule = model.allocation
    if isinstance(rule, Priority):
        return (
            f"idle units of {rule.lender} are lent to {rule.borrower} and come back one by one "
            "as they free"
        )
    if isinstance(rule, Fixed):
        return "every pool keeps its capacity; nothing is lent"
    if isinstance(rule, Adaptive):
        return (
            f"at each release {percent(rule.step)} of the compute moves to the pool that waits "
            f"most from the one that waits least, among {', '.join(rule.pools)} (floor "
            f"{percent(rule.floor)}, dead band {number(rule.dead_band)})"
        )
    return f"allocation of compute: {rule.KIND} ({settings(rule)})"


def planned(model: Model, date: float) -> dict[str, int | float]:
    """Return each pool's planned units at a date, days after t = 0."""
    units = initial_units(model)
    for time, name, changed in unit_steps(model):
        if time <= date:
            units[name] = changed
    return units


_TOLD = {"kind", "capacity", "share", "slots_per_unit", "elasticity", "plan", "hours"}


def _more(model: Model) -> list[str]:
    """Say what else is set for pools, and that interventions are not in their plans."""
    lines = [f"pool {n}: {more}" for n, pool in model.pools.items() for more in extras(pool, _TOLD)]
    if any(change.capacity for change in model.interventions.values()):
        lines.append("capacities are those planned, without the interventions below")
    return lines


def _dates(model: Model) -> list[float]:
    if not unit_steps(model):
        return [0.0]
    return [model.horizon * look / LOOKS for look in range(LOOKS + 1)]


def _after(date: float) -> str:
    return f"{date / DAYS_PER_YEAR:.3g} y" if date >= DAYS_PER_YEAR / 4 else days(date)


def _units(model: Model, pool: Pool, units: float) -> str:
    if pool.kind == "agent" and pool.share is not None:
        return f"{int(units * pool.slots_per_unit + 1e-9)} slots"
    return number(units)


def _real(model: Model, name: str) -> str:
    pool, units = model.pools[name], initial_units(model)[name]
    if math.isinf(units):
        return "–"
    if pool.kind == "human":
        return f"{number(units * model.people_per_unit)} people"
    if pool.kind == "agent" and pool.share is None:
        return f"{number(units)} slots"
    return f"{number(units * model.accelerators_per_unit)} accelerators"


def _grows(model: Model, pool: Pool) -> str:
    """Say how the capacity changes."""
    plan = model.compute.plan if pool.share is not None and model.compute else pool.plan
    if isinstance(plan, Growth):
        return f"× {number(plan.factor)} a year, every {days(plan.every)}"
    return "constant" if isinstance(plan, Constant) else settings(plan)


def users(model: Model, name: str) -> list[str]:
    """Return what asks for a pool: skills, assistants, stages, and whatever else names it."""
    skills = [
        skill
        for skill, spec in model.skills.items()
        if name in (spec.pool, spec.review_pool) and skill in worked(model)
    ]
    found = [f"skills {', '.join(skills)}"] if skills else []
    for place, part in parts(model):
        if isinstance(part, Assistants):
            named = name == part.pool and part.source != "none"
        else:
            values = [value for key, value in vars(part).items() if key in NAMING]
            named = not isinstance(part, Skill) and any(
                name == value or (isinstance(value, tuple) and name in value) for value in values
            )
        if named:
            found.append(".".join(key for key in place if key not in ("flows", "stages")))
    return found


def worked(model: Model) -> set[str]:
    """Return the skills that some stage asks for."""
    return {
        stage.skill
        for flow in model.flows.values()
        for stage in flow.stages.values()
        if isinstance(stage, Labour)
    }
