"""Phase map: what holds a lab back, over its compute and the speed of its loop.

A study of one point per cell of a grid, each run on the same random numbers. Along one axis the lab
has x times the compute: `compute.units` times x, `initial_training` over x, so that generation 0 is
the same; the assistants' partition grows with it. Along the other its loop is y times as fast: all
work of people and assistants, reviews and interventions included, takes 1/y of its time, with as
many reviews and interventions for each task; nights and weekends stay. Cells come coarse ones
first, so that a first picture is there early; none is run twice.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.limits.surface import LEAST_REPLICATIONS, Phases, Surface, phases
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
        found = np.geomspace(self.low, self.high, self.cells)
        found[1:-1][np.argmin(np.abs(np.log(found[1:-1])))] = 1.0
        return [float(f"{value:.6g}") for value in found]

    def stages(self) -> list[int]:
        """Return how many cells along each axis there are after each stage: 5, 10, 20, 40."""
        found = [self.cells]
        while found[0] >= 2 * LEAST:
            found.insert(0, -(-found[0] // 2))
        return found


def coarse_first(levels: Sequence[float]) -> list[int]:
    """Return the numbers of levels such that the first few are always well spread.

    The two ends, the lab itself, and then ever the one that is farthest from those before.
    """
    logs = np.log(levels)
    order = [0, len(logs) - 1, int(np.argmin(np.abs(logs)))]
    away = np.abs(logs[:, None] - logs[order]).min(axis=1)
    while len(order) < len(logs):
        # of those as far away as each other, up to rounding, the lowest
        order.append(int(np.argmax(np.round(away, 9))))
        away = np.minimum(away, np.abs(logs - logs[order[-1]]))
    return order


# --- what is varied ---------------------------------------------------------------------------


def compute_powers(model: Model) -> dict[str, float]:
    """Return the paths that compute multiplies, with their powers.

    Raises
    ------
    InputError
        If the lab has no compute, or no research.
    """
    data = model.to_dict()
    if not model.research_flows:
        raise InputError(
            f"phase map: needs research, and no flow of '{model.name}' that the lab starts gives "
            "insight; choose another scenario"
        )
    if data["compute"].get("units"):
        found = {"compute.units": 1.0}
    else:
        found = {
            f"pools.{name}.capacity": 1.0 for name, pool in data["pools"].items()
            if pool["kind"] == "compute" and _is_count(pool["capacity"])
        }
    if not found:
        raise InputError(
            f"phase map: needs compute, and '{model.name}' has none that is limited; choose "
            "another scenario, or set compute.units"
        )
    return found | ({"initial_training": -1.0} if data.get("initial_training") else {})


def loop_powers(model: Model) -> dict[str, float]:
    """Return the paths that the loop speed multiplies, with their powers.

    Interventions come per person-day of work: as a task takes less of it, they come as much more
    often, so that each task has as many.
    """
    data = model.to_dict()
    found = {
        f"flows.{flow}.stages.{name}.work": -1.0
        for flow, parts in data["flows"].items() for name, stage in parts["stages"].items()
        if stage["kind"] == "labour"
    }
    for name in data["oversight"]:
        found |= {f"oversight.{name}.{what}": -1.0 for what in ("review_work", "steering_work")}
    return found | _steering(data)


def _steering(data: Mapping[str, Any]) -> dict[str, float]:
    laws = {skill.get("steering") for skill in data["skills"].values()}
    found = dict[str, float]()
    for name in sorted(law for law in laws if isinstance(law, str)):
        parts = _HEIGHTS.get(data["feedback"][name]["kind"])
        if parts is None:
            raise InputError(
                f"phase map: cannot scale interventions by law '{name}' of kind "
                f"{data['feedback'][name]['kind']}; give it another, such as power"
            )
        found |= {f"feedback.{name}.{part}": 1.0 for part in parts}
    return found


_HEIGHTS = {
    "power": ("base",), "constant": ("value",), "logistic": ("ceiling",),
    "saturating": ("start", "limit"), "threshold": ("below", "above"),
}
"""Parameters of laws that all its values are proportional to."""


def whole_units(levels: Sequence[float], model: Model) -> list[float]:
    """Return factors of compute that make whole units, each once."""
    least = min(_counts(model))
    whole = dict.fromkeys(max(int(level * least + 0.5), 1) for level in levels)
    return [units / least for units in whole]


def _counts(model: Model) -> list[int]:
    data = model.to_dict()
    if data["compute"].get("units"):
        return [data["compute"]["units"]]
    return [
        pool["capacity"] for pool in data["pools"].values()
        if pool["kind"] == "compute" and _is_count(pool["capacity"])
    ]


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and value > 0


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
    if replications < LEAST_REPLICATIONS:
        raise InputError(
            f"phase map: replications must be >= {LEAST_REPLICATIONS}, as its intervals come from "
            f"them, got {replications}; set replications=20"
        )
    compute, loop = whole_units(grid.levels(), model), grid.levels()
    rows, columns = coarse_first(compute), coarse_first(loop)
    cells, stages = dict[tuple[int, int], None](), []
    for count in grid.stages():
        part = [(i, j) for i in rows[:count] for j in columns[:count]]
        cells |= dict.fromkeys(part)
        size = (min(count, len(rows)), min(count, len(columns)))
        stages.append(Stage(cells=size, points=len(cells)))
    points = [(compute[i], loop[j]) for i, j in cells]
    question = f"Is {model.name} held back by compute or by its loop, and where does that change?"
    study = _study(f"phase_map_{model.name}", question, model, points, replications, seed)
    return plan(study, {model.name: model}), stages


def cross(model: Model, *, replications: int, seed: int = 0) -> Plan:
    """Return a study of five points, a lab and its neighbours, to place it on a map of another."""
    (more,), (less,) = whole_units([STEP], model), whole_units([1 / STEP], model)
    points = [(1.0, 1.0), (more, 1.0), (less, 1.0), (1.0, STEP), (1.0, 1 / STEP)]
    question = f"Is {model.name} held back by compute or by its loop?"
    study = _study(f"place_{model.name}", question, model, points, replications, seed)
    return plan(study, {model.name: model})


def _study(
    name: str, question: str, model: Model, points: Sequence[tuple[float, float]],
    replications: int, seed: int,
) -> Study:  # fmt: skip
    return Study.from_dict({
        "name": name, "question": question, "scenario": model.name, "seed": seed,
        "factors": {
            COMPUTE: {"scale": compute_powers(model)}, LOOP: {"scale": loop_powers(model)},
        },
        "design": {
            "kind": "list",
            "points": [{COMPUTE: float(x), LOOP: float(y)} for x, y in points],
        },
        "replications": replications,
        "outcomes": {OUTPUT: OUTPUT, "capability": "capability", "releases": "releases"},
    })


# --- what came out ----------------------------------------------------------------------------


def surface(points: pd.DataFrame, runs: pd.DataFrame, first: int | None = None) -> Surface:
    """Return the output over the cells of a study, or over its first so many.

    Only replications that are known in all of these cells count: they are compared with each other.
    An output of 0 counts as half of the least that is above.

    Raises
    ------
    InputError
        If nothing at all comes out anywhere.
    """
    number = len(points) if first is None else first
    cells = points.iloc[:number]
    table = runs[(runs["point"] < number).to_numpy()]
    wide = table.pivot(index="replication", columns="point", values=OUTPUT)
    wide = wide.reindex(columns=range(number)).dropna()
    x, row = np.unique(cells[COMPUTE].to_numpy(float), return_inverse=True)
    y, column = np.unique(cells[LOOP].to_numpy(float), return_inverse=True)
    output = np.full((len(wide), len(x), len(y)), np.nan)
    output[:, row, column] = wide.to_numpy(float)
    some = output[output > 0]
    if not some.size:
        raise InputError(
            "phase map: no research comes out of any cell; set a longer horizon, or another "
            "scenario"
        )
    output = np.where(output <= 0, some.min() / 2, output)
    return Surface(compute=np.log(x), loop=np.log(y), output=output)


def of_stage(results: Results, stage: Stage, *, resamples: int = 100) -> Phases | None:
    """Return the regimes as far as a stage goes; `None` while it is not done."""
    runs = results.runs
    here = runs[(runs["point"] < stage.points).to_numpy()]
    if len(here) < stage.points * results.study.replications:
        return None
    return phases(surface(results.points, here, stage.points), resamples=resamples)


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
