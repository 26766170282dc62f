"""A description as one self-contained page without scripts, or as parts of another page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from sim.describe.sections import Section, Table
from sim.web import page, paragraph, scroll

LONG = 30
"""Characters beyond which a cell gets a wide column."""


_Anchors = frozenset[str]


def html(sections: Sequence[Section]) -> str:
    """Return a description as a page.

    Parameters
    ----------
    sections
        What `describe` returns; the first gives the page its title.
    """
    first, *others = sections
    settings = _settings(sections)
    parts = [
        f'<section id="{part.anchor}"><h2>{escape(part.title)}</h2>\n'
        f"{_inside(part, settings)}</section>"
        for part in others
    ]
    return page(
        title=f"{first.title}: what is assumed",
        body="\n".join([_inside(first, settings), *parts]),
        contents=[(part.anchor, part.title) for part in others],
        footer="What the model assumes, as data; nothing was simulated. recursim task=describe",
    )


def folded(sections: Sequence[Section]) -> str:
    """Return a description as parts that a reader can open, to stand on another page."""
    settings = _settings(sections)
    return "\n".join(
        f'<details id="model-{part.anchor}"><summary><h3>{escape(part.title)}</h3></summary>\n'
        f"{_inside(part, settings)}</details>"
        for part in sections
    )


def body(section: Section) -> str:
    """Return what a section of another page holds, without its heading."""
    return _inside(section, _Anchors())


def _settings(sections: Sequence[Section]) -> _Anchors:
    """Return the names of the rows that can be pointed at."""
    return frozenset(
        row[0] for part in sections if part.anchored for table in part.tables for row in table.rows
    )


def _inside(section: Section, settings: _Anchors) -> str:
    return "\n".join(_blocks(section, settings))


def _blocks(section: Section, settings: _Anchors) -> Iterator[str]:
    if section.urgent:
        yield _list("warnings", section.lines)
    else:
        yield from map(paragraph, section.lines)
    if section.routes:
        yield _list("routes", section.routes)
    yield from (_table(section, table, settings) for table in section.tables if table.rows)


def _list(name: str, lines: Sequence[str]) -> str:
    return f'<ul class="{name}">{"".join(f"<li>{escape(line)}</li>" for line in lines)}</ul>'


def _table(section: Section, table: Table, settings: _Anchors) -> str:
    beside = len(table.columns) - table.below
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns[:beside])
    rows = []
    for i, row in enumerate(table.rows):
        cells = "".join(_cell(cell, settings - {row[0]}) for cell in row[:beside])
        name = f' id="{escape(row[0])}"' if section.anchored else ""
        rows.append(f"<tr{name}>{cells}</tr>")
        following = table.rows[i + 1][beside:] if i + 1 < len(table.rows) else None
        if table.below and row[beside:] != following:
            notes = zip(table.columns[beside:], row[beside:], strict=True)
            text = "".join(_note(name, note, settings) for name, note in notes if note)
            rows.append(f'<tr class="below"><td colspan="{beside}">{text}</td></tr>')
    body = "\n".join(rows)
    inside = f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    return scroll(section.title, inside)


def _cell(cell: str, settings: _Anchors) -> str:
    long = ' class="long"' if len(cell) > LONG else ""
    return f"<td{long}>{_linked(cell, settings)}</td>"


def _note(name: str, note: str, settings: _Anchors) -> str:
    if name == "equation":
        return f'<p class="formula">{escape(note)}</p>'
    return f"<p>{escape(name)}: {_linked(note, settings)}</p>"


_WORD = re.compile(r"https?://[^\s,;)]+[^\s,;).]|[\w-]+(?:\.[\w-]+)*")


def _linked(text: str, settings: _Anchors) -> str:
    """Return a text in which web addresses and names of settings are links."""

    def link(found: re.Match[str]) -> str:
        word = found[0]
        if word.startswith("http"):
            return f'<a href="{word}">{word}</a>'
        return f'<a href="#{word}">{word}</a>' if "." in word and word in settings else word

    return _WORD.sub(link, escape(text))
