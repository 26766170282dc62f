"""`task=limits`: what holds a lab back, by lifting one limit after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import store
from sim.limits.findings import Findings, findings
from sim.limits.question import LIFT, ask
from sim.limits.regime import REGIMES
from sim.model import Model
from sim.plots.study.words import alike
from sim.plots.words import date, plain, upper_first
from sim.report import limits_answer
from sim.settings import Settings
from sim.study.results import open_study
from sim.tasks.conducting import check_settings, done, shown
from sim.tasks.stopping import made_ready
from sim.tasks.studies import home_of
from sim.tasks.terminal import console

if TYPE_CHECKING:
    from rich.table import Table


def limits(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Run a limits analysis; return 0, 130 if Ctrl-C stopped it, 1 if batches were given up."""
    check_settings(settings)
    model = Model.from_dict(data)
    made_ready("compiled")
    screen = console()
    screen.print("choosing what to ask …", style="dim")
    question = ask(
        model, seed=settings.seed, replications=settings.replications, target=settings.target
    )
    plan = question.plan()
    folder = home_of(plan, settings)
    screen.print(
        f"{plan.study.name}: {len(plan.points)} changes × {settings.replications} replications. "
        f"{plan.study.question}", style="bold",
    )
    if code := done(plan, folder, settings, overrides):
        return code
    found = findings(open_study(folder))
    for sentence in limits_answer.sentences(found):
        screen.print(f"\n{sentence}", style="bold")
    screen.print()
    screen.print(_table(found))
    screen.print()
    if len(found.by_window):
        screen.print(_course(found))
    for sentence in limits_answer.details(found):
        screen.print(sentence)
    _keep(found, folder)
    shown("limits", found, folder, settings)
    return 0


def _keep(found: Findings, folder: Path) -> None:
    """Write the tables for other programs."""
    import pandas as pd

    keep = store.studies.keep_table
    keep(folder, "effects", found.effects)
    keep(folder, "elasticities", found.elasticities)
    keep(folder, "interactions", found.together)
    keep(folder, "regimes", pd.concat([found.by_generation, found.by_window], ignore_index=True))


def _course(found: Findings) -> Table:
    """Return what limits research in each part of the run."""
    from rich.table import Table

    shown = Table(
        title="Research output, by date: gain from 1% more compute less that from a loop 1% faster",
        title_justify="left", box=None, padding=(0, 1), pad_edge=False,
    )
    shown.add_column("from, to")
    shown.add_column("difference, % [90%]", justify="right", no_wrap=True)
    shown.add_column("regime")
    for _, row in found.by_window.iterrows():
        ends = [row["difference"], row["difference_low"], row["difference_high"]]
        middle, low, high = alike(*ends)
        begin, end = (date(found.model, row[name]) for name in ("begin", "end"))
        shown.add_row(f"{begin} to {end}", f"{middle} [{low}, {high}]", REGIMES[row["regime"]])
    return shown


def _table(found: Findings) -> Table:
    """Return what lifting each limit does to what limits are compared by."""
    from rich.table import Table

    unit = found.results.study.outcomes[found.question.main].unit
    base = alike(found.ranking["base"].iloc[0])[0]
    shown = Table(
        title=f"{upper_first(limits_answer.goal(found))}: {base} {unit}; with one limit lifted "
        f"(×{LIFT}):", title_justify="left", box=None, padding=(0, 1), pad_edge=False,
    )
    shown.add_column("limit")
    for head in (f"change, {unit} [90%]", "%", "saturated", "first"):
        shown.add_column(head, justify="right", no_wrap=True)
    groups = found.effects[
        (found.effects["outcome"] == found.question.main).to_numpy()
        & found.effects["limit"].isin(found.question.groups).to_numpy()
    ]
    for table in (found.ranking, groups):
        for _, row in table.iterrows():
            middle, low, high = alike(row["effect"], row["effect_low"], row["effect_high"])
            known = {True: "yes", False: "no", None: "?"}
            sure = row["saturated"]
            shown.add_row(
                plain(found.label(row["limit"])), f"{middle} [{low}, {high}]",
                f"{row['percent']:+.1f}", known[None if sure is None else bool(sure)],
                "" if row["first"] != row["first"] else f"{row['first']:.0%}",
            )
        shown.add_section()
    return shown
