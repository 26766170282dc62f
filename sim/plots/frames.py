"""What every figure is drawn from: the log of a run or an ensemble, and its model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.metrics import (
    bottleneck,
    compute_use,
    critical_path,
    flow_time,
    growth,
    latency,
    oversight,
    queues,
    release_dates,
    slack,
    speedup,
    stocks,
    utilisation,
    waits,
)
from sim.metrics.parts import by_parts
from sim.model import Model
from sim.plots import bins

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Frames:
    """The three tables of `sim.log`, of one run or concatenated over replications."""

    visits: pd.DataFrame
    """One row per service."""
    generations: pd.DataFrame
    """One row per generation."""
    changes: pd.DataFrame
    """One row per change of a capacity or stock."""
    model: Model
    """The model that was run."""
    ends: Mapping[int, float] = field(default_factory=dict)
    """When replications ended, days, by replication; those not named ran to the horizon."""
    reasons: Mapping[int, str] = field(default_factory=dict)
    """Why those ended (an end reason, see `sim.engines.ADVICE`)."""
    planned: int | None = None
    """Number of replications that were asked for; `None` if these are all."""

    @cached_property
    def path(self) -> pd.DataFrame:
        """Critical paths of the released generations (`sim.metrics.critical_path`)."""
        return by_parts(
            lambda visits, generations: critical_path.path(visits, generations, self.model),
            self.visits, self.generations,
        )

    @cached_property
    def cycle(self) -> pd.DataFrame:
        """Their days by kind of time."""
        return critical_path.by_kind(self.path)

    @cached_property
    def flow_time(self) -> pd.DataFrame:
        """Days of research's items by kind of time (`sim.metrics.flow_time`)."""
        return by_parts(lambda visits: flow_time.by_kind(visits, self.model), self.visits)

    @cached_property
    def phases(self) -> pd.DataFrame:
        """The days of the critical paths by stage of the generation flow and kind."""
        return critical_path.by_phase(self.path)

    @cached_property
    def slack(self) -> pd.DataFrame:
        """How much longer stages and waits could have taken (`sim.metrics.slack`)."""
        return by_parts(
            lambda visits, generations: slack.slack(visits, generations, self.model),
            self.visits, self.generations,
        )

    @cached_property
    def queueing(self) -> pd.DataFrame:
        """What research waited for (`sim.metrics.bottleneck`)."""
        return bottleneck.waits(self.flow_time)

    @cached_property
    def steps(self) -> pd.DataFrame:
        """Steps of the deployed capability (`sim.metrics.growth`)."""
        return growth.trajectory(self.generations, self.model)

    @property
    def step(self) -> float:
        """Length of the bins of time that figures show, days."""
        return bins.step_for(self.end)

    @cached_property
    def use(self) -> pd.DataFrame:
        """Use of each pool in those bins (`sim.metrics.utilisation`)."""
        return utilisation.over_time(
            self.visits, self.changes, self.model, self.step, ends=self.ends
        )

    @cached_property
    def waiting(self) -> pd.DataFrame:
        """Queue length of each pool in those bins (`sim.metrics.queues`)."""
        return queues.over_time(self.visits, self.model, self.step, ends=self.ends)

    @cached_property
    def waits(self) -> pd.DataFrame:
        """Quantiles of the waiting time for each pool (`sim.metrics.waits`)."""
        return waits.quantiles(self.visits, self.model, ends=self.ends)

    @cached_property
    def waits_longer(self) -> pd.DataFrame:
        """The share of requests that wait longer than each of `bins.WAITS`."""
        return waits.distribution(self.visits, self.model, bins.WAITS, ends=self.ends)

    @cached_property
    def compute_use(self) -> pd.DataFrame:
        """What the units of compute do in the bins of figures (`sim.metrics.compute_use`)."""
        return compute_use.over_time(
            self.visits, self.changes, self.model, self.step, ends=self.ends
        )

    @cached_property
    def stocks(self) -> pd.DataFrame:
        """Steps of the stocks of know-how (`sim.metrics.stocks`)."""
        return stocks.trajectory(self.changes, self.model)

    @cached_property
    def release_dates(self) -> pd.DataFrame:
        """Quantiles of the release date of each generation (`sim.metrics.release_dates`)."""
        levels = (0.1, 0.25, 0.5, 0.75, 0.9)
        return release_dates.quantiles(
            self.generations, self.model, levels, ends=self.ends, reasons=self.reasons
        )

    @cached_property
    def latency(self) -> pd.DataFrame:
        """Times from idea to result and from failure to fix, by cause (`sim.metrics.latency`)."""
        return latency.pooled(latency.durations(self.visits, self.model, ends=self.ends))

    @cached_property
    def oversight(self) -> pd.DataFrame:
        """What is looked at, caught and lost, by generation (`sim.metrics.oversight`)."""
        return oversight.by_generation(
            self.visits, self.generations, self.model, ends=self.ends
        )

    @cached_property
    def tasks(self) -> pd.DataFrame:
        """What assistants do for tasks, by generation (`sim.metrics.speedup`)."""
        return by_parts(lambda visits: speedup.by_generation(visits, self.model), self.visits)

    @property
    def early(self) -> list[float]:
        """When those replications ended that ended before the horizon, days."""
        return [end for end in self.ends.values() if end < self.model.horizon]

    @property
    def whole(self) -> float:
        """Until when all replications are known, days."""
        return min([self.model.horizon, *self.ends.values()])

    @cached_property
    def replications(self) -> int:
        """Number of replications."""
        tables = (self.visits, self.generations, self.changes)
        return len(np.unique(np.concatenate([t["replication"].to_numpy() for t in tables])))

    @cached_property
    def end(self) -> float:
        """When the last replication ended, days."""
        if len(self.ends) < self.replications:
            return self.model.horizon
        return max(self.ends.values(), default=self.model.horizon)
