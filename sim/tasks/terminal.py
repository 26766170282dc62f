"""The terminal: its width, and progress with rate and time left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class Advance(Protocol):
    """Tells how far something is."""

    def __call__(self, done: int, total: int | None = None) -> None:
        """So many are done, of so many if that has changed."""


NARROWEST = 80
"""Characters in a line, on narrower terminals too: wrapped lines can be read, cut ones not."""


def console() -> Console:
    """Return the console that results are printed on; brackets in names are no markup."""
    wanted = max(NARROWEST, Console().width)
    return Console(highlight=False, markup=False, emoji=False, width=wanted)


@contextmanager
def progress(what: str, total: int, unit: str = "run") -> Iterator[Advance]:
    """Show a bar, how many are done, the rate and the time left (on a terminal only).

    Parameters
    ----------
    what
        What is going on.
    total
        How many there are to do.
    unit
        What is counted.

    Yields
    ------
    callable
        To be called with the number done so far, and with their total if that has changed.
    """
    screen = Console(stderr=True, markup=False, emoji=False)
    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(),
        _Rate(unit), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
    )
    hidden = not screen.is_terminal
    with Progress(*columns, console=screen, transient=True, disable=hidden) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done, total=None: bar.update(task, completed=done, total=total)


class _Rate(ProgressColumn):
    """How many are done in a second, or a minute where they take long."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.unit = unit

    def render(self, task: Task) -> Text:
        return Text(rate(task.speed, self.unit))


def rate(per_second: float | None, unit: str) -> str:
    """Return '3.2 runs/s', '12 runs/min'; empty while it is not known."""
    if not per_second:
        return ""
    if per_second >= 1:
        return f"{per_second:.2g} {unit}s/s"
    return f"{60 * per_second:.2g} {unit}s/min"


def time_left(seconds: float) -> str:
    """Return '45 s', '12 min', '3.4 h', '2.1 d'."""
    for unit, size, most in (("s", 1.0, 100.0), ("min", 60.0, 100.0), ("h", 3600.0, 48.0)):
        if seconds < most * size:
            return f"{seconds / size:.0f} {unit}" if unit != "h" else f"{seconds / size:.1f} h"
    return f"{seconds / 86400.0:.1f} d"
