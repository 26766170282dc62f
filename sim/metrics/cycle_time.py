"""Cycle time of a generation: where the time from gate to release goes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sim.metrics.timeline import Ends, Floats
from sim.model import Model
from sim.model.flow import Flow
from sim.model.release import Release
from sim.model.training import Gate, Training

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """One part of the cycle of a generation."""

    name: str
    """Key in tables, unique in the model."""
    label: str
    """For people."""
    kind: str
    """`wait` for compute, `stage` on the main line, `beside`: stages side by side between two."""
    stage: str
    """Stage of the main line that it belongs to."""


def milestones(model: Model) -> tuple[Milestone, ...]:
    """Return the parts that a generation's cycle consists of, in order of time.

    The **main line** are the stages that every route to the release passes (the dominators of
    the release in the graph of `next`, `on_failure` and `after`); they are always entered for
    the first time in the same order. Each gives a part, from its first entry to that of the
    next one, which is split further

    - at the first start of training, for a training stage: before it is waiting for compute;
    - at the stage's last end, if other stages lie between it and the next: those run `beside`
      each other.

    Stages that only lead back (mitigation after a failed approval) count to the stage they come
    from. Releasing takes no time. Without a generation flow there are no parts.
    """
    name = model.generation_flow
    if name is None:
        return ()
    flow = model.flows[name]
    line = _main_line(flow)
    parts = []
    for stage, following in pairwise(line):
        spec, plain = flow.stages[stage], _plain(stage)
        beside, back = _off_line(flow, line, stage, following)
        if isinstance(spec, Training):
            wait = f"waiting for {_plain(spec.pool)} compute"
            parts.append(Milestone(name=f"{stage}:wait", label=wait, kind="wait", stage=stage))
        label = "waiting at the gate" if isinstance(spec, Gate) else plain
        label += f" (with {', '.join(map(_plain, back))})" if back else ""
        parts.append(Milestone(name=stage, label=label, kind="stage", stage=stage))
        if beside:
            label = ", ".join(map(_plain, beside))
            parts.append(
                Milestone(name=f"{stage}:beside", label=label, kind="beside", stage=stage)
            )
    return tuple(parts)


def by_milestone(
    visits: pd.DataFrame, generations: pd.DataFrame, model: Model, *, ends: Ends | None = None
) -> pd.DataFrame:
    """Return how long each part of each generation's cycle took.

    The parts follow each other without gap or overlap: they sum to `cycle_time`. Attempts that
    were skipped at the gate belong to the gate of the generation that was trained in the end.

    Parameters
    ----------
    visits, generations
        Tables of a run or an ensemble.
    model
        The model that was run.
    ends
        When replications ended that ended before the horizon, days.

    Returns
    -------
    DataFrame
        One row per generation after 0 and part, in order of time: `replication`, `generation`,
        `milestone` (see `milestones`), `start` and `days`; `released` says whether the cycle is
        complete. If not, the part it is in lasts to the end of the run so far, later ones 0.
    """
    import pandas as pd

    parts = milestones(model)
    made = generations[(generations["outcome"] != "skipped").to_numpy()]
    made = made[(made["started"].notna()).to_numpy()]
    if not parts:
        made = made.iloc[:0]
    made = made.sort_values(["replication", "generation"], kind="stable")
    cuts = _cuts(visits, made, model, parts, ends)
    count = len(parts)
    return pd.DataFrame({
        "replication": np.repeat(made["replication"].to_numpy(), count),
        "generation": np.repeat(made["generation"].to_numpy(), count),
        "milestone": pd.Categorical.from_codes(
            np.tile(np.arange(count), len(made)), categories=[part.name for part in parts]
        ),
        "start": cuts[:, :-1].ravel(),
        "days": np.diff(cuts, axis=1).ravel(),
        "released": np.repeat((made["outcome"] == "released").to_numpy(dtype=bool), count),
    })


def means(table: pd.DataFrame) -> pd.DataFrame:
    """Return the mean over replications of each part of each released generation's cycle.

    Parameters
    ----------
    table
        Result of `by_milestone`.

    Returns
    -------
    DataFrame
        `generation`, `milestone`, `days` (mean) and `count` (replications that released it).
        Late generations were released within the horizon only where they were quick.
    """
    done = table[table["released"].to_numpy(dtype=bool)]
    groups = done.groupby(["generation", "milestone"], observed=True, sort=True)
    return groups.agg(days=("days", "mean"), count=("days", "size")).reset_index()


def _cuts(
    visits: pd.DataFrame, made: pd.DataFrame, model: Model, parts: tuple[Milestone, ...],
    ends: Ends | None,
) -> Floats:
    """Return the times between which the parts lie: one row per generation."""
    cuts = np.full((len(made), len(parts) + 1), np.nan)
    for i, part in enumerate(parts):
        entered = made[f"entered_{part.stage}"].to_numpy("float64")
        if part.kind == "beside":
            cuts[:, i] = made[f"left_{part.stage}"].to_numpy("float64")
        elif part.kind == "stage" and i and parts[i - 1].kind == "wait":
            cuts[:, i] = _first_start(visits, made, model, part.stage)
        else:
            cuts[:, i] = entered
    given = ends or {}
    last = [given.get(int(r), model.horizon) for r in made["replication"]]
    released = made["released"].to_numpy("float64")
    cuts[:, -1] = np.where(np.isnan(released), np.array(last, dtype=float), released)
    if len(made):
        cuts[:, 0] = made["started"].to_numpy("float64")
    # What is not reached yet, and a stage that ended once more later, give way to what follows.
    backwards = np.where(np.isnan(cuts), np.inf, cuts)[:, ::-1]
    return np.minimum.accumulate(backwards, axis=1)[:, ::-1]


def _first_start(
    visits: pd.DataFrame, made: pd.DataFrame, model: Model, stage: str
) -> Floats:
    """Return when training first started in the making of each generation; NaN if not yet."""
    import pandas as pd

    here = visits[
        (
            (visits["flow"] == model.generation_flow)
            & (visits["stage"] == stage)
            & (visits["activity"] == "run")
            & visits["started"].notna()
        ).to_numpy()
    ]
    first = here.groupby(["replication", "item"])["started"].min()
    wanted = pd.MultiIndex.from_frame(made[["replication", "item"]])
    return first.reindex(wanted).to_numpy("float64")


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _main_line(flow: Flow) -> list[str]:
    """Return the stages that every route to the release passes, in order of first entry."""
    assert flow.first is not None
    last = next(name for name, stage in flow.stages.items() if isinstance(stage, Release))
    behind = {name: _reached(flow, flow.first, without=name) for name in flow.stages}
    line = [name for name in flow.stages if last not in behind[name]]
    return sorted(line, key=lambda name: sum(name not in behind[other] for other in line))


def _off_line(
    flow: Flow, line: list[str], stage: str, following: str
) -> tuple[list[str], list[str]]:
    """Return the stages between two of the main line: those on the way, those that lead back."""
    met = _reached(flow, stage, without=following)
    off = [name for name in flow.stages if name in met and name not in line]
    onward = {name for name in off if following in _reached(flow, name, without=stage)}
    return [n for n in off if n in onward], [n for n in off if n not in onward]


def _reached(flow: Flow, start: str, *, without: str) -> set[str]:
    """Return the stages that can be reached from `start` (itself included) past `without`."""
    met: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name in met or name == without:
            continue
        met.add(name)
        ahead += _followers(flow, name)
    return met


def _followers(flow: Flow, name: str) -> list[str]:
    """Return the stages that may come directly after one."""
    stage = flow.stages[name]
    to = [n for n in stage.next if n in flow.stages]
    failed = getattr(stage, "on_failure", None)
    to += [failed] if failed else []
    return to + [n for n, other in flow.stages.items() if name in other.after]
