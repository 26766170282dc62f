"""Threads: many runs at once in one process; the compiled engine lets all of them work.

What a run comes to depends on its number alone, so neither the number of threads nor who is
first matters.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from itertools import islice
from queue import SimpleQueue
from threading import Event, Thread
from typing import TypeVar

from sim.execute.stopping import next_of, on_ctrl_c

Result = TypeVar("Result")
Task = Callable[[int, Callable[[], bool]], Result]
"""What is done for a number; it asks now and then whether to stop, and then may return anything."""


def in_threads(task: Task[Result], count: int, threads: int) -> Generator[Result, None, None]:
    """Do a task for 0, ..., count - 1 and yield what it returns, whichever is done first.

    Parameters
    ----------
    task
        Called with the number and with what tells whether to stop.
    count
        How many numbers.
    threads
        How many are done at once. A few more are begun or done ahead of who takes the results.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C, when the threads have stopped; also any exception of the task.
    """
    wanted: SimpleQueue[int | None] = SimpleQueue()
    ready: SimpleQueue[tuple[Result | None, BaseException | None] | None] = SimpleQueue()
    stop = Event()
    numbers = iter(range(count))

    def work() -> None:
        while (number := wanted.get()) is not None and not stop.is_set():
            try:
                ready.put((task(number, stop.is_set), None))
            except BaseException as error:  # it is raised where the results are taken
                ready.put((None, error))

    def want(most: int) -> None:
        for number in islice(numbers, most):
            wanted.put(number)

    want(2 * threads)
    workers = [Thread(target=work, daemon=True) for _ in range(threads)]
    try:
        with on_ctrl_c(lambda *_: ready.put(None)):
            for worker in workers:
                worker.start()
            for _ in range(count):
                done = next_of(ready)
                if done is None:
                    raise KeyboardInterrupt
                result, error = done
                if error is not None:
                    raise error
                want(1)
                yield result  # type: ignore[misc]
    finally:
        stop.set()
        for _ in workers:
            wanted.put(None)
        for worker in workers:
            if worker.ident is not None:
                worker.join()
