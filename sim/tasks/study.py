"""`task=study`: do the runs of a study that are not done yet, and show what came out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim import store
from sim.model import InputError
from sim.plots.study import save_all
from sim.report import write_study
from sim.settings import Settings, is_of_the_model
from sim.study.plan import Plan
from sim.study.plan import read as read_plan
from sim.study.results import Results, open_study
from sim.tasks.conducting import check_settings, done
from sim.tasks.report import PAGE
from sim.tasks.stopping import made_ready
from sim.tasks.studies import is_of_the_study, planned, study_home
from sim.tasks.study_view import findings
from sim.tasks.terminal import console


def study(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Run a study; return 0, 130 if Ctrl-C stopped it, 1 if batches were given up."""
    if settings.study is None:
        raise InputError(
            "run: task=study needs a study; set study=NAME of a shipped one, or study=FILE.yaml"
        )
    check_settings(settings)
    plan, folder = plan_of(settings, overrides)
    screen = console()
    screen.print(heading(plan), style="bold")
    made_ready("compiled")
    if code := done(plan, folder, settings, overrides):
        return code
    _show(open_study(folder), settings)
    screen.print(f"results: {folder}", soft_wrap=True)
    return 0


def plan_of(settings: Settings, overrides: Sequence[str]) -> tuple[Plan, Path]:
    """Return the plan and its folder: of a study by name or file, or as a folder has it."""
    assert settings.study is not None
    given = Path(settings.study)
    if store.studies.is_study(given):
        changes = [text for text in overrides if is_of_the_model(text) or is_of_the_study(text)]
        if changes or settings.folder:
            what = changes[0] if changes else f"folder={settings.folder}"
            raise InputError(
                f"study: '{given}' goes on as it was planned, got {what}; leave it out, or name "
                "the study's file"
            )
        return read_plan(given), given
    plan = planned(settings.study, overrides)
    return plan, study_home(plan.study, settings.folder, settings.results)


def heading(plan: Plan) -> str:
    """Return what is to be done: 'two_levers: 9 points × 5 replications. Do more engineers …'."""
    study = plan.study
    often = f"{study.replications} replications"
    if study.stop:
        often = f"{study.replications} to {study.stop.at_most} replications"
    return f"{study.name}: {len(plan.points):,} points × {often}. {study.question}"


def _show(results: Results, settings: Settings) -> None:
    """Say the answer, print the points, draw figures, write the report."""
    screen, folder = console(), results.folder
    findings(results, screen)
    store.studies.keep_summary(folder, results.per_point)
    if settings.figures:
        screen.print("drawing figures …", style="dim")
        with store.writing_to(folder):
            save_all(results, folder / "figures")
    if settings.report:
        with store.writing_to(folder):
            write_study(results, folder / PAGE)
        screen.print(f"report: {folder / PAGE}", soft_wrap=True)
