"""Words of the figures: counts, durations, dates, and what a log holds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.metrics import growth, ranks
from sim.model import Model
from sim.plots import style
from sim.plots.frames import Frames

YEAR = 365.25
FINE = 60.0
"""Dates within so many days of each other are told to the day, others to the month."""


def plain(name: str) -> str:
    """Return a name of the model as words."""
    return name.replace("_", " ")


def count_of(number: int, noun: str) -> str:
    """Return '1 replication', '2 replications'."""
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"


def upper_first(text: str) -> str:
    """Return the text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def number(value: float) -> str:
    """Return '120', '1,300', '0.5'."""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def times(factor: float) -> str:
    """Return a factor with two digits: '×1.4', '×21', '×1,300', '×2.1e+07'."""
    if factor >= 1e5:
        return f"×{factor:.1e}"
    return f"×{float(f'{factor:.2g}'):,g}"


def duration(days: float) -> str:
    """Return '40 days', '2 years', '1.5 years'."""
    halves = round(2 * days / YEAR)
    if halves >= 2 and abs(days - halves * YEAR / 2) <= 1:
        return f"{halves / 2:g} year" + ("s" if halves > 2 else "")
    if days >= 10 * YEAR:
        return f"{days / YEAR:,.0f} years"
    text = number(days)
    return f"{text} day" + ("" if text == "1" else "s")


def brief(days: float) -> str:
    """Return '5 min', '3 h', '2.5 d', '6 weeks', '3 years' or, if infinite, 'beyond the end'."""
    if math.isinf(days):
        return "beyond the end"
    for unit, length, most in (("min", 1 / 1440, 59.5), ("h", 1 / 24, 36), ("d", 1.0, 21)):
        if days < most * length:
            return f"{float(f'{days / length:.2g}'):g} {unit}"
    unit, length = ("weeks", 7.0) if days < 2 * YEAR else ("years", YEAR)
    return f"{float(f'{days / length:.2g}'):,g} {unit}"


def date(model: Model, day: float, *, to_the_day: bool = True, year: bool = True) -> str:
    """Return the date of a clock time: '18 Nov 2027', 'Nov'; over centuries 'day 9,000'."""
    if not style.in_dates(model):
        return f"day {day:,.0f}" if year else f"{day:,.0f}"
    at = growth.dates(model, day).astype("datetime64[D]").item()
    text = f"{at.day} {at:%b}" if to_the_day else f"{at:%b}"
    return f"{text} {at.year}" if year else text


def around(model: Model, times: Any) -> str:
    """Return when something happens: 'around Sep 2027 (80%: Aug to Oct)'.

    Parameters
    ----------
    model
        The model that was run.
    times
        When it happens in each replication, days; `inf` where it does not. It must in at least
        half of them.
    """
    times = np.asarray(times, dtype=float)
    low, middle, high = ranks.of_times(times, style.BAND)
    if len(times) == 1:
        return f"on {date(model, middle)}"
    latest = times[np.isfinite(times)].max()
    return f"around {dates(model, low, middle, high, latest)}"


def dates(
    model: Model, low: float, middle: float, high: float, latest: float | None = None
) -> str:
    """Return a median date and the middle 80%: 'Sep 2027 (80%: Aug to Oct)'.

    Parameters
    ----------
    model
        The model that was run.
    low, middle, high
        The quantiles, days; the last may be `inf`.
    latest
        The last date that any replication has, days; absent: the highest quantile that is finite.
    """
    known = latest if latest is not None else high if np.isfinite(high) else middle
    to_the_day = min(high, known) - low < FINE
    first, last = (
        date(model, t, to_the_day=to_the_day, year=_year(model, t) != _year(model, middle))
        for t in (low, min(high, known))
    )
    if np.isinf(high):
        spread = f"{first} or later"
    else:
        spread = "the same day" if first == last else f"{first} to {last}"
    return f"{date(model, middle, to_the_day=to_the_day)} (80%: {spread})"


def sample_of(frames: Frames) -> str:
    """Return what the log holds: '8 of 50 planned replications, 3 ended early'."""
    count, early = frames.replications, frames.early
    if count == 1 and (frames.planned or 1) == 1:
        return "one run" + (f", ended early on {date(frames.model, early[0])}" if early else "")
    text = count_of(count, "replication")
    if (frames.planned or count) > count:
        text = f"{count} of {frames.planned} planned replications"
    if not early:
        return text
    which = f"{len(early)}" if len(early) < count else "all" if count > 1 else "it"
    return f"{text}, {which} ended early"


def _year(model: Model, day: float) -> int:
    if not style.in_dates(model):
        return 0
    return growth.dates(model, day).astype("datetime64[Y]").astype(int).item()
