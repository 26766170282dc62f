"""What all reports have in common: the answer on top, the sections below it, the scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path

from sim import web
from sim.model import Model
from sim.report import assumptions
from sim.settings import is_of_the_model

Part = tuple[str, str]
"""Title and HTML of a section."""

NO_SCRIPTS = (
    '<noscript><p class="warnings">The charts on this page need JavaScript. Without it, see the '
    "folder <code>figures/</code> beside this page.</p></noscript>"
)


def page(
    *, title: str, lede: Iterable[str], answers: Sequence[str], details: Iterable[str] = (),
    parts: Iterable[Part], version: str,
) -> str:
    """Return a report.

    Parameters
    ----------
    title
        Its heading.
    lede
        What was simulated, for somebody who knows nothing of it.
    answers
        What there is to say first, a sentence each.
    details
        Further sentences.
    parts
        The sections in order; one that is empty is left out.
    version
        Of recursim, that made the logs.
    """
    kept = [part for part in parts if part[1]]
    begin = "".join(f'<p class="dim">{escape(text)}</p>' for text in lede)
    said = "\n".join(f'<p class="answer">{escape(text)}</p>' for text in answers)
    lines = "".join(map(web.paragraph, details))
    sections = "\n".join(
        f'<section id="{_anchor(name)}"><h2>{escape(name)}</h2>\n{inside}</section>'
        for name, inside in kept
    )
    return web.page(
        title=title,
        body=f'{begin}<div id="answer">{said}</div>\n{lines}\n{NO_SCRIPTS}\n{sections}',
        contents=[(_anchor(name), name) for name, _ in kept],
        footer=f"Computed from the log by recursim {version}; this page fetches nothing.",
        scripts=(_plotly(), Path(__file__).with_name("page.js").read_text(encoding="utf-8")),
        theme=True,
    )


def changed(overrides: Iterable[str]) -> list[str]:
    """Return those overrides of a command line that changed the model, as a reader writes them."""
    return [text.lstrip("+") for text in overrides if is_of_the_model(text)]


def largest(model: Model) -> str:
    """Return the largest assumptions as a list, and how they were measured."""
    found = assumptions.largest(model)
    if not found:
        return ""
    items = "".join(f"<li>{_assumption(one)}</li>" for one in found)
    tally = web.paragraph(assumptions.tally(model))
    if found[0].swing is None:
        said = "Some of its values; what they decide was not measured."
        return f"{web.paragraph(said)}<ul>{items}</ul>{tally}"
    intro = web.paragraph(
        "Values that no source states, those first that decide most. An OOM is a factor of ten in "
        "effective compute."
    )
    return f"{intro}<ol>{items}</ol>{web.paragraph(assumptions.how(found))}{tally}"


def _assumption(one: assumptions.Assumed) -> str:
    """Return what is assumed, its swing, and where it is set."""
    said = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(assumptions.stop(one.sentence)))
    swing = f" {escape(one.text)}." if one.swing else ""
    swing = re.sub(r"(?<![\w.])-(?=\d)", "\N{MINUS SIGN}", swing)
    return (
        f"<p>{said} <strong>Here: {escape(one.value)}</strong> ({escape(one.origin)}).{swing}</p>"
        f'<p class="dim"><code>{escape(one.path)}</code></p>'
    )


def _anchor(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


@cache
def _plotly() -> str:
    """Return plotly's JavaScript, which its Python package brings along."""
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("plotly is missing; install recursim's dependencies")
    bundle = Path(spec.origin).parent / "package_data" / "plotly.min.js"
    return bundle.read_text(encoding="utf-8")
