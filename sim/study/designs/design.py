"""What a design is: a rule that turns factors into points."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from sim.model import InputError
from sim.study.correlation import Correlations, correlated
from sim.study.distributions import Floats
from sim.study.factors import Cell, Factor
from sim.study.refusals import refused

if TYPE_CHECKING:
    from numpy.random import Generator

CROSSED, SAMPLED = "cross", "sample"
"""What a sampling design does with levers: all their levels at every point, or drawn like the
uncertainties."""

Columns = dict[str, Any]
"""An array of cells by factor."""


class Design(ABC):
    """Which points a study has. Abstract; one kind per file."""

    kind: ClassVar[str]
    """Name under which studies ask for it."""
    takes_correlations: ClassVar[bool] = False
    """Whether its points can be correlated."""

    @classmethod
    @abstractmethod
    def read(cls, given: Mapping[str, Any], folder: Path) -> Design:
        """Return the design with these parameters, or raise `InputError`.

        Files that they name are relative to `folder`.
        """

    @abstractmethod
    def parameters(self) -> dict[str, Any]:
        """Return the parameters as plain data, `read`'s inverse."""

    @abstractmethod
    def size(self, factors: Sequence[Factor]) -> int:
        """Return the number of points, without making them; raise `InputError` if it cannot."""

    @abstractmethod
    def columns(
        self, factors: Sequence[Factor], correlations: Correlations, seed: int
    ) -> Columns:
        """Return the points: the same for the same arguments, whatever happened before."""

    def row_length(self, factors: Sequence[Factor]) -> int | None:
        """Return of how many points, one after the other, a row is; None without rows.

        A row is a set of points that are compared with each other, such as a trajectory.
        """
        return None

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.parameters() == self.parameters()

    def __hash__(self) -> int:
        return hash((self.kind, repr(self.parameters())))

    def __repr__(self) -> str:
        given = ", ".join(f"{name}={value!r}" for name, value in self.parameters().items())
        return f"{self.kind}({given})"


class Sample(Design):
    """A sample of the uncertainties, from points in the unit cube. Abstract.

    Levers (and scenarios) are crossed with it: every point of the sample with every combination of
    their levels, the first factor's slowest. Or they are sampled, too.
    """

    levers: str = CROSSED

    @abstractmethod
    def count(self, dimensions: int) -> int:
        """Return the size of the sample."""

    @abstractmethod
    def cube(self, dimensions: int, generator: Generator) -> Floats:
        """Return the sample in the unit cube: a row per point, a column per factor."""

    def size(self, factors: Sequence[Factor]) -> int:
        """Return the number of points."""
        drawn, crossed = self._split(factors)
        return self.count(len(drawn)) * prod(len(factor.levels) for factor in crossed)

    def columns(
        self, factors: Sequence[Factor], correlations: Correlations, seed: int
    ) -> Columns:
        """Return the points."""
        drawn, crossed = self._split(factors)
        cube = self.cube(len(drawn), generator_of(seed))
        if correlations:
            cube = correlated(cube, [factor.name for factor in drawn], correlations)
        found = {f.name: cells_at(f, cube[:, j]) for j, f in enumerate(drawn)}
        times = prod(len(factor.levels) for factor in crossed)
        found = {name: np.repeat(cells, times) for name, cells in found.items()}
        found |= crossing(crossed, repeat=len(cube))
        return {factor.name: found[factor.name] for factor in factors}

    def _split(self, factors: Sequence[Factor]) -> tuple[list[Factor], list[Factor]]:
        """Return the factors that are sampled, and those that are crossed with the sample."""
        check_known(self.kind, factors)
        drawn = [f for f in factors if self.levers == SAMPLED or f.kind == "uncertainty"]
        if not drawn:
            raise InputError(
                f"study: design {self.kind} samples uncertainties, and no factor is one; give a "
                f"factor an uncertainty, or set design=grid or levers={SAMPLED}"
            )
        return drawn, [factor for factor in factors if factor not in drawn]


def generator_of(seed: int) -> Generator:
    """Return the random numbers of a design: of the study's seed, and of no run's."""
    return np.random.default_rng([0xDE516, seed])


def cells_at(factor: Factor, u: Floats) -> Any:
    """Return a factor's cells at levels u in [0, 1] of its distribution, or of its levels."""
    if factor.distribution is not None:
        return factor.distribution.quantile(u)
    at = np.minimum((u * len(factor.levels)).astype("int64"), len(factor.levels) - 1)
    return levels_of(factor)[at]


def levels_of(factor: Factor) -> Any:
    """Return the levels of a factor as an array."""
    return array_of(factor.levels)


def array_of(cells: Sequence[Cell]) -> Any:
    """Return cells as an array: of whole numbers, numbers or text."""
    if any(isinstance(cell, str) for cell in cells):
        return np.array(cells, dtype=object)
    whole = all(isinstance(cell, int) for cell in cells)
    return np.array(cells, dtype="int64" if whole else "float64")


def crossing(factors: Sequence[Factor], *, repeat: int = 1) -> Columns:
    """Return all combinations of levels, the last factor's fastest, some times over."""
    return crossed_arrays({f.name: levels_of(f) for f in factors}, repeat)


def crossed_arrays(arrays: Mapping[str, Any], repeat: int = 1) -> Columns:
    """Return all combinations of the entries of arrays, the last one's fastest."""
    total = prod(len(array) for array in arrays.values())
    found, before = {}, 1
    for name, array in arrays.items():
        after = total // (before * len(array))
        found[name] = np.tile(np.repeat(array, after), before * repeat)
        before *= len(array)
    return found


def check_known(kind: str, factors: Sequence[Factor]) -> None:
    """Raise `InputError` if a factor says nothing about its values."""
    for factor in factors:
        if factor.stated:
            raise InputError(
                f"factor '{factor.name}': has no values, and design {kind} states none; give it a "
                "lever or an uncertainty"
            )


def read_count(kind: str, name: str, value: Any, least: int = 1) -> int:
    """Return a whole number of at least `least`, or raise `InputError`."""
    try:
        number = float("nan") if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not least <= number < 2**53 or number != int(number):
        raise refused(
            f"study: design {kind}: {name}", f"must be a whole number >= {least}", value,
            f"write for example {kind}({name}={max(least, 128)})",
        )
    return int(number)


def read_levers(kind: str, value: Any) -> str:
    """Return whether levers are crossed or sampled, or raise `InputError`."""
    if value not in (CROSSED, SAMPLED):
        raise refused(
            f"study: design {kind}: levers", f"must be {CROSSED} or {SAMPLED}", value,
            "choose one",
        )
    return str(value)

