"""`task=forecast`: when a lab passes thresholds, and how likely."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import store
from sim.forecast import files
from sim.forecast.chances import Chances
from sim.forecast.composing import is_luck_alone, of_luck, of_study
from sim.forecast.forecast import Forecast, check_headline, open_forecast
from sim.model import InputError, Model
from sim.plots.forecast.words import share
from sim.plots.words import count_of, date
from sim.report import forecast_answer as answer
from sim.settings import Settings
from sim.study.plan import Plan
from sim.tasks.conducting import check_settings, done, shown
from sim.tasks.stopping import made_ready
from sim.tasks.studies import home_of, planned
from sim.tasks.terminal import console

if TYPE_CHECKING:
    from rich.table import Table


def forecast(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Run a forecast; return 0, 130 if Ctrl-C stopped it, 1 if batches were given up."""
    check_settings(settings)
    plan = _plan(settings, data, overrides)
    check_headline(settings.headline, plan.study)
    folder = home_of(plan, settings)
    screen = console()
    often = count_of(plan.study.replications, "replication")
    draws = "" if is_luck_alone(plan.study) else f"{count_of(len(plan.points), 'draw')} × "
    screen.print(f"{plan.study.name}: {draws}{often}. {plan.study.question}", style="bold")
    made_ready("compiled")
    if code := done(plan, folder, settings, overrides):
        return code
    found = open_forecast(folder, settings.headline)
    files.write(found, folder)
    for sentence in answer.sentences(found):
        screen.print(f"\n{sentence}", style="bold")
    screen.print()
    if found.dates:
        screen.print(_chances(found))
        screen.print()
        screen.print(_dates(found))
        screen.print()
    if found.spans:
        screen.print(_spans(found))
    for sentence in answer.details(found):
        screen.print(sentence)
    shown("forecast", found, folder, settings)
    screen.print(f"forecast: {folder / files.JSON}", soft_wrap=True)
    return 0


def _plan(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> Plan:
    """Return what is run: the points of a study, or the lab as it is."""
    if settings.study is not None:
        if store.studies.is_study(Path(settings.study)):
            raise InputError(
                f"forecast: '{settings.study}' is the folder of a study, whose runs answer other "
                f"questions; name its file: study={Path(settings.study) / 'study.yaml'}"
            )
        return of_study(planned(settings.study, overrides))
    model = Model.from_dict(data)
    return of_luck(model, replications=settings.replications, seed=settings.seed)


def _chances(found: Forecast) -> Table:
    """Return the chances by a few dates."""
    times = answer.by_dates(found)
    shown = _table("Chance by date [90% interval]", (date(found.model, t) for t in times))
    for one in _sections(found, shown):
        columns = zip(*one.by(times), strict=True)
        shown.add_row(one.threshold.short, *(share(*map(float, ends)) for ends in columns))
    return shown


def _dates(found: Forecast) -> Table:
    """Return the dates of given chance."""
    shown = _table(f"Date of given chance: {answer.REACHES}", ("10%", "median", "90%"))
    for one in _sections(found, shown):
        shown.add_row(one.threshold.short, *answer.quantile_texts(found, one))
    return shown


def _sections(found: Forecast, shown: Table) -> Iterator[Chances]:
    """Yield what has a date, a section of the table for each quantity."""
    last = ""
    for one in found.dates.values():
        if last and one.threshold.quantity != last:
            shown.add_section()
        last = one.threshold.quantity
        yield one


def _spans(found: Forecast) -> Table:
    """Return the chances that years of progress fit in a few months."""
    shown = _table("Chance of progress within some stretch of the run [90% interval]",
                   (f"≤ {months} months" for months in found.months))
    for one in found.spans.values():
        shown.add_row(f"≥ {one.threshold.label}", *answer.within_texts(found, one))
    return shown


def _table(title: str, heads: Iterable[str]) -> Table:
    from rich.table import Table

    shown = Table(title=title, title_justify="left", box=None, padding=(0, 1), pad_edge=False)
    shown.add_column("")
    for head in heads:
        shown.add_column(head, justify="right", no_wrap=True)
    return shown
