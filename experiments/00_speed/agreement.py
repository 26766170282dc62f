"""Do all programs simulate the same network? Their logs against its rules and its exact means.

A ratio of speeds says nothing if one side does something else. `broken_rule` checks every visit;
`scores` compares means with theory in batches, which are nearly independent as a batch is some 50
times as long as the network's memory (Law, A. M., 2015: Simulation Modeling and Analysis, 5th ed.,
ch. 9.5.3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from networks import ARRIVALS_PER_DAY, MEAN_SERVICE, ROUNDS, SERVERS, exact_wait
from scipy import stats

WARM_UP = 1000.0
"""Days left out at the beginning, and at the end, where some jobs are still open."""
BATCH = 2000.0
"""Length of a batch, days."""
CHANCE = 1e-4
"""Chance that a right program is rejected, all its means together."""

EXACT = {
    "jobs per day": ARRIVALS_PER_DAY,
    "visits per job": sum(ROUNDS.values()),
    "service time": MEAN_SERVICE,
    "wait at one": exact_wait("one"),
    "wait at two": exact_wait("two"),
    "time in system": sum(n * (MEAN_SERVICE + exact_wait(name)) for name, n in ROUNDS.items()),
}
"""What theory says of the means, times in days."""


@dataclass(frozen=True)
class Score:
    """A mean beside its exact value."""

    mean: float
    error: float
    """Standard error."""
    exact: float
    agrees: bool


def broken_rule(visits: pd.DataFrame, days: float) -> str:
    """Return what is wrong with the visits of a run, if anything: order, servers, routes."""
    visits = visits[visits["requested"] < days - WARM_UP]  # none of these is open at the end
    stations = (_at_station(visits[visits["station"] == name], name) for name in SERVERS)
    return next(filter(None, (_on_routes(visits), *stations)), "")


def _on_routes(visits: pd.DataFrame) -> str:
    route = visits.sort_values(["job", "requested"], kind="stable")
    job = route["job"].to_numpy()
    again = np.r_[False, job[1:] == job[:-1]]
    if (route["station"].to_numpy() != np.where(again, "two", "one")).any():
        return "a job went elsewhere than to 'one', then to 'two', as often as it takes"
    gap = route["requested"].to_numpy()[1:] - route["finished"].to_numpy()[:-1]
    return "a job did not go on at once" if (gap[again[1:]] != 0).any() else ""


def _at_station(visits: pd.DataFrame, station: str) -> str:
    servers = SERVERS[station]
    visits = visits.sort_values("requested", kind="stable")
    requested, started = visits["requested"].to_numpy(), visits["started"].to_numpy()
    if (np.diff(started) < 0).any():
        return f"station {station!r} did not serve first come, first served"
    # In that order, a service starts when it is asked for and all but c - 1 before it have ended.
    ended = np.sort(visits["finished"])[:-servers]
    free = np.maximum(requested[servers:], ended)
    if (started[servers:] < free).any():
        return f"station {station!r} had more than {servers} in service"
    if (started[:servers] > requested[:servers]).any() or (started[servers:] > free).any():
        return f"station {station!r} let somebody wait beside an idle server"
    return ""


def batch_sums(visits: pd.DataFrame, days: float) -> dict[str, np.ndarray]:
    """Return the sum and the count of each quantity in each batch of a run, shape (batches, 2)."""
    batches = int((days - 2 * WARM_UP) // BATCH)
    if batches < 1:
        raise ValueError(f"days must be >= {2 * WARM_UP + BATCH:.0f}, got {days}; run longer")

    def sums(when: pd.Series, values: pd.Series) -> np.ndarray:
        batch = np.floor((when.to_numpy() - WARM_UP) / BATCH).astype(int)
        inside = (batch >= 0) & (batch < batches)
        batch, values = batch[inside], values.to_numpy()[inside]
        counts = np.bincount(batch, minlength=batches)
        return np.stack([np.bincount(batch, values, batches), counts], axis=1)

    jobs = visits.groupby("job").agg(
        came=("requested", "min"), left=("finished", "max"), visits=("station", "size")
    )
    waits = visits["started"] - visits["requested"]
    one, two = visits["station"] == "one", visits["station"] == "two"
    per_job = sums(jobs["came"], jobs["visits"])
    return {
        "jobs per day": np.stack([per_job[:, 1], np.full(batches, BATCH)], axis=1),
        "visits per job": per_job,
        "service time": sums(visits["requested"], visits["finished"] - visits["started"]),
        "wait at one": sums(visits["requested"][one], waits[one]),
        "wait at two": sums(visits["requested"][two], waits[two]),
        "time in system": sums(jobs["came"], jobs["left"] - jobs["came"]),
    }


def scores(batches: dict[str, np.ndarray]) -> dict[str, Score]:
    """Compare each mean with its exact value, by a t test over the batches of all runs."""
    result = {}
    for name, exact in EXACT.items():
        total, count = batches[name].T
        # The excess over the exact value has mean 0 whatever the sizes of the batches.
        excess = total - exact * count
        error = excess.std(ddof=1) / np.sqrt(len(excess))
        limit = stats.t.ppf(1 - CHANCE / len(EXACT) / 2, len(excess) - 1)
        result[name] = Score(
            mean=total.sum() / count.sum(), error=error / count.mean(), exact=exact,
            agrees=bool(abs(excess.mean()) <= limit * error),
        )
    return result
