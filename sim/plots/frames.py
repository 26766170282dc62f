"""What every figure is drawn from: the log of a run or an ensemble, and its model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.model import Model

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
    planned: int | None = None
    """Number of replications that were asked for; `None` if these are all."""

    @property
    def early(self) -> list[float]:
        """When those replications ended that ended before the horizon, days."""
        return [end for end in self.ends.values() if end < self.model.horizon]

    @property
    def replications(self) -> int:
        """Number of replications."""
        tables = (self.visits, self.generations, self.changes)
        return len(np.unique(np.concatenate([t["replication"].to_numpy() for t in tables])))

    @property
    def end(self) -> float:
        """When the last replication ended, days."""
        if len(self.ends) < self.replications:
            return self.model.horizon
        return max(self.ends.values(), default=self.model.horizon)
