"""`task=describe`: print what a model assumes, without running it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.config import Settings
from sim.model import Model, catalogue
from sim.model.describe import Section
from sim.model.describe import describe as sections_of


def describe(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Print the description of the model; return 0."""
    model = Model.from_dict(data)
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=110)
    for section in sections_of(model):
        _print(console, section)
    _print(console, _provenance(data))
    return 0


def _print(console: Console, section: Section) -> None:
    console.print(Text(section.title, style="bold"))
    for line in section.lines:
        console.print(Text(f"  {line}"))
    if section.rows:
        table = Table(box=None, pad_edge=True, padding=(0, 2))
        for column in section.columns:
            table.add_column(column, style=None, header_style="dim")
        for row in section.rows:
            table.add_row(*(Text(cell) for cell in row))
        console.print(table)
    console.print()


def _provenance(data: dict[str, Any]) -> Section:
    counts = catalogue.counts(data)
    total = sum(counts.values())
    shares = ", ".join(f"{count} {tag}" for tag, count in counts.items())
    return Section(
        title="Where the values come from",
        lines=(f"{total} values: {shares}", "each with its source in configs/catalogue.yaml"),
    )
