"""`task=report`: write the report of a finished run, or of a comparison, again."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim import store
from sim.model import InputError
from sim.plots.comparison import Scenarios
from sim.report import write, write_comparison
from sim.settings import Settings, is_of_the_model
from sim.store import StoredComparison
from sim.tasks.frames import of_stored
from sim.tasks.terminal import console

PAGE = "report.html"
"""The report in the folder of its run or comparison."""


def report(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Write the page about the run or comparison whose folder is named; return 0."""
    for override in overrides:
        if is_of_the_model(override) or override.startswith("scenario="):
            raise InputError(
                f"run: task=report shows a run as it was, got {override}; leave it out, or run "
                "again with it"
            )
    folder = Path(str(settings.run))
    path = Path(settings.html) if settings.html else folder / PAGE
    if store.is_comparison(folder):
        _of_comparison(store.open_comparison(folder), path)
    else:
        stored = store.open_run(folder)
        write(of_stored(stored), stored.manifest, path)
    console().print(f"report: {path}", soft_wrap=True)
    return 0


def _of_comparison(stored: StoredComparison, path: Path) -> None:
    runs = {name: stored.open(name) for name in stored.runs}
    found = Scenarios({name: of_stored(run) for name, run in runs.items()}, stored.differences)
    manifests = {name: run.manifest for name, run in runs.items()}
    write_comparison(found, stored.manifest, manifests, path, pages(stored.runs, path))


def pages(runs: Mapping[str, Path], path: Path) -> dict[str, str]:
    """Return where the runs' own reports are, seen from a page, of those that have one."""
    there = {name: run / PAGE for name, run in runs.items() if (run / PAGE).is_file()}
    return {
        name: Path(os.path.relpath(page, path.parent)).as_posix() for name, page in there.items()
    }
