"""Watch a study that another process is at work on, until it ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from sim import store
from sim.tasks.study_view import progress_line

OFTEN, SELDOM = 1.0, 10.0
"""Seconds between two looks on a terminal, and between two lines elsewhere."""


def watch(folder: Path, screen: Console) -> str:
    """Show how far a study is until nobody is at work on it; return its status then.

    On a terminal a bar moves; elsewhere there is a line every ten seconds.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C, which the study does not hear of.
    """
    name = folder.resolve().name
    if not screen.is_terminal:
        return _look(folder, SELDOM, lambda line: screen.print(f"{name} {line}", soft_wrap=True))
    columns = TextColumn(name, markup=False), BarColumn(), TextColumn("{task.fields[said]}")
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task(name, total=None, said="")

        def show(line: str) -> None:
            said = store.studies.progress_of(folder)
            total = said.get("total") or None
            bar.update(task, total=total, completed=said.get("done", 0), said=line)

        return _look(folder, OFTEN, show)


def _look(folder: Path, every: float, show: Callable[[str], None]) -> str:
    told = float("-inf")
    while (status := store.studies.status(folder)) == "running":
        if time.monotonic() - told >= every:
            told = time.monotonic()
            show(progress_line(folder, time.time()))
        time.sleep(OFTEN)
    return status
