"""A description as one self-contained page: no script, nothing fetched, light and dark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from string import Template

from sim.describe.sections import Section, Table

_PAGE = Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title: what is assumed</title>
<style>
:root {
  color-scheme: light dark;
  --ink: #1b1f24; --dim: #5b6570; --paper: #fff; --band: #f4f6f8; --line: #d8dee4;
  --link: #0a58a8; --warn: #8a4b00; --warn-paper: #fff6e5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e3e8ee; --dim: #9aa5b1; --paper: #14181d; --band: #1c2229; --line: #333c46;
    --link: #7ab8ff; --warn: #ffc46b; --warn-paper: #2e2413;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 76rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word;
}
h1 { font-size: 1.6rem; margin: .5rem 0; }
h2 {
  font-size: 1.2rem; margin: 2rem 0 .5rem; border-top: 1px solid var(--line); padding-top: 1rem;
}
a { color: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1rem; padding: 0; list-style: none; }
p { margin: .3rem 0; max-width: 60rem; }
.warnings { background: var(--warn-paper); color: var(--warn); border-left: 4px solid; }
.warnings li { margin: .4rem 1rem .4rem 0; }
.routes { padding: .6rem .8rem; margin: .6rem 0; background: var(--band); list-style: none; }
.routes li { padding-left: 1.5rem; text-indent: -1.5rem; }
.scroll { overflow-x: auto; border: 1px solid var(--line); margin: .6rem 0; }
table { border-collapse: collapse; font-size: .85rem; min-width: 100%; }
th, td { padding: .3rem .6rem; text-align: left; vertical-align: top; }
th { background: var(--band); white-space: nowrap; }
tr { border-top: 1px solid var(--line); }
tr.below { border-top: 0; }
td { white-space: nowrap; }
td.long { min-width: 14rem; max-width: 24rem; white-space: normal; overflow-wrap: anywhere; }
.below td { padding: 0 .6rem .5rem; }
/* Notes under a row stay in sight, and are no wider than the window, while the table scrolls. */
.below p {
  position: sticky; left: 1.2rem; width: fit-content; max-width: min(64rem, calc(100vw - 4.5rem));
  margin: 0 0 0 .6rem; color: var(--dim); white-space: normal; overflow-wrap: anywhere;
}
.below .formula { color: var(--ink); font-family: ui-monospace, monospace; }
tr:target { background: var(--warn-paper); }
@media (max-width: 40rem) {
  body { padding: .6rem; }
  td.long { min-width: 9rem; max-width: 12rem; }
}
footer { margin-top: 2rem; color: var(--dim); font-size: .85rem; }
</style>
</head>
<body>
<h1>$title: what is assumed</h1>
<nav aria-label="Contents"><ul>$contents</ul></nav>
$body
<footer>What the model assumes, as data; nothing was simulated. recursim task=describe</footer>
</body>
</html>
""")

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
    contents = "".join(
        f'<li><a href="#{part.anchor}">{escape(part.title)}</a></li>' for part in others
    )
    settings = frozenset(
        row[0] for part in sections if part.anchored for table in part.tables for row in table.rows
    )
    body = "\n".join([_inside(first, settings), *(_section(part, settings) for part in others)])
    return _PAGE.substitute(title=escape(first.title), contents=contents, body=body)


def _section(section: Section, settings: _Anchors) -> str:
    return (
        f'<section id="{section.anchor}"><h2>{escape(section.title)}</h2>\n'
        f"{_inside(section, settings)}</section>"
    )


def _inside(section: Section, settings: _Anchors) -> str:
    return "\n".join(_blocks(section, settings))


def _blocks(section: Section, settings: _Anchors) -> Iterator[str]:
    if section.urgent:
        yield _list("warnings", section.lines)
    else:
        yield from (f"<p>{escape(line)}</p>" for line in section.lines)
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
    # A region that scrolls must be reachable by the keyboard.
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(section.title)}">'
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


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
