"""What an executor promises: all tickets are done, in any order, whatever dies meanwhile."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

Ticket = TypeVar("Ticket")
Receipt = TypeVar("Receipt")

DEATHS = 3
"""A ticket that was in work at so many deaths of its worker is given up."""


@dataclass(frozen=True)
class Lost(Generic[Ticket]):
    """A ticket that was given up, as its workers died over it."""

    ticket: Ticket
    why: str
    """How often, and how the last one ended: `its worker died 3 times, killed by signal 9`."""


class Executor(Protocol):
    """Does tickets: in this process, in processes of its own, or on a cluster.

    It is used in a `with` block, at whose end no process of its own is left. Within the block it
    may run several times, one after the other; workers stay meanwhile.
    """

    @property
    def workers(self) -> int:
        """How many tickets are done at once; of a cluster: now, and 0 while it has no worker."""

    def run(
        self, work: Callable[[Ticket], Receipt], tickets: Iterable[Ticket]
    ) -> Generator[Receipt | Lost[Ticket], None, None]:
        """Do all tickets and yield their receipts, whichever is done first.

        Parameters
        ----------
        work
            Turns a ticket into a receipt. A function of a module, or a `partial` of one; where
            workers are other processes it is sent to them, as are tickets and receipts: let them
            be small. It may be done twice for a ticket, even at once, and must not mind.
        tickets
            Taken as they are needed: there may be a million.

        Yields
        ------
        Receipt or Lost
            A ticket whose worker dies is done again; after `DEATHS` deaths it is `Lost`.

        Raises
        ------
        KeyboardInterrupt
            Within a second of Ctrl-C.
        ChildProcessError, ConnectionError
            If workers cannot start, or the cluster is gone; the message is for the user.
        Exception
            Whatever the work raises.
        """

    def __enter__(self) -> Self:
        """Make ready, and check what can be checked."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all workers that were started."""


@dataclass
class Job(Generic[Ticket]):
    """A ticket and how many workers died over it."""

    ticket: Ticket
    deaths: int = 0


class Jobs(Generic[Ticket]):
    """What is to be done next: tickets whose worker died, then new ones."""

    def __init__(self, tickets: Iterable[Ticket]) -> None:
        self._new = iter(tickets)
        self._again: deque[Job[Ticket]] = deque()

    def next(self) -> Job[Ticket] | None:
        """Return what is to be done next, or None if nothing is left."""
        if self._again:
            return self._again.popleft()
        for ticket in self._new:
            return Job(ticket)
        return None

    def again(self, job: Job[Ticket]) -> None:
        """Take back what was not done."""
        self._again.append(job)
