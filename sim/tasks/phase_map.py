"""`task=phase_map`: what holds a lab back, compute or its loop, and where that changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim import store
from sim.config import shipped
from sim.execute import Executor
from sim.limits.map_axes import Grid
from sim.limits.phase_map import Stage, composed, cross, of_stage, surface, table
from sim.limits.places import LABS, Place, place
from sim.limits.surface import phases
from sim.model import InputError, Model
from sim.plots import save_figures
from sim.plots.limits import phase_map as drawing
from sim.plots.limits.phase_map import PhaseMap
from sim.report import limits_phase_map as page
from sim.settings import Settings
from sim.study.conduct import Conducted, conduct
from sim.study.plan import Plan
from sim.study.results import open_study
from sim.tasks.conducting import check_settings, done, told, working
from sim.tasks.report import PAGE
from sim.tasks.stopping import made_ready
from sim.tasks.studies import home_of
from sim.tasks.terminal import console


def phase_map(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Run a phase map; return 0, 130 if Ctrl-C stopped it, 1 if batches were given up."""
    check_settings(settings)
    model = Model.from_dict(data)
    given: dict[str, Any] = {"cells": settings.grid, "low": settings.low, "high": settings.high}
    grid = Grid(**{key: value for key, value in given.items() if value is not None})
    plan, stages = composed(
        model, grid, replications=settings.replications, seed=settings.seed
    )
    folder = home_of(plan, settings)
    screen = console()
    rows, columns = stages[-1].cells
    screen.print(
        f"{plan.study.name}: {rows} × {columns} cells × {settings.replications} replications, "
        f"{plan.runs:,} runs. {plan.study.question}", style="bold",
    )
    made_ready("compiled")
    began = time.monotonic()
    pictures = Pictures(plan, stages, folder, screen.print, figures=settings.figures)
    if code := done(plan, folder, settings, overrides, watch=pictures):
        return code
    cells = surface(open_study(folder))  # what cannot be mapped is said before other labs are run
    with working(folder, settings) as executor:
        result, places = _places(plan, folder, settings, executor)
    if code := told(result, folder):
        return code
    wall = time.monotonic() - began
    store.studies.note(folder, wall=wall)
    found = phases(cells, seed=plan.study.seed)
    whole = PhaseMap(lab=model.name, days=model.horizon, phases=found, places=places)
    store.studies.keep_table(folder, "phase_map", table(found))
    for sentence in page.sentences(whole):
        screen.print(f"\n{sentence}", style="bold")
    for sentence in list(page.details(whole))[:-1]:
        screen.print(f"\n{sentence}")
    screen.print(f"\n{plan.runs:,} runs; this session took {wall:.0f} s", style="dim")
    with store.writing_to(folder):
        if settings.figures:
            save_figures({"phase_map": drawing.figure(whole)}, folder / "figures")
        if settings.report:
            page.write(whole, store.read_manifest(folder), folder / PAGE)
            screen.print(f"report: {folder / PAGE}", soft_wrap=True)
    screen.print(f"results: {folder}", soft_wrap=True)
    return 0


def _places(
    plan: Plan, folder: Path, settings: Settings, executor: Executor
) -> tuple[Conducted, list[Place]]:
    """Run the shipped labs, but that of the map, at five points each over the same time.

    With twice the replications of a cell, as nothing is smoothed.
    """
    base = Model.from_dict(plan.bases[plan.study.scenario])
    places = list[Place]()
    for name in LABS:
        lab = shipped(name)
        assert lab is not None
        lab = lab.replace(horizon=f"{base.horizon!r} d")
        if lab.hash() == base.hash():
            continue
        own = cross(lab, replications=2 * settings.replications, seed=settings.seed)
        home = folder / "labs" / f"{name}_{own.hash[:8]}"
        with store.writing_to(folder):
            home.mkdir(parents=True, exist_ok=True)
        result = conduct(own, home, executor)
        if result.status != "finished":
            result.done, result.total = result.done + plan.runs, result.total + plan.runs
            return result, places
        found = place(open_study(home))
        if found is not None:
            places.append(found)
    return Conducted(), places


class Pictures:
    """Draws what there is of a map as soon as a stage of it is done."""

    def __init__(
        self, plan: Plan, stages: Sequence[Stage], folder: Path, say: Callable[[str], None], *,
        figures: bool = True,
    ) -> None:  # fmt: skip
        self.plan, self.folder, self.say, self.figures = plan, folder, say, figures
        self.stages = list(stages[:-1])
        self.whole = stages[-1].points
        self.began = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """Draw the latest stage that is done; the whole map is not drawn here."""
        runs = self.plan.study.replications
        ready = [stage for stage in self.stages if done >= stage.points * runs]
        if done >= total or not ready:
            return
        with suppress(InputError):  # too little is there yet
            found = of_stage(open_study(self.folder), ready[-1])
            if found is None:  # batches of a later stage were done first
                return
            part = PhaseMap(
                lab=self.plan.study.scenario, days=float(self.plan.horizon), phases=found,
                cells=self.whole,
            )
            self.say(page.progress_line(part, time.monotonic() - self.began))
            if self.figures:
                with store.writing_to(self.folder):
                    save_figures({"phase_map": drawing.figure(part)}, self.folder / "figures")
        self.stages = self.stages[len(ready) :]
