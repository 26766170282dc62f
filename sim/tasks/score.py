"""`task=score`: how good a forecast was, against a file of dates."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import store
from sim.forecast.scores import dates_of, day_of, issued, scores
from sim.model import InputError
from sim.plots.words import count_of
from sim.settings import Settings
from sim.tasks.terminal import console

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table


def score(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Score a forecast, write `scores.csv` beside its dates, return 0."""
    if settings.forecast is None or settings.dates is None:
        raise InputError(
            "run: task=score needs a forecast and dates; set forecast=FOLDER/forecast.json, as "
            "task=forecast writes it, and dates=FILE.csv, with the columns quantity and date"
        )
    today = datetime.date.today()
    as_of = today if settings.as_of is None else day_of(settings.as_of, "score: as_of")
    forecast = issued(settings.forecast)
    dates = dates_of(settings.dates, forecast, as_of)
    table = scores(forecast, dates, as_of)
    screen = console()
    screen.print(_sentence(table), style="bold")
    screen.print()
    screen.print(_table(table))
    screen.print(
        f"What had happened by {as_of}; beside it the scores of a forecast that knows nothing: as "
        "likely as not by the horizon, any day alike. Smaller is better. CRPS: how far off, in "
        "days, of the days looked at; log: minus the logarithm of the chance of the quarter."
    )
    file = Path(settings.dates).with_name("scores.csv")
    with store.writing_to(file.parent), store.replacing(file) as partial:
        table.to_csv(partial, index=False)
    screen.print(f"scores: {file}", soft_wrap=True)
    return 0


def _sentence(table: pd.DataFrame) -> str:
    mean, count = table.iloc[-1], len(table) - 1
    happened = int((table["date"] != "").sum())
    better = "better" if mean["crps"] < mean["crps_reference"] else "worse"
    return (
        f"{count_of(count, 'date')} asked for, {happened} known: a CRPS of {mean['crps']:.0f} days "
        f"on average, {better} than knowing nothing ({mean['crps_reference']:.0f} days); log score "
        f"{mean['log_score']:.2f} ({mean['log_score_reference']:.2f})."
    )


def _table(table: pd.DataFrame) -> Table:
    from rich.table import Table

    shown = Table(box=None, padding=(0, 1), pad_edge=False)
    shown.add_column("quantity", no_wrap=True)
    for head in ("happened", "median", "CRPS", "(nothing)", "log", "(nothing)"):
        shown.add_column(head, justify="right", no_wrap=True)
    for row in table.to_dict("records"):
        whole = row["quantity"] != "mean"
        shown.add_row(
            row["quantity"], (row["date"] or "not yet") if whole else "",
            (row["median"] or "later") if whole else "",
            f"{row['crps']:.1f}", f"{row['crps_reference']:.1f}", f"{row['log_score']:.2f}",
            f"{row['log_score_reference']:.2f}",
        )
    return shown
