"""`task=results`: what there is under `results/`; one study: how it stands, SQL, exports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from sim import store
from sim.model import InputError
from sim.settings import Settings
from sim.study.results import Results, open_study
from sim.study.sql import ALL, check_export, export, first_rows
from sim.tasks.found import refuse_others, study_folder
from sim.tasks.stopping import INTERRUPTED
from sim.tasks.terminal import console

MOST_ROWS = 50
"""Rows of an answer that are shown."""
LONGEST = 32
"""Characters of a name that are shown."""
ABOUT_A_STUDY = ("sql", "export", "watch")
NOT_FINISHED = 1
"""Exit code of `watch=true` if the study ended without being finished."""


def results(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Show what there is; return 0, 1 if a watched study was not finished, 130 after Ctrl-C."""
    _check(settings, overrides)
    screen = console()
    if settings.study is None:
        _list(Path(settings.results), screen)
        return 0
    folder = study_folder(settings.study, Path(settings.results))
    code = 0
    if settings.watch:
        from sim.tasks.watch import watch

        open_study(folder)  # what is wrong with it is said now
        try:
            code = 0 if watch(folder, screen) == "finished" else NOT_FINISHED
        except KeyboardInterrupt:
            screen.print("no longer watched; the study goes on", style="yellow")
            return INTERRUPTED
    found = open_study(folder)
    if settings.sql or settings.export:
        _ask(found, settings, screen)
    else:
        from sim.tasks.study_view import show

        show(found, screen)
    return code


def _check(settings: Settings, overrides: Sequence[str]) -> None:
    refuse_others("results", overrides, ("study", *ABOUT_A_STUDY))
    if settings.study is None:
        for name in ABOUT_A_STUDY:
            if getattr(settings, name):
                raise InputError(f"run: {name} is about one study; set study=NAME or its folder")
    if settings.watch:
        for name in ("sql", "export"):
            if getattr(settings, name):
                raise InputError(f"run: {name} does not go with watch=true; leave out one of them")
    if settings.export:
        check_export(Path(settings.export))


def _ask(found: Results, settings: Settings, screen: Console) -> None:
    if settings.export:
        rows = export(found, settings.sql or ALL, Path(settings.export))
        screen.print(f"{rows:,} rows: {settings.export}", soft_wrap=True)
        return
    from sim.tasks.study_tables import answer_table

    first, rows = first_rows(found, settings.sql or ALL, MOST_ROWS)
    screen.print(answer_table(first))
    if rows > len(first):
        screen.print(
            f"{len(first)} of {rows:,} rows; export=FILE.csv writes all of them", style="yellow"
        )


def _list(root: Path, screen: Console) -> None:
    """Print a line for each run, comparison and study."""
    found = store.listing(root)
    if not found:
        here = "is a run's or study's own folder" if (root / "manifest.json").is_file() else (
            "holds no results" if root.is_dir() else "is not there"
        )
        raise InputError(
            f"results: nothing to list, '{root}' {here}; run something first, or set "
            "results=FOLDER, as it was set for runs"
        )
    rows = [("kind", "name", "status", "runs", "begun", "folder"), *map(_row, found)]
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    for i, row in enumerate(rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        style = "bold" if i == 0 else "yellow" if row[2] == store.DAMAGED else None
        screen.print("  ".join([*cells, row[5]]), soft_wrap=True, style=style)
    if any(entry.kind != "study" and entry.status == "running" for entry in found):
        screen.print(
            "a run or comparison whose process was killed goes on saying running", style="dim"
        )


def _row(entry: store.Entry) -> tuple[str, ...]:
    name = entry.name if len(entry.name) <= LONGEST else entry.name[: LONGEST - 1] + "…"
    total = "" if entry.total is None else f"{entry.total:,}"
    done = "–" if entry.done is None else f"{entry.done:,}"
    folder = f"{entry.folder} ({entry.wrong})" if entry.wrong else str(entry.folder)
    return (entry.kind, name, entry.status, f"{done} of {total}" if total else "", entry.started,
            folder)  # fmt: skip
