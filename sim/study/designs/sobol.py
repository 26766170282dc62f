"""Sobol' sequence: points that fill the unit cube more evenly than chance, scrambled.

I. M. Sobol', USSR Computational Mathematics and Mathematical Physics 7, 1967,
https://doi.org/10.1016/0041-5553(67)90144-9; scrambling: A. B. Owen, Journal of Complexity 14,
1998, https://doi.org/10.1006/jcom.1998.0487
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.study.designs.design import CROSSED, Sample, read_count, read_levers
from sim.study.distributions import Floats
from sim.study.refusals import refused

if TYPE_CHECKING:
    from numpy.random import Generator


@dataclass(frozen=True, eq=False, repr=False)
class Sobol(Sample):
    """The first `points` points of a scrambled Sobol' sequence, a power of two of them."""

    kind = "sobol"
    takes_correlations = True
    points: int
    levers: str = CROSSED

    @classmethod
    def read(cls, given: Mapping[str, Any], folder: Path) -> Sobol:
        """Return the design."""
        count = read_count(cls.kind, "points", given.get("points"), 2)
        if count & (count - 1):
            below = 1 << count.bit_length() - 1
            raise refused(
                "study: design sobol: points",
                "must be a power of two, as only these are balanced", count,
                f"write sobol(points={below}) or sobol(points={2 * below})",
            )
        return cls(count, read_levers(cls.kind, given.get("levers", CROSSED)))

    def parameters(self) -> dict[str, Any]:
        """Return the parameters."""
        return {"points": self.points, "levers": self.levers}

    def count(self, dimensions: int) -> int:
        """Return the size of the sample."""
        return self.points

    def cube(self, dimensions: int, generator: Generator) -> Floats:
        """Return the sample in the unit cube."""
        from scipy.stats import qmc

        sequence = qmc.Sobol(dimensions, scramble=True, bits=53, seed=generator)
        sample = sequence.random_base2(self.points.bit_length() - 1)
        # Scrambling may round to an end, where distributions may be infinite.
        half = 2.0**-54
        return np.asarray(np.clip(sample, half, 1.0 - half), dtype=float)
