"""What figures of studies are drawn from: points, runs, factors and outcomes."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd

FAILED = "failed"
"""End reason of a run that failed in the engine: nothing is known of it."""


class Studied:
    """Results of a study, and what several figures need of them.

    Parameters
    ----------
    results
        As `sim.study.open` returns them: `study`, `points` (a row per point, a column per factor),
        `runs` (a row per run, a column per outcome), `manifest`, `horizon` (days; a number, or one
        per point) and `model(point)`.
    """

    def __init__(self, results: Any) -> None:
        self.results = results
        self.study = results.study
        self.manifest: Mapping[str, Any] = results.manifest
        self.points: pd.DataFrame = results.points
        self._made: dict[str, Any] = {}

    @property
    def called(self) -> str:
        """How commands call the study: by its name, or by its folder where that is elsewhere."""
        folder = getattr(self.results, "folder", None)
        if folder is None or folder == Path("results", "study", self.study.name):
            return str(self.study.name)
        return shlex.quote(folder.as_posix())

    @cached_property
    def runs(self) -> pd.DataFrame:
        """The runs that did not fail."""
        table: pd.DataFrame = self.results.runs
        failed = (table["end_reason"] == FAILED).to_numpy()
        return table[~failed] if failed.any() else table

    @property
    def failed(self) -> int:
        """Number of runs that failed in the engine."""
        return len(self.results.runs) - len(self.runs)

    @cached_property
    def ran(self) -> pd.DataFrame:
        """The points of which there are runs."""
        return self.points.loc[np.unique(self.runs["point"].to_numpy())]

    @property
    def outcomes(self) -> Mapping[str, Any]:
        """Outcomes by name, in the order of the study."""
        return self.study.outcomes

    @cached_property
    def first(self) -> str:
        """Name of the outcome that is asked for first."""
        return next(iter(self.outcomes))

    @cached_property
    def moved(self) -> list[str]:
        """Names of the factors that have more than one value in the runs, in order."""
        return [name for name in self.study.factors if self.ran[name].nunique() > 1]

    @cached_property
    def levers(self) -> list[str]:
        """Those of them that are choices, scenarios among them."""
        return [name for name in self.moved if self.kind(name) != "uncertainty"]

    @cached_property
    def uncertainties(self) -> list[str]:
        """Those of them that nobody chooses."""
        return [name for name in self.moved if self.kind(name) == "uncertainty"]

    @cached_property
    def sampled(self) -> list[str]:
        """Names of the factors whose values were drawn; levers may be crossed with the sample."""
        levers = getattr(self.study.design, "levers", None)
        if levers is None:
            return []
        return [
            name for name in self.study.factors
            if self.kind(name) == "uncertainty" or levers == "sample"
        ]

    @cached_property
    def draws(self) -> Any:
        """Number of the draw of each point of which there are runs."""
        return self.ran.groupby(self.sampled, sort=False, dropna=False).ngroup()

    @cached_property
    def dates(self) -> list[str]:
        """Names of the outcomes that are times, which may not be reached."""
        return [name for name in self.outcomes if self.is_date(name)]

    @property
    def how(self) -> dict[str, Any]:
        """What `sim.study.statistics` must know of the study."""
        return {
            "sampled": self.sampled, "random_numbers": self.study.random_numbers,
            "dates": self.dates, "horizon": self.results.horizon, "rows": self.study.row_length,
        }

    def kept(self, name: str, make: Callable[[Studied], Any]) -> Any:
        """Return what a figure makes of the study; it is made once."""
        if name not in self._made:
            self._made[name] = make(self)
        return self._made[name]

    def is_date(self, outcome: str) -> bool:
        """Return whether an outcome is a time that may not be reached."""
        return bool(self.outcomes[outcome].date)

    def kind(self, factor: str) -> str:
        """Return `lever`, `uncertainty` or `scenario`."""
        return str(self.study.factors[factor].kind)

    def is_number(self, factor: str) -> bool:
        """Return whether the values of a factor are numbers."""
        return self.points[factor].dtype.kind in "iuf"

    def levels(self, factor: str) -> list[Any]:
        """Return the values of a factor: numbers ascending, others as they come in the points."""
        values = list(self.ran[factor].unique())
        return sorted(values) if self.is_number(factor) else values

    def of(self, **values: Any) -> Studied:
        """Return the part of the study in which factors have these values."""
        keep = np.ones(len(self.points), dtype=bool)
        for factor, value in values.items():
            keep &= (self.points[factor] == value).to_numpy()
        return Part(self, self.points[keep])

    @cached_property
    def calendar(self) -> Model | None:
        """The model of a point, if all begin on the same date: what times are shown as dates by."""
        by = next((name for name in self.study.factors if self.kind(name) == "scenario"), None)
        points = self.points.index[:1] if by is None else self.points.drop_duplicates(by).index
        models = [self.results.model(int(point)) for point in points]
        if len({model.start_date for model in models}) > 1:
            return None
        found: Model = max(models, key=lambda model: model.horizon)
        return found

    @cached_property
    def days(self) -> float:
        """The longest horizon of any point."""
        return float(np.max(np.asarray(self.results.horizon, dtype=float)))


class Part(Studied):
    """Some of the points of a study, and their runs."""

    def __init__(self, whole: Studied, points: pd.DataFrame) -> None:
        super().__init__(whole.results)
        self.points = points
        kept = np.isin(whole.runs["point"].to_numpy(), points.index.to_numpy())
        self.__dict__["runs"] = whole.runs[kept]


def studied(results: Any) -> Studied:
    """Return a study's results as `Studied`; what is one stays as it is."""
    return results if isinstance(results, Studied) else Studied(results)
