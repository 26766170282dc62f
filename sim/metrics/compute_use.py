"""Use of compute: what the units of the compute pools do, idle ones included."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics.rows import of_training
from sim.metrics.timeline import (
    Ends,
    Floats,
    Ints,
    edges_of,
    ends_of,
    integrate,
    integrate_spans,
    replications_of,
    table_of,
)
from sim.metrics.utilisation import capacity_jumps
from sim.model import Model
from sim.model.release import Release
from sim.model.stage import ComputeJob

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = [
    *("replication", "flow", "stage", "activity", "pool", "units", "started", "finished", "worked"),
    "outcome",
]
"""What is read of the visits that hold compute."""


def uses(model: Model) -> list[str]:
    """Return what compute may be used for, in the order in which it is stacked.

    ============ ==========================================================================
    training     training runs make progress (or write checkpoints)
    held         units of a trained model kept for stages after it (post-training)
    research     jobs of research that did not fail (invalid ones included)
    *a flow*     such jobs of another flow, and the units its items hold hostage
    failures     failed jobs; progress that an interruption lost, and the repair after it
    serving      units that serve users in a surge
    idle         capacity less all this
    ============ ==========================================================================
    """
    flows = [name for name in model.flows if _computes(model, name)]
    others = [name for name in flows if name not in model.research_flows]
    trains = ["training", "held"] if model.training_pool else []
    research = ["research"] if len(others) < len(flows) else []
    serving = ["serving"] if _serving(model) else []
    return list(dict.fromkeys([*trains, *research, *others, "failures", *serving, "idle"]))


def over_time(
    visits: pd.DataFrame, changes: pd.DataFrame, model: Model, step: float = 7.0,
    *, ends: Ends | None = None,
) -> pd.DataFrame:
    """Return the mean number of compute units in each use (see `uses`), in bins of time.

    All uses sum to the capacity of the compute pools. After a cut units may be held beyond it
    until they are done: then fewer than 0 are idle. Assistants' slots are no compute units, and
    unlimited pools have no idle ones.

    Of an interrupted attempt at training the first part counts as training, as long as the
    progress that was saved; checkpoints it wrote count to the lost part, a matter of seconds.

    Parameters
    ----------
    visits, changes
        Tables of a run or an ensemble.
    model
        The model that was run.
    step
        Length of a bin, days.
    ends
        When replications ended that ended before the horizon, days.

    Returns
    -------
    DataFrame
        One row per use, replication and bin: `replication`, `use`, `start`, `end` (days) and
        `units` (mean over the part of the bin before the end of the replication; missing after).
    """
    edges = edges_of(model, step)
    replications = replications_of(visits, changes)
    last = ends_of(replications, model, ends)
    pools = [name for name, pool in model.pools.items() if pool.kind == "compute"]
    names, count = uses(model), len(replications)
    held = _held(visits, model, replications, last, edges)  # by pool and use
    units = held.sum(axis=0)
    for pool, in_pool in zip(pools, held.sum(axis=1), strict=True):
        if model.pools[pool].capacity != math.inf:
            rows, times, jumps = capacity_jumps(changes, pool, replications, last)
            there = integrate(rows, times, jumps, edges=edges, count=count)
            spare = "serving" if pool in _serving(model) else "idle"
            units[names.index(spare)] += there - in_pool
    everyone, one = np.arange(count), np.ones(count)
    time = integrate_spans(everyone, np.zeros(count), last, one, edges=edges, count=count)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = units / time
    return table_of(replications, names, edges, {"units": mean}).rename(columns={"pool": "use"})


def _held(
    visits: pd.DataFrame, model: Model, replications: Ints, last: Floats, edges: Floats
) -> Floats:
    """Return the unit-days held: an array of compute pools, uses, replications and bins."""
    pools = [name for name, pool in model.pools.items() if pool.kind == "compute"]
    names, count = uses(model), len(replications)
    rows = visits[COLUMNS][(visits["pool"].isin(pools) & visits["started"].notna()).to_numpy()]
    of = np.searchsorted(replications, rows["replication"].to_numpy("int64"))
    finished = rows["finished"].to_numpy()
    begin, end = rows["started"].to_numpy(), np.where(np.isnan(finished), last[of], finished)
    pool = np.array([pools.index(p) if p in pools else -1 for p in rows["pool"].cat.categories])
    at, units = pool[rows["pool"].cat.codes], rows["units"].to_numpy("float64")
    use = _use(rows, model, names)
    lost = (rows["outcome"] == "interrupted").to_numpy()
    saved = np.where(lost, begin + rows["worked"].to_numpy(), end)
    failures = np.full(int(lost.sum()), names.index("failures"))

    def cells(use: Ints, which: Any = slice(None)) -> Ints:
        return np.asarray((at[which] * len(names) + use) * count + of[which])

    unit_days = integrate_spans(
        np.concatenate([cells(use), cells(failures, lost)]),
        np.concatenate([begin, saved[lost]]), np.concatenate([saved, end[lost]]),
        np.concatenate([units, units[lost]]), edges=edges, count=len(pools) * len(names) * count,
    )
    return unit_days.reshape(len(pools), len(names), count, len(edges) - 1)


def _use(rows: pd.DataFrame, model: Model, names: list[str]) -> Ints:
    """Return the number of the use of each row that holds compute (of an attempt: if saved)."""
    flows = [
        names.index("research" if flow in model.research_flows else flow)
        if _computes(model, flow) else -1
        for flow in rows["flow"].cat.categories
    ]
    use = np.array(flows)[rows["flow"].cat.codes]
    runs = (rows["activity"] == "run").to_numpy()
    if model.training_pool:
        use[runs & of_training(rows, model)] = names.index("training")
        use[(rows["activity"] == "hold").to_numpy()] = names.index("held")
    failed = (rows["outcome"] == "failed").to_numpy() & runs
    use[failed | (rows["activity"] == "repair").to_numpy()] = names.index("failures")
    return use


def _computes(model: Model, flow: str) -> bool:
    """Return whether a flow has jobs, or hostages, on compute (training apart)."""
    spec = model.flows[flow]
    jobs = any(isinstance(stage, ComputeJob) for stage in spec.stages.values())
    return jobs or bool(spec.hostages and model.pools[spec.hostages.pool].kind == "compute")


def _serving(model: Model) -> set[str]:
    """Return the pools that serve users after releases."""
    stages = (stage for flow in model.flows.values() for stage in flow.stages.values())
    return {stage.surge.to for stage in stages if isinstance(stage, Release) and stage.surge}
