"""`task=score`: how good a forecast was, against a file of dates."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import store
from sim.forecast.scores import KNOWN, MEAN, NOT_YET, dates_of, day_of, issued, scores
from sim.forecast.scoring import QUARTER
from sim.model import InputError
from sim.plots.words import count_of, plain
from sim.settings import Settings
from sim.tasks.terminal import console

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table


MEANS = (KNOWN, NOT_YET, MEAN)
VERDICTS = ("worse", "no better", "better")
"""What a score may say, in the order in which it is told."""


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
    for sentence in _details(as_of):
        screen.print(sentence)
    file = Path(settings.dates).with_name("scores.csv")
    with store.writing_to(file.parent), store.replacing(file) as partial:
        table.to_csv(partial, index=False)
    screen.print(f"scores: {file}", soft_wrap=True)
    return 0


def _sentence(table: pd.DataFrame) -> str:
    """Return the verdicts, a bad one first, and how many dates they rest on."""
    mean, rows = table.iloc[-1], table[~table["quantity"].isin(MEANS)]
    known = rows[rows["date"] != ""]
    scored = (
        ("log score", mean["log_score"], mean["log_score_reference"], "{:.2f}"),
        ("CRPS", mean["crps"], mean["crps_reference"], "{:.0f} days"),
    )
    verdicts: dict[str, list[str]] = {}
    for name, own, blank, how in scored:
        verdict = "better" if own < blank else "worse" if own > blank else "no better"
        verdicts.setdefault(verdict, []).append(
            f"by the {name} ({how.format(own)} against {how.format(blank)})"
        )
    parts = [f"{verdict} than knowing nothing {' and '.join(verdicts[verdict])}"
             for verdict in VERDICTS if verdict in verdicts]  # fmt: skip
    said = (
        f"{count_of(len(rows), 'date')} asked for, {len(known)} known, {len(rows) - len(known)} "
        f"not yet: on average {', '.join(parts)}."
    )
    if not len(known):
        return f"{said} Nothing has happened yet: this tells only whether it was said too early."
    inside = int((known["inside"] == "inside").sum())
    return f"{said} Of the known {inside} of {len(known)} lie inside the 80% range that was said."


def _details(as_of: datetime.date) -> Iterator[str]:
    """Yield what the columns mean."""
    if as_of > datetime.date.today():
        yield f"{as_of} lies ahead: what has no date is taken not to happen until then."
    yield (
        f"What had happened by {as_of}. Smaller scores are better; in brackets those of a forecast "
        "that knows nothing: as likely as not by the horizon, any day alike. CRPS: how far off, in "
        "days, of the days looked at."
    )
    yield (
        f"log: minus the logarithm of the chance that was given to the {QUARTER} days in which it "
        "happened, which says nothing of where in them; smoothed, as each such bin counts half a "
        "draw more than there are, so that what was said to be impossible costs much, not "
        "everything."
    )
    yield (
        "80% range: between the dates of 10 and 90% chance; in the long run 8 of 10 should lie "
        "inside. A “not yet” that was expected scores well and proves "
        "little; yet only the mean of all rows rewards honesty: what has happened so far favours "
        "who says “early”."
    )


def _table(table: pd.DataFrame) -> Table:
    from rich.table import Table

    shown = Table(box=None, padding=(0, 1), pad_edge=False)
    shown.add_column("quantity", no_wrap=True)
    for head in ("happened", "80% range", "lies", "CRPS", "log"):
        shown.add_column(head, justify="right", no_wrap=True)
    for row in table.to_dict("records"):
        one = row["quantity"] not in MEANS
        shown.add_row(
            row["quantity"] if one else plain(row["quantity"]),
            *((row["date"] or "not yet", f"{row['p10'] or 'later'}…{row['p90'] or 'later'}",
               row["inside"]) if one else ("",) * 3),
            f"{row['crps']:.0f} ({row['crps_reference']:.0f})",
            f"{row['log_score']:.2f} ({row['log_score_reference']:.2f})",
        )  # fmt: skip
    return shown
