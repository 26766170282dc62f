"""Figures of what limits a lab, one per file.

As in `sim.plots`, but each of `FIGURES` takes what a study of limits found
(`sim.limits.findings.Findings`): `figure(found, ax=None)`, `words(found)`, `shows(found)`, and for
the report `chart(found)`, or `charts_of(found)` with a chart for each panel by its heading.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.plots import save_figures
from sim.plots.limits import attribution, elasticities, interactions, parts, regimes

FIGURES: dict[str, Any] = {
    "attribution": attribution,
    "interactions": interactions,
    "regimes": regimes,
    "elasticities": elasticities,
    "speedup_of_research": parts.RESEARCH,
    "speedup_of_generations": parts.GENERATIONS,
    "slack": parts.SLACK,
    "dividend": parts.DIVIDEND,
}
"""Figures by name, in the order in which they are shown: modules, or `parts.Part`."""

__all__ = ["FIGURES", "save_all", "shown"]


def shown(found: Any) -> dict[str, Any]:
    """Return those of `FIGURES` that have something to show."""
    return {name: one for name, one in FIGURES.items() if one.shows(found)}


def save_all(found: Any, folder: Path | str) -> list[Path]:
    """Write every figure that shows something as PNG and SVG; same results, same bytes.

    Parameters
    ----------
    found
        What a study of limits found.
    folder
        Where to write; made if it does not exist.
    """
    drawn = {name: one.figure(found) for name, one in shown(found).items()}
    return save_figures(drawn, folder)
