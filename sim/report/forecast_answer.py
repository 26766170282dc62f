"""What a forecast says, in sentences: the answer first, then what must be known of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.forecast.chances import Chances
from sim.forecast.forecast import Forecast
from sim.forecast.table import day_of
from sim.forecast.thresholds import MONTH
from sim.model.readouts import RELIABLE
from sim.plots.forecast.words import percent, share
from sim.plots.words import count_of, date, plain, upper_first
from sim.study.pace import EVERY

SUBJECTS = {
    "capability": "a model of {label} is released",
    "metr_horizon": "a model with a {label} is released",
    "cycle": "a {label} is reached", "leverage": "{label} is reached",
    "years_of_progress": "{label} are made",
}
"""What happens when a threshold is passed."""


def sentences(found: Forecast) -> list[str]:
    """Return what there is to say first: the chance and the date of one threshold, and of what."""
    one = found.headline
    end = found.model.horizon
    by = "by luck alone" if not found.unknown else "by luck and what nobody knows of the lab"
    chance = share(*(float(x[0]) for x in one.by([end])))
    said = (
        f"{upper_first(by)}, {subject(one)} by {date(found.model, end)} with a chance of {chance} "
        "(90% interval)"
    )
    if one.threshold.date:
        ends = [float(x[0]) for x in one.quantiles([0.5])]
        said += f"; median {_when(found, ends)}"
    return [f"{said}.", _of_what(found)]


def _of_what(found: Forecast) -> str:
    study = found.results.study
    name = plain(found.model.name)
    runs = count_of(len(found.results.runs), "run")
    if not found.unknown:
        return (
            f"All values of {name} are taken as known ({runs}): that is surer than anybody can be; "
            "study=05_eight_unknowns, or a study of your own, adds what is not known."
        )
    return (
        f"Not known are {', '.join(plain(one) for one in found.unknown)}: "
        f"{count_of(len(found.results.points), 'draw')} × "
        f"{count_of(study.replications, 'replication')}, {runs}; all else is as in {name}."
    )


def subject(one: Chances) -> str:
    """Return 'a model of 2 OOM above generation 0 is released'."""
    return SUBJECTS[one.threshold.quantity].format(label=one.threshold.label)


def _when(found: Forecast, ends: list[float]) -> str:
    middle, low, high = (when(found, time) for time in ends)
    return middle if np.isinf(ends[0]) else f"{middle} [{low}, {high}]"


def when(found: Forecast, time: float) -> str:
    """Return '12 Nov 2027', or 'later than 5 Feb 2028'."""
    if np.isinf(time):
        return f"later than {date(found.model, found.model.horizon)}"
    return date(found.model, time)


def details(found: Forecast) -> Iterator[str]:
    """Yield what else must be known of a forecast."""
    none = [one for one in found.chances.values() if not one.passed]
    if none:
        most = max(float(one.by([found.model.horizon])[2][0]) for one in none)
        labels = "; ".join(one.threshold.label for one in none)
        yield f"None of the runs comes to: {labels} (90% interval: up to {percent(most)})."
    if found.spans:
        months = found.months[-1]
        yield (
            "A year of progress is what a year brings software (the stock of algorithms) at the "
            "pace of the run’s first quarter; many years in few months would be a software "
            "intelligence explosion. Chances are those that any stretch of a run, up to "
            f"{months} months long, holds so much."
        )
    if any(one.threshold.quantity in ("leverage", "cycle") for one in found.chances.values()):
        yield (
            "Cycles are compared with the first one of the run. Output per person is what "
            "research’s successes of a quarter are worth per person-day employed, against the "
            f"first quarter, told to {EVERY:g} days; more compute raises it as assistants do."
        )
    if any(one.threshold.value > RELIABLE for one in found.dates.values()
           if one.threshold.quantity == "metr_horizon"):
        yield (
            "METR’s horizon follows from capability by an assumed law (readouts.metr_horizon); "
            f"above {RELIABLE:g} h METR itself calls what it measures unreliable."
        )
    if found.cut_short:
        yield (
            f"{count_of(found.cut_short, 'run')} ended before the horizon; what they had not come "
            "to by then counts as open, not as never."
        )
    yield (
        "This is what the model says, not what will be: what it leaves out has no chance in it. "
        "Score it when dates are known: recursim task=score forecast=forecast.json dates=FILE.csv."
    )


def by_dates(found: Forecast, most: int) -> list[float]:
    """Return so many times by which chances are shown, evenly spread, the horizon the last one."""
    at = np.unique(np.linspace(0, len(found.times), most + 1).round().astype(int)[1:] - 1)
    return [found.times[i] for i in at]


def quantile_texts(found: Forecast, one: Chances) -> list[str]:
    """Return the dates by which a threshold is passed with chances of 10, 50 and 90%."""
    return [
        "later" if np.isinf(t) else day_of(found, t)
        for t in one.quantiles([0.1, 0.5, 0.9])[0]
    ]


def within_texts(found: Forecast, one: Chances) -> list[str]:
    """Return the chances that years of progress fit in each stretch of months."""
    columns = one.by([n * MONTH for n in found.months])
    return [share(*map(float, ends)) for ends in zip(*columns, strict=True)]
