"""Drivers: what a lab may have a little more or less of, and how the model changes with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import floor
from typing import Any

from sim.laws.capability import growth
from sim.limits import roles
from sim.limits.capacity import keep_initial_model, stated, training_units
from sim.limits.editing import Data, at, multiply
from sim.limits.laws import move, taller
from sim.model import Model
from sim.model.capacity import split
from sim.model.pool import Growth
from sim.model.stage import Labour

Units = Mapping[str, float]
"""Mean planned units over the run, by pool; `compute`: of all that the lab's pools share."""


@dataclass(frozen=True, kw_only=True)
class Driver:
    """Something that a lab may have a little more or less of."""

    name: str
    """Name, as levels of a study have it."""
    label: str
    """Words for an axis."""
    stepped: str
    """What a step of factor f does, a sentence."""
    apply: Callable[[Data, Model, float], None] = field(repr=False)
    """Changes plain data in place by a factor."""
    counts: Callable[[Data, Model], Units] | None = field(default=None, repr=False)
    """What is counted in whole units; absent: the factor is met exactly."""


# --- what is counted --------------------------------------------------------------------------


def _grow(data: Data, model: Model, name: str, f: float) -> None:
    """Multiply a stated capacity at all dates, rounding each delivery of a plan by itself.

    A plan that grows from so few units that they cannot be moved would else not move at all.
    """
    own = model.compute if name == "compute" else model.pools[name]
    assert own is not None
    start = at(data, "compute.units" if name == "compute" else f"pools.{name}.capacity")
    stated(data, name, f)
    if isinstance(own.plan, Growth):
        plan = own.plan
        dates = [time for time, _ in plan.steps(start, model.horizon)]
        table = {f"{t!r} d": floor(growth(start * f, plan.factor, t) + 1e-9) for t in dates}
        table = {time: max(units, 1) for time, units in table.items()}
        if table:
            holder = data["compute"] if name == "compute" else data["pools"][name]
            holder["plan"] = {"kind": "steps", "steps_at": table}


def _mean_units(data: Data, model: Model, name: str) -> float:
    """Return the mean planned units from t = 0 to the horizon, without interventions."""
    holder = data["compute"] if name == "compute" else data["pools"][name]
    start = holder["units" if name == "compute" else "capacity"]
    own = model.compute if name == "compute" else model.pools[name]
    assert own is not None
    plan = holder["plan"]
    if "steps_at" in plan:
        changes = [(float(t.split()[0]), units) for t, units in plan["steps_at"].items()]
    else:
        changes = own.plan.steps(start, model.horizon)
    return _mean([(0.0, start), *changes], model.horizon)


def _mean(changes: list[tuple[float, Any]], horizon: float) -> float:
    """Return the mean over time of what holds from each of these times on."""
    changes = [change for change in changes if change[0] < horizon]
    ends = [time for time, _ in changes[1:]] + [horizon]
    return float(
        sum(units * (end - time) for (time, units), end in zip(changes, ends, strict=True))
    ) / horizon


def _compute_of(model: Model) -> tuple[str, ...]:
    stated_ones = tuple(
        name for name, pool in model.pools.items()
        if pool.kind == "compute" and pool.capacity not in (None, 0, float("inf"))
    )
    return (*(("compute",) if model.compute else ()), *stated_ones)


def _compute(data: Data, model: Model, f: float) -> None:
    before = training_units(data, model)
    for name in _compute_of(model):
        _grow(data, model, name, f)
    keep_initial_model(data, model, before)


def _compute_units(data: Data, model: Model) -> Units:
    return {name: _mean_units(data, model, name) for name in _compute_of(model)}


def _people(data: Data, model: Model, f: float) -> None:
    for name in roles.all_people(model):
        _grow(data, model, name, f)


def _people_units(data: Data, model: Model) -> Units:
    return {name: _mean_units(data, model, name) for name in roles.all_people(model)}


def _slots(data: Data, model: Model, f: float) -> None:
    for name in roles.slots(model):
        if model.pools[name].share is None:
            _grow(data, model, name, f)
        else:
            data["pools"][name]["slots_per_unit"] *= f


def _slot_units(data: Data, model: Model) -> Units:
    """Count slots, without infrastructure, at the compute that is planned."""
    found = {}
    for name in roles.slots(model):
        if model.pools[name].share is None:
            found[name] = _mean_units(data, model, name)
            continue
        assert model.compute
        shares = {n: p["share"] for n, p in data["pools"].items() if p["share"] is not None}
        each = data["pools"][name]["slots_per_unit"]
        plan = [(0.0, model.compute.units)]
        plan += model.compute.plan.steps(model.compute.units, model.horizon)
        slots = [(time, floor(split(shares, units)[name] * each + 1e-9)) for time, units in plan]
        found[name] = _mean(slots, model.horizon)
    return found


# --- what is continuous -----------------------------------------------------------------------


def _assistant_speed(data: Data, model: Model, f: float) -> None:
    for law in roles.laws(model, "speedup"):
        move(data, law, taller, f)


def _review(data: Data, model: Model, f: float) -> None:
    for name in roles.policies(model):
        multiply(data, f"oversight.{name}.review_work", 1 / f)
        multiply(data, f"oversight.{name}.review_fraction", 1 / f)


def _loop(data: Data, model: Model, f: float) -> None:
    """Make all hands f times as fast.

    What a review takes per task, and how often a task is steered, follow the task's work: the
    fraction stays, and tasks are steered as often as before.
    """
    for path, _ in roles.stages(model, tuple(model.flows), Labour):
        multiply(data, f"{path}.work", 1 / f)
    for name in model.oversight:
        multiply(data, f"oversight.{name}.review_work", 1 / f)
        multiply(data, f"oversight.{name}.steering_work", 1 / f)
    for law in roles.laws(model, "steering"):
        move(data, law, taller, f)


DRIVERS: dict[str, Driver] = {
    driver.name: driver
    for driver in (
        Driver(
            name="compute", label="compute", apply=_compute, counts=_compute_units,
            stepped="All compute, that of assistants too, is multiplied at all dates; generation "
            "0 stays what it was.",
        ),
        Driver(
            name="people", label="people", apply=_people, counts=_people_units,
            stepped="All pools of people are multiplied at all dates; they bring their own limit "
            "of work in progress.",
        ),
        Driver(
            name="assistant_speed", label="assistant speed", apply=_assistant_speed,
            stepped="All speed-ups of assistants are multiplied, caps too.",
        ),
        Driver(
            name="slots", label="assistant slots", apply=_slots, counts=_slot_units,
            stepped="Assistants' slots are multiplied, on the same compute.",
        ),
        Driver(
            name="review", label="review capacity", apply=_review,
            stepped="The work of every review is divided; as much is reviewed, and caught.",
        ),
        Driver(
            name="loop", label="the loop", apply=_loop,
            stepped="People and assistants are faster at everything: work, reviews, steering.",
        ),
    )
}
"""What may be moved, by name."""
