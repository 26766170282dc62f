"""Pace: how fast a run goes on, against a stated pace; from its summary alone.

A run is sampled every week (`EVERY`). What it did in a *quarter* of thirteen weeks, which holds as
many weekends as any other, is compared with a number that is stated, the same for all runs: a run's
own first quarter is mostly luck, and a run that began badly would look fast for ever after.

- *Cycle*: the cycle time of a generation against that of the first one made in the run.
- *Leverage*: research output per person-day that people are employed. Who looks at the log has the
  days that people work (`sim.metrics.leverage`); samples know how many people there are. What more
  compute brings counts as well: without assistants it is not 1 for ever.
- *Years of progress*: the rise of the stock `algorithms` (software alone, natural-log units) over
  what is stated to be a year's. A year of progress that takes a month is what
  T. Davidson, T. Houlden, *How quick and big would a software intelligence explosion be?*, 2025,
  https://www.forethought.org/research/how-quick-and-big-would-a-software-intelligence-explosion-be
  calls compressed.

What a lab does at first, `first_quarter`, is a pace that may be stated.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.engines.summary import WEEK, Floats, Summary
from sim.log import GENERATION_OUTCOMES
from sim.metrics.growth import ROUNDING
from sim.model import InputError, Model
from sim.model.units import DAYS_PER_YEAR

EVERY = WEEK
"""Days between two samples: dates are told to the week."""
WEEKS = 13
QUARTER = WEEKS * EVERY
"""Days of a quarter."""
SOFTWARE = "algorithms"
"""The stock whose rise is progress of software."""


def time_to_cycle_speedup(summary: Summary, *, times: float) -> float:
    """Return when a generation is first released that took 1 / times of the first one's cycle.

    The first one is the lowest number after 0 that is released. NaN if there is none.
    """
    table = summary.raw["generations"]
    out = (table["outcome"] == GENERATION_OUTCOMES.index("released")) & (table["generation"] > 0)
    if not out.any():
        return math.nan
    number, cycle = table["generation"][out], table["cycle_time"][out]
    quick = cycle <= cycle[np.argmin(number)] / times * (1.0 + ROUNDING)
    return float(table["released"][out][quick].min(initial=math.inf)) if quick.any() else math.nan


def time_to_leverage(summary: Summary, *, times: float, base: float) -> float:
    """Return when a quarter first ends with so many times `base` as output per person-day."""
    ends, leverage = leverages(summary)
    there = leverage >= times * base * (1.0 - ROUNDING)
    return float(ends[there][0]) if there.any() else math.nan


def leverages(summary: Summary) -> tuple[Floats, Floats]:
    """Return output per person-day of each quarter, by the time at which it ends, days.

    Output of research's successes in (end - `QUARTER`, end], natural-log units as before ideas get
    harder to find, over the person-days that people are employed meanwhile.
    """
    rows, model = _weekly(summary), summary.model
    trajectory = summary.raw["trajectory"]
    output = sum(
        (trajectory[f"output_{flow}"][rows] for flow in model.research_flows), np.zeros(len(rows))
    )
    staff = sum(
        (trajectory[f"capacity_{name}"][rows] for name in people(model)), np.zeros(len(rows))
    )
    if len(rows) <= WEEKS:
        return np.empty(0), np.empty(0)
    employed = np.concatenate([[0.0], np.cumsum(staff[:-1])]) * EVERY * model.people_per_unit
    with np.errstate(divide="ignore", invalid="ignore"):
        per_day = (output[WEEKS:] - output[:-WEEKS]) / (employed[WEEKS:] - employed[:-WEEKS])
    return trajectory["time"][rows][WEEKS:], per_day


def people(model: Model) -> list[str]:
    """Return the pools of people."""
    return [name for name, pool in model.pools.items() if pool.kind == "human"]


def shortest_time_for(summary: Summary, *, years: float, per_year: float) -> float:
    """Return the shortest time in which software rose by years × per_year, days.

    NaN if the run made less.
    """
    rows = _weekly(summary)
    trajectory = summary.raw["trajectory"]
    times, level = trajectory["time"][rows], trajectory[f"level_{SOFTWARE}"][rows]
    if summary.end.time > times[-1]:
        times = np.append(times, summary.end.time)
        level = np.append(level, summary.raw["totals"][SOFTWARE])
    return shortest(times, level, years * per_year)


def first_quarter(summary: Summary) -> tuple[float, float]:
    """Return what a run did in its first quarter: software per year, output per person-day.

    The first as `shortest_time_for` counts it (0 without software), the second as `leverages` does
    (NaN without people); both NaN of a run that is shorter.
    """
    rows = _weekly(summary)
    if len(rows) <= WEEKS:
        return math.nan, math.nan
    level = summary.raw["trajectory"].get(f"level_{SOFTWARE}")
    rise = 0.0 if level is None else float(level[rows][WEEKS] - level[rows][0])
    return rise / QUARTER * DAYS_PER_YEAR, float(leverages(summary)[1][0])


def shortest(times: Any, levels: Any, rise: float) -> float:
    """Return the shortest time in which a level rises by so much, even between those given.

    Of a broken line the shortest such time begins or ends at one of its corners. NaN if it never
    rises so much.

    Parameters
    ----------
    times, levels
        The corners, by time. Where the level falls, the highest so far counts.
    rise
        Above zero.
    """
    times = np.asarray(times, dtype=float)
    levels = np.maximum.accumulate(np.asarray(levels, dtype=float))
    slack = ROUNDING * max(rise, 1.0)
    ahead = _first_at(times, levels, levels + rise - slack) - times
    back = times + _first_at(-times[::-1], -levels[::-1], -levels + rise - slack)
    found = float(min(ahead.min(initial=math.inf), back.min(initial=math.inf)))
    return found if math.isfinite(found) else math.nan


def _first_at(times: Floats, levels: Floats, wanted: Floats) -> Floats:
    """Return when a rising line first comes to each level; `inf` where it does not."""
    at = np.searchsorted(levels, wanted)
    some, right = at < len(levels), np.minimum(at, len(levels) - 1)
    left = np.maximum(right - 1, 0)
    span = levels[right] - levels[left]
    share = np.divide(wanted - levels[left], span, out=np.ones(len(at)), where=span > 0)
    found = times[left] + np.clip(share, 0.0, 1.0) * (times[right] - times[left])
    return np.where(some, found, math.inf)


def _weekly(summary: Summary) -> Any:
    """Return which samples are those of each week."""
    times = summary.raw["trajectory"]["time"]
    rows = np.flatnonzero(times % EVERY == 0)
    if len(rows) < int(summary.end.time // EVERY):
        raise InputError(
            f"run: the state at every {EVERY:g} d was not sampled; set every={EVERY:g}"
        )
    return rows


# --- what the model must have -----------------------------------------------------------------


def check_leverage(model: Model, **given: float) -> None:
    """Raise `InputError` unless people do research, for a quarter or longer."""
    if not model.research_flows or not people(model):
        raise InputError("needs research and people, and the model lacks one; leave it out")
    _check_horizon(model, QUARTER)


def check_software(model: Model, **given: float) -> None:
    """Raise `InputError` unless the model has the stock, for longer than a quarter."""
    if SOFTWARE not in model.stocks:
        raise InputError(f"needs the stock '{SOFTWARE}', which the model lacks; leave it out")
    _check_horizon(model, QUARTER)


def _check_horizon(model: Model, least: float) -> None:
    if model.horizon < least:
        raise InputError(
            f"needs a horizon of {least:g} d or more, got {model.horizon:g} d; set a longer one"
        )
