"""Workers: replications in processes of their own, for engines that work in Python."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Generator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from queue import SimpleQueue
from typing import Any

from sim.engines import Run, simulate
from sim.model import Model
from sim.study.stopping import next_of, on_ctrl_c


def in_workers(
    model: Model, count: int, seed: int, engine: str, workers: int
) -> Generator[Run, None, None]:
    """Simulate replications in processes and yield the runs, whichever is done first."""
    from multiprocessing import get_context

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
    with on_ctrl_c(signal.SIG_IGN):
        submit(2 * workers)
    try:
        with on_ctrl_c(lambda *_: ready.put(None)):
            for _ in range(count):
                future = next_of(ready)
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
