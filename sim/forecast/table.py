"""The tables of a forecast: chances by date, dates of given chance, years of progress."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.forecast.chances import Chances
from sim.forecast.forecast import Forecast
from sim.forecast.thresholds import MONTH

if TYPE_CHECKING:
    import pandas as pd

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Chances whose dates are told."""


def table(found: Forecast) -> pd.DataFrame:
    """Return all that a forecast says, a row for each number.

    Returns
    -------
    DataFrame
        `quantity` (name of the threshold), `threshold` and `unit`; `kind`: `chance` that it is
        passed by the date `at` (of years of progress: within so many months), or `quantile`, the
        date by which it is passed with the chance `at`; `value`, and `low` and `high`, the ends of
        its 90% interval; `runs`; `resolves`, what counts as passing it. Dates as 2027-11-12; one
        that is later than the runs go is `later than` their last date.
    """
    import pandas as pd

    rows = [
        row | {"resolves": one.threshold.resolves}
        for one in found.chances.values() for row in _rows(found, one)
    ]
    return pd.DataFrame(rows)


def _rows(found: Forecast, one: Chances) -> list[dict[str, Any]]:
    asked = one.threshold
    same = {"quantity": asked.name, "threshold": asked.value, "unit": asked.unit}
    times = found.times if asked.date else [n * MONTH for n in found.months]
    ats = [day_of(found, t) for t in times] if asked.date else [f"{n} months" for n in found.months]
    rows = [
        same | {"kind": "chance", "at": at, "value": _number(value), "low": _number(low),
                "high": _number(high), "runs": one.runs}
        for at, value, low, high in zip(ats, *one.by(times), strict=True)
    ]  # fmt: skip
    if not asked.date:
        return rows
    return rows + [
        same | {"kind": "quantile", "at": f"{level:g}", "runs": one.runs}
        | dict(zip(("value", "low", "high"), (day_of(found, t) for t in ends), strict=True))
        for level, *ends in zip(LEVELS, *one.quantiles(LEVELS), strict=True)
    ]


def day_of(found: Forecast, days: float) -> str:
    """Return the date of a time as 2027-11-12; of what is later than the runs go, that it is."""
    if np.isnan(days):
        return ""
    if np.isinf(days):
        return f"later than {day_of(found, found.model.horizon)}"
    return str(found.model.start_date + datetime.timedelta(days=int(days)))


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6g}"
