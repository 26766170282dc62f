"""`task=sensitivity`: which of the values that nobody knows matter, and how much is luck."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import store
from sim.model import InputError
from sim.plots.sensitivity.words import outcomes
from sim.plots.words import count_of, plain, upper_first
from sim.report import sensitivity_answer, sensitivity_tables
from sim.settings import Settings
from sim.study.plan import Plan
from sim.study.results import Results, open_study
from sim.study.sensitivity import Sensitivity, analyse
from sim.tasks.conducting import check_settings, done, shown
from sim.tasks.sensitivity_plan import plan_for
from sim.tasks.stopping import made_ready
from sim.tasks.terminal import console

if TYPE_CHECKING:
    from rich.table import Table


def sensitivity(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Run a sensitivity analysis; return 0, 130 if Ctrl-C stopped it, 1 if batches were given up.

    A study that is finished is analysed without any run.
    """
    check_settings(settings)
    plan, folder = plan_for(settings, overrides)
    screen = console()
    screen.print(_heading(plan), style="bold")
    began, finished = time.monotonic(), store.studies.joined(folder, plan.hash)
    if not finished:
        made_ready("compiled")
        began = time.monotonic()
        if code := done(plan, folder, settings, overrides):
            return code
    found = analysed(open_study(folder))
    wall = time.monotonic() - began
    for sentence in sensitivity_answer.sentences(found):
        screen.print(f"\n{sentence}", style="bold")
    for outcome in found.outcomes:
        screen.print(f"\n{upper_first(sensitivity_tables.heading(found, outcome))}", style="italic")
        if outcome in outcomes(found):
            screen.print(_table(found, outcome))
    screen.print()
    for sentence in sensitivity_answer.details(found):
        screen.print(sentence)
    for term, text in {
        **sensitivity_tables.terms(found), **sensitivity_tables.meanings(found),
    }.items():
        screen.print(f"{term}: {text}", style="dim")
    what = "indices of runs made earlier" if finished else "runs and indices"
    screen.print(
        f"\n{count_of(len(found.results.runs), 'run')}; {what} took {wall:.1f} s", style="dim"
    )
    keep(found, folder)
    shown("sensitivity", found, folder, settings)
    return 0


def analysed(results: Results) -> Sensitivity:
    """Return what a study tells; outcomes that too few of its runs have are left out, with a note.

    Raises
    ------
    InputError
        If no outcome is left.
    """
    try:
        return analyse(results)
    except InputError as error:
        refusal = error
    known, notes = list[str](), list[str]()
    for outcome in results.study.outcomes:
        try:
            analyse(results, [outcome])
        except InputError as error:
            notes.append(f"{upper_first(plain(outcome))} is left out: {error}.")
        else:
            known.append(outcome)
    if not known:
        raise refusal
    found = analyse(results, known)
    return dataclasses.replace(found, notes=(*found.notes, *notes))


def keep(found: Sensitivity, folder: Path) -> None:
    """Write the tables for other programs."""
    for name, table in sensitivity_tables.kept(found).items():
        store.studies.keep_table(folder, name, table)


def _heading(plan: Plan) -> str:
    study = plan.study
    return (
        f"{study.name}: {count_of(len(study.factors), 'unknown')}, {len(plan.points):,} points × "
        f"{count_of(study.replications, 'replication')}. {study.question}"
    )


def _table(found: Sensitivity, outcome: str) -> Table:
    """Return what each unknown does to an outcome."""
    from rich.table import Table

    heads, rows = sensitivity_tables.of_outcome(found, outcome)
    shown = Table(box=None, padding=(0, 1), pad_edge=False)
    shown.add_column(heads[0])
    for head in heads[1:]:
        shown.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        shown.add_row(*row)
    return shown
