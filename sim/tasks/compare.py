"""`task=compare`: scenarios on the same random numbers; what differs, with intervals."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim import store
from sim.config import running_config
from sim.model import InputError
from sim.plots.comparison import Scenarios, save_all
from sim.plots.comparison.words import sentences
from sim.report import write_comparison
from sim.report.differences import notes, zeros
from sim.report.shell import changed
from sim.settings import Settings
from sim.study.compare import Comparison, check
from sim.study.compare import compare as run_all
from sim.tasks.differences import difference_table
from sim.tasks.frames import of_ensemble
from sim.tasks.report import PAGE, pages
from sim.tasks.scenarios import scenarios
from sim.tasks.stopping import INTERRUPTED, ctrl_c_waits, made_ready
from sim.tasks.terminal import console, progress


def compare(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Run the scenarios and compare them; return 0, or 130 if Ctrl-C stopped it."""
    if running_config() != "config":
        raise InputError(
            f"compare: -cn names one configuration, got '{running_config()}'; name files by "
            f"letter: a={running_config()}.yaml"
        )
    repeat = [f"seed={settings.seed}", f"replications={settings.replications}"]
    planned = scenarios(settings.compared, overrides, repeat)
    check({name: plan.model for name, plan in planned.items()})
    made_ready(settings.engine)  # Ctrl-C while it compiles leaves nothing behind
    folder, folders = store.create_comparison(
        Path(settings.results), planned, settings.stated(), overrides
    )
    screen = console()
    if settings.replications == 1:
        screen.print("one replication: no intervals; set replications=24", style="yellow")
    try:
        result = _run(planned, settings)
        with ctrl_c_waits():
            _write(result, folder, folders)
    except BaseException:
        store.fail(folder, *folders.values())
        raise
    if result.pairs:
        common = changed(overrides)
        frames = {n: of_ensemble(e, result.replications) for n, e in result.ensembles.items()}
        found = Scenarios(frames, result.differences)
        screen.print("\n".join(sentences(found)) + "\n", style="bold")
        for line in zeros(found):
            screen.print(line, style="yellow")
        for name in list(planned)[1:]:
            screen.print(difference_table(result.differences, name, common))
        screen.print("\n".join(notes(result.differences)), style="dim")
        if settings.figures:
            screen.print("drawing figures …", style="dim")
            with store.writing_to(folder):
                save_all(found, folder / "figures")
        if settings.report:
            with store.writing_to(folder):
                page = _report(found, folder, folders)
            screen.print(f"report: {page}", soft_wrap=True)
    if result.interrupted:
        screen.print(
            f"stopped by Ctrl-C; {result.pairs} replications of all scenarios kept", style="yellow"
        )
    screen.print(f"results: {folder}", soft_wrap=True)
    return INTERRUPTED if result.interrupted else 0


def _run(planned: dict[str, store.Planned], settings: Settings) -> Comparison:
    """Run all replications of all scenarios, with a progress bar over all of them."""
    names = list(planned)
    total = len(names) * settings.replications
    with progress(" against ".join(names[::-1][:2]), total) as advance:
        return run_all(
            {name: plan.model for name, plan in planned.items()},
            replications=settings.replications,
            seed=settings.seed,
            engine=settings.engine,
            workers=settings.workers or os.cpu_count() or 1,
            progress=lambda name, done: advance(
                names.index(name) * settings.replications + done
            ),
        )


def _report(found: Scenarios, folder: Path, folders: dict[str, Path]) -> Path:
    path = folder / PAGE
    manifests = {name: store.read_manifest(run) for name, run in folders.items()}
    write_comparison(found, store.read_manifest(folder), manifests, path, pages(folders, path))
    return path


def _write(result: Comparison, folder: Path, folders: dict[str, Path]) -> None:
    for name, found in result.ensembles.items():
        tables = ("outcomes", "generations", "changes", "visits") if found.runs else ()
        store.finish(
            folders[name], {table: getattr(found, table) for table in tables},
            status="interrupted" if found.interrupted else "finished",
            replications_done=len(found.runs),
            engines=sorted({run.engine for run in found.runs}),
            end_reasons=dict(Counter(run.end.reason for run in found.runs)),
        )
    store.finish_comparison(
        folder, result.differences,
        status="interrupted" if result.interrupted else "finished",
        replications_done=result.pairs,
    )
