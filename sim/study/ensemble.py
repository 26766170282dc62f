"""Ensembles: independent replications of one model, one by one or several at once."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from sim.engines import Run, check_seed, chosen, prepare, simulate
from sim.metrics.outcomes import outcomes_of
from sim.model import InputError, Model
from sim.study.gathering import Progress, gathered
from sim.study.threads import in_threads
from sim.study.workers import in_workers

if TYPE_CHECKING:
    import pandas as pd

FEWER = "set fewer replications, lower the horizon, or keep no visits (sim.summaries)"
Runs = Generator[Run, None, None]


@dataclass(frozen=True)
class Ensemble:
    """Replications of one model, in order of their number.

    Attributes
    ----------
    outcomes
        One row per replication; columns as in `sim.metrics.outcomes`.
    visits, generations, changes
        The logs, told apart by the column `replication`.
    """

    model: Model
    seed: int
    runs: tuple[Run, ...] = field(repr=False)
    interrupted: bool = False
    """Whether something stopped it before all replications had been run: Ctrl-C, or `stopped`."""
    stopped: str = ""
    """What stopped it, if not Ctrl-C: memory ran out; how much is missing, and what to do."""

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row per replication."""
        import pandas as pd

        return pd.DataFrame([outcomes_of(run) for run in self.runs])

    @cached_property
    def visits(self) -> pd.DataFrame:
        """The services of all replications."""
        return self._joined("visits")

    @cached_property
    def generations(self) -> pd.DataFrame:
        """The generations of all replications."""
        return self._joined("generations")

    @cached_property
    def changes(self) -> pd.DataFrame:
        """The changes of all replications."""
        return self._joined("changes")

    @property
    def ends(self) -> dict[int, float]:
        """When those replications ended that ended before the horizon, days."""
        return {r.replication: r.end.time for r in self.runs if r.end.reason != "horizon"}

    def _joined(self, table: str) -> pd.DataFrame:
        import pandas as pd

        return pd.concat([getattr(run, table) for run in self.runs], ignore_index=True)


def ensemble(
    model: Model,
    *,
    replications: int,
    seed: int,
    engine: str = "auto",
    workers: int = 1,
    progress: Progress | None = None,
) -> Ensemble:
    """Run independent replications of a model.

    Parameters
    ----------
    model
        A resolved model.
    replications
        How many; they are numbered from 0 and do not depend on each other.
    seed
        Seed of the experiment.
    engine
        One of `sim.engines.ENGINES`.
    workers
        How many run at once; the result is the same. The compiled engine takes threads, the
        reference engine processes: for these a script must guard its entry point
        (`if __name__ == "__main__":`), as they import it.
    progress
        Called with the number of replications done so far.

    Raises
    ------
    InputError
        For a seed, engine or number out of range, and for a run too large for memory (if others
        were finished they are returned, and `stopped` says so).
    """
    check_seed(seed)
    engine = chosen(engine)
    check_counts(replications=replications, workers=workers)
    runs = _runs(model, replications, seed, engine, min(workers, replications))
    found = gathered(runs, progress, "to keep more logs", FEWER)
    return Ensemble(model, seed, found.runs, found.interrupted, found.stopped)


def check_counts(**counts: object) -> None:
    """Raise `InputError` unless all of them are whole numbers >= 1."""
    for name, value in counts.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise InputError(f"run: {name} must be a whole number >= 1, got {value!r}; set {name}")


def _runs(model: Model, count: int, seed: int, engine: str, workers: int) -> Runs:
    """Yield the runs, whichever is done first."""
    if workers == 1:
        yield from _in_process(model, count, seed, engine)
        return
    prepare(engine)  # one compiles, not all of them
    in_parallel = _in_threads if engine == "compiled" else in_workers
    yield from in_parallel(model, count, seed, engine, workers)


def _in_process(model: Model, count: int, seed: int, engine: str) -> Runs:
    for number in range(count):
        yield simulate(model, seed=seed, replication=number, engine=engine)


def _in_threads(model: Model, count: int, seed: int, engine: str, threads: int) -> Runs:
    from sim.engines.compiled import simulate as simulate_compiled

    def replicate(number: int, stopped: Callable[[], bool]) -> Run:
        return simulate_compiled(model, seed=seed, replication=number, stopped=stopped)

    return in_threads(replicate, count, threads)
