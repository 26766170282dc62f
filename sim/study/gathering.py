"""Gathering: runs are kept as they finish, until all are there or something stops it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sim.engines.room import SMALL, TooLarge, check_room
from sim.engines.run import End

Progress = Callable[[int], None]


class Kept(Protocol):
    """What is kept of a run."""

    @property
    def replication(self) -> int:
        """Its number."""

    @property
    def end(self) -> End:
        """Why and when it ended."""

    @property
    def size(self) -> int:
        """Bytes that it takes."""


Found = TypeVar("Found", bound=Kept)


@dataclass(frozen=True)
class Gathered(Generic[Found]):
    """Runs in order of their number, and what stopped the rest of them."""

    runs: tuple[Found, ...]
    interrupted: bool
    stopped: str


def gathered(
    runs: Generator[Found, None, None], progress: Progress | None, what: str, remedy: str
) -> Gathered[Found]:
    """Keep runs; Ctrl-C, or memory that runs out, leaves those that were finished.

    Parameters
    ----------
    runs
        Yields them, whichever is done first.
    progress
        Called with the number of runs kept so far.
    what, remedy
        What needs memory, and what to do if there is too little.

    Raises
    ------
    TooLarge
        If not even one run fits in memory.
    """
    done: dict[int, Found] = {}
    finished, stopped, unchecked = False, "", 0
    try:
        for run in runs:
            done[run.replication] = run
            if progress:
                progress(len(done))
            unchecked += run.size
            if unchecked > SMALL:
                check_room(unchecked, what, remedy)
                unchecked = 0
            if run.end.reason == "interrupted":
                break
        else:
            finished = True
    except KeyboardInterrupt:
        runs.close()
    except TooLarge as error:
        if not done:
            raise
        stopped = str(error)
    return Gathered(tuple(done[n] for n in sorted(done)), not finished, stopped)
