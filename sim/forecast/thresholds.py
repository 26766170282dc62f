"""Thresholds: what a forecast asks for, and which of it a lab can have."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from sim.forecast.start import Start
from sim.model import InputError, Model
from sim.model.units import DAYS_PER_YEAR
from sim.study import outcomes
from sim.study.outcomes import Outcome

MONTH = DAYS_PER_YEAR / 12
"""Days of a month."""
WORK = {8: "a work day", 40: "a work week", 167: "a work month", 2000: "a work year"}
"""Lengths of tasks whose METR horizon is asked for, hours of a person's work."""
CYCLES = (2, 3)
LEVERAGES = (2, 5, 10)
YEARS = (1, 3, 10)
"""Years of progress whose shortest time is asked for; 3 and 10 as Forethought does."""
MONTHS = (4, 12, 24)
"""Times within which they are asked for; 4 and 12 as Forethought does."""
NO_DATE = (
    "It is a stretch of time, not a date: it may lie anywhere in a run, and a longer look back can "
    "find a shorter one, so nothing settles it on a day and it is not scored."
)
"""Why years of progress have no rule."""
LEAST_OOM, MOST_OOM, OOM_PER_YEAR = 3, 12, 2
"""Capabilities are asked for in steps of 1 OOM: 2 for each year, but 3 at least and 12 at most."""


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """One thing that a lab may come to."""

    name: str
    """Its key in tables and files."""
    quantity: str
    """What passes it: `capability`, `metr_horizon`, `cycle`, `leverage`, `years_of_progress`."""
    value: float
    """Where it lies."""
    unit: str
    """Unit of `value`."""
    label: str
    """What it is, for people."""
    short: str
    """The same in a word or two, for tables."""
    resolves: str
    """What counts as passing it in the world: a rule that is fixed when a forecast is issued."""
    asked: str
    """The outcome of a study that says when, or in which time, a run passes it."""

    @property
    def date(self) -> bool:
        """Whether it is passed at a date; otherwise in a stretch of time."""
        return self.quantity != "years_of_progress"

    @property
    def outcome(self) -> Outcome:
        """The outcome that is measured."""
        return outcomes.read(self.name, self.asked)


def thresholds(model: Model, start: Start) -> tuple[Threshold, ...]:
    """Return what is asked of a lab: all that its runs can tell, also what they may never reach.

    That none of so many runs comes to something is known, too.

    Parameters
    ----------
    model
        The lab.
    start
        How fast it starts: what progress and leverage are measured by. What it lacks is not asked.

    Raises
    ------
    InputError
        If there is nothing.
    """
    made = (*_capability(model), *_horizon(model), *_cycle(), *_leverage(start), *_years(start))
    found = tuple(one for one in made if _has(model, one))
    if not found:
        raise InputError(
            f"forecast: the lab '{model.name}' has no releases, no research and no stock of "
            "algorithms, so that no date can be asked for; choose another scenario"
        )
    return found


def _has(model: Model, threshold: Threshold) -> bool:
    with suppress(InputError):
        threshold.outcome.check(model)
        return True
    return False


def _capability(model: Model) -> Iterator[Threshold]:
    steps = math.ceil(OOM_PER_YEAR * model.horizon / DAYS_PER_YEAR - 0.01)
    for oom in range(1, min(max(steps, LEAST_OOM), MOST_OOM) + 1):
        yield Threshold(
            name=f"capability_{oom}", quantity="capability", value=oom, unit="OOM",
            label=f"{oom} OOM above generation 0", short=f"{oom} OOM",
            resolves=f"The date on which the lab releases a model of 10^{oom} times the effective "
            f"training compute of generation 0, its model of {model.start_date}, by the lab’s own "
            "account.",
            asked=f"time_to_capability(oom={oom})",
        )


def _horizon(model: Model) -> Iterator[Threshold]:
    law = model.readouts.metr_horizon
    for hours, what in WORK.items():
        if law is not None and law.at_zero < hours:
            oom = math.log2(hours / law.at_zero) / law.doublings_per_oom
            yield Threshold(
                name=f"metr_{hours}h", quantity="metr_horizon", value=hours, unit="h",
                label=f"METR horizon of {hours:,} h ({what}; assumed at {oom:.1f} OOM)",
                short=f"METR {hours:,} h (at {oom:.1f} OOM)",
                resolves="The release date of the lab’s first model whose 50% time horizon, as "
                f"METR publishes it first, is {hours:,} h or more.",
                asked=f"time_to_horizon(hours={hours} h)",
            )


def _cycle() -> Iterator[Threshold]:
    for times in CYCLES:
        yield Threshold(
            name=f"cycle_{times}x", quantity="cycle", value=times, unit="×",
            label=f"cycle {times} times as fast", short=f"cycle {times}×",
            resolves="The release date of the first model whose cycle, from the gate that lets it "
            f"begin to its release, took 1/{times} of that of the lab’s first model after "
            "generation 0, or less, by the lab’s own account.",
            asked=f"time_to_cycle_speedup(times={times})",
        )


def _leverage(start: Start) -> Iterator[Threshold]:
    for times in LEVERAGES if start.output else ():
        yield Threshold(
            name=f"leverage_{times}x", quantity="leverage", value=times, unit="×",
            label=f"{times} times the output per person", short=f"leverage {times}×",
            resolves="The end of the first 13 weeks in which research’s gains per person-day "
            "employed (ln of training efficiency, each as if found at the start) come to "
            f"{times} × {start.base:g}, by the lab’s own account.",
            asked=f"time_to_leverage(times={times}, base={start.base!r})",
        )


def _years(start: Start) -> Iterator[Threshold]:
    for years in YEARS if start.software else ():
        yield Threshold(
            name=f"years_{years}", quantity="years_of_progress", value=years, unit="years",
            label=f"{years} year{'s' if years > 1 else ''} of progress",
            short=f"≥ {years} year{'s' if years > 1 else ''}", resolves=NO_DATE,
            asked=f"shortest_time_for(years={years}, per_year={start.per_year!r})",
        )
