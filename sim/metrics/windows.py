"""Windows: the time in which each generation was being built, from one release to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics.timeline import Ends, Floats, Ints, ends_of, replications_of
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Windows:
    """The windows of all replications, by replication and time.

    The first begins at t = 0, the last ends with its replication. In a lab without generations
    there is one.
    """

    replication: Ints
    """Number of the replication of each window."""
    generation: Ints
    """Generation that was being built."""
    start: Floats
    """When it began, days."""
    days: Floats
    """How long it is."""

    def of(self, replication: Any, time: Any) -> Ints:
        """Return in which window each instant lies; -1 before t = 0, or if there is no time.

        The instant of a release belongs to the window that it begins.
        """
        time = np.asarray(time, dtype=float)
        known = np.unique(self.replication)
        later = self.start.max(initial=0.0) + 1.0  # beyond all windows' beginnings
        keys = np.searchsorted(known, self.replication) * later + self.start
        within = np.searchsorted(known, replication) * later + np.clip(time, 0.0, later - 0.5)
        found = np.searchsorted(keys, within, side="right") - 1
        return np.where(time >= 0, found, -1)  # false for NaN, too

    def sums(self, at: Ints, weights: Any = None) -> Floats:
        """Return the total weight (by default the number) of what lies in each window.

        `at` says in which one it lies, as `of` does; what has -1 does not count.
        """
        inside = at >= 0
        weights = None if weights is None else np.asarray(weights, dtype=float)[inside]
        return np.bincount(at[inside], weights, len(self.start)).astype(float)

    def table(self, columns: dict[str, Floats]) -> pd.DataFrame:
        """Return `replication`, `generation`, `start`, `days` and the columns given."""
        import pandas as pd

        own = {"replication": self.replication, "generation": self.generation}
        return pd.DataFrame({**own, "start": self.start, "days": self.days, **columns})


def windows(generations: pd.DataFrame, model: Model, ends: Ends | None = None) -> Windows:
    """Return the windows in which the generations were being built.

    Parameters
    ----------
    generations
        Table of a run or an ensemble.
    model
        The model that was run.
    ends
        When replications ended that ended before the horizon, days.
    """
    out = generations[(generations["outcome"] == "released").to_numpy()]
    out = out.sort_values(["replication", "released", "generation"], kind="stable")
    replication = out["replication"].to_numpy("int64")
    start = out["released"].to_numpy("float64")
    known = replications_of(out)
    last = ends_of(known, model, ends)[np.searchsorted(known, replication)]
    goes_on = np.append(replication[1:] == replication[:-1], False)[: len(start)]
    end = np.where(goes_on, np.append(start[1:], np.inf)[: len(start)], last)
    return Windows(replication, out["generation"].to_numpy("int64") + 1, start, end - start)
