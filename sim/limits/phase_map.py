"""Phase map: what holds a lab back, over its compute and the speed of its loop.

A study of one point per cell of a grid, each run on the same random numbers. Along one axis the lab
has more or less compute, along the other a faster or slower loop: drivers `compute` and `loop` of
`sim.limits.steps`. Nights and weekends stay. Cells come coarse ones first, so that a first picture
is there early; none is run twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.limits.jackknife import FEW
from sim.limits.map_axes import COMPUTE, LOOP, Axis, Grid, axes_of, axis, coarse_first, narrower
from sim.limits.steps import step
from sim.limits.surface import Phases, Surface, phases
from sim.model import InputError, Model
from sim.study.plan import Plan, plan
from sim.study.study import Study

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.results import Results

OUTPUT = "research_output"
"""The outcome whose elasticities are taken."""
STEP = 1.3
"""Factor by which the compute and loop speed of a lab are moved to place it on a map of another."""


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
        If the lab has no research, no compute or too few units of it, there are too few
        replications, or a cell is no valid lab.
    """
    if replications < FEW:
        raise InputError(
            f"phase map: replications must be >= {FEW}, as its intervals come from "
            f"them, got {replications}; set replications=20"
        )
    axes = axes_of(model, grid)
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
    try:
        return _plan(name, question, model, axes, points, replications, seed), stages
    except InputError as error:
        raise narrower(model, axes, error) from None


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
        If so many runs ended before the horizon that too few replications are known in all cells,
        or nothing at all comes out anywhere.
    """
    number = len(results.points) if first is None else first
    cells, runs = results.points.iloc[:number], results.runs
    table = runs[(runs["point"] < number).to_numpy()]
    planned = results.study.replications
    _check_ends(table, planned)
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
    zeros = output <= 0
    return Surface(
        compute=x, loop=y, output=np.where(zeros, some.min() / 2, output),
        zeros=int(zeros.sum()), left_out=planned - len(wide),
    )


def _check_ends(runs: pd.DataFrame, planned: int) -> None:
    """Raise `InputError` if too few replications went to the horizon wherever they were run."""
    unknown = runs[runs[OUTPUT].isna().to_numpy()]
    left = planned - unknown["replication"].nunique()
    if left >= FEW or unknown.empty:
        return
    why = ", ".join(f"{name} ({n:,})" for name, n in unknown["end_reason"].value_counts().items())
    kept = f"{left} of {planned} replications did" if left else "no replication did"
    raise InputError(
        f"phase map: {len(unknown):,} of {len(runs):,} runs ended early: {why}; runs must go to "
        f"the horizon in every cell, in {FEW} replications or more, and {kept}; leave "
        "end.generations, end.capability and end.events out, or set a shorter horizon"
    )


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
