"""Latin hypercube: one point in each of n equally likely classes of every factor.

M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21, 1979,
https://doi.org/10.1080/00401706.1979.10489755
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.study.designs.design import CROSSED, Sample, read_count, read_levers
from sim.study.distributions import Floats

if TYPE_CHECKING:
    from numpy.random import Generator


@dataclass(frozen=True, eq=False, repr=False)
class LatinHypercube(Sample):
    """A Latin hypercube of `points` points; where in its class a point lies is drawn."""

    kind = "latin_hypercube"
    takes_correlations = True
    points: int
    levers: str = CROSSED

    @classmethod
    def read(cls, given: Mapping[str, Any], folder: Path) -> LatinHypercube:
        """Return the design."""
        return cls(
            read_count(cls.kind, "points", given.get("points"), 2),
            read_levers(cls.kind, given.get("levers", CROSSED)),
        )

    def parameters(self) -> dict[str, Any]:
        """Return the parameters."""
        return {"points": self.points, "levers": self.levers}

    def count(self, dimensions: int) -> int:
        """Return the size of the sample."""
        return self.points

    def cube(self, dimensions: int, generator: Generator) -> Floats:
        """Return the sample in the unit cube."""
        classes = np.column_stack([generator.permutation(self.points) for _ in range(dimensions)])
        return (classes + generator.random(classes.shape)) / self.points
