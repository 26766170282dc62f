"""A description as text: lines of a given width, long cells folded, nothing cut."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from sim.describe.sections import Row, Section, Table

GAP = 2
NARROWEST = 6
"""A column is never made narrower than this."""

LONGEST = 24
"""Words up to this length are kept whole if there is room."""


def text(sections: Sequence[Section], width: int = 100) -> Iterator[tuple[str, str]]:
    """Return the lines of a description, each with its style: title, warning, head, dim or plain.

    Parameters
    ----------
    sections
        What `describe` returns.
    width
        Characters in a line; no line is longer.
    """
    for section in sections:
        yield "title", section.title
        style = "warning" if section.urgent else "plain"
        for line in section.lines:
            yield from ((style, folded) for folded in fold(line, width, "  ", "    "))
        for line in section.routes:
            yield from (("plain", folded) for folded in fold(line, width, "  | ", "  |     "))
        for table in section.tables:
            if table.rows:
                yield from _table(table, width)
        yield "plain", ""


def fold(line: str, width: int, first: str = "", later: str = "") -> list[str]:
    """Return a text in lines of at most `width`; words longer than that break at a dot or _."""
    return textwrap.wrap(
        _breakable(line, width - len(later)), width, initial_indent=first,
        subsequent_indent=later, break_on_hyphens=False,
    ) or [first]  # fmt: skip


def _breakable(line: str, width: int) -> str:
    """Return the text with spaces put into words that are too long, after a dot or underscore."""
    return " ".join(_broken(word, width) if len(word) > width else word for word in line.split(" "))


def _broken(word: str, width: int) -> str:
    pieces, line = [], ""
    for part in re.findall(r"[^._/]*[._/]*", word):
        if line and len(line) + len(part) > width:
            pieces.append(line)
            line = ""
        line += part
    return " ".join([*pieces, line])


def _table(table: Table, width: int) -> Iterator[tuple[str, str]]:
    beside = len(table.columns) - table.below
    cells = [table.columns[:beside], *(row[:beside] for row in table.rows)]
    widths = _widths(cells, width - 2)
    yield from (("head", line) for line in _row(table.columns[:beside], widths))
    for i, row in enumerate(table.rows):
        yield from (("plain", line) for line in _row(row[:beside], widths))
        following = table.rows[i + 1][beside:] if i + 1 < len(table.rows) else None
        if table.below and row[beside:] != following:
            for name, cell in zip(table.columns[beside:], row[beside:], strict=True):
                if cell:
                    style = "dim" if name == table.columns[-1] else "plain"
                    folded = fold(f"{name}: {cell}", width, "      ", "        ")
                    yield from ((style, line) for line in folded)


def _row(row: Row, widths: list[int]) -> Iterator[str]:
    """Return the lines of a row whose cells are folded to the widths."""
    columns = [fold(cell, size) for cell, size in zip(row, widths, strict=True)]
    for i in range(max(map(len, columns))):
        parts = (c[i] if i < len(c) else "" for c in columns)
        padded = (part.ljust(size + GAP) for part, size in zip(parts, widths, strict=True))
        yield "  " + "".join(padded).rstrip()


def _widths(cells: Sequence[Row], width: int) -> list[int]:
    """Return a width for each column: the widest give way until the row fits.

    First no further than to their longest word; then, if that is not enough, beyond it.
    """
    columns = list(zip(*cells, strict=True))
    widths = [max(map(len, column)) for column in columns]
    words = [max(len(word) for cell in column for word in cell.split(" ")) for column in columns]
    room = width - GAP * (len(widths) - 1)
    for least in ([min(word, LONGEST) for word in words], [NARROWEST] * len(words)):
        while sum(widths) > room:
            spare = [size - low for size, low in zip(widths, least, strict=True)]
            if max(spare) <= 0:
                break
            widest = max(size for size, more in zip(widths, spare, strict=True) if more > 0)
            place = next(
                i for i, size in enumerate(widths) if size == widest and spare[i] > 0
            )
            widths[place] -= 1
    return widths
