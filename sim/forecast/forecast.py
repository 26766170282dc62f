"""A forecast: what the runs of its study say of all thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from sim.forecast.chances import BLOW_UP, Chances, chances
from sim.forecast.composing import is_luck_alone
from sim.forecast.start import Start, start
from sim.forecast.thresholds import MONTH, MONTHS, thresholds
from sim.model import InputError, Model
from sim.model.errors import unknown_name
from sim.model.units import DAYS_PER_YEAR
from sim.study.results import Results, open_study
from sim.study.study import Study

HALF_YEAR = DAYS_PER_YEAR / 2
MOST_DATES = 20
"""Dates by which chances are told, at most."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Forecast:
    """How likely a lab passes thresholds, and by when."""

    model: Model = field(repr=False)
    """The lab; where values are not known, with those that it has by default."""
    results: Results = field(repr=False)
    """The runs."""
    start: Start
    """How fast the lab starts, by which progress and leverage are measured."""
    chances: Mapping[str, Chances] = field(repr=False)
    """What they say of each threshold, by its name."""
    asked: str | None = None
    """Name of the threshold that is asked for first, if one is."""

    @property
    def unknown(self) -> tuple[str, ...]:
        """What is taken as not known; nothing if all is luck."""
        study = self.results.study
        return () if is_luck_alone(study) else tuple(study.factors)

    @property
    def dates(self) -> dict[str, Chances]:
        """Those that are passed at a date."""
        return {name: one for name, one in self.chances.items() if one.threshold.date}

    @property
    def spans(self) -> dict[str, Chances]:
        """Those that are passed in a stretch of time."""
        return {name: one for name, one in self.chances.items() if not one.threshold.date}

    @cached_property
    def times(self) -> list[float]:
        """By when chances are told, days: half-years (or more, over many), then the horizon."""
        horizon = self.model.horizon
        step = HALF_YEAR * max(1, int(np.ceil(horizon / HALF_YEAR / MOST_DATES)))
        return [*np.arange(step, horizon - 1.0, step).tolist(), horizon]

    @property
    def months(self) -> list[int]:
        """Stretches of time within which chances are told, of those that a run has."""
        return [n for n in MONTHS if n * MONTH <= self.model.horizon] or list(MONTHS[:1])

    @property
    def headline(self) -> Chances:
        """What is said first: what is asked for, or the capability nearest to even by the end.

        Of those as near the likely ones, and of these the highest, of unlikely ones the lowest:
        that says most.
        """
        if self.asked is not None:
            return self.chances[self.asked]
        some = [one for one in self.dates.values() if one.threshold.quantity == "capability"]
        return min(some or self.chances.values(), key=self._rank)

    def _rank(self, one: Chances) -> tuple[float, bool, float]:
        chance, value = self._by_the_end(one), one.threshold.value
        unlikely = chance < 0.5
        return round(abs(chance - 0.5), 6), unlikely, value if unlikely else -value

    def _by_the_end(self, one: Chances) -> float:
        chance = float(one.by([self.model.horizon])[0][0])
        return chance if np.isfinite(chance) else 0.0

    @property
    def cut_short(self) -> int:
        """Runs that ended before the horizon, failed ones included, but not those that blew up."""
        known = ["horizon", "deadlock", BLOW_UP]
        return int((~self.results.runs["end_reason"].isin(known)).sum())

    @property
    def blown_up(self) -> int:
        """Runs in which progress left all bounds."""
        return int((self.results.runs["end_reason"] == BLOW_UP).sum())


def forecast(results: Results, headline: str | None = None) -> Forecast:
    """Return the forecast of a study's results.

    Parameters
    ----------
    results
        Of a study that `sim.forecast.composing` made.
    headline
        Name of the threshold that is told first; by default what is nearest to even.

    Raises
    ------
    InputError
        If the study is no forecast, or one of other sources, all of its runs failed, or it has no
        such threshold with a date.
    """
    study = results.study
    model = Model.from_dict(results.plan.bases[study.scenario])
    begins = start(model, seed=study.seed)
    asked = [one for one in thresholds(model, begins) if one.name in study.outcomes]
    if not asked:
        raise InputError(
            f"forecast: '{results.folder}' is no study of a forecast; run recursim task=forecast"
        )
    if any(one.asked != study.outcomes[one.name].text() for one in asked):
        raise InputError(
            f"forecast: '{results.folder}' measures progress by another pace than the lab has by "
            "these sources of recursim; use those that made it, or set folder=NAME to run it anew"
        )
    found = {
        one.name: chances(
            one, results.runs, horizon=model.horizon, common=study.random_numbers == "common",
            drawn=not is_luck_alone(study),
        )
        for one in asked
    }
    known = {name: one for name, one in found.items() if one is not None}
    if not known:
        error = next((text for text in results.runs["error"] if text), "no run is done")
        raise InputError(f"forecast: all runs failed ({error}); mend the lab, or the study")
    check_headline(headline, study)
    return Forecast(
        model=model, results=results, start=begins, chances=known,
        asked=headline if headline in known else None,
    )


def check_headline(name: str | None, study: Study) -> None:
    """Raise `InputError` if what is to be told first has no date, or is not asked for."""
    names = [key for key, outcome in study.outcomes.items() if outcome.date]
    if name is not None and name not in names:
        raise InputError(f"forecast: headline: {unknown_name('threshold', name, names)}")


def open_forecast(folder: Path | str, headline: str | None = None) -> Forecast:
    """Return the forecast in the folder of its study; parameters as of `forecast`."""
    return forecast(open_study(folder), headline)
