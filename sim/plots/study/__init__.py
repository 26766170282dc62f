"""Figures of studies, one per file.

As in `sim.plots`, but each takes the results of a study (`sim.study.open`): `figure(results,
ax=None)`, `words(results)`, `shows(results)`, and for the report `chart(results)`, or
`charts_of(results)` with a chart for each panel by its heading. With `Studied` instead of plain
results what several figures need is computed once.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

from sim.plots import save_figures
from sim.plots.study import dates, heat_map, luck, parallel, response, scenarios, tornado
from sim.plots.study.studied import Studied, studied

STUDIES: dict[str, ModuleType] = {
    "scenarios": scenarios,
    "response": response,
    "heat_map": heat_map,
    "tornado": tornado,
    "parallel": parallel,
    "dates": dates,
    "luck": luck,
}
"""Figures by name, in the order in which they are shown."""

__all__ = ["STUDIES", "Studied", "save_all", "shown", "studied"]


def shown(results: Any) -> dict[str, ModuleType]:
    """Return those of `STUDIES` that have something to show, by factors and outcomes."""
    found = studied(results)
    return {name: module for name, module in STUDIES.items() if module.shows(found)}


def save_all(results: Any, folder: Path | str) -> list[Path]:
    """Write every figure that shows something as PNG and SVG; same results, same bytes.

    Parameters
    ----------
    results
        Results of a study (`sim.study.open`).
    folder
        Where to write; made if it does not exist.
    """
    found = studied(results)
    drawn = {name: module.figure(found) for name, module in shown(found).items()}
    return save_figures(drawn, folder)
