"""Morris' trajectories: walks through the unit cube that move one factor at a time.

M. D. Morris, Technometrics 33, 1991, https://doi.org/10.1080/00401706.1991.10484804
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.study.designs.design import CROSSED, Sample, read_count, read_levers
from sim.study.distributions import Floats
from sim.study.factors import Factor
from sim.study.refusals import refused

if TYPE_CHECKING:
    from numpy.random import Generator


@dataclass(frozen=True, eq=False, repr=False)
class Morris(Sample):
    """Trajectories of k + 1 points, of k factors: each step moves one, by half of its levels.

    The levels are the midpoints of equally likely classes: of 4, at 1/8, 3/8, 5/8 and 7/8 of the
    distribution. So ends that may be infinite are left out.
    """

    kind = "morris"
    trajectories: int
    levels: int = 4
    levers: str = CROSSED

    @classmethod
    def read(cls, given: Mapping[str, Any], folder: Path) -> Morris:
        """Return the design."""
        levels = read_count(cls.kind, "levels", given.get("levels", 4), 2)
        if levels % 2:
            raise refused(
                "study: design morris: levels", "must be even", levels,
                f"write morris(levels={levels + 1})",
            )
        return cls(
            read_count(cls.kind, "trajectories", given.get("trajectories")), levels,
            read_levers(cls.kind, given.get("levers", CROSSED)),
        )

    def parameters(self) -> dict[str, Any]:
        """Return the parameters."""
        return {
            "trajectories": self.trajectories, "levels": self.levels, "levers": self.levers
        }

    def count(self, dimensions: int) -> int:
        """Return the size of the sample."""
        return self.trajectories * (dimensions + 1)

    def row_length(self, factors: Sequence[Factor]) -> int:
        """Return the number of points of a trajectory, levers crossed with it included."""
        return self.size(factors) // self.trajectories

    def cube(self, dimensions: int, generator: Generator) -> Floats:
        """Return the sample in the unit cube, one trajectory after the other."""
        shape = (self.trajectories, 1, dimensions)
        start = generator.integers(self.levels, size=shape)
        turn = generator.random(shape).argsort(axis=2).argsort(axis=2)
        moved = turn < np.arange(dimensions + 1)[None, :, None]
        far = np.where(start < self.levels // 2, self.levels // 2, -(self.levels // 2))
        level = (start + moved * far).reshape(-1, dimensions)
        return (level + 0.5) / self.levels
