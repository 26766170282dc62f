"""What a forecast says, in sentences: the answer first, then what must be known of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.forecast.chances import Chances
from sim.forecast.forecast import Forecast
from sim.forecast.start import PILOTS
from sim.forecast.table import day_of
from sim.forecast.thresholds import MONTH
from sim.model.readouts import RELIABLE
from sim.plots.forecast.words import percent, share
from sim.plots.words import count_of, date, duration, plain, upper_first
from sim.report.assumptions import unsourced
from sim.study.pace import EVERY

SUBJECTS = {
    "capability": "a model of {label} is released",
    "metr_horizon": "a model with a {label} is released",
    "cycle": "a {label} is reached", "leverage": "{label} is reached",
    "years_of_progress": "{label} are made",
}
"""What happens when a threshold is passed."""
SURE = 0.95
"""Chance above which the next threshold is told, too."""
SHOWN = 3
"""Dates by which chances are shown; the files have more."""
REACHES = "the date, and how many days its 90% interval reaches to both sides (?: too late to tell)"
"""What stands in tables of dates."""


def sentences(found: Forecast) -> list[str]:
    """Return what there is to say first: the chance and the date of one threshold, and of what."""
    one = found.headline
    end = found.model.horizon
    chance = share(*(float(x[0]) for x in one.by([end])))
    said = (
        f"{upper_first(_given(found))}, {subject(one)} by {date(found.model, end)} with a chance "
        f"of {chance}"
    )
    if one.threshold.date:
        ends = [float(x[0]) for x in one.quantiles([0.5])]
        said += f"; median {_when(found, ends)}"
    said += _beyond(found, one)
    said += (
        ". The 90% interval is sampling error alone: how surely so many runs tell what the model "
        "says, not how surely the model is right"
    )
    return [f"{said}.", _of_what(found)]


def _beyond(found: Forecast, one: Chances) -> str:
    """Return '; 3 OOM above generation 0: 0% [0, 3]', the next where this one is nearly sure."""
    end = [found.model.horizon]
    higher = [other for other in found.dates.values()
              if other.threshold.quantity == one.threshold.quantity
              and other.threshold.value > one.threshold.value]  # fmt: skip
    if not higher or not one.by(end)[0][0] > SURE:
        return ""
    return f"; {higher[0].threshold.label}: {share(*(float(x[0]) for x in higher[0].by(end)))}"


def _given(found: Forecast) -> str:
    """Return 'by luck and 8 values that nobody knows, all else as assumed (169 other guesses)'."""
    factors = found.results.study.factors
    paths = {path for name in found.unknown for path in factors[name].paths}
    tags = [row.tag for row in unsourced(found.model)
            if not any(row.path == path or row.path.startswith(f"{path}.") for path in paths)]
    guesses, fitted = tags.count("guess"), tags.count("fitted")
    if not paths:
        told = f"{guesses:,} guesses, {fitted:,} fitted"
        return f"by luck alone, all values as assumed ({told})"
    told = f"{guesses:,} other guesses, {fitted:,} fitted values"
    values = f"{count_of(len(found.unknown), 'value')} that nobody knows"
    return f"by luck and {values}, all else as assumed ({told})"


def _of_what(found: Forecast) -> str:
    study = found.results.study
    name = plain(found.model.name)
    runs = count_of(len(found.results.runs), "run")
    if not found.unknown:
        said = (
            f"All values of {name} are taken as known ({runs}): that is surer than anybody can be; "
            "study=05_eight_unknowns, or a study of your own, adds what is not known."
        )
    else:
        said = (
            f"Not known are {', '.join(plain(one) for one in found.unknown)}: "
            f"{count_of(len(found.results.points), 'draw')} × "
            f"{count_of(study.replications, 'replication')}, {runs}; all else is as in {name}."
        )
    if found.headline.threshold.quantity == "capability" and found.asked is None:
        said += (
            " Told first is the capability whose chance by the end is nearest to even; "
            "headline=NAME tells another threshold."
        )
    return said


def subject(one: Chances) -> str:
    """Return 'a model of 2 OOM above generation 0 is released'."""
    return SUBJECTS[one.threshold.quantity].format(label=one.threshold.label)


def _when(found: Forecast, ends: list[float]) -> str:
    middle, low, high = (when(found, time) for time in ends)
    return f"{middle} [{low}, {high}]" if np.isfinite(ends[0]) else middle


def when(found: Forecast, time: float) -> str:
    """Return '12 Nov 2027', 'later than 5 Feb 2028', or 'not known'."""
    if np.isnan(time):
        return "not known"
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
    yield from _measured_by(found)
    if any(one.threshold.quantity == "cycle" for one in found.chances.values()):
        yield (
            "Cycles are compared with the first one of the run itself: one that took long makes "
            "later ones look fast."
        )
    if "metr_horizon" in {one.threshold.quantity for one in found.dates.values()}:
        yield (
            "METR’s horizon is capability again, by an assumed law (readouts.metr_horizon): each "
            "row tells the capability that it stands for; above "
            f"{RELIABLE:g} h METR itself calls what it measures unreliable."
        )
    if found.blown_up:
        yield (
            f"{count_of(found.blown_up, 'run')} blew up: progress left all bounds of the model. "
            "They count as having passed everything then."
        )
    if found.cut_short:
        yield (
            f"{count_of(found.cut_short, 'run')} ended before the horizon; what they had not come "
            "to by then counts as open, not as never."
        )
    yield (
        f"Runs go on for {duration(found.model.horizon)}; what comes later is “later”: for more "
        "set the time horizon, as horizon='4 y'."
    )
    yield (
        "This is what the model says, not what will be: what it leaves out has no chance in it. "
        "What counts as passing each threshold is fixed in forecast.csv (resolves). Score it when "
        "dates are known: recursim task=score forecast=forecast.json dates=FILE.csv."
    )


def _measured_by(found: Forecast) -> Iterator[str]:
    """Yield what years of progress and leverage are measured by."""
    start, lab = found.start, plain(found.model.name)
    faster = " A draw whose values make it start faster gains more from then on: that counts."
    if found.spans and start.software:
        middle, low, high = start.software
        yield (
            "A year of progress: what software (the stock of algorithms) gains in a year at the "
            f"pace at which {lab} starts, {middle:.3g} [{low:.3g}, {high:.3g}] natural-log units, "
            f"the mean of the first quarter over {PILOTS} pilot runs. Many years in few months "
            "would be a software intelligence explosion. Chances are those that any stretch of a "
            f"run, up to {found.months[-1]} months long, holds so much."
            + (faster if found.unknown else "")
        )
    if start.output and any(o.threshold.quantity == "leverage" for o in found.dates.values()):
        middle, low, high = start.output
        yield (
            "Leverage, output per person: what research’s successes of a quarter are worth per "
            f"person-day employed, against {middle:.3g} [{low:.3g}, {high:.3g}], natural-log "
            f"units, as at the start of {lab}, likewise; told to {EVERY:g} days. More compute "
            "raises it as assistants do."
        )


def by_dates(found: Forecast) -> list[float]:
    """Return a few times by which chances are shown, evenly spread, the horizon the last one."""
    at = np.unique(np.linspace(0, len(found.times), SHOWN + 1).round().astype(int)[1:] - 1)
    return [found.times[i] for i in at]


def quantile_texts(found: Forecast, one: Chances) -> list[str]:
    """Return the dates by which a threshold is passed with chances of 10, 50 and 90%.

    As '2027-03-12 -20 +31', by how many days the 90% interval reaches to both sides; an end that is
    later than the runs go is '+?'.
    """
    return [_told(found, *map(float, ends))
            for ends in zip(*one.quantiles([0.1, 0.5, 0.9]), strict=True)]  # fmt: skip


def _told(found: Forecast, middle: float, low: float, high: float) -> str:
    if not np.isfinite(middle):
        return "later" if np.isinf(middle) else "not known"
    day, first = int(middle), int(middle) - int(low)
    last = f"{int(high) - day}" if np.isfinite(high) else "?"
    return f"{day_of(found, middle)} -{first} +{last}"


def within_texts(found: Forecast, one: Chances) -> list[str]:
    """Return the chances that years of progress fit in each stretch of months."""
    columns = one.by([n * MONTH for n in found.months])
    return [share(*map(float, ends)) for ends in zip(*columns, strict=True)]
