"""What a study of limits found: tables of effects, elasticities, regimes, and where days go."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.limits import crn, lifts
from sim.limits.attribution import attribution
from sim.limits.crossing import Crossing, crossing_of
from sim.limits.elasticities import elasticities
from sim.limits.interactions import interactions
from sim.limits.lifted import Lifted
from sim.limits.question import FROZEN, NONE, OWN, Question, asked
from sim.limits.regime import regimes
from sim.limits.steps import Steps
from sim.metrics import slack
from sim.metrics.dividend import dividend
from sim.metrics.growth import trajectory
from sim.metrics.speedup.shortfall import Shortfall, shortfall
from sim.model import InputError, Model
from sim.study.results import Results, open_study
from sim.study.summaries import Summaries, summaries

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.ensemble import Ensemble

COMPUTE, LOOP = "compute", "loop"
"""The drivers whose elasticities make the regime."""
MOST_LOGS = 24
"""Replications whose full logs are looked at."""
SHORTER = 0.8
"""A half step that is longer than this share of the whole one tells nothing new."""
HALF_A_YEAR = 182.625
DATES = 61
"""Dates at which the recursion dividend is told."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What a study of limits found; each table is made when it is first asked for."""

    results: Results = field(repr=False)
    question: Question
    lifted: Lifted = field(repr=False)
    logs: dict[str, Ensemble] = field(default_factory=dict, repr=False, init=False)
    """Full logs by level, as far as they were needed."""
    summaries: dict[str, Summaries] = field(default_factory=dict, repr=False, init=False)
    """Summaries by level, as far as they were needed."""

    @property
    def model(self) -> Model:
        """The lab as it is."""
        return self.question.model

    @property
    def replications(self) -> int:
        """Replications of each level."""
        return self.results.study.replications

    @cached_property
    def effects(self) -> pd.DataFrame:
        """What lifting each limit, or group, does to each outcome (`attribution`)."""
        asked = self.question
        return attribution(
            self.lifted, [*asked.limits, *asked.groups], self._compared,
            ranked=asked.limits, seed=self.results.study.seed,
        )

    @cached_property
    def ranking(self) -> pd.DataFrame:
        """The effects of single limits on the main outcome, what helps most first."""
        table = self.effects
        main = (table["outcome"] == self.question.main).to_numpy()
        single = table[main & table["limit"].isin(self.question.limits).to_numpy()]
        order = single["effect"] * self.lifted.sign(self.question.main)
        return single.assign(_order=-order).sort_values("_order").drop(columns="_order")

    @cached_property
    def overall(self) -> pd.Series | None:
        """Regime on the way to the main outcome; `None` if compute or the loop cannot be moved."""
        table = self._regimes([self.question.main])
        return table.iloc[0] if len(table) else None

    @property
    def is_time(self) -> bool:
        """Whether the main outcome is a time, so that less of it is better."""
        return self.question.main in self.lifted.times

    @cached_property
    def together(self) -> pd.DataFrame:
        """What pairs of limits do beyond the sum of what each does (`interactions`)."""
        return interactions(self.lifted, self.question.pairs, [self.question.main])

    @cached_property
    def elasticities(self) -> pd.DataFrame:
        """Elasticity of progress to each driver, by outcome (`elasticities`)."""
        return elasticities(
            self.lifted, self.steps, [*self._compared, *self._windows], half_steps=self.half_steps
        )

    @cached_property
    def by_generation(self) -> pd.DataFrame:
        """Regime of each generation, with its `generation` and mean date of `release`, days."""
        cycles = self.question.cycles
        table = self._regimes(list(cycles.values()))
        if not len(table):
            return table
        return table.assign(generation=list(cycles), release=[self._release(g) for g in cycles])

    @cached_property
    def by_window(self) -> pd.DataFrame:
        """Regime of each part of the run, with its `begin` and `end`, days."""
        parts = self.question.windows
        table = self._regimes(self._windows)
        if not len(table):
            return table
        return table.assign(begin=[w.begin for w in parts], end=[w.end for w in parts])

    @cached_property
    def crossing(self) -> Crossing | None:
        """When the limit of research moves for good; `None` where that cannot be asked.

        The interval is that of `crossing`, and half a window more on either side: within a window
        nothing is known of when the limit moves.
        """
        if not self._both or len(self.question.windows) < 2:
            return None
        parts = self.question.windows
        found = crossing_of(
            self.lifted, COMPUTE, LOOP, self.steps, self._windows, [w.middle for w in parts],
            seed=self.results.study.seed,
        )
        half = (parts[0].end - parts[0].begin) / 2
        return replace(found, low=found.low - half, high=found.high + half)

    @cached_property
    def variances(self) -> pd.DataFrame:
        """What common random numbers save (`crn`)."""
        return crn.variances(self.lifted, list(self.question.limits), [self.question.main])

    @cached_property
    def dividend(self) -> pd.DataFrame | None:
        """Recursion dividend by date; `None` if the lab is not helped by its own models."""
        frozen = self._summaries(FROZEN)
        if frozen is None or self.model.generation_flow is None:
            return None
        own = self._summaries(OWN)
        assert own is not None
        helped, same = (trajectory(log.generations, log.model) for log in (own, frozen))
        times = np.linspace(0.0, self.model.horizon, DATES)
        window = min(HALF_A_YEAR, self.model.horizon / 4)  # over the steps of releases
        return dividend(
            helped, same, times, window=window, own_ends=own.ends, frozen_ends=frozen.ends
        )

    @cached_property
    def shortfalls(self) -> dict[str, Shortfall]:
        """Where the speed-up of tasks goes: of `research` and of a `cycle`, as far as known."""
        own, none = self._log(OWN), self._log(NONE)
        found: dict[str, Shortfall] = {}
        if own is None or none is None:
            return found
        for of in ("research", "cycle"):
            try:
                found[of] = shortfall(own, none, of=of, measure="attempt")
            except InputError:  # nothing delegated, or no result: there is nothing to tell
                continue
        return found

    @cached_property
    def slack(self) -> pd.DataFrame | None:
        """Slack of the stages and waits of generations; `None` if none was released."""
        own = self._log(OWN)
        if own is None or self.model.generation_flow is None:
            return None
        table = slack.slack(own.visits, own.generations, own.model)
        return table if len(table) else None

    @property
    def steps(self) -> dict[str, float]:
        """Ln X_up - ln X_down of each driver."""
        return {name: _length(both[0]) for name, both in self.question.drivers.items()}

    @property
    def half_steps(self) -> dict[str, float]:
        """The same of the half steps, where whole units allow a shorter one."""
        return {
            name: _length(both[1]) for name, both in self.question.drivers.items()
            if _length(both[1]) <= SHORTER * self.steps[name]
        }

    def label(self, limit: str) -> str:
        """Return the words for a limit or a group."""
        return lifts.label(limit)

    @property
    def _compared(self) -> list[str]:
        """Outcomes on which effects are told: the main one, research, cycle times."""
        known = self.results.study.outcomes
        own = [self.question.main, "research_output", *self.question.cycles.values()]
        return list(dict.fromkeys(name for name in own if name in known))

    @property
    def _windows(self) -> list[str]:
        return [w.name for w in self.question.windows]

    @property
    def _both(self) -> bool:
        return {COMPUTE, LOOP} <= set(self.question.drivers)

    def _regimes(self, outcomes: list[str]) -> pd.DataFrame:
        steps = self.steps if self._both else {COMPUTE: math.nan, LOOP: math.nan}
        return regimes(self.lifted, COMPUTE, LOOP, steps, outcomes if self._both else [])

    def _release(self, generation: int) -> float:
        own = self._summaries(OWN)
        assert own is not None
        table = own.generations
        here = (table["generation"] == generation).to_numpy()
        released = table["released"][here & (table["outcome"] == "released").to_numpy()]
        return float(released.mean()) if len(released) else math.nan

    def _summaries(self, level: str) -> Summaries | None:
        """Return what all replications at a level came to, run again; `None` without the level."""
        if level not in self.lifted.levels:
            return None
        if level not in self.summaries:
            self.summaries[level] = summaries(
                self.results.model(int(self.lifted.levels[level])),
                replications=self.replications, seed=self.results.study.seed,
            )
        return self.summaries[level]

    def _log(self, level: str) -> Ensemble | None:
        """Return full logs at a level, run again; `None` if the study has no such level."""
        from sim.study.ensemble import ensemble

        if level not in self.lifted.levels:
            return None
        if level not in self.logs:
            self.logs[level] = ensemble(
                self.results.model(int(self.lifted.levels[level])),
                replications=min(self.replications, MOST_LOGS), seed=self.results.study.seed,
            )
        return self.logs[level]


def _length(both: Steps) -> float:
    return (both.up.dlog if both.up else 0.0) - (both.down.dlog if both.down else 0.0)


def findings(results: Results) -> Findings:
    """Return what a study of limits found.

    Raises
    ------
    InputError
        If it is another kind of study.
    """
    question, lifted = asked(results), Lifted.of(results)
    same = {name: lifted.levels[other] for name, other in question.same.items()}
    return Findings(
        results=results, question=question,
        lifted=replace(lifted, levels={**lifted.levels, **same}),
    )


def open_findings(path: Path | str) -> Findings:
    """Return what the study of limits in a folder found; errors as `findings`."""
    return findings(open_study(path))
