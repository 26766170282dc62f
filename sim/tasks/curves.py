"""`task=curves`: the field's curves laid over a lab, and what makes the difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim import store
from sim.curves.findings import findings
from sim.curves.question import ask
from sim.model import Model
from sim.plots.curves import phrases
from sim.report import curves_answer, curves_tables
from sim.settings import Settings
from sim.study.results import open_study
from sim.tasks.conducting import check_settings, done, shown
from sim.tasks.stopping import made_ready
from sim.tasks.studies import home_of
from sim.tasks.terminal import console

if TYPE_CHECKING:
    from rich.table import Table


def curves(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Lay curves over a lab; return 0, 130 if Ctrl-C stopped it, 1 if batches were given up."""
    check_settings(settings)
    model = Model.from_dict(data)
    made_ready("compiled")
    screen = console()
    screen.print("choosing what to ask …", style="dim")
    question = ask(model, seed=settings.seed, replications=settings.replications)
    plan = question.plan()
    folder = home_of(plan, settings)
    screen.print(
        f"{plan.study.name}: {len(plan.points)} changes × {settings.replications} replications. "
        f"{plan.study.question}", style="bold",
    )
    if code := done(plan, folder, settings, overrides):
        return code
    found = findings(open_study(folder), question)
    for sentence in curves_answer.sentences(found):
        screen.print(f"\n{sentence}", style="bold")
    screen.print()
    end = found.model.horizon
    for title, (heads, rows) in {
        f"Curves and {phrases.lab(found)} at the end, doublings of software [90%]:":
            curves_tables.curves(found, end),
        "What is gained by the end as one thing after another is removed, doublings [90%]:":
            curves_tables.steps(found, end),
    }.items():
        screen.print(_table(title, heads, rows))
        screen.print()
    for sentence in curves_answer.details(found):
        screen.print(sentence)
    for name in ("gaps", "paths", "rates", "rematched", "effects", "claims"):
        store.studies.keep_table(folder, name, getattr(found, name))
    shown("curves", found, folder, settings)
    return 0


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    from rich.table import Table

    shown = Table(title=title, title_justify="left", box=None, padding=(0, 1), pad_edge=False)
    shown.add_column(heads[0])
    for head in heads[1:]:
        shown.add_column(head, justify="right")
    for row in rows:
        shown.add_row(*row)
    return shown
