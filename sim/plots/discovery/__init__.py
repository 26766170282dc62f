"""Figures of scenario discovery, one per file.

As in `sim.plots`, but each of `FIGURES` takes what was found (`sim.study.discovery.Discovery`):
`figure(found, ax=None)`, `words(found)`, `shows(found)`, and for the report `chart(found)`.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

from sim.plots import save_figures
from sim.plots.discovery import ranges, scatter, trade_off

FIGURES: dict[str, ModuleType] = {
    "discovery_scatter": scatter,
    "discovery_ranges": ranges,
    "discovery_trade_off": trade_off,
}
"""Figures by name, in the order in which they are shown."""

__all__ = ["FIGURES", "save_all", "shown"]


def shown(found: Any) -> dict[str, ModuleType]:
    """Return those of `FIGURES` that have something to show."""
    return {name: one for name, one in FIGURES.items() if one.shows(found)}


def save_all(found: Any, folder: Path | str) -> list[Path]:
    """Write every figure that shows something as PNG and SVG; same results, same bytes."""
    drawn = {name: one.figure(found) for name, one in shown(found).items()}
    return save_figures(drawn, folder)
