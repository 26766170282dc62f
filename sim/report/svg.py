"""Drawings of matplotlib within a page: in its colours, light and dark."""

from __future__ import annotations

import io
import re
from html import escape
from typing import TYPE_CHECKING

from sim import web
from sim.plots import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = {style.INK: "--ink", style.FAINT: "--dim", style.GRID: "--line", "#ffffff": "--paper"}
"""Colours of text, grid and paper, and the page's own that take their place."""


def inline(figure: Figure, name: str, label: str, *, titled: bool) -> str:
    """Return a drawing as an element of a page.

    Parameters
    ----------
    figure
        What is drawn.
    name
        Of the drawing: the names of its parts begin with it, so that they are unique on the page.
    label
        What it shows, for those who do not see it.
    titled
        Whether it keeps its title; otherwise the page shows it.
    """
    import matplotlib

    if not titled:
        _untitle(figure)
    file = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(file, format="svg", metadata={"Date": None}, transparent=True)
    return web.scroll(label, _cleaned(file.getvalue(), name, label)).replace(
        'class="scroll"', 'class="scroll drawn"', 1
    )


def _untitle(figure: Figure) -> None:
    """Take away what `style.title` wrote."""
    for ax in figure.axes:
        ax.set_title("", loc="left")
        for text in [text for text in ax.texts if not text.get_in_layout()]:
            text.remove()


def _cleaned(text: str, name: str, label: str) -> str:
    """Return an SVG file as an element that touches nothing else on the page."""
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'<style type="text/css">\*\{.*?\}</style>', "", text)
    text = re.sub(r' width="[\d.]+pt" height="[\d.]+pt"', _opening(label), text, count=1)
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(href="|url\()#', rf"\1#{name}-", text)
    for colour, variable in COLOURS.items():
        text = re.sub(colour, f"var({variable})", text, flags=re.IGNORECASE)
    return text


def _opening(label: str) -> str:
    look = "stroke-linejoin: round; stroke-linecap: butt"
    words = escape(label).replace("\\", "\\\\")
    return f' role="img" aria-label="{words}" style="{look}"'
