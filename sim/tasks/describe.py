"""`task=describe`: print what a model assumes, without running it; write it as a page if asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from sim import store
from sim.config import default, shipped
from sim.describe import describe as sections_of
from sim.describe.html import html
from sim.describe.text import text
from sim.model import Model
from sim.settings import Settings

WIDTH = 100
"""Characters in a line, on narrower terminals too: wrapped lines can be read, cut ones not."""

STYLES = {"title": "bold", "warning": "yellow", "head": "dim", "dim": "dim", "plain": ""}


def describe(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Print the description of the model, write the page; return 0."""
    model = Model.from_dict(data)
    sections = sections_of(model, default(), shipped(model.name))
    if settings.html is not None:
        store.write_page(Path(settings.html), html(sections))
    console = Console(highlight=False, soft_wrap=True)
    for style, line in text(sections, max(WIDTH, console.width)):
        console.print(Text(line, style=STYLES[style]))
    if settings.html is None:
        console.print("as a page: recursim task=describe html=describe.html", style="dim")
    else:
        console.print(f"page: {settings.html}")
    return 0
