"""Local workers: processes on this machine.

Each has a pipe of its own, and no two of them share a lock or a queue: one that is killed, in the
middle of whatever, cannot hold up or harm the others.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable
from multiprocessing.connection import wait
from typing import Any, Self

from sim.execute.protocol import DEATHS, Jobs, Lost, Receipt, Ticket
from sim.execute.stopping import PATIENCE, on_ctrl_c
from sim.execute.worker import Worker

STARTS = 5
"""So many workers in a row that end by themselves before they have started are no accident."""

KILLS = 50
"""Nor are so many that are killed."""


class Local:
    """Does tickets in processes of its own, which start when there is a ticket for them.

    Parameters
    ----------
    workers
        How many processes.
    prepare
        Done once, in this process, before any of them starts.
    """

    def __init__(self, workers: int, prepare: Callable[[], object] | None = None) -> None:
        self.workers = min(workers, 61) if sys.platform == "win32" else workers  # it waits for 63
        self._prepare = prepare
        self._crew: list[Worker[Any]] = []
        self._stillborn = 0

    def run(
        self, work: Callable[[Ticket], Receipt], tickets: Iterable[Ticket]
    ) -> Generator[Receipt | Lost[Ticket], None, None]:
        """Yield the receipts, whichever comes first; see `Executor.run`."""
        jobs = Jobs(tickets)
        pressed: list[int] = []
        try:
            # An exception out of nowhere could lose a process that has just started.
            with on_ctrl_c(lambda number, _: pressed.append(number)):
                self._employ(work, jobs)
                while busy := {worker.pipe: worker for worker in self._crew if worker.job}:
                    found: list[Receipt | Lost[Ticket]] = []
                    for pipe in wait(list(busy), PATIENCE):
                        found += self._heard(busy[pipe], jobs)  # type: ignore[index]
                    if pressed:
                        raise KeyboardInterrupt
                    self._employ(work, jobs)
                    yield from found
                if pressed:
                    raise KeyboardInterrupt
        finally:
            self._dismiss([worker for worker in self._crew if worker.job])

    def _employ(self, work: Callable[[Ticket], Any], jobs: Jobs[Ticket]) -> None:
        """Give all who are free something to do, and start more while there is more to do."""
        free = [worker for worker in self._crew if not worker.job]
        while free or len(self._crew) < self.workers:
            job = jobs.next()
            if job is None:
                return
            if not free:
                self._crew.append(Worker())
            worker = free.pop() if free else self._crew[-1]
            try:
                worker.give(work, job)
            except OSError:
                jobs.again(job)
                self._buried(worker)

    def _heard(self, worker: Worker[Ticket], jobs: Jobs[Ticket]) -> list[Any]:
        """Return what came of a job, if anything."""
        job = worker.job
        assert job
        try:
            answer = worker.answer()
        except (EOFError, OSError):
            how = self._buried(worker)
            job.deaths += worker.ready
            if job.deaths < DEATHS:
                jobs.again(job)
                return []
            return [Lost(job.ticket, f"its worker died {DEATHS} times, {how}")]
        if answer is None:
            worker.ready = True
            self._stillborn = 0
            return []
        done, result = answer
        worker.job = None
        if not done:
            raise result
        return [result]

    def _buried(self, worker: Worker[Any]) -> str:
        """Take a dead worker from the crew and say what it died of."""
        code = worker.end()
        self._crew.remove(worker)
        how = f"killed by signal {-code}" if code < 0 else f"with exit code {code}"
        self._stillborn += not worker.ready
        if self._stillborn >= (KILLS if code < 0 else STARTS):
            raise ChildProcessError(
                f"execute: workers end before they begin, the last one {how}; read what they say "
                "above, set execute=in_process, and guard the entry point of a script of your own "
                "(if __name__ == '__main__':)"
            )
        return how

    def _dismiss(self, workers: list[Worker[Any]]) -> None:
        for worker in workers:
            worker.end()
            self._crew.remove(worker)

    def __enter__(self) -> Self:
        """Prepare."""
        if self._prepare:
            self._prepare()
        return self

    def __exit__(self, *_: Any) -> None:
        """End the workers."""
        self._dismiss(list(self._crew))
