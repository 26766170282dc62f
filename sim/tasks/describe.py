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
from sim.paths import configs


def describe(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Print the description of the model; return 0."""
    model = Model.from_dict(data)
    console = Console(highlight=False)
    if console.width < 110:
        console = Console(highlight=False, width=110)  # wrapped lines can be read, cut ones not
    for section in sections_of(model):
        _print(console, section)
    _print(console, _provenance(model))
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


def _provenance(model: Model) -> Section:
    """Say where the values come from; those that the shipped default does not have come last."""
    data = model.to_dict()
    counts = catalogue.counts(data)
    shares = ", ".join(f"{count} {tag}" for tag, count in counts.items())
    lines = [
        f"{sum(counts.values())} values with an entry in the catalogue: {shares}",
        "the catalogue speaks of the defaults: a value you change is yours",
        f"sources: {configs() / 'catalogue.yaml'}",
    ]
    own = catalogue.missing(data)
    if own:
        lines.insert(1, f"{len(own)} values of this model have no entry: {_listed(own)}")
    return Section(title="Where the values come from", lines=tuple(lines))


def _listed(names: list[str], most: int = 4) -> str:
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")
