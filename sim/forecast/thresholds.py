"""Thresholds: what a forecast asks for, and which of it a lab can have."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

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


def thresholds(model: Model) -> tuple[Threshold, ...]:
    """Return what is asked of a lab: all that its runs can tell, also what they may never reach.

    That none of so many runs comes to something is known, too.

    Raises
    ------
    InputError
        If there is nothing.
    """
    found = tuple(one for one in _all(model) if _has(model, one))
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


def _all(model: Model) -> Iterator[Threshold]:
    steps = math.ceil(OOM_PER_YEAR * model.horizon / DAYS_PER_YEAR - 0.01)
    for oom in range(1, min(max(steps, LEAST_OOM), MOST_OOM) + 1):
        yield Threshold(
            name=f"capability_{oom}", quantity="capability", value=oom, unit="OOM",
            label=f"{oom} OOM above generation 0", short=f"{oom} OOM",
            asked=f"time_to_capability(oom={oom})",
        )
    horizon = model.readouts.metr_horizon
    for hours, what in WORK.items():
        if horizon is not None and horizon.at_zero < hours:
            yield Threshold(
                name=f"metr_{hours}h", quantity="metr_horizon", value=hours, unit="h",
                label=f"METR horizon of {hours:,} h ({what})",
                short=f"METR {hours:,} h", asked=f"time_to_horizon(hours={hours} h)",
            )
    for times in CYCLES:
        yield Threshold(
            name=f"cycle_{times}x", quantity="cycle", value=times, unit="×",
            label=f"cycle {times} times as fast", short=f"cycle {times}×",
            asked=f"time_to_cycle_speedup(times={times})",
        )
    for times in LEVERAGES:
        yield Threshold(
            name=f"leverage_{times}x", quantity="leverage", value=times, unit="×",
            label=f"{times} times the output per person", short=f"leverage {times}×",
            asked=f"time_to_leverage(times={times})",
        )
    for years in YEARS:
        yield Threshold(
            name=f"years_{years}", quantity="years_of_progress", value=years, unit="years",
            label=f"{years} year{'s' if years > 1 else ''} of progress",
            short=f"≥ {years} year{'s' if years > 1 else ''}",
            asked=f"shortest_time_for(years={years})",
        )
