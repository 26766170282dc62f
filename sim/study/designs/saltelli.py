"""Saltelli's design: pairs of points, and all that lies between them one factor at a time.

A. Saltelli, P. Annoni, I. Azzini, F. Campolongo, M. Ratto, S. Tarantola, "Variance based
sensitivity analysis of model output", Computer Physics Communications 181, 2010,
https://doi.org/10.1016/j.cpc.2009.09.018
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model import InputError
from sim.study.designs.design import CROSSED, SAMPLED, Sample, read_count, read_levers
from sim.study.designs.sobol import check_power, sequence
from sim.study.distributions import Floats
from sim.study.factors import Factor

if TYPE_CHECKING:
    from numpy.random import Generator

ROWS = 512
"""Rows, if nothing is said."""
ENDS = 2
"""Points of a row before those that mix them: A and B."""


@dataclass(frozen=True, eq=False, repr=False)
class Saltelli(Sample):
    """Rows of k + 2 points, of k factors: A, B, then A with one factor's value from B, for each.

    A and B of row n are the halves of point n of a scrambled Sobol' sequence in 2 k dimensions.
    Where A and A with factor i from B differ, factor i did it; what B and that have in common, too.
    """

    kind = "saltelli"
    rows: int = ROWS
    levers: str = CROSSED

    @classmethod
    def read(cls, given: Mapping[str, Any], folder: Path) -> Saltelli:
        """Return the design."""
        rows = read_count(cls.kind, "rows", given.get("rows", ROWS), 2)
        check_power(cls.kind, "rows", rows)
        return cls(rows, read_levers(cls.kind, given.get("levers", CROSSED)))

    def parameters(self) -> dict[str, Any]:
        """Return the parameters."""
        return {"rows": self.rows, "levers": self.levers}

    def count(self, dimensions: int) -> int:
        """Return the size of the sample."""
        return self.rows * (dimensions + ENDS)

    def row_length(self, factors: Sequence[Factor]) -> int:
        """Return the number of points of a row."""
        return len(self._split(factors)[0]) + ENDS

    def cube(self, dimensions: int, generator: Generator) -> Floats:
        """Return the sample in the unit cube, one row after the other."""
        both = sequence(2 * dimensions, self.rows, generator)
        a, b = both[:, None, :dimensions], both[:, None, dimensions:]
        mixed = np.where(np.eye(dimensions, dtype=bool), b, a)
        return np.concatenate([a, b, mixed], axis=1).reshape(-1, dimensions)

    def _split(self, factors: Sequence[Factor]) -> tuple[list[Factor], list[Factor]]:
        """Return the factors, all of which are sampled."""
        drawn, crossed = super()._split(factors)
        if crossed:
            names = ", ".join(f"'{factor.name}'" for factor in crossed)
            raise InputError(
                f"study: design saltelli varies all factors alike, and {names} would be crossed "
                f"with its rows; set levers={SAMPLED}, or put the value under set"
            )
        return drawn, crossed
