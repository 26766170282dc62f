"""The clock: every row in order of time, within the run, within working hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.invariants.columns import ROUNDING, Log, broken, read_visits
from sim.invariants.routes import pausable
from sim.log import ACTIVITY, NONE, OUTCOME
from sim.model import Model

if TYPE_CHECKING:
    from types import SimpleNamespace

    Array = np.ndarray[Any, Any]


def clock(run: Log) -> list[str]:
    """Return violations of the order of time.

    Each row has requested <= started <= finished within the run; people are granted work in
    their hours only and work exactly the open time of their service (hostages: not at all);
    nobody else works longer than the service lasts; what balks leaves at once, unless its stage
    is paused; `cause` has ended when the service starts, and a request is made at the instant
    the `previous` row of the same item ends. Steering is the exception: it points to the attempt
    that it interrupts, which goes on.
    """
    v = read_visits(run.visits)
    begin, stop, early = -run.model.prehistory, run.end.time, run.end.reason != "horizon"
    opened, balked = v.outcome == OUTCOME["open"], v.outcome == OUTCOME["balked"]
    withdrawn, hostage = v.outcome == OUTCOME["withdrawn"], v.activity == ACTIVITY["hostage"]
    served = ~np.isnan(v.started)
    lasted = v.finished - v.started
    pauses = pausable(run.model, run.visits["stage"].cat.categories)[v.flow, v.stage]
    stayed = (v.finished != v.requested) & ~pauses
    found = [
        *broken(~(v.requested >= begin), "requested before the clock starts"),
        *broken(v.started < v.requested, "started before the request"),
        *broken(v.finished < v.started, "finished before the start"),
        *broken(opened != np.isnan(v.finished), "open, but finished, or the reverse"),
        *broken(~served & ~opened & ~balked & ~withdrawn, "finished without a start"),
        *broken(balked & (served | stayed), "balked, but stayed"),
        *broken(withdrawn & (served | ~hostage), "withdrawn, but served or no hostage"),
        *broken(hostage & (v.worked != 0), "hostage, but at work"),
        *broken(~(v.worked >= 0) | (opened & (v.worked != 0)), "impossible time worked"),
        *broken(v.worked > lasted + ROUNDING, "worked longer than the service lasted"),
    ]
    times = [v.requested, v.started, v.finished]
    late = np.any([t > stop if early else t >= stop for t in times], axis=0)
    found += broken(late, "events at or after the end of the run")
    changed = run.changes["time"].to_numpy()
    found += broken(changed > stop if early else changed >= stop, "changes after the end")
    for code, pool in enumerate(run.model.pools.values()):
        if pool.kind != "human":
            continue
        theirs = np.flatnonzero((v.pool == code) & served)
        started, finished = v.started[theirs], v.finished[theirs]
        open_time = finished - started
        if pool.hours:
            is_open, open_until = _calendar(run.model, pool.hours)
            found += broken(~is_open(started), "granted outside working hours", theirs)
            open_time = open_until(finished) - open_until(started)
        wrong = np.abs(open_time - v.worked[theirs]) > ROUNDING
        wrong &= ~hostage[theirs]
        found += broken(wrong, "worked more or less than the open hours", theirs)
    return found + _links(v)


def _links(v: SimpleNamespace) -> list[str]:
    """Return violations of `cause` and `previous`."""
    found = []
    number = np.arange(len(v.item))
    steering = v.activity == ACTIVITY["steering"]
    for name, moment in (("cause", v.started), ("previous", v.requested)):
        link = getattr(v, name)
        found += broken((link < NONE) | (link >= len(number)), f"{name} is no row")
        linked = (link >= 0) & (link < len(number)) & ~np.isnan(moment)
        row, other = number[linked], link[linked]
        within = steering[row] & (v.item[other] == v.item[row]) & (v.visit[other] == v.visit[row])
        within &= (v.stage[other] == v.stage[row]) & (v.started[other] <= moment[row])
        ended = v.finished[other] <= moment[row]
        found += broken(~(ended | within), f"{name} had not ended", row)
        if name == "previous":
            same = (v.item[other] == v.item[row]) & ~within
            gap = same & (v.finished[other] != v.requested[row])
            found += broken(gap, "requested at another time than the previous row ended", row)
    return found


def _calendar(model: Model, hours: Any) -> tuple[Any, Any]:
    """Return vectorised `is_open(t)` and `open days before t` (up to a constant)."""
    first = model.start_date.weekday()
    week = np.array([(hours.weekdays >> day) & 1 for day in range(7)])
    before = np.concatenate([[0], np.cumsum(week)])
    length = hours.closes - hours.opens

    def split(t: Array) -> tuple[Array, Array]:
        day = np.floor(np.nan_to_num(t)).astype(int)
        return day, day + first

    def is_open(t: Array) -> Array:
        day, weekday = split(t)
        return (week[weekday % 7] == 1) & (day + hours.opens <= t) & (t < day + hours.closes)

    def open_until(t: Array) -> Array:
        day, weekday = split(t)
        days = weekday // 7 * before[7] + before[weekday % 7]
        today = np.clip(t - (day + hours.opens), 0, length) * week[weekday % 7]
        return days * length + today

    return is_open, open_until
