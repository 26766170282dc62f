"""Phase map: what holds a lab back, over its compute and the speed of its loop.

A study of one point per cell of a grid, each run on the same random numbers. Along one axis the lab
has more or less compute, along the other a faster or slower loop: drivers `compute` and `loop` of
`sim.limits.steps`. Nights and weekends stay. Cells come coarse ones first, so that a first picture
is there early; none is run twice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.limits.jackknife import FEW
from sim.limits.steps import step
from sim.limits.surface import Phases, Surface, phases
from sim.model import InputError, Model
from sim.model.errors import show
from sim.study.plan import Plan, plan
from sim.study.study import Study

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.results import Results

COMPUTE, LOOP, OUTPUT = "compute", "loop", "research_output"
"""Factors of the study, and the outcome whose elasticities are taken."""
LEAST, MOST = 5, 200
"""Cells along an axis."""
SAME = 1e-9
"""Logarithms that differ by less are the same."""
STEP = 1.3
"""Factor by which the compute and loop speed of a lab are moved to place it on a map of another."""


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


def _check_lab(model: Model) -> None:
    if not model.research_flows:
        raise InputError(
            f"phase map: needs research, and no flow of '{model.name}' that the lab starts gives "
            "insight; choose another scenario"
        )
    data = model.to_dict()
    for driver, what in ((COMPUTE, "limited compute"), (LOOP, "work of people or assistants")):
        if not step(data, driver, STEP)[0]:
            raise InputError(
                f"phase map: needs {what}, and '{model.name}' has none; choose another scenario"
            )


# --- the studies ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Part of a map, a grid of its own."""

    cells: tuple[int, int]
    """Values of compute and of loop speed."""
    points: int
    """Points of the study up to here: all cells of this grid and no others."""


def composed(
    model: Model, grid: Grid, *, replications: int, seed: int = 0
) -> tuple[Plan, list[Stage]]:
    """Return the study of a map, and what is there after each of its stages.

    Raises
    ------
    InputError
        If the lab has no research or no compute, there are too few replications, or a cell is no
        valid lab.
    """
    if replications < FEW:
        raise InputError(
            f"phase map: replications must be >= {FEW}, as its intervals come from "
            f"them, got {replications}; set replications=20"
        )
    _check_lab(model)
    axes = [axis(model, driver, grid.levels()) for driver in (COMPUTE, LOOP)]
    compute, loop = (list(one.logs) for one in axes)
    rows, columns = (coarse_first(list(one.logs.values())) for one in axes)
    cells, stages = dict[tuple[int, int], None](), []
    for count in grid.stages():
        part = [(i, j) for i in rows[:count] for j in columns[:count]]
        cells |= dict.fromkeys(part)
        size = (min(count, len(rows)), min(count, len(columns)))
        stages.append(Stage(cells=size, points=len(cells)))
    points = [(compute[i], loop[j]) for i, j in cells]
    question = f"Is {model.name} held back by compute or by its loop, and where does that change?"
    name = f"phase_map_{model.name}"
    return _plan(name, question, model, axes, points, replications, seed), stages


def cross(model: Model, *, replications: int, seed: int = 0) -> Plan:
    """Return a study of five points, a lab and its neighbours, to place it on a map of another.

    The lab, with more and with less compute, with a faster and with a slower loop.
    """
    levels = [1 / STEP, 1.0, STEP]
    axes = [axis(model, driver, levels) for driver in (COMPUTE, LOOP)]
    (less, one, more), (slower, same, faster) = (list(a.logs) for a in axes)
    points = [(one, same), (more, same), (less, same), (one, faster), (one, slower)]
    question = f"Is {model.name} held back by compute or by its loop?"
    return _plan(f"place_{model.name}", question, model, axes, points, replications, seed)


def _plan(
    name: str, question: str, model: Model, axes: Sequence[Axis],
    points: Sequence[tuple[str, str]], replications: int, seed: int,
) -> Plan:  # fmt: skip
    study = Study.from_dict({
        "name": name, "question": question, "scenario": model.name, "seed": seed,
        "factors": {
            one.driver: {"lever": {level: dict(found) for level, found in one.changes.items()}}
            for one in axes
        },
        "design": {
            "kind": "list", "points": [{COMPUTE: x, LOOP: y} for x, y in points],
        },
        "replications": replications,
        "outcomes": {OUTPUT: OUTPUT, "capability": "capability", "releases": "releases"},
    })
    return plan(study, {model.name: model})


# --- what came out ----------------------------------------------------------------------------


def surface(results: Any, first: int | None = None) -> Surface:
    """Return the output over the cells of a study's results, or over its first so many.

    Only replications that are known in all of these cells count: they are compared with each other.
    An output of 0 counts as half of the least that is above.

    Raises
    ------
    InputError
        If nothing at all comes out anywhere.
    """
    number = len(results.points) if first is None else first
    cells, runs = results.points.iloc[:number], results.runs
    table = runs[(runs["point"] < number).to_numpy()]
    wide = table.pivot(index="replication", columns="point", values=OUTPUT)
    wide = wide.reindex(columns=range(number)).dropna()
    (x, row), (y, column) = (
        np.unique(cells[name].map(logs_of(results, name)), return_inverse=True)
        for name in (COMPUTE, LOOP)
    )
    output = np.full((len(wide), len(x), len(y)), np.nan)
    output[:, row, column] = wide.to_numpy(float)
    some = output[output > 0]
    if not some.size:
        raise InputError(
            "phase map: no research comes out of any cell; set a longer horizon, or another "
            "scenario"
        )
    output = np.where(output <= 0, some.min() / 2, output)
    return Surface(compute=x, loop=y, output=output)


def logs_of(results: Any, driver: str) -> dict[str, float]:
    """Return how far each level of an axis is from the lab, as a logarithm."""
    base = results.plan.bases[results.study.scenario]
    levels = results.study.factors[driver].levels
    return {name: 0.0 if name == "1" else step(base, driver, float(name))[1] for name in levels}


def of_stage(results: Results, stage: Stage, *, resamples: int = 100) -> Phases | None:
    """Return the regimes as far as a stage goes; `None` while it is not done."""
    runs = results.runs
    here = runs[(runs["point"] < stage.points).to_numpy()]
    if len(here) < stage.points * results.study.replications:
        return None
    return phases(surface(results, stage.points), resamples=resamples)


def table(found: Phases) -> pd.DataFrame:
    """Return a row per cell.

    Returns
    -------
    DataFrame
        `compute`, `loop` (relative to the lab); `output` (mean); `elasticity_compute`,
        `elasticity_loop`, `difference` with `low_90` and `high_90`; `regime`; `in_band` (whether
        the boundary may be there).
    """
    import pandas as pd

    x, y = np.meshgrid(np.exp(found.surface.compute), np.exp(found.surface.loop), indexing="ij")
    columns = {
        "compute": x, "loop": y, "output": found.surface.output.mean(axis=0),
        "elasticity_compute": found.compute, "elasticity_loop": found.loop,
        "difference": found.difference, "low_90": found.low, "high_90": found.high,
        "regime": found.regime, "in_band": found.band,
    }
    return pd.DataFrame({name: np.asarray(values).ravel() for name, values in columns.items()})
