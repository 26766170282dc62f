"""Figures of curves laid over a lab, one per file.

As in `sim.plots`, but each of `FIGURES` takes what a study of curves found
(`sim.curves.findings.Findings`): `figure(found, ax=None)`, `words(found)`, `shows(found)` and, for
the report, `charts_of(found)`, charts by their headings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.plots import save_figures
from sim.plots.curves import explained, overlay

FIGURES: dict[str, Any] = {"overlay": overlay, "explained": explained}
"""Figures by name, in the order in which they are shown."""

__all__ = ["FIGURES", "save_all", "shown"]


def shown(found: Any) -> dict[str, Any]:
    """Return those of `FIGURES` that have something to show."""
    return {name: one for name, one in FIGURES.items() if one.shows(found)}


def save_all(found: Any, folder: Path | str) -> list[Path]:
    """Write every figure that shows something as PNG and SVG; same results, same bytes."""
    drawn = {name: one.figure(found) for name, one in shown(found).items()}
    return save_figures(drawn, folder)
