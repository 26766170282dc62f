"""Axes of a phase map: at which compute and loop speeds, and how the lab changes with them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.limits.steps import step
from sim.model import InputError, Model
from sim.model.errors import show
from sim.study.replace import put_all

COMPUTE, LOOP = "compute", "loop"
"""Drivers along the axes, and factors of the study."""
LEAST, MOST = 5, 200
"""Cells along an axis."""
LEAST_VALUES, FAR = 3, 1000.0
"""Different values that an axis must have; a factor by which any number of whole units moves."""
SAME = 1e-9
"""Logarithms and elasticities that differ by less are the same."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Which cells a map has."""

    cells: int = 40
    """Along each axis, 5 to 200; fewer where compute has no so many whole units."""
    low: float = 0.1
    """Least compute and loop speed, relative to the lab."""
    high: float = 10.0
    """Greatest."""

    def __post_init__(self) -> None:
        if not LEAST <= self.cells <= MOST:
            raise InputError(
                f"phase map: grid must be {LEAST} to {MOST} cells along each axis, got "
                f"{self.cells}; set grid=40"
            )
        for name, value in (("low", self.low), ("high", self.high)):
            if not (math.isfinite(value) and value > 0):
                raise InputError(
                    f"phase map: {name} must be a factor > 0 of the lab, got {show(value)}; set "
                    "low=0.1 high=10"
                )
        if not self.low < 1 < self.high:
            raise InputError(
                f"phase map: the lab itself, 1, must lie between low and high, got "
                f"low={self.low:g} high={self.high:g}; set low=0.1 high=10"
            )

    def levels(self) -> list[float]:
        """Return the factors of an axis: evenly apart in logarithms, but that 1 is one of them."""
        below = -math.log(self.low) / math.log(self.high / self.low)
        count = min(max(round(below * (self.cells - 1)), 1), self.cells - 2)
        low = np.geomspace(self.low, 1.0, count + 1)
        high = np.geomspace(1.0, self.high, self.cells - count)
        return [float(f"{value:.6g}") for value in (*low[:-1], 1.0, *high[1:])]

    def stages(self) -> list[int]:
        """Return how many cells along each axis there are after each stage: 5, 10, 20, 40."""
        found = [self.cells]
        while found[0] >= 2 * LEAST:
            found.insert(0, -(-found[0] // 2))
        return found


def coarse_first(levels: Sequence[float]) -> list[int]:
    """Return the numbers of levels (logarithms) such that the first few are always well spread.

    The two ends, the lab itself (0), and then ever the one that is farthest from those before.
    """
    logs = np.asarray(levels, dtype=float)
    order = [0, len(logs) - 1, int(np.argmin(np.abs(logs)))]
    away = np.abs(logs[:, None] - logs[order]).min(axis=1)
    while len(order) < len(logs):
        # of those as far away as each other, up to rounding, the lowest
        order.append(int(np.argmax(np.round(away, 9))))
        away = np.minimum(away, np.abs(logs - logs[order[-1]]))
    return order


# --- what is varied ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis of a map: what drives the lab, at some levels."""

    driver: str
    """Name of a driver of `sim.limits.steps`, and of the study's factor."""
    logs: Mapping[str, float]
    """Logarithm of the driver over that of the lab, by level; rising."""
    changes: Mapping[str, Mapping[str, Any]]
    """New values by path, by level."""


def axis(model: Model, driver: str, levels: Sequence[float]) -> Axis:
    """Return an axis of a map.

    Units are whole: levels of compute that come to the same units are one, and how far each is from
    the lab is measured on the mean planned units.
    """
    data = model.to_dict()
    logs, changes = dict[str, float](), dict[str, Mapping[str, Any]]()
    before = -math.inf
    for level in levels:
        found, dlog = ({}, 0.0) if level == 1 else step(data, driver, level)
        least, most = before + SAME, (-SAME if level < 1 else math.inf)
        if level == 1 or least < dlog < most:
            name = f"{level:g}"
            logs[name], changes[name], before = dlog, found, dlog
    return Axis(driver=driver, logs=logs, changes=changes)


def axes_of(model: Model, grid: Grid) -> tuple[Axis, Axis]:
    """Return the two axes of a map; `InputError` if the lab cannot have one."""
    if not model.research_flows:
        raise InputError(
            f"phase map: needs research, and no flow of '{model.name}' that the lab starts gives "
            "insight; choose another scenario"
        )
    data = model.to_dict()
    for driver, what in ((COMPUTE, "limited compute"), (LOOP, "work of people or assistants")):
        if not step(data, driver, max(grid.high, FAR))[0]:
            raise InputError(
                f"phase map: needs {what}, and '{model.name}' has none; choose another scenario"
            )
    compute, loop = (axis(model, driver, grid.levels()) for driver in (COMPUTE, LOOP))
    if len(compute.logs) < LEAST_VALUES:
        raise InputError(
            f"phase map: needs {LEAST_VALUES} different values of compute or more, and "
            f"'{model.name}' has too few whole units: {grid.low:g} to {grid.high:g} times them "
            f"come to {len(compute.logs)} in {grid.cells} cells; set low=0.1 high=10 grid=40"
        )
    return compute, loop


def narrower(model: Model, axes: Sequence[Axis], refusal: InputError) -> InputError:
    """Return what to say of levels that the lab refuses: which, why, and what it would take."""
    data = model.to_dict()
    first, ends = "", {"low": 0.0, "high": math.inf}
    for one in axes:
        # away from the lab in either direction, as far as it is a lab
        names = list(one.logs)
        lab = names.index("1")
        for end, way in (("low", names[lab::-1]), ("high", names[lab:])):
            for name, beyond in itertools.pairwise(way):
                try:
                    Model.from_dict(put_all(data, one.changes[beyond]))
                except InputError as error:
                    what = "compute" if one.driver == COMPUTE else "the loop speed"
                    first = first or f"'{model.name}' refuses {beyond} times {what} ({error})"
                    nearer = max if end == "low" else min
                    ends[end] = nearer(ends[end], float(name))
                    break
    if not first:  # each is fine alone
        return InputError(f"phase map: {refusal}; set a narrower map: low=0.3 high=3")
    if 1.0 in ends.values():
        return InputError(f"phase map: {first}, and nothing nearer is left; set grid=40")
    remedy = " ".join(
        f"{end}={value:g}" for end, value in ends.items() if 0 < value < math.inf
    )
    return InputError(f"phase map: {first}; set {remedy}")
