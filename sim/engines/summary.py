"""Summaries: what one replication came to, without its log.

A summary is added up while the lab runs. It takes the same memory however many services there
are, and equals what `sim.metrics` computes from the full log of the same run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim import log
from sim.engines.run import End
from sim.log import Column
from sim.model import InputError, Model

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

WEEK = 7.0
"""Days between two samples, unless asked otherwise."""
MOST_SAMPLES = 1_000_000
"""Samples of a run, at most."""

REPLICATION = Column("replication", "int32", "number of the replication")

POOLS = (
    REPLICATION,
    Column("pool", "category:pools", "pool"),
    Column("requests", "int64", "requests made at t >= 0, hostages and units held on left out"),
    Column("served", "int64", "those of them that were served"),
    Column("balked", "int64", "those that left for want of a slot"),
    Column("still_waiting", "int64", "those that waited at the end"),
    Column("wait", "float64", "time that those served had waited, request-days"),
    Column("waiting", "float64", "integral of the number that waits over t >= 0, request-days"),
    Column("busy", "float64", "integral of the units held over open time, unit-days"),
    Column("capacity", "float64", "integral of the capacity over open time, unit-days"),
    Column("days", "float64", "time from t = 0 to the end, days"),
    Column("open_days", "float64", "the pool's working hours in it (or all of it), days"),
    Column("utilisation", "float64", "busy / capacity; NaN without capacity or a limit to it"),
)
"""The columns of `Summary.pools`."""

FLOWS = (
    REPLICATION,
    Column("flow", "category:flows", "flow"),
    Column("begun", "int64", "items that began at t >= 0"),
    Column("ended", "int64", "items that ended at t >= 0"),
    Column("in_progress", "int64", "items in progress at the end"),
    Column("successes", "int64", "results that succeeded, at t >= 0"),
    Column("misses", "int64", "results without insight"),
    Column("invalid", "int64", "results that a defect spoiled"),
    Column("output", "float64", "sum of what successes are worth, natural-log units"),
)
"""The columns of `Summary.flows`."""

SKILLS = (
    REPLICATION,
    Column("skill", "category:skills", "kind of work"),
    Column("executor", "category:executors", "who did it: human or agent"),
    Column("activity", "category:activities", "what was done"),
    Column("outcome", "category:outcomes", "how it ended; open at the end of the run"),
    Column("number", "int64", "services that ended so at t >= 0 (or are open)"),
    Column("worked", "float64", "service time proper of all of them, days"),
)
"""The columns of `Summary.skills`; there are no rows of number 0."""


def sampled(model: Model) -> list[str]:
    """Return the columns of `Summary.trajectory`, after `replication`.

    `time` (days), `generation` and `capability` (OOM) of the model deployed; `level_STOCK`
    (natural-log units); `capacity_POOL`, `busy_POOL` (units) and `waiting_POOL` (requests,
    hostages left out); `in_progress_FLOW` (items) and `output_FLOW`: what the flow's successes
    since t = 0 are worth (natural-log units).
    """
    return [
        *("time", "generation", "capability"),
        *(f"level_{stock}" for stock in model.stocks),
        *(f"{what}_{pool}" for pool in model.pools for what in ("capacity", "busy", "waiting")),
        *(f"{what}_{flow}" for flow in model.flows for what in ("in_progress", "output")),
    ]


@dataclass(frozen=True)
class Summary:
    """What one replication came to.

    Attributes
    ----------
    generations
        As in the log: one row per generation.
    pools, flows, skills
        What was done for each, from t = 0 on; columns as in `POOLS`, `FLOWS`, `SKILLS`.
    trajectory
        The state at t = 0, `every`, 2 `every`, ..., up to the end (in studies: when their outcomes
        ask for it): after all that happens at that time. Columns as in `sampled`.
    end
        Reason, time and advice.
    """

    model: Model
    seed: int
    replication: int
    end: End
    raw: dict[str, dict[str, Any]] = field(repr=False)
    """Columns of each table, as codes and numbers; under `totals` some numbers of the whole run."""

    @property
    def size(self) -> int:
        """Bytes of its tables."""
        tables = (table for name, table in self.raw.items() if name != "totals")
        return sum(array.nbytes for table in tables for array in table.values())

    @cached_property
    def generations(self) -> pd.DataFrame:
        """One row per generation."""
        return frame("generations", self.raw["generations"], self.model)

    @cached_property
    def pools(self) -> pd.DataFrame:
        """One row per pool."""
        return frame("pools", self.raw["pools"], self.model)

    @cached_property
    def flows(self) -> pd.DataFrame:
        """One row per flow."""
        return frame("flows", self.raw["flows"], self.model)

    @cached_property
    def skills(self) -> pd.DataFrame:
        """One row per skill, executor, activity and outcome."""
        return frame("skills", self.raw["skills"], self.model)

    @cached_property
    def trajectory(self) -> pd.DataFrame:
        """One row per sample."""
        return frame("trajectory", self.raw["trajectory"], self.model)


_COLUMNS = {
    "generations": log.GENERATIONS, "pools": POOLS, "flows": FLOWS, "skills": SKILLS,
    "trajectory": (REPLICATION,),
}


def frame(table: str, arrays: dict[str, Any], model: Model) -> pd.DataFrame:
    """Return a table of a summary (or of several, one after the other) as a DataFrame."""
    return log.frame(_COLUMNS[table], arrays, log.tables_of(model))


def summarise(model: Model, *, seed: int, replication: int = 0, every: float = WEEK) -> Summary:
    """Simulate one replication of a model without keeping its log.

    Parameters
    ----------
    model
        A resolved model.
    seed, replication
        As in `sim.simulate`; the run is the same.
    every
        Days between two samples of the trajectory.

    Returns
    -------
    Summary
        What `sim.metrics` would compute from the log.

    Raises
    ------
    InputError
        For a seed, replication or step out of range, and for a model too large for memory.
    """
    from sim.engines import check_replication, check_seed
    from sim.engines.compiled import summarise as summarise_compiled

    check_seed(seed)
    check_replication(replication)
    check_every(model, every)
    times = sample_times(model, every)
    return summarise_compiled(model, seed=seed, replication=replication, times=times)


def sample_times(model: Model, every: float) -> Floats:
    """Return the times 0, `every`, 2 `every`, … up to the horizon, days."""
    times = np.arange(int(model.horizon / every) + 2, dtype=np.float64) * every
    return np.asarray(times[times <= model.horizon])


def check_every(model: Model, every: object) -> None:
    """Raise `InputError` unless a run can be sampled every so many days."""
    number = isinstance(every, int | float) and not isinstance(every, bool)
    if not (number and math.isfinite(every) and every > 0):  # type: ignore[arg-type,operator]
        raise InputError(f"run: every must be a number of days > 0, got {every!r}; set every=7")
    if model.horizon / every > MOST_SAMPLES:  # type: ignore[operator]
        raise InputError(
            f"run: every must be at least horizon / {MOST_SAMPLES:,}, got {every!r}; set every=7"
        )
