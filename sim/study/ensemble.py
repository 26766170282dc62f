"""Ensembles: independent replications of one model, in one process or several."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from sim.engines import Run, check_engine, check_seed, prepare, simulate
from sim.metrics.outcomes import outcomes_of
from sim.model import InputError, Model

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int], None]
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
    """Whether Ctrl-C stopped it before all replications had been run."""

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
        Processes. With more than one, a script must guard its entry point
        (`if __name__ == "__main__":`), as the workers import it. The result is the same.
    progress
        Called with the number of replications done so far.

    Raises
    ------
    InputError
        For a seed, engine or number out of range.
    """
    check_seed(seed)
    check_engine(engine)
    for name, value in (("replications", replications), ("workers", workers)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise InputError(f"run: {name} must be a whole number >= 1, got {value!r}; set {name}")
    done: dict[int, Run] = {}
    finished = False
    runs = (
        _in_process(model, replications, seed, engine)
        if min(workers, replications) == 1
        else _in_workers(model, replications, seed, engine, min(workers, replications))
    )
    try:
        for run in runs:
            done[run.replication] = run
            if progress:
                progress(len(done))
            if run.end.reason == "interrupted":
                break
        else:
            finished = True
    except KeyboardInterrupt:
        runs.close()
    return Ensemble(model, seed, tuple(done[n] for n in sorted(done)), interrupted=not finished)


def _in_process(model: Model, count: int, seed: int, engine: str) -> Runs:
    for number in range(count):
        yield simulate(model, seed=seed, replication=number, engine=engine)


def _in_workers(
    model: Model, count: int, seed: int, engine: str, workers: int
) -> Runs:
    from multiprocessing import get_context

    prepare(engine)
    if sys.platform == "win32":
        workers = min(workers, 61)  # it can wait for no more
    ready: SimpleQueue[Future[Any] | None] = SimpleQueue()
    pool = ProcessPoolExecutor(
        workers, get_context("spawn"), _begin_worker, (model, seed, engine)
    )
    numbers = iter(range(count))

    def submit(most: int) -> None:
        for number in islice(numbers, most):
            pool.submit(_replicate, number).add_done_callback(ready.put)

    # An exception out of nowhere could leave a lock of the pool held for ever: Ctrl-C only
    # leaves a word in the queue. Processes that start while it is ignored ignore it for good.
    with _on_ctrl_c(signal.SIG_IGN):
        submit(2 * workers)
    try:
        with _on_ctrl_c(lambda *_: ready.put(None)):
            for _ in range(count):
                future = _next(ready)
                if future is None:
                    raise KeyboardInterrupt
                submit(1)
                replication, name, end, raw = future.result()
                yield Run(model, seed, replication, name, end, raw)
    finally:
        # A worker in the middle of a run would keep us waiting: Ctrl-C must act at once.
        processes, results = list((pool._processes or {}).values()), pool._result_queue
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        # One may die in the middle of a message: with no writer left its reader sees the end.
        results._writer.close()  # type: ignore[attr-defined]


def _next(ready: SimpleQueue[Future[Any] | None]) -> Future[Any] | None:
    """Wait for what comes next; Windows notices Ctrl-C only between waits."""
    while True:
        try:
            return ready.get(timeout=1)
        except Empty:
            pass


@contextmanager
def _on_ctrl_c(handler: Any) -> Iterator[None]:
    """Let Ctrl-C do this meanwhile; threads other than the main one never hear of it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


_work: tuple[Model, int, str]


def _begin_worker(model: Model, seed: int, engine: str) -> None:
    """Prepare a worker: deaf to Ctrl-C (Windows does not pass this on), it follows its parent."""
    global _work
    _work = (model, seed, engine)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    """End this worker when its parent has ended, however that happened."""
    from multiprocessing import parent_process

    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _replicate(number: int) -> tuple[int, str, Any, dict[str, dict[str, Any]]]:
    model, seed, engine = _work
    run = simulate(model, seed=seed, replication=number, engine=engine)
    return run.replication, run.engine, run.end, run.raw
