"""Summaries of many replications: no logs are kept, so there may be very many."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.engines import check_seed
from sim.engines.summary import WEEK, Summary, check_every, frame, sample_times
from sim.metrics.outcomes import outcomes_of_summary
from sim.model import Model
from sim.study.ensemble import check_counts
from sim.study.gathering import Progress, gathered
from sim.study.threads import in_threads

if TYPE_CHECKING:
    import pandas as pd

REMEDY = "set fewer replications, a larger every, or take them one by one (summaries.each)"


@dataclass(frozen=True)
class Summaries:
    """Summaries of replications of one model, in order of their number.

    Attributes
    ----------
    outcomes
        One row per replication; columns as in `sim.metrics.outcomes`.
    generations, pools, flows, skills, trajectory
        The tables of `sim.Summary`, told apart by the column `replication`.
    """

    model: Model = field(repr=False)
    seed: int
    runs: tuple[Summary, ...] = field(repr=False)
    interrupted: bool = False
    """Whether something stopped it before all replications had been run: Ctrl-C, or `stopped`."""
    stopped: str = ""
    """What stopped it, if not Ctrl-C: memory ran out; how much is missing, and what to do."""

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row per replication."""
        import pandas as pd

        return pd.DataFrame([outcomes_of_summary(run) for run in self.runs])

    @cached_property
    def generations(self) -> pd.DataFrame:
        """The generations of all replications."""
        return self._joined("generations")

    @cached_property
    def pools(self) -> pd.DataFrame:
        """What each pool did in each replication."""
        return self._joined("pools")

    @cached_property
    def flows(self) -> pd.DataFrame:
        """What each flow came to in each replication."""
        return self._joined("flows")

    @cached_property
    def skills(self) -> pd.DataFrame:
        """The work of each skill in each replication."""
        return self._joined("skills")

    @cached_property
    def trajectory(self) -> pd.DataFrame:
        """The samples of all replications."""
        return self._joined("trajectory")

    @property
    def ends(self) -> dict[int, float]:
        """When those replications ended that ended before the horizon, days."""
        return {r.replication: r.end.time for r in self.runs if r.end.reason != "horizon"}

    def _joined(self, table: str) -> pd.DataFrame:
        parts = [run.raw[table] for run in self.runs]
        columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return frame(table, columns, self.model)


def summaries(
    model: Model,
    *,
    replications: int,
    seed: int,
    every: float = WEEK,
    workers: int = 1,
    progress: Progress | None = None,
) -> Summaries:
    """Run independent replications of a model without keeping their logs.

    Parameters
    ----------
    model
        A resolved model.
    replications, seed, progress
        As in `sim.ensemble`; the runs are the same.
    every
        Days between two samples of the trajectories.
    workers
        Threads; the result is the same.

    Raises
    ------
    InputError
        For a seed, step or number out of range, and for a run too large for memory (if others
        were finished they are returned, and `stopped` says so).
    """
    runs = each(model, replications=replications, seed=seed, every=every, workers=workers)
    found = gathered(runs, progress, "to keep more summaries", REMEDY)
    return Summaries(model, seed, found.runs, found.interrupted, found.stopped)


def each(
    model: Model, *, replications: int, seed: int, every: float = WEEK, workers: int = 1
) -> Generator[Summary, None, None]:
    """Yield the summaries of replications, whichever is done first; none is kept.

    Parameters as in `summaries`. Ctrl-C raises `KeyboardInterrupt`.
    """
    check_seed(seed)
    check_counts(replications=replications, workers=workers)
    check_every(model, every)
    return _each(model, replications, seed, every, min(workers, replications))


def _each(
    model: Model, count: int, seed: int, every: float, threads: int
) -> Generator[Summary, None, None]:
    from sim.engines.compiled import summarise, warm

    times = sample_times(model, every)

    def replicate(number: int, stopped: Callable[[], bool]) -> Summary:
        return summarise(model, seed=seed, replication=number, times=times, stopped=stopped)

    warm()  # one compiles, not all of them
    yield from in_threads(replicate, count, threads)
