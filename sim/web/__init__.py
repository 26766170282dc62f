"""Self-contained pages: the shell, the style and the tables that all pages share.

A page fetches nothing. Its content security policy says so to the browser, too: no request is
allowed, and no script runs but those that are given here.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

__all__ = ["data", "definitions", "meanings", "page", "paragraph", "scroll", "table"]


def page(
    *, title: str, body: str, contents: Iterable[tuple[str, str]] = (), footer: str = "",
    scripts: Sequence[str] = (), theme: bool = False,
) -> str:
    """Return a page.

    Parameters
    ----------
    title
        Its heading, plain text.
    body
        HTML between the table of contents and the footer.
    contents
        Anchor and title (plain text) of each section.
    footer
        Plain text.
    scripts
        JavaScript that runs at the end of the page, in this order.
    theme
        Whether there is a button for light and dark; a script must make it work and show it.
    """
    links = "".join(f'<li><a href="#{name}">{escape(text)}</a></li>' for name, text in contents)
    button = '<button type="button" id="theme" hidden>Dark theme</button>' if theme else ""
    return Template(_file("page.html")).substitute(
        title=escape(title), body=body, contents=links, footer=escape(footer), button=button,
        style=_file("page.css"), policy=_policy(scripts),
        scripts="".join(f"<script>{script}</script>\n" for script in scripts),
    )


def data(name: str, value: Any) -> str:
    """Return data for a page's scripts, which find it by its name.

    No text in it can end the element early: `<` is written as an escape.
    """
    text = json.dumps(value, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{escape(name)}">{text}</script>'


def paragraph(text: str) -> str:
    """Return plain text as a paragraph."""
    return f"<p>{escape(text)}</p>"


def definitions(words: Mapping[str, str]) -> str:
    """Return plain texts by name as a list of definitions."""
    parts = (f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in words.items())
    return f"<dl>{''.join(parts)}</dl>"


def meanings(words: Mapping[str, str]) -> str:
    """Return definitions that a reader can unfold: what the words of a table mean."""
    return (
        '<details class="how"><summary>What counts as what</summary>'
        f"{definitions(words)}</details>"
    )


def scroll(label: str, inside: str) -> str:
    """Return a region that scrolls sideways, by the keyboard too."""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">'
        f"{inside}</div>"
    )


def table(label: str, columns: Sequence[str], rows: Iterable[Sequence[str]], words: int = 0) -> str:
    """Return a table of texts; the first cell of a row names it.

    Parameters
    ----------
    label
        What the table holds.
    columns, rows
        Headings and cells.
    words
        So many of the first columns, besides the very first, hold words; the others hold numbers
        and are set flush right.
    """
    kinds = ["", *[""] * words, *[' class="n"'] * (len(columns) - 1 - words)]
    head = "".join(
        f'<th scope="col"{kind}>{escape(name)}</th>'
        for kind, name in zip(kinds, columns, strict=True)
    )
    lines = []
    for first, *others in rows:
        cells = "".join(
            f"<td{kind}>{escape(cell)}</td>" for kind, cell in zip(kinds[1:], others, strict=True)
        )
        lines.append(f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>')
    body = "\n".join(lines)
    head, body = f"<thead><tr>{head}</tr></thead>", f"<tbody>\n{body}\n</tbody>"
    return scroll(label, f'<table class="fit">{head}\n{body}</table>')


def _policy(scripts: Sequence[str]) -> str:
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    allowed = " ".join(f"'sha256-{value}'" for value in hashes) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data: blob:"
    )


def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
