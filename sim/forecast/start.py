"""How fast a lab starts: what years of progress and leverage of all its runs are measured by.

Pilot runs of the lab at its default values, on random numbers of their own, say what software gains
a year and what a person-day of research brings in the first quarter, on average. Both numbers are
stated in the study. A draw whose values let it start faster makes more progress a year from then
on: that counts, as the yardstick is the lab's and not the draw's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.model import Model
from sim.study import pace
from sim.study.batch import summarised
from sim.study.statistics.intervals import student

if TYPE_CHECKING:
    from collections.abc import Iterable

PILOTS = 48
LAST = 2**31 - 1
"""Highest number of a replication. Pilots count down from it, so that no run draws as they do."""
DIGITS = 3
"""Significant digits that are stated: more is not known."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """What a lab does in its first quarter, with 90% intervals of the mean over pilot runs."""

    software: tuple[float, float, float] | None
    """Rise of the stock `algorithms`, natural-log units per year; `None`: it has none, or none
    in a quarter."""
    output: tuple[float, float, float] | None
    """Research output per person-day employed, natural-log units; `None` likewise."""

    @property
    def per_year(self) -> float:
        """A year of progress, as it is stated."""
        return self.software[0] if self.software else math.nan

    @property
    def base(self) -> float:
        """Output per person-day, as it is stated."""
        return self.output[0] if self.output else math.nan


def start(model: Model, *, seed: int) -> Start:
    """Return how fast a lab starts.

    Parameters
    ----------
    model
        At its default values.
    seed
        Of the study.
    """
    if model.horizon < pace.QUARTER:
        return Start(software=None, output=None)
    short = Model.from_dict(model.to_dict() | {"horizon": f"{pace.QUARTER!r} d"})
    weeks = np.arange(pace.WEEKS + 1, dtype=np.float64) * pace.EVERY
    runs = (summarised(short, seed, LAST - number, weeks) for number in range(PILOTS))
    software, output = zip(*map(pace.first_quarter, runs), strict=True)
    return Start(software=_mean(software), output=_mean(output))


def _mean(values: Iterable[float]) -> tuple[float, float, float] | None:
    """Return the mean with its interval; of runs that ended within the quarter nothing is known."""
    known = np.array([value for value in values if np.isfinite(value)])
    if len(known) < 2 or not known.mean() > 0:
        return None
    half = float(student(known.std(ddof=1) / math.sqrt(len(known)), len(known) - 1))
    mean = float(known.mean())
    return float(f"{mean:.{DIGITS}g}"), mean - half, mean + half
