"""In this process: one ticket after the other."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any, Self

from sim.execute.protocol import Receipt, Ticket


class InProcess:
    """Does tickets itself.

    Parameters
    ----------
    prepare
        Done once before the first ticket.
    """

    workers = 1

    def __init__(self, prepare: Callable[[], object] | None = None) -> None:
        self._prepare = prepare

    def run(
        self, work: Callable[[Ticket], Receipt], tickets: Iterable[Ticket]
    ) -> Generator[Receipt, None, None]:
        """Yield the receipts in the order of the tickets; see `Executor.run`."""
        for ticket in tickets:
            yield work(ticket)

    def __enter__(self) -> Self:
        """Prepare."""
        if self._prepare:
            self._prepare()
        return self

    def __exit__(self, *_: Any) -> None:
        """Leave nothing behind, as nothing was started."""
