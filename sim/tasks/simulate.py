"""`task=simulate`: run replications, print the answer and the generations, write what is found."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim import store
from sim.model import Model
from sim.plots import Frames
from sim.report.answer import answer
from sim.settings import Settings, is_of_the_model
from sim.study.ensemble import Ensemble, ensemble
from sim.tasks.frames import of_ensemble
from sim.tasks.report import PAGE
from sim.tasks.stopping import INTERRUPTED, ctrl_c_waits, made_ready
from sim.tasks.tables import endings, notes, result_table
from sim.tasks.terminal import console, progress


def simulate(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Run the model; return 0, or 130 if Ctrl-C stopped it (what was finished is kept)."""
    model = Model.from_dict(data)
    made_ready(settings.engine)  # Ctrl-C while it compiles leaves nothing behind
    folder = store.create(Path(settings.results), model, settings.stated(), overrides)
    screen = console()
    try:
        result = _run(model, settings)
        if result.interrupted:
            screen.print(f"stopped; writing {len(result.runs)} replications …", style="dim")
        with ctrl_c_waits():
            write(result, folder)
    except BaseException:
        store.fail(folder)
        raise
    changed = [c for c in overrides if is_of_the_model(c)]
    show(result, settings.replications, settings, folder, changed)
    return INTERRUPTED if result.interrupted else 0


def show(
    result: Ensemble, planned: int, settings: Settings, folder: Path, changed: Sequence[str]
) -> None:
    """Print what came out, and draw figures and write the report if they are wanted.

    Parameters
    ----------
    result
        The runs.
    planned
        How many were wanted.
    settings
        Whether figures and the report are wanted.
    folder
        Where the runs are.
    changed
        What was changed in the model, for the title of the table.
    """
    screen = console()
    if result.runs:
        frames = of_ensemble(result, planned)
        screen.print(answer(frames).sentence + "\n", style="bold")
        screen.print(result_table(result, changed))
        for line in notes(result):
            screen.print(line, style="dim")
        for line in endings(result):
            screen.print(line, style="yellow")
        if settings.figures:
            screen.print("drawing figures …", style="dim")
            _draw(frames, folder)
        if settings.report:
            screen.print(f"report: {_report(frames, folder)}", soft_wrap=True)
    screen.print(f"results: {folder}", soft_wrap=True)


def _run(model: Model, settings: Settings) -> Ensemble:
    """Run all replications, with a progress bar."""
    with progress(f"{model.name}: runs", settings.replications) as advance:
        return ensemble(
            model,
            replications=settings.replications,
            seed=settings.seed,
            engine=settings.engine,
            workers=settings.workers or os.cpu_count() or 1,
            progress=advance,
        )


def write(result: Ensemble, folder: Path) -> None:
    """Write the tables of runs that are over, and their status."""
    names = ("outcomes", "generations", "changes", "visits") if result.runs else ()
    tables = {name: getattr(result, name) for name in names}
    reasons = Counter(run.end.reason for run in result.runs)
    store.finish(
        folder,
        tables,
        status="interrupted" if result.interrupted else "finished",
        replications_done=len(result.runs),
        engines=sorted({run.engine for run in result.runs}),
        end_reasons=dict(reasons),
    )


def _draw(frames: Frames, folder: Path) -> None:
    from sim.plots import save_all

    with store.writing_to(folder):
        save_all(frames, folder / "figures")


def _report(frames: Frames, folder: Path) -> Path:
    from sim.report import write

    path = folder / PAGE
    write(frames, store.read_manifest(folder), path)
    return path
