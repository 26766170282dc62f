"""Dask: workers of a cluster, on whatever machines; or of a cluster of our own on this one."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine, Generator, Iterable
from concurrent.futures import CancelledError
from contextlib import suppress
from itertools import count, islice
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Self
from uuid import uuid4

from sim.execute.alike import Expected, difference, difference_found_once
from sim.execute.protocol import Lost, Receipt, Ticket
from sim.execute.stopping import PATIENCE, deaf, on_ctrl_c
from sim.model import InputError

AHEAD = 2
"""Tickets that the cluster holds for each of its threads: one in work, one to go on with."""

COUNTED = 1.0
"""Who is there is asked so often, seconds: workers come and go."""

CONNECT = 10
"""So long a scheduler may take to answer, seconds."""

CLOSE = 0.5
"""So long a worker of our own may take to end, seconds, before it is killed."""


class Dask:
    """Does tickets on a Dask cluster.

    A ticket whose worker dies is done again on another one; how many deaths it takes until it is
    lost is a setting of the scheduler (`distributed.scheduler.allowed-failures`, 3).

    Parameters
    ----------
    address
        The scheduler's; None: a cluster of our own, which listens on this machine alone.
    workers
        Processes of a cluster of our own.
    folder
        Where the work writes; all workers must see it.
    prepare
        Done once on each machine.
    """

    def __init__(
        self, address: str | None, workers: int, folder: Path,
        prepare: Callable[[], object] | None = None,
    ) -> None:
        self._address = address
        self._own_workers = workers
        self._folder = folder
        self._prepare = prepare
        self._expected: Expected | None = None
        self._cluster: Any = None
        self._client: Any = None
        self._threads: dict[str, int] = {}
        self._asked = -COUNTED
        self._pressed: list[int] = []

    @property
    def workers(self) -> int:
        """How many tickets the cluster does at once."""
        return sum(self._threads.values())

    def run(
        self, work: Callable[[Ticket], Receipt], tickets: Iterable[Ticket]
    ) -> Generator[Receipt | Lost[Ticket], None, None]:
        """Yield the receipts, whichever is done first; see `Executor.run`."""
        waiting: dict[Any, Ticket] = {}
        ready: SimpleQueue[Any] = SimpleQueue()
        new, name, numbers = iter(tickets), f"recursim-{uuid4().hex}", count()

        def submit() -> None:
            self._look_who_is_there()
            for ticket in islice(new, max(AHEAD * max(self.workers, 1) - len(waiting), 0)):
                future = self._client.submit(
                    _done, self._expected, work, ticket, key=f"{name}-{next(numbers)}", pure=False
                )
                waiting[future] = ticket
                future.add_done_callback(ready.put)

        self._pressed.clear()
        try:
            # An exception out of nowhere could leave Dask's own state in disorder.
            with on_ctrl_c(lambda number, _: self._pressed.append(number)):
                submit()
                while waiting:
                    futures = self._ready(ready)
                    found = self._receipts(futures, waiting)
                    submit()
                    yield from found
                if self._pressed:
                    raise KeyboardInterrupt
        finally:
            self._forget(list(waiting))
            self._pressed.clear()

    # --- talking to the cluster ---------------------------------------------------------------

    def _check(self) -> None:
        if self._pressed:
            raise KeyboardInterrupt
        if self._client.status != "running":
            raise self._gone()

    def _gone(self) -> ConnectionError:
        where = self._address or "of our own"
        return ConnectionError(
            f"execute: the Dask scheduler {where} is gone, or dropped the work; what was finished "
            "is kept: start it again, and the same command goes on"
        )

    def _asking(self, question: Coroutine[Any, Any, Any]) -> Any:
        """Return the answer of the cluster; Ctrl-C and its death are noticed meanwhile."""
        from distributed.comm import CommClosedError

        asked = asyncio.run_coroutine_threadsafe(question, self._client.loop.asyncio_loop)
        try:
            while not asked.done():
                with suppress(TimeoutError):
                    return asked.result(PATIENCE)
                self._check()
            return asked.result()
        except (CommClosedError, TimeoutError, CancelledError) as error:
            raise self._gone() from error
        finally:
            asked.cancel()

    def _forget(self, futures: list[Any]) -> None:
        """Let the cluster do no more of them; what a worker is at it finishes, in its thread."""
        if futures and self._client.status == "running":
            cancelling = self._client.cancel(futures, asynchronous=True)
            asyncio.run_coroutine_threadsafe(cancelling, self._client.loop.asyncio_loop)

    def _look_who_is_there(self) -> None:
        if time.monotonic() - self._asked >= COUNTED:
            self._threads = self._asking(self._client.nthreads(asynchronous=True))
            self._asked = time.monotonic()

    def _ready(self, ready: SimpleQueue[Any]) -> list[Any]:
        """Return what is done; at least one, or nothing after a while."""
        self._check()
        found = []
        with suppress(Empty):
            found.append(ready.get(timeout=PATIENCE))
            while True:
                found.append(ready.get_nowait())
        return found

    def _receipts(self, futures: list[Any], waiting: dict[Any, Ticket]) -> list[Any]:
        from distributed import KilledWorker

        found: list[Any] = []
        done = [future for future in futures if future.status == "finished"]
        for future in futures:
            if future.status in ("cancelled", "lost"):
                raise self._gone()
            if future.status == "error":
                try:
                    future.result()
                except KilledWorker as error:
                    deaths = error.allowed_failures + 1
                    lost = Lost(waiting.pop(future), f"its worker died {deaths} times")
                    found.append(lost)
        # All at once: one by one they would hold up a large cluster.
        for future, (receipt, problem) in zip(
            done, self._asking(self._client.gather(done, asynchronous=True)), strict=True
        ):
            if problem:
                raise InputError(problem)
            del waiting[future]
            found.append(receipt)
        return found

    # --- the cluster --------------------------------------------------------------------------

    def __enter__(self) -> Self:
        """Connect, see whether the workers are like us, and prepare their machines."""
        try:
            import distributed
        except ImportError:
            raise InputError(
                "run: execute=dask needs the package distributed, which is not installed; "
                "pip install 'recursim[dask]', or set execute=local"
            ) from None
        self._pressed.clear()
        try:
            if self._address is None and self._prepare:
                self._prepare()
            with deaf():
                self._client = self._connected(distributed)
            self._expected = Expected.of(self._folder)
            self._look_who_is_there()
            self._compare()
            if self._address is not None and self._prepare:
                self._prepare_machines(self._prepare)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _connected(self, distributed: Any) -> Any:
        if self._address is None:
            self._cluster = distributed.LocalCluster(
                n_workers=self._own_workers, threads_per_worker=1, host="127.0.0.1",
                dashboard_address="127.0.0.1:0", worker_dashboard_address="127.0.0.1:0",
                silence_logs="CRITICAL",
            )
            return distributed.Client(self._cluster, set_as_default=False)
        try:
            return distributed.Client(self._address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise InputError(
                f"run: execute.address must be that of a Dask scheduler that answers, got "
                f"'{self._address}' ({error}); start one (dask scheduler --host 127.0.0.1 "
                "--dashboard-address 127.0.0.1:8787) or set execute.address to one that runs"
            ) from None

    def _compare(self) -> None:
        if not self._threads:
            print(
                f"recursim: the Dask scheduler {self._address} has no workers yet; waiting",
                file=sys.stderr, flush=True,
            )
            return
        try:
            differences = self._asking(
                self._client.run(difference, self._expected, asynchronous=True)
            )
        except (ConnectionError, InputError):
            raise
        except Exception as error:  # it could not even read the question
            raise InputError(
                f"run: execute=dask: a worker has no recursim, or another one ({error}); install "
                "the same as here where the workers run"
            ) from None
        for address, problem in differences.items():
            if problem:
                raise InputError(_unlike(address, problem))

    def _prepare_machines(self, prepare: Callable[[], object]) -> None:
        first = {address.rpartition(":")[0]: address for address in self._threads}
        futures = [
            self._client.submit(prepare, workers=[address], allow_other_workers=True, pure=False)
            for address in first.values()
        ]
        self._asking(self._client.gather(futures, asynchronous=True))

    def __exit__(self, *_: Any) -> None:
        """Leave the cluster; end it if it is ours, even where it is at work."""
        if self._expected:
            self._expected.remove()
        with suppress(Exception):  # whatever is gone is gone
            if self._client is not None:
                self._client.close(timeout=CLOSE)
        if self._cluster is not None:
            self._cluster.sync(_end_workers, self._cluster)
            self._cluster.close()
        self._client = self._cluster = None


async def _end_workers(cluster: Any) -> None:
    nannies = list(cluster.workers.values())
    await asyncio.gather(*(nanny.close(timeout=CLOSE) for nanny in nannies), return_exceptions=True)


def _done(
    expected: Expected, work: Callable[[Ticket], Receipt], ticket: Ticket
) -> tuple[Receipt | None, str]:
    """Do a ticket in a worker, which may have come after the others were looked at."""
    problem = difference_found_once(expected)
    if problem:
        from distributed import get_worker

        return None, _unlike(get_worker().address, problem)
    return work(ticket), ""


def _unlike(address: str, problem: str) -> str:
    return f"run: execute=dask: the worker {address} {problem}"
