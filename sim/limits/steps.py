"""Small steps of what drives a lab, for elasticities: new values, and how far the step goes.

Units are whole, so a step of a capacity is as long as rounding makes it: its length is measured,
as the log of what there is on average over that before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import exp, log
from typing import Any

from sim.limits.drivers import DRIVERS, Driver
from sim.limits.editing import copied, difference
from sim.model import InputError, Model
from sim.model.errors import unknown_name
from sim.study.replace import put_all

FARTHEST = 2.0
"""Log of the factor up to which whole units are looked for that move."""


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
