"""Figures of a sensitivity analysis, one per file.

As in `sim.plots`, but each of `FIGURES` takes what was found (`sim.study.sensitivity.Sensitivity`):
`figure(found, ax=None)`, `words(found)`, `shows(found)`, and for the report `chart(found)`, or
`charts_of(found)` with a chart for each panel by its heading.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

from sim.plots import save_figures
from sim.plots.sensitivity import distances, effects, indices, matrix, split

FIGURES: dict[str, ModuleType] = {
    "indices": indices,
    "split": split,
    "matrix": matrix,
    "effects": effects,
    "distances": distances,
}
"""Figures by name, in the order in which they are shown."""

__all__ = ["FIGURES", "save_all", "shown"]


def shown(found: Any) -> dict[str, ModuleType]:
    """Return those of `FIGURES` that have something to show."""
    return {name: module for name, module in FIGURES.items() if module.shows(found)}


def save_all(found: Any, folder: Path | str) -> list[Path]:
    """Write every figure that shows something as PNG and SVG; same results, same bytes.

    Parameters
    ----------
    found
        What a sensitivity analysis found.
    folder
        Where to write; made if it does not exist.
    """
    drawn = {name: module.figure(found) for name, module in shown(found).items()}
    return save_figures(drawn, folder)
