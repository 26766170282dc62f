"""What a description is made of: sections of lines, routes and tables, whatever shows them."""

from __future__ import annotations

import re
from dataclasses import dataclass

Row = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of texts."""

    columns: Row
    """Headings."""
    rows: tuple[Row, ...]
    """Cells, one text per column."""
    below: int = 0
    """So many of the last columns are long: narrow media print them under the row, and only once
    for rows next to each other that share them."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A titled part of a description."""

    title: str
    lines: tuple[str, ...] = ()
    """Sentences."""
    routes: tuple[str, ...] = ()
    """A diagram: each line a chain of stages joined by arrows."""
    tables: tuple[Table, ...] = ()
    """Tables, after the lines."""
    urgent: bool = False
    """Whether the lines are warnings."""
    anchored: bool = False
    """Whether each row can be pointed at by its first cell."""

    @property
    def anchor(self) -> str:
        """The title as a name for links."""
        return re.sub(r"\W+", "-", self.title.lower()).strip("-")
