"""Segments: what time on a route is spent on, or waited for.

A row gives a wait, from its request to its start, and work, from there to its end. Two kinds of
rows are cut where others interrupt them: an assistant's attempt by its steering, the repair of a
training run by its diagnosis. Time between two rows of a route that neither covers is `other`.

What is `failures`: a job's failed attempt; of an interrupted training run what went beyond the
work that its checkpoints saved, and their writing; and all work in its repair. Waits there are
what they are elsewhere. The repair stage of a failed job is work like any other, by people or
assistants. (How many checkpoints were written follows from the interval. An `optimal` one, which
the log does not tell, is taken as in Daly (2006), https://doi.org/10.1016/j.future.2004.11.016,
for a model without defects.)

What is `rework`: takeovers, work and its steering in attempts after the first, and in stages that
are met again after a failure (`sim.metrics.rework`).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.log import tables_of
from sim.metrics.kinds import KINDS
from sim.metrics.rework import met_again
from sim.metrics.routes import ACTIVITY, EXECUTOR, OUTCOME, Bools, Routes
from sim.metrics.timeline import Floats, Ints, open_time
from sim.model import Model
from sim.model.training import Training

Part = tuple[Ints, Floats, Floats, Ints]
"""Segments: which row they belong to, start, finish, kind."""

NEEDED = ("requested", "started", "finished", "activity", "executor", "outcome", "attempt")
"""Columns that are read for all rows on routes."""

TINY = 1e-12
"""Days; an interval below it is none."""

KIND = {name: code for code, name in enumerate(KINDS)}

WAITS = {
    "review": "wait_review", "audit": "wait_review", "run": "wait_compute", "gate": "knowhow",
}
"""What an activity waits for, if not for who does it."""
WAITS_FOR = {"human": "wait_people", "agent": "wait_slots"}
WORK = {
    "review": "review", "audit": "review", "steering": "steering", "run": "computing",
    "repair": "failures", "takeover": "rework", "delay": "delay",
}
"""What an activity is, if not the work of who does it."""
WORK_OF = {"human": "people", "agent": "assistants"}


@dataclass(frozen=True)
class Segments:
    """Stretches of time on routes, none of them empty."""

    at: Ints
    """Which of the rows on the routes it belongs to."""
    start: Floats
    """Days."""
    finish: Floats
    """Days."""
    kind: Ints
    """Code of `KINDS`."""
    waiting: Bools
    """Whether it is the row's wait."""
    off_hours: Floats
    """Days within it during which the people who are waited for, or work, are off."""


def segments(
    v: SimpleNamespace, model: Model, found: Routes, since: Floats | None = None
) -> Segments:
    """Return the segments that the rows on routes give, in no particular order.

    Parameters
    ----------
    v
        Result of `routes.columns`.
    model
        The model that was run.
    found
        Rows on routes.
    since
        Times at which the routes begin; what lies before is cut off.
    """
    rows = found.rows
    r = SimpleNamespace(**{name: getattr(v, name)[rows] for name in NEEDED})
    parts = [_waits(r), *_work(v, r, model, found), _gaps(r, found)]
    at, start, finish, kind = (np.concatenate(each) for each in zip(*parts, strict=True))
    waiting = np.arange(len(at)) < len(parts[0][0])
    if since is not None:
        start = np.maximum(start, since[found.of[at]])
        some = finish > start
        at, start, finish, kind, waiting = (x[some] for x in (at, start, finish, kind, waiting))
    off_hours = _off_hours(v, model, rows[at], start, finish, kind)
    return Segments(at, start, finish, kind, waiting, off_hours)


def _waits(r: SimpleNamespace) -> Part:
    """Return the waits from request to start; of what balked, to when it left."""
    left = np.where(np.isnan(r.started), r.finished, r.started)
    at = np.flatnonzero(left > r.requested)
    kind = _by_row(WAITS, WAITS_FOR)[r.activity[at], r.executor[at]]
    return at, r.requested[at], left[at], kind


def _gaps(r: SimpleNamespace, found: Routes) -> Part:
    """Return the gaps between the rows of routes."""
    at = np.flatnonzero(r.requested > found.after)
    return at, found.after[at], r.requested[at], np.full(len(at), KIND["other"])


def _work(v: SimpleNamespace, r: SimpleNamespace, model: Model, found: Routes) -> list[Part]:
    """Return the work from start to end, cut where it is interrupted."""
    kind = _kind_of_work(v, r, model, found)
    cut = np.zeros(len(found.rows), dtype=bool)
    cut[found.host[found.host >= 0]] = True
    stopped = (r.activity == ACTIVITY["run"]) & (r.outcome == OUTCOME["interrupted"])
    at = np.flatnonzero((r.finished > r.started) & ~cut & ~stopped)
    pieces, begin, end = _cut(v, found, np.flatnonzero(cut))
    return [
        (at, r.started[at], r.finished[at], kind[at]),
        (pieces, begin, end, kind[pieces]),
        *_interrupted(v, model, found.rows, np.flatnonzero(stopped)),
    ]


def _by_row(of_activity: dict[str, str], of_executor: dict[str, str]) -> Ints:
    """Return a kind's code by activity and executor (codes); the last executor is nobody."""
    found = np.full((len(ACTIVITY), len(EXECUTOR) + 1), KIND["other"])
    for name, kind in of_executor.items():
        found[:, EXECUTOR[name]] = KIND[kind]
    for name, kind in of_activity.items():
        found[ACTIVITY[name]] = KIND[kind]
    return found


# --- work ---------------------------------------------------------------------------------------


def _kind_of_work(
    v: SimpleNamespace, r: SimpleNamespace, model: Model, found: Routes
) -> Ints:
    """Return the kind of what is done in each row."""
    kind = _by_row(WORK, WORK_OF)[r.activity, r.executor]
    kind[(r.activity == ACTIVITY["run"]) & (r.outcome == OUTCOME["failed"])] = KIND["failures"]
    task = (r.activity == ACTIVITY["work"]) | (r.activity == ACTIVITY["steering"])
    kind[task & ((r.attempt > 1) | met_again(v, model, found))] = KIND["rework"]
    # All that is done within the repair of a training run.
    inside = np.flatnonzero(found.host >= 0)
    host = found.host[inside]
    repaired = r.activity[host] == ACTIVITY["repair"]
    repaired |= found.host[host] >= 0  # the steering of an assistant who diagnoses
    kind[inside[repaired]] = KIND["failures"]
    return kind


# --- work that is cut ---------------------------------------------------------------------------


def _cut(v: SimpleNamespace, found: Routes, hosts: Ints) -> tuple[Ints, Floats, Floats]:
    """Return what is left of rows that others interrupt: which, from when and to when."""
    inside = np.flatnonzero(found.host >= 0)
    inside = inside[np.argsort(found.host[inside], kind="stable")]
    host, rows = found.host[inside], found.rows[inside]
    at = np.concatenate([hosts, host])
    begin = np.concatenate([v.started[found.rows[hosts]], v.finished[rows]])
    end = np.concatenate([v.requested[rows], v.finished[found.rows[hosts]]])
    # Of each host: its start, then the ends of interruptions; their requests, then its end.
    first = np.argsort(at, kind="stable")
    last = np.argsort(np.concatenate([host, hosts]), kind="stable")
    at, begin, end = at[first], begin[first], end[last]
    _check(v, found.rows[at], begin, end)
    some = end > begin
    return at[some], begin[some], end[some]


def _check(v: SimpleNamespace, rows: Ints, begin: Floats, end: Floats) -> None:
    bad = ~(begin <= end)
    if bad.any():
        raise ValueError(
            f"visits: row {int(v.row[rows[bad][0]])} is interrupted by rows that overlap, or lie "
            "outside it; give whole logs, in order of replication and row"
        )


def _interrupted(v: SimpleNamespace, model: Model, rows: Ints, at: Ints) -> list[Part]:
    """Return the parts of interrupted training runs: what was saved, and what was lost."""
    run = rows[at]
    begin, end = v.started[run], v.finished[run]
    saved = np.minimum(end, begin + (v.worked[run] + _writing(v, model, run)))
    found = []
    for first, last, name in ((begin, saved, "computing"), (saved, end, "failures")):
        some = last > first
        kind = np.full(np.count_nonzero(some), KIND[name])
        found.append((at[some], first[some], last[some], kind))
    return found


def _writing(v: SimpleNamespace, model: Model, runs: Ints) -> Floats:
    """Return the days that the checkpoints took to write which hold the work that was saved."""
    names = tables_of(model)
    found = np.zeros(len(runs))
    for i, flow in enumerate(model.flows.values()):
        for name, stage in flow.stages.items():
            if isinstance(stage, Training) and stage.checkpoints and stage.interruptions:
                here = (v.flow[runs] == i) & (v.stage[runs] == names["stages"].index(name))
                accelerators = v.units[runs[here]] * model.accelerators_per_unit
                written = np.rint(v.worked[runs[here]] / _interval(stage, accelerators))
                found[here] = written * stage.checkpoints.cost
    return found


def _interval(stage: Training, accelerators: Floats) -> Any:
    """Return the work between checkpoints, days; the optimal one in Daly's approximation."""
    assert stage.checkpoints and stage.interruptions
    interval, cost, spec = stage.checkpoints.interval, stage.checkpoints.cost, stage.interruptions
    if not isinstance(interval, str):
        return interval
    mtbf = spec.mtbf / 24 / spec.reference / (accelerators / spec.reference) ** spec.exponent
    part = cost / (2 * mtbf)
    daly = np.sqrt(2 * cost * mtbf) * (1 + np.sqrt(part) / 3 + part / 9) - cost
    return np.maximum(np.where(part < 1, daly, mtbf), TINY)


# --- nights -------------------------------------------------------------------------------------


def _off_hours(
    v: SimpleNamespace, model: Model, rows: Ints, start: Floats, finish: Floats, kind: Ints
) -> Floats:
    """Return the days of each segment in which the people concerned are off."""
    found = np.zeros(len(rows))
    concerned = kind != KIND["other"]
    first_weekday = model.start_date.weekday()
    for code, pool in enumerate(model.pools.values()):
        if pool.hours is None:
            continue
        at = np.flatnonzero(concerned & (v.pool[rows] == code))
        opened = [open_time(time[at], pool.hours, first_weekday) for time in (start, finish)]
        days = finish[at] - start[at]
        found[at] = np.clip(days - (opened[1] - opened[0]), 0.0, days)
    return found
