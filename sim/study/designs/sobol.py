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
        check_power(cls.kind, "points", count)
        return cls(count, read_levers(cls.kind, given.get("levers", CROSSED)))

    def parameters(self) -> dict[str, Any]:
        """Return the parameters."""
        return {"points": self.points, "levers": self.levers}

    def count(self, dimensions: int) -> int:
        """Return the size of the sample."""
        return self.points

    def cube(self, dimensions: int, generator: Generator) -> Floats:
        """Return the sample in the unit cube."""
        return sequence(dimensions, self.points, generator)


def check_power(kind: str, name: str, count: int) -> None:
    """Raise `InputError` unless a number of points is a power of two."""
    if count & (count - 1):
        below = 1 << count.bit_length() - 1
        raise refused(
            f"study: design {kind}: {name}", "must be a power of two, as only these are balanced",
            count, f"write {kind}({name}={below}) or {kind}({name}={2 * below})",
        )


def sequence(dimensions: int, count: int, generator: Generator) -> Floats:
    """Return the first points of a scrambled sequence, a power of two of them."""
    from scipy.stats import qmc

    found = qmc.Sobol(dimensions, scramble=True, bits=53, seed=generator)
    sample = found.random_base2(count.bit_length() - 1)
    # Scrambling may round to an end, where distributions may be infinite.
    half = 2.0**-54
    return np.asarray(np.clip(sample, half, 1.0 - half), dtype=float)
