"""Figures on the page: interactive charts, or drawings where there is no chart."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from html import escape
from typing import Any

from sim import web
from sim.plots import Frames, shown
from sim.plots import words as wording
from sim.report import svg


def all_of(frames: Frames) -> str:
    """Return every figure that has something to show, in order."""
    return drawn(shown(frames), frames)


def drawn(modules: Mapping[str, Any], frames: Any) -> str:
    """Return figures by their names, in order; `frames` is what each of them is drawn from."""
    return "\n".join(_figure(name, module, frames) for name, module in modules.items())


def _figure(name: str, module: Any, frames: Any) -> str:
    heading, beneath = wording.upper_first(wording.plain(name)), ""
    if callable(getattr(module, "words", None)):
        heading, beneath = module.words(frames)
    label = f"{heading}. {beneath}".strip()
    if hasattr(module, "chart"):
        body = _chart(name, label, module.chart(frames))
    elif hasattr(module, "charts_of"):
        body = _panels(name, module.charts_of(frames))
    else:
        body = svg.inline(module.figure(frames), name, label, titled=not beneath)
    return (
        f'<figure id="figure-{name}"><figcaption><h3>{escape(heading)}</h3>'
        f'<p class="beneath">{escape(beneath)}</p></figcaption>\n{body}\n'
        f'<details class="how"><summary>How this is measured</summary>{_meaning(module)}</details>'
        "</figure>"
    )


def _chart(name: str, label: str, chart: Mapping[str, Any]) -> str:
    """Return a chart; one that needs more width than a phone has scrolls sideways."""
    least = chart["layout"].get("meta", {}).get("least")
    style = f' style="min-width: {least}px"' if least else ""
    box = (
        f'<div class="chart" role="img" aria-label="{escape(label)}" data-chart="{name}"{style}>'
        "</div>"
    )
    data = web.data(f"data-{name}", chart)
    if least:
        box = web.scroll(label, box).replace('"scroll"', '"scroll wide"', 1)
    return box + data


def _panels(name: str, charts: Mapping[str, Mapping[str, Any]]) -> str:
    """Return charts beside each other, below each other where there is no room."""
    if len(charts) == 1:
        return "".join(_chart(name, label, chart) for label, chart in charts.items())
    parts = (
        f'<div class="panel"><h4>{escape(label)}</h4>{_chart(f"{name}-{i}", label, chart)}</div>'
        for i, (label, chart) in enumerate(charts.items())
    )
    return f'<div class="panels">{"".join(parts)}</div>'


def _meaning(module: Any) -> str:
    """Return the description of a module as paragraphs, names of code set as code."""
    text = escape(inspect.getdoc(module) or "")
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    text = re.sub(r"https?://[^\s,;)]+[^\s,;).]", r'<a href="\g<0>">\g<0></a>', text)
    return "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
