"""Grid: every combination of levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from sim.model import InputError
from sim.study.correlation import Correlations
from sim.study.designs.design import (
    Columns,
    Design,
    cells_at,
    check_known,
    crossed_arrays,
    levels_of,
    read_count,
)
from sim.study.factors import Factor


@dataclass(frozen=True, eq=False, repr=False)
class Grid(Design):
    """All levels of all levers, with `levels` quantiles of each uncertainty.

    The quantiles are the midpoints of equally likely classes: of 3, at 1/6, 3/6 and 5/6. The last
    factor changes fastest.
    """

    kind = "grid"
    levels: int | None = None

    @classmethod
    def read(cls, given: Mapping[str, Any], folder: Path) -> Grid:
        """Return the design."""
        levels = given.get("levels")
        return cls(None if levels is None else read_count(cls.kind, "levels", levels, 2))

    def parameters(self) -> dict[str, Any]:
        """Return the parameters."""
        return {} if self.levels is None else {"levels": self.levels}

    def size(self, factors: Sequence[Factor]) -> int:
        """Return the product of the numbers of levels."""
        check_known(self.kind, factors)
        for factor in factors:
            if factor.distribution is not None and self.levels is None:
                raise InputError(
                    f"factor '{factor.name}': is an uncertainty, and the grid does not say of how "
                    "many levels; set design: grid(levels=5), or choose latin_hypercube"
                )
        return prod(len(f.levels) or self.levels or 1 for f in factors)

    def columns(
        self, factors: Sequence[Factor], correlations: Correlations, seed: int
    ) -> Columns:
        """Return the points."""
        count = self.levels or 1
        middles = (np.arange(count) + 0.5) / count
        return crossed_arrays({
            f.name: cells_at(f, middles) if f.distribution is not None else levels_of(f)
            for f in factors
        })
