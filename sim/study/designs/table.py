"""A table of points: a CSV file with a column for each factor."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.model import InputError
from sim.model.errors import unknown_name
from sim.study.correlation import Correlations
from sim.study.designs.design import Columns, Design
from sim.study.designs.stated import column
from sim.study.factors import Factor
from sim.study.refusals import refused


@dataclass(frozen=True, eq=False, repr=False)
class Table(Design):
    """Points from a CSV file: names of factors in the first line, then a line per point."""

    kind = "csv"
    file: str
    folder: Path = field(default=Path(), metadata={"internal": True})

    @classmethod
    def read(cls, given: Mapping[str, Any], folder: Path) -> Table:
        """Return the design; its file is read when the points are counted or made."""
        file = given.get("file")
        if not isinstance(file, str) or not file:
            raise refused(
                "study: design csv: file", "must be the name of a file", file,
                "write for example csv(file=points.csv), beside the study's own file",
            )
        return cls(file, folder)

    def parameters(self) -> dict[str, Any]:
        """Return the parameters."""
        return {"file": self.file}

    def size(self, factors: Sequence[Factor]) -> int:
        """Return the number of points."""
        return len(self._rows[1])

    def columns(
        self, factors: Sequence[Factor], correlations: Correlations, seed: int
    ) -> Columns:
        """Return the points."""
        header, rows = self._rows
        names = [factor.name for factor in factors]
        for name in header:
            if name not in names:
                raise InputError(f"{self._thing}: {unknown_name('column', name, names)}")
        for name in names:
            if header.count(name) != 1:
                many = "no column" if name not in header else "two columns"
                raise InputError(f"{self._thing} has {many} '{name}'; mend its first line")
        where = f"{self._thing}: line"
        return {
            f.name: column(f, [row[header.index(f.name)] for row in rows], where, 2)
            for f in factors
        }

    @property
    def _thing(self) -> str:
        return f"study: design csv: '{self.file}'"

    @cached_property
    def _rows(self) -> tuple[list[str], list[list[str]]]:
        """The names in the first line, and the values in the others."""
        try:
            with (self.folder / self.file).open(encoding="utf-8-sig", newline="") as opened:
                header, *rows = [[v.strip() for v in row] for row in csv.reader(opened) if row]
        except OSError as error:
            raise InputError(
                f"{self._thing} cannot be read ({error.strerror}); name a file, relative to the "
                "folder of the study's own"
            ) from None
        except (csv.Error, UnicodeDecodeError) as error:
            raise InputError(f"{self._thing} is no CSV file in UTF-8 ({error}); mend it") from None
        except ValueError:
            header, rows = [], []
        if not rows:
            raise InputError(f"{self._thing} has no points; write a line for each")
        for number, row in enumerate(rows, 2):
            if len(row) != len(header):
                raise InputError(
                    f"{self._thing}: line {number} must have {len(header)} values, as the first "
                    f"line has names, got {len(row)}; mend it"
                )
        return header, rows
