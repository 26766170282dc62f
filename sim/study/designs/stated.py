"""Stated points: one by one, in the study's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sim.model import InputError
from sim.model.errors import show, unknown_name
from sim.study.correlation import Correlations
from sim.study.designs.design import Columns, Design, array_of
from sim.study.factors import Cell, Factor
from sim.study.refusals import check_keys, mapping_of, refused
from sim.study.uncertainties import quantity


@dataclass(frozen=True, eq=False, repr=False)
class Stated(Design):
    """Points as listed: a value of every factor at each."""

    kind = "list"
    points: tuple[Mapping[str, Any], ...]

    @classmethod
    def read(cls, given: Mapping[str, Any], folder: Path) -> Stated:
        """Return the design."""
        remedy = "write for example {kind: list, points: [{engineers: 4, compute: 0.5}]}"
        points = given.get("points")
        if not isinstance(points, list) or not points:
            raise refused(
                "study: design list: points", "must be a list of one point or more", points, remedy
            )
        where = "study: design list: point"
        rows = (mapping_of(p, f"{where} {n}", remedy) for n, p in enumerate(points))
        return cls(tuple({key: _plain(value) for key, value in row.items()} for row in rows))

    def parameters(self) -> dict[str, Any]:
        """Return the parameters."""
        return {"points": [dict(point) for point in self.points]}

    def size(self, factors: Sequence[Factor]) -> int:
        """Return the number of points."""
        return len(self.points)

    def columns(
        self, factors: Sequence[Factor], correlations: Correlations, seed: int
    ) -> Columns:
        """Return the points."""
        names = [factor.name for factor in factors]
        for number, point in enumerate(self.points):
            thing = f"study: design list: point {number}"
            check_keys(point, names, thing)
            if missing := [name for name in names if name not in point]:
                raise InputError(f"{thing} has no value of {missing[0]}; give one")
        return {
            f.name: column(f, [p[f.name] for p in self.points], "study: design list: point", 0)
            for f in factors
        }


def _plain(value: Any) -> Any:
    """Return a date, as which YAML reads 2026-01-01, as the text that it is."""
    return str(value) if isinstance(value, date) else value


def column(factor: Factor, values: Sequence[Any], where: str, first: int) -> Any:
    """Return the cells of a factor whose values are stated, as an array.

    Parameters
    ----------
    where, first
        What a value stands in, for messages, and the number of the first.
    """
    cells = [
        _cell(factor, value, f"{where} {number}: {factor.name}")
        for number, value in enumerate(values, first)
    ]
    return array_of(cells)


def _cell(factor: Factor, value: Any, thing: str) -> Cell:
    """Return a stated value as a cell, or raise `InputError`."""
    if not factor.is_number:
        text = ("false", "true")[value] if isinstance(value, bool) else str(value)
        text = " ".join(text.split()) if factor.kind == "scenario" else text
        if factor.levels and text not in factor.levels:
            raise InputError(f"{thing}: {unknown_name('level', text, map(str, factor.levels))}")
        return text
    found = quantity(value)
    if found is None or found[1] not in ("", factor.unit) or not abs(found[0]) < float("inf"):
        unit = f", or one in {factor.unit}" if factor.unit else ""
        raise refused(thing, f"must be a number{unit}", value, "mend the point")
    number = int(found[0]) if _is_whole(value) else found[0]
    if factor.levels and number not in factor.levels:
        levels = ", ".join(map(show, factor.levels))
        raise refused(thing, f"must be a level of the lever ({levels})", value, "add it there")
    return number


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and value.split()[0].isdigit())
