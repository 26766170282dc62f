"""Slack: how much longer each stage and wait could have taken before the release came later.

The critical-path method on what happened: J. E. Kelley and M. R. Walker, "Critical-path planning
and scheduling", 1959, https://doi.org/10.1145/1460299.1460318. The network is that of each released
generation's own items (`sim.metrics.network`): stages, and what their batches spawned.

Convention: all else is as it was. Waits for people, compute and slots, nights and weekends last as
long as they did, whenever they begin, and so does the wait at the gate. Left out is hence what a
longer service does to others (it would make them wait, which may delay the release where there is
slack by this count), and what a shifted one meets: a queue, a night, know-how that came meanwhile.
So slack is exact where nobody queues nor goes home, and a first approximation elsewhere.

The *total slack* of a part is how much longer it could have taken, all else as it was, with the
release on the same day; parts without are *critical*. The *free slack* is the part of it that
also leaves all that comes after at its time. Parts of a stage that follow each other share its
slack: it can be used once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.metrics.kinds import KINDS
from sim.metrics.network import Network, network
from sim.metrics.timeline import Floats, Ints
from sim.model import InputError, Model
from sim.model.errors import show, unknown_name

if TYPE_CHECKING:
    import pandas as pd

ALL = "all"
"""In place of a kind of time: the stage as a whole."""
ROUNDING = 1e-9
"""Days; a shorter slack is none."""
QUANTILES = (0.1, 0.5, 0.9)
OTHER = list(KINDS).index("other")


def slack(visits: pd.DataFrame, generations: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Return how much longer each stage and wait of a generation could have taken.

    Parameters
    ----------
    visits, generations
        Tables of a run or an ensemble.
    model
        The model that was run.

    Returns
    -------
    DataFrame
        For each generation that was built and released, and each visit to a stage of the
        generation flow on which the release depended, a row for the whole (`kind` is "all") and
        one for each kind of time in it: `replication`, `generation`, `stage`, `visit` (0 is the
        first), `kind`, `start` and `finish` (of the visit, days), `days`, `slack` and
        `free_slack` (days), `critical`. Days of kinds, which sum to the whole, are those of the
        chain that ended last: of a batch its longest item. `items` is the number of items that a
        batch's rows are of (1 elsewhere), `spare` how much earlier than the longest they ended on
        average, days: so much more slack than the batch has an item of it.

    Raises
    ------
    ValueError
        If the log is not whole.
    """
    import pandas as pd

    net = network(visits, generations, model)
    late = late_by(net)
    free = _free(net)
    parts = [_visit(net, late, free, group, rows) for group, rows in _rows_of(net)]
    columns = ["of", "stage", "visit", "kind", "start", "finish", "days", "slack", "free_slack",
               "items", "spare"]
    rows = [row for part in parts for row in part]
    table = pd.DataFrame(rows, columns=columns)
    of = table.pop("of").to_numpy("int64")
    for at, name in enumerate(("replication", "generation")):
        table.insert(at, name, net.made[name].to_numpy()[of])
    table["kind"] = pd.Categorical(table["kind"], [ALL, *KINDS])
    table.insert(9, "critical", table["slack"].to_numpy(float) <= ROUNDING)
    return table.sort_values(["replication", "generation", "start", "stage", "visit", "kind"],
                             ignore_index=True)


def by_stage(table: pd.DataFrame) -> pd.DataFrame:
    """Return slack by stage and kind, over the releases that a table of slack tells of.

    Parameters
    ----------
    table
        Result of `slack`, or those of its rows that are about some generations.

    Returns
    -------
    DataFrame
        One row per stage and kind, in order of first start: `stage`, `kind`; `releases` that met
        it, and `share` of all that did; over those that did: `days` (mean, visits summed) and
        of slack (of the visit that has least) `mean` and the quantiles 0.1, 0.5, 0.9 (`q10`, `q50`,
        `q90`); `critical`: the share of all releases in which it is. This is the *criticality
        index* of PERT: R. M. Van Slyke, "Monte Carlo methods and the PERT problem", 1963,
        https://doi.org/10.1287/opre.11.5.839
    """
    by = ["replication", "generation"]
    total = table[by].drop_duplicates().shape[0]
    rows = table.assign(start=table["start"] - table.groupby(by)["start"].transform("min"))
    each = rows.groupby([*by, "stage", "kind"], observed=True).agg(
        days=("days", "sum"), slack=("slack", "min"), critical=("critical", "any"),
        start=("start", "min"),
    ).reset_index()
    found = each.groupby(["stage", "kind"], observed=True).agg(
        releases=("days", "size"), days=("days", "mean"), mean=("slack", "mean"),
        q10=("slack", lambda x: x.quantile(QUANTILES[0])), q50=("slack", "median"),
        q90=("slack", lambda x: x.quantile(QUANTILES[2])), critical=("critical", "sum"),
    ).reset_index()
    found["critical"] = found["critical"].to_numpy(float) / max(total, 1)
    found.insert(3, "share", found["releases"] / max(total, 1))
    order = each.groupby("stage")["start"].mean().rank(method="first")
    found = found.assign(order=found["stage"].map(order)).sort_values(["order", "kind"])
    return found.drop(columns="order").reset_index(drop=True)


def what_if(
    visits: pd.DataFrame, generations: pd.DataFrame, model: Model, *,
    factors: Mapping[str, float] | None = None, days: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return when generations would have been released had stages or waits taken another time.

    The realised network is timed anew: durations change as asked, all others are as they were,
    waits and the wait at the gate among them. The next generation begins when the one before is
    released, as much earlier or later. A stage that gets longer by its slack delays nothing, by x
    more delays the release by x.

    Parameters
    ----------
    visits, generations, model
        As in `slack`.
    factors
        By stage of the generation flow, kind of time (`sim.metrics.kinds`; net of nights and
        weekends, which are a kind) or both (`evaluations.computing`): what its durations are
        multiplied by. All items of a batch change. Where several meet all count. People's work
        takes nights along: to double it double the stage, or its nights as well.
    days
        By stage: how much longer each visit to it takes, days.

    Returns
    -------
    DataFrame
        One row per generation: `replication`, `generation`, `released` and `cycle_time` as they
        were, `new_released`, `new_cycle_time` (days) and `delay` of the cycle (days; negative:
        earlier).

    Raises
    ------
    InputError
        If a name is neither a stage nor a kind, or a number is below 0.
    """
    factors, days = dict(factors or {}), dict(days or {})
    _check(model, factors, days)
    net = network(visits, generations, model)
    stage = np.array([name for _, name, _ in net.groups], dtype=object)[net.group]
    scale = np.ones_like(net.days)
    for name, factor in factors.items():
        of, kind = _parts(name)
        rows = stage == of if of else np.full(len(stage), True)
        chosen = np.array([kind in (None, k) for k in KINDS])
        scale[np.ix_(rows, chosen)] *= factor
    longer = ((scale - 1.0) * net.days).sum(axis=1)
    extra = np.array([days.get(name, 0.0) for _, name, _ in net.groups], dtype=float)
    return _releases(net, _timed(net, longer, extra))


def late_by(net: Network) -> Floats:
    """Return the total slack of each row, days: how much later it could have ended."""
    late = np.full(len(net.of), np.inf)
    late[net.release] = 0.0
    earliest = net.earliest
    for i in range(len(late) - 1, -1, -1):
        for p in net.before[i]:
            late[p] = min(late[p], late[i] + (earliest[i] - net.finished[p]))
    return late


def _rows_of(net: Network) -> list[tuple[int, Ints]]:
    """Return the rows of each visit to a stage, but of the release."""
    order = np.argsort(net.group, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(net.group[order])) + 1)
    released = set(net.group[net.release].tolist())
    return [(int(net.group[part[0]]), part) for part in parts
            if len(part) and int(net.group[part[0]]) not in released]


def _visit(
    net: Network, late: Floats, free: Floats, group: int, rows: Ints
) -> list[tuple[int, str, int, str, float, float, float, float, float, int, float]]:
    """Return what is told of one visit: the whole, and each kind of time in it."""
    of, stage, visit = net.groups[group]
    start, finish = float(net.requested[rows].min()), float(net.finished[rows].max())
    total = float(late[rows].min())
    freely = float(free[group]) - finish
    items = {int(net.item[row]): 0.0 for row in rows}
    for row in rows:
        items[int(net.item[row])] = max(items[int(net.item[row])], float(net.finished[row]))
    spare = float(np.mean([finish - end for end in items.values()]))
    shared = (len(items), spare)
    days = _chain(net, rows)
    found = [(of, stage, visit, ALL, start, finish, finish - start, total, freely, *shared)]
    found += [
        (of, stage, visit, kind, start, finish, float(value), total, freely, *shared)
        for kind, value in zip(KINDS, days, strict=True) if value > ROUNDING
    ]
    return found


def _chain(net: Network, rows: Ints) -> Floats:
    """Return the days by kind of the rows of a visit that ended last, one after the other."""
    inside = set(rows.tolist())
    at: int | None = int(rows[np.lexsort((rows, net.finished[rows]))[-1]])
    days = np.zeros(len(KINDS))
    while at is not None:
        days += net.days[at]
        ahead = [p for p in net.before[at] if p in inside]
        last = max(ahead, key=lambda p: (net.finished[p], p), default=None)
        if last is not None:
            days[OTHER] += net.requested[at] - net.finished[last]
        at = last
    return days


def _free(net: Network) -> Floats:
    """Return when the first row after each visit could be asked for, days."""
    found: Floats = np.full(len(net.groups), np.inf)
    earliest = net.earliest
    for i, ahead in enumerate(net.before):
        for p in ahead:
            if net.group[p] != net.group[i]:
                found[net.group[p]] = min(found[net.group[p]], earliest[i])
    return found


def _timed(net: Network, longer: Floats, extra: Floats) -> Floats:
    """Return how much later (or earlier) each row would have ended, days."""
    finish = np.zeros(len(net.of))
    earliest = net.earliest
    for i, ahead in enumerate(net.before):
        ends = [
            net.finished[p] - earliest[i] + finish[p]
            + (extra[net.group[p]] if net.group[p] != net.group[i] else 0.0)
            for p in ahead
        ]
        finish[i] = max(ends, default=0.0) + longer[i]
    return finish


def _releases(net: Network, finish: Floats) -> pd.DataFrame:
    """Return the releases as they were and as they would be."""
    delay = finish[net.release]
    table = net.made[["replication", "generation", "released", "cycle_time"]].copy()
    late = table.assign(delay=delay).groupby("replication")["delay"].cumsum()
    table["new_released"] = table["released"] + late
    table["new_cycle_time"] = table["cycle_time"] + delay
    table["delay"] = delay
    return table


def _parts(name: str) -> tuple[str | None, str | None]:
    """Return the stage and the kind of time that a name is of; a name of both is the kind's."""
    if "." in name:
        stage, kind = name.split(".")
        return stage, kind
    return (None, name) if name in KINDS else (name, None)


def _check(model: Model, factors: Mapping[str, float], days: Mapping[str, float]) -> None:
    flow = model.flows[model.generation_flow] if model.generation_flow else None
    stages = list(flow.stages) if flow else []
    for given, known in ((factors, [*stages, *KINDS]), (days, stages)):
        for name, value in given.items():
            stage, _, kind = name.partition(".")
            both = given is factors and stage in stages and kind in KINDS
            if not both and name not in known:
                raise InputError(f"what if: {unknown_name('stage', name, known)}")
            if not value >= 0:
                raise InputError(
                    f"what if: '{name}' must be changed by a number >= 0, got {show(value)}; to "
                    "shorten it give a factor below 1"
                )
