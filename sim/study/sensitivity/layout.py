"""How the runs of a study lie in the rows of its design, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.study.designs.design import SAMPLED, Sample, generator_of
from sim.study.statistics.sample import Floats, Ints, sample_of
from sim.study.statistics.sample import Sample as Values

if TYPE_CHECKING:
    from sim.study.results import Results

METHODS = {"saltelli": "sobol", "morris": "morris"}
"""The method that a design is made for; of any other "sample"."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A study's runs, row by row."""

    results: Results = field(repr=False)
    """The study."""
    method: str
    """One of `METHODS`, or "sample"."""
    drawn: tuple[str, ...]
    """Factors that the rows move."""
    sampled: tuple[str, ...]
    """Factors whose values are drawn; of designs that draw none, none."""
    length: int
    """Points of a row, but for levers crossed with it."""
    crossed: int
    """Combinations of levers at each of them."""
    block: int
    """Points that were drawn together."""
    _known: dict[str, Values] = field(default_factory=dict, repr=False)

    @property
    def replications(self) -> int:
        """Replications of each point."""
        return self.results.study.replications

    @property
    def rows(self) -> int:
        """Rows of the design; 0 if it has none."""
        length = self.results.study.row_length
        return len(self.results.points) // length if length else 0

    @property
    def dates(self) -> list[str]:
        """Outcomes that are dates."""
        return [name for name, of in self.results.study.outcomes.items() if of.date]

    @cached_property
    def cube(self) -> Floats:
        """The points in the unit cube: rows × points × factors."""
        study = self.results.study
        assert isinstance(study.design, Sample)
        found = study.design.cube(len(self.drawn), generator_of(study.seed))
        return found.reshape(-1, self.length, len(self.drawn))

    def values(self, outcome: str) -> Values:
        """Return what is known of an outcome; of dates what min(date, horizon) is taken of."""
        if outcome not in self._known:
            found = sample_of(
                self.results.runs, outcome, dates=self.dates, horizon=self.results.horizon
            )
            self._known[outcome] = found.restricted
        return self._known[outcome]

    def measure(self, outcome: str) -> str:
        """Return what is taken of an outcome."""
        return "value" if self.values(outcome).ended.all() else "min(date, horizon)"

    def mean(self, outcome: str) -> float:
        """Return the mean of an outcome over the points, each weighed alike."""
        means = self.values(outcome).means
        known = means[~np.isnan(means)]
        return float(known.mean()) if len(known) else float("nan")

    def quantile(self, outcome: str, share: float) -> float:
        """Return what this share of the runs is below; NaN of designs that spread points evenly."""
        known = self.values(outcome).value
        if not self.sampled or self.method == "morris" or len(known) == 0:
            return float("nan")
        return float(np.quantile(known, share))

    def runs(self, outcome: str) -> tuple[Ints, Floats]:
        """Return the point and the outcome of each run of which it is known."""
        found = self.values(outcome)
        return found.points[found.of], found.value

    def array(self, outcome: str) -> Floats:
        """Return the outcome: rows × points × replications, NaN where it is not known.

        The mean over levers that are crossed with the rows is taken. Replications that a stopping
        rule added at some points are left out.
        """
        found = self.values(outcome)
        found = found.only(found.replication < self.replications)
        count = len(self.results.points)
        table = np.full((count, self.replications), np.nan)
        table[found.points[found.of], found.replication] = found.value
        shape = (-1, self.length, self.crossed, self.replications)
        return np.asarray(table.reshape(shape).mean(axis=2))


def layout_of(results: Results) -> Layout:
    """Return how the runs of a study lie."""
    study = results.study
    factors, design = list(study.factors.values()), study.design
    drawn: tuple[str, ...] = ()
    if isinstance(design, Sample):
        drawn = tuple(
            f.name for f in factors if design.levers == SAMPLED or f.kind == "uncertainty"
        )
    size, row = len(results.points), study.row_length
    # A sample's points, each with all combinations of the levers.
    crossed = size // design.count(len(drawn)) if isinstance(design, Sample) else 1
    return Layout(
        results=results, method=METHODS.get(design.kind, "sample"), drawn=drawn, sampled=drawn,
        length=row // crossed if row else 1, crossed=crossed, block=row or crossed,
    )
