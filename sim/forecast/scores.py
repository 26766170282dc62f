"""Scores of a forecast against a file of dates."""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.forecast import scoring
from sim.forecast.files import FORMAT, JSON
from sim.model import InputError
from sim.model.errors import show, unknown_name

if TYPE_CHECKING:
    import pandas as pd

Day = datetime.date
COLUMNS = ("quantity", "date")
KNOWN, NOT_YET, MEAN = "mean_known", "mean_not_yet", "mean"
"""Names of the rows of means."""


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A forecast as its file has it."""

    path: Path
    start: Day
    """Date of t = 0."""
    days: int
    """Whole days up to its horizon."""
    quantities: Mapping[str, Mapping[str, Any]]
    """What can be scored, as `sim.forecast.files.data` says."""
    unscored: Mapping[str, str] = field(default_factory=dict)
    """What else it tells, and why that is not scored."""

    def chance(self, name: str, until: int) -> Any:
        """Return the chance that a quantity is passed by each of so many days."""
        steps = self.quantities[name]
        at = np.searchsorted(np.array(steps["days"]), np.arange(until), side="right")
        return np.concatenate([[0.0], steps["chance"]])[at]


def issued(path: Path | str) -> Issued:
    """Return the forecast in a file, or in a folder that has one.

    Raises
    ------
    InputError
        If it is missing, or no forecast.
    """
    given = Path(path)
    file = given / JSON if given.is_dir() else given
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if data["kind"] != "forecast" or data["format"] != FORMAT:
            raise ValueError(f"format {data['format']} of kind {data['kind']}")
        found = Issued(
            path=file, start=Day.fromisoformat(data["start_date"]), days=int(data["horizon"]),
            quantities=dict(data["quantities"]),
            unscored={
                row["quantity"]: row["resolves"] for row in data["table"]
                if row["quantity"] not in data["quantities"]
            },
        )
        for name, steps in found.quantities.items():
            found.chance(name, found.days)
            float(steps["until"]), float(steps["draws"])
    except FileNotFoundError:
        raise InputError(
            f"score: forecast not found, got '{file}'; set forecast=FOLDER/{JSON}, as "
            "task=forecast writes it"
        ) from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        why = " ".join(str(error).split())[:100] or type(error).__name__
        raise InputError(
            f"score: '{file}' is no forecast that can be read ({why}); set forecast=FILE, as "
            "task=forecast writes it"
        ) from None
    return found


def dates_of(path: Path | str, forecast: Issued, as_of: Day) -> dict[str, Day | None]:
    """Return when each quantity of a file happened; `None` if it had not by `as_of`.

    Raises
    ------
    InputError
        If the file is missing, a quantity is not of the forecast or stands twice, or a date is
        none, before the forecast begins, or after `as_of`.
    """
    file = Path(path)
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except FileNotFoundError:
        raise InputError(f"score: file of dates not found, got '{file}'; set dates=FILE") from None
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(f"score: '{file}' cannot be read ({error}); mend the file") from None
    if not rows or not set(COLUMNS) <= set(rows[0]):
        raise InputError(
            f"score: '{file}' must have the columns quantity and date, and a line for each "
            f"quantity, got {show(list(rows[0]) if rows else 'no line')}; write for example "
            f"{next(iter(forecast.quantities), 'capability_1')},2027-03-01"
        )
    found: dict[str, Day | None] = {}
    for number, row in enumerate(rows, 2):
        where = f"score: '{file}', line {number}"
        name = (row["quantity"] or "").strip()
        if name in forecast.unscored:
            raise InputError(
                f"{where}: quantity '{name}' is not scored. {forecast.unscored[name]} Leave the "
                "line out"
            )
        if name not in forecast.quantities:
            raise InputError(f"{where}: {unknown_name('quantity', name, forecast.quantities)}")
        if name in found:
            raise InputError(f"{where}: quantity '{name}' stands twice; leave one line out")
        found[name] = _date((row["date"] or "").strip(), where, forecast.start, as_of)
    return found


def day_of(text: str, thing: str) -> Day:
    """Return a date written as 2028-01-01, or raise `InputError`."""
    try:
        return Day.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{thing} must be a date, got {show(text)}; write it as 2028-01-01"
        ) from None


def _date(text: str, where: str, start: Day, as_of: Day) -> Day | None:
    if not text:
        return None
    found = day_of(text, f"{where}: date")
    if found < start:
        raise InputError(
            f"{where}: date must not be before the forecast begins, {start}, got {found}; leave "
            "the line out: what has happened is no forecast"
        )
    if found > as_of:
        raise InputError(
            f"{where}: date must not be after {as_of}, up to which it is known what has happened, "
            f"got {found}; leave the date empty, or set as_of"
        )
    return found


def scores(forecast: Issued, dates: Mapping[str, Day | None], as_of: Day) -> pd.DataFrame:
    """Return how good a forecast was, beside one that knows nothing.

    Parameters
    ----------
    forecast
        What was said.
    dates
        What happened, by quantity; `None`: not by `as_of`.
    as_of
        The last day of which it is known what has happened.

    Returns
    -------
    DataFrame
        A row per quantity: `quantity`, `date` (empty if it had not happened), `days` (that were
        looked at: T), `p10`, `median` and `p90` (dates of such chance; empty if later), `inside`
        (where the date lies to the 80% range between them: `inside`, `earlier`, `later`; `open` if
        that is not known yet), `crps` (days), `crps_reference`, `log_score`,
        `log_score_reference`. Then the means, as quantities: `mean_known` of those that had
        happened, `mean_not_yet` of the others, and `mean` of all. That alone is proper: what has
        happened by a date is no fair sample, it favours who said `early`.

    Raises
    ------
    InputError
        If `as_of` is before the forecast begins.
    """
    import pandas as pd

    until = min(forecast.days, (as_of - forecast.start).days + 1)
    if until < 1:
        raise InputError(
            f"score: as_of must not be before the forecast begins, {forecast.start}, got {as_of}; "
            "set a later one"
        )
    blank = scoring.knows_nothing(forecast.days, until)
    rows = []
    for name, date in dates.items():
        steps = forecast.quantities[name]
        seen = min(until, int(steps["until"]) + 1)  # nothing is said of what is later
        chance = forecast.chance(name, seen)
        day = None if date is None else (date - forecast.start).days
        whole = forecast.chance(name, forecast.days)
        first, half, last = (int(np.searchsorted(whole, level)) for level in (0.1, 0.5, 0.9))
        rows.append({
            "quantity": name, "date": "" if date is None else str(date), "days": seen,
            **{
                key: "" if at >= len(whole) else str(forecast.start + datetime.timedelta(days=at))
                for key, at in (("p10", first), ("median", half), ("p90", last))
            },
            "inside": _place(day, seen, first, last),
            "crps": scoring.crps(chance, day), "crps_reference": scoring.crps(blank[:seen], day),
            "log_score": scoring.log_score(chance, day, steps["draws"]),
            "log_score_reference": scoring.log_score(blank[:seen], day),
        })
    table = pd.DataFrame(rows)
    numbers = table[[c for c in table if c.startswith(("crps", "log_score"))]]
    known = table["date"] != ""
    means = [
        {"quantity": name, "date": "", "p10": "", "median": "", "p90": "", "inside": ""}
        | numbers[which].mean().to_dict()
        for name, which in ((KNOWN, known), (NOT_YET, ~known), (MEAN, known | ~known))
        if which.any()
    ]
    return pd.concat([table, pd.DataFrame(means)], ignore_index=True).astype({"days": "Int64"})


def _place(day: int | None, seen: int, first: int, last: int) -> str:
    """Return where a day lies to the range from `first` to `last`, so many days having been seen.

    What had not happened by then is `later` if the range is over, and `open` if not.
    """
    if day is None:
        return "later" if last < seen else "open"
    return "earlier" if day < first else "later" if day > last else "inside"
