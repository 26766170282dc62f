"""Little's law: the mean number present is the rate of arrival times the mean stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.invariants.columns import (
    ROUNDING,
    Log,
    cut,
    items_of,
    path,
    read_visits,
    sequential,
)
from sim.log import ACTIVITY, OUTCOME

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]


def littles_law(run: Log) -> list[str]:
    """Return violations of L = lambda * W for every queue, pool and flow.

    Over the whole run, with times cut at its end, the mean number waiting for (or served by)
    a pool is the rate of requests times their mean wait (or service). The number of items in a
    flow whose stages follow on each other, counted from first request to end, is the sum of
    the numbers in its queues and services. Both hold exactly, up to the rounding of sums.
    """
    v = read_visits(run.visits)
    begin, stop = -run.model.prehistory, run.end.time
    span = stop - begin
    if span <= 0:
        return []  # no time, no averages over it
    found: list[str] = []

    def compare(what: str, arrived: Array, left: Array, waited: Array) -> None:
        number = _mean_number(arrived, left, begin, stop)
        rate, wait = len(waited) / span, float(waited.mean()) if len(waited) else 0.0
        if not abs(number - rate * wait) * span <= ROUNDING * max(1.0, float(len(waited))):
            found.append(f"{what}: L = {number:.9g}, lambda * W = {rate * wait:.9g}")

    balked = v.outcome == OUTCOME["balked"]
    left_unserved = balked | (v.outcome == OUTCOME["withdrawn"])
    leaves = np.where(left_unserved, v.finished, v.started)
    for code, name in enumerate(run.model.pools):
        mine = v.pool == code
        wait = np.maximum(0.0, cut(leaves, stop) - v.requested)[mine]
        compare(f"queue of pool '{name}'", v.requested[mine], leaves[mine], wait)
        mine &= ~np.isnan(v.started)
        service = np.maximum(0.0, cut(v.finished, stop) - v.started)[mine]
        compare(f"service of pool '{name}'", v.started[mine], v.finished[mine], service)
    items = items_of(v) if len(v.item) else None
    stay = np.maximum(0.0, cut(v.finished, stop) - v.requested)
    stay[np.isin(v.activity, [ACTIVITY["steering"], ACTIVITY["hostage"]])] = 0.0
    for code, (name, flow) in enumerate(run.model.flows.items()):
        if items is None or not sequential(flow):
            continue
        mine = v.flow[items.row] == code
        total = np.bincount(items.index, weights=stay, minlength=len(items.row))
        end = np.where(items.open > 0, np.nan, items.end)
        compare(f"flow '{name}'", items.first[mine], end[mine], total[mine])
    return found


def _mean_number(arrived: Array, left: Array, begin: float, stop: float) -> float:
    """Return the time average of the number present, from the path of the number itself."""
    times, number = path(arrived, left, np.ones(len(arrived), dtype=int))
    lengths = np.diff(np.append(np.minimum(times, stop), stop))
    return float(np.dot(number, lengths)) / (stop - begin)
