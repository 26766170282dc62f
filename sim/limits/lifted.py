"""What came out of lifting limits: one outcome by level and replication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.limits.jackknife import Estimate
from sim.model import InputError
from sim.model.errors import show, unknown_name
from sim.study.statistics.sample import Bools, Floats, sample_of

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.results import Results


@dataclass(frozen=True, kw_only=True)
class Values:
    """One outcome at some levels, over the replications that are known at all of them."""

    value: Floats
    """A row per level, a column per replication; of dates not reached, the horizon."""
    measure: str
    """What the means of the rows are: "mean", or "restricted mean" where a date is censored."""
    missing: int
    """Replications that are not known at all levels: failed, ended early, or never got there."""


@dataclass(frozen=True, kw_only=True)
class Lifted:
    """Runs of one base and of changes of it, on the same random numbers."""

    runs: pd.DataFrame = field(repr=False)
    """One row per run: `point`, `replication`, `end_reason`, `end_time` and outcomes."""
    levels: Mapping[str, int]
    """The number of the point of each level, by its name; several may share one."""
    horizon: float
    """Horizon of all runs, days."""
    dates: frozenset[str] = frozenset()
    """Outcomes that are dates, which may not be reached."""
    times: frozenset[str] = frozenset()
    """Outcomes that are times, dates among them: less is better."""
    known: dict[str, tuple[Floats, Bools]] = field(
        default_factory=dict, repr=False, compare=False, init=False
    )

    @staticmethod
    def of(results: Results, factor: str = "changed") -> Lifted:
        """Return what a study found whose only factor names the changes.

        Raises
        ------
        InputError
            If there is another factor, or random numbers are not common.
        """
        if list(results.points) != [factor]:
            raise InputError(
                f"limits: the study must have one factor, '{factor}', got "
                f"{', '.join(results.points)}; run task=limits"
            )
        if results.study.random_numbers != "common":
            raise InputError(
                "limits: what a limit does needs common random numbers, got random_numbers="
                f"{show(results.study.random_numbers)}; set random_numbers: common"
            )
        outcomes = results.study.outcomes.items()
        return Lifted(
            runs=results.runs, horizon=results.horizon,
            levels=dict(zip(results.points[factor], results.points.index, strict=True)),
            dates=frozenset(name for name, outcome in outcomes if outcome.date),
            times=frozenset(name for name, outcome in outcomes if outcome.unit == "days"),
        )

    def values(self, names: Sequence[str], outcome: str) -> Values:
        """Return an outcome at some levels, over the replications known at all of them.

        Raises
        ------
        InputError
            If there is no such outcome or level.
        """
        chosen, rows = self.matrix(names, outcome), self._rows(names)
        known = ~np.isnan(chosen).any(axis=0)
        return Values(
            value=chosen[:, known], missing=int((self._tried(rows) & ~known).sum()),
            measure="restricted mean" if self._known(outcome)[1][rows].any() else "mean",
        )

    def matrix(self, names: Sequence[str], outcome: str) -> Floats:
        """Return an outcome with a row per level and a column per replication, NaN: not known.

        Raises
        ------
        InputError
            If there is no such outcome or level.
        """
        return np.asarray(self._known(outcome)[0][self._rows(names)])

    def sign(self, outcome: str) -> float:
        """Return 1 where more is better, -1 where less is."""
        return -1.0 if outcome in self.times else 1.0

    @property
    def _points(self) -> list[int]:
        """The points in order; levels that are the same model share one."""
        return list(dict.fromkeys(self.levels.values()))

    def _known(self, outcome: str) -> tuple[Floats, Bools]:
        """Return the outcome by level and replication, and which levels have censored dates."""
        if outcome not in self.known:
            sample = sample_of(self.runs, outcome, dates=self.dates, horizon=self.horizon)
            count = int(self.runs["replication"].max()) + 1 if len(self.runs) else 0
            row = {point: i for i, point in enumerate(self._points)}
            value = np.full((len(row), count), np.nan)
            of = np.array([row.get(point, -1) for point in sample.points.tolist()], dtype=np.int64)
            whole = sample.restricted
            here = of[whole.of] >= 0
            value[of[whole.of][here], whole.replication[here]] = whole.value[here]
            censored = np.zeros(len(row), dtype=bool)
            late = ~sample.ended & (of[sample.of] >= 0)
            censored[of[sample.of][late]] = True
            self.known[outcome] = value, censored
        return self.known[outcome]

    def _rows(self, names: Sequence[str]) -> list[int]:
        for name in names:
            if name not in self.levels:
                raise InputError(f"limits: {unknown_name('level', name, list(self.levels))}")
        return [self._points.index(self.levels[name]) for name in names]

    def _tried(self, rows: Sequence[int]) -> Bools:
        """Return which replications were run at any of some levels."""
        points = [self._points[row] for row in rows]
        here = self.runs["point"].isin(points).to_numpy()
        count = int(self.runs["replication"].max()) + 1 if len(self.runs) else 0
        found = np.zeros(count, dtype=bool)
        found[self.runs["replication"].to_numpy()[here]] = True
        return found


def columns(prefix: str, found: Estimate) -> dict[str, float]:
    """Return an estimate as columns: `PREFIX`, `PREFIX_low`, `PREFIX_high`."""
    ends = {"": found.value, "_low": found.low, "_high": found.high}
    return {f"{prefix}{end}": float(value) for end, value in ends.items()}
