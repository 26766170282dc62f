"""Small steps of what drives a lab, for elasticities: new values, and how far the step goes.

Units are whole, so a step of a capacity is as long as rounding makes it: its length is measured,
as the log of what there is on average over that before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import exp, floor, log
from typing import Any

from sim.laws.capability import growth
from sim.limits import roles
from sim.limits.capacity import keep_initial_model, stated, training_units
from sim.limits.editing import Data, at, copied, difference, multiply
from sim.limits.laws import move, taller
from sim.model import InputError, Model
from sim.model.capacity import split
from sim.model.errors import unknown_name
from sim.model.pool import Growth
from sim.model.stage import Labour
from sim.study.replace import put_all

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


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a driver."""

    changes: Mapping[str, Any]
    """New values by path."""
    dlog: float
    """Change of the log of the driver; of several pools, of the sum of their units."""
    by_pool: Mapping[str, float] = field(default_factory=dict)
    """The same of each pool: how evenly they were moved; empty if nothing is rounded."""


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Steps of a driver in both directions, as far as whole units allow."""

    driver: str
    """Name of the driver."""
    up: Step | None
    """More of it; absent if there cannot be more."""
    down: Step | None
    """Less of it; absent if there cannot be less: a pool keeps one unit."""

    @property
    def central(self) -> bool:
        """Whether a central difference can be taken."""
        return self.up is not None and self.down is not None

    @property
    def unmoved(self) -> tuple[str, ...]:
        """Pools that rounding leaves as they are in one direction at least."""
        found = [name for s in (self.up, self.down) if s for name, d in s.by_pool.items() if d == 0]
        return tuple(dict.fromkeys(found))

    @property
    def note(self) -> str:
        """Return what a reader of the elasticity must know; empty if nothing."""
        if self.up is None and self.down is None:
            return "cannot be moved"
        parts = [] if self.central else [f"one-sided: {'more' if self.up else 'less'} only"]
        if self.unmoved:
            parts.append(f"too few to be moved: {', '.join(self.unmoved)}")
        return "; ".join(parts)


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

FARTHEST = 2.0
"""Log of the factor up to which whole units are looked for that move."""


def step(data: Mapping[str, Any], driver: str, f: float) -> tuple[dict[str, Any], float]:
    """Return the new values that multiply a driver by f, and how far that goes.

    Parameters
    ----------
    data
        `Model.to_dict()`.
    driver
        One of `DRIVERS`.
    f
        Factor, > 0.

    Returns
    -------
    changes, dlog
        New values by path (none if the model has no such driver), and the change of its log: ln f,
        or where units are rounded the log of the ratio of the mean planned units over the run.

    Raises
    ------
    InputError
        For an unknown driver, or if interventions stand in the way.
    """
    found = _step(data, Model.from_dict(data), _driver(driver), f)
    return dict(found.changes), found.dlog


def _driver(name: str) -> Driver:
    if name not in DRIVERS:
        raise InputError(f"limits: {unknown_name('driver', name, DRIVERS)}")
    return DRIVERS[name]


def _step(data: Mapping[str, Any], model: Model, driver: Driver, f: float) -> Step:
    changed = copied(data)
    driver.apply(changed, model, f)
    changes = difference(data, changed)
    if driver.counts is None:
        return Step(changes=changes, dlog=log(f) if changes else 0.0)
    before, after = driver.counts(dict(data), model), driver.counts(changed, model)
    by_pool = {name: _log_ratio(after[name], before[name]) for name in before}
    total = _log_ratio(sum(after.values()), sum(before.values()))
    return Step(changes=changes, dlog=total, by_pool=by_pool)


def _log_ratio(after: float, before: float) -> float:
    return log(after / before) if after > 0 and before > 0 else 0.0


def steps(data: Mapping[str, Any], driver: str, size: float = 0.2) -> Steps:
    """Return a step up and a step down, by factors 1 + size and 1 / (1 + size) or the next larger.

    Where units are whole the nearest step is taken that moves them. A direction in which nothing
    moves, or that the model refuses, is absent: the difference is then one-sided (`Steps.note`).

    Parameters
    ----------
    data, driver
        As in `step`.
    size
        Relative size, > 0.
    """
    model, what = Model.from_dict(data), _driver(driver)
    return Steps(
        driver=driver, up=_nearest(data, model, what, log(1 + size)),
        down=_nearest(data, model, what, -log(1 + size)),
    )


def _nearest(data: Mapping[str, Any], model: Model, driver: Driver, dlog: float) -> Step | None:
    """Return the first step at least so long that moves the driver; `None` if none does."""
    while abs(dlog) <= FARTHEST:
        found = _step(data, model, driver, exp(dlog))
        if found.dlog * dlog > 0:
            try:
                Model.from_dict(put_all(data, found.changes))
            except InputError:
                return None
            return found
        dlog *= 1.1
    return None


def applicable(model: Model) -> list[str]:
    """Return the drivers that a model has and that can be moved."""
    data = model.to_dict()
    found = {name: steps(data, name) for name in DRIVERS}
    return [name for name, both in found.items() if both.up or both.down]
