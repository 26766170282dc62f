"""`task=simulate`: run replications, print the generations, write results and figures."""

from __future__ import annotations

import dataclasses
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sim import store
from sim.config import Settings, is_of_the_model
from sim.model import Model
from sim.study.ensemble import Ensemble, ensemble
from sim.tasks.tables import endings, notes, result_table

INTERRUPTED = 130


def simulate(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Run the model; return 0, or 130 if Ctrl-C stopped it (what was finished is kept)."""
    model = Model.from_dict(data)
    folder = store.create(Path(settings.results), model, dataclasses.asdict(settings), overrides)
    console = Console(highlight=False)
    if console.width < 80:
        console = Console(highlight=False, width=80)  # wrapped lines can be read, cut ones not
    try:
        result = _run(model, settings)
        _write(result, folder)
    except BaseException:
        store.finish(folder, {}, status="failed")
        raise
    if result.runs:
        console.print(result_table(result, [c for c in overrides if is_of_the_model(c)]))
        for line in notes(result):
            console.print(line, style="dim")
        for line in endings(result):
            console.print(line, style="yellow")
        if settings.figures:
            console.print("drawing figures …", style="dim")
            _draw(result, folder, settings.replications)
    console.print(f"results: {folder}", soft_wrap=True)
    return INTERRUPTED if result.interrupted else 0


def _run(model: Model, settings: Settings) -> Ensemble:
    """Run all replications with a progress bar (on a terminal)."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task(f"{model.name}: replications", total=settings.replications)
        return ensemble(
            model,
            replications=settings.replications,
            seed=settings.seed,
            engine=settings.engine,
            workers=settings.workers or os.cpu_count() or 1,
            progress=lambda done: bar.update(task, completed=done),
        )


def _write(result: Ensemble, folder: Path) -> None:
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


def _draw(result: Ensemble, folder: Path, planned: int) -> None:
    from sim.plots import Frames, save_all

    early = {r.replication: r.end.time for r in result.runs if r.end.reason != "horizon"}
    frames = Frames(
        visits=result.visits, generations=result.generations, changes=result.changes,
        model=result.model, ends=early, planned=planned,
    )
    save_all(frames, folder / "figures")
