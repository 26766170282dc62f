"""Figures of a forecast, one per file.

As in `sim.plots`, but each of `FIGURES` takes a forecast (`sim.forecast.forecast.Forecast`):
`figure(found, ax=None)`, `words(found)`, `shows(found)`, and for the report `chart(found)`, or
`charts_of(found)` with a chart for each panel by its heading.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.plots import save_figures
from sim.plots.forecast import by_date, years

FIGURES: dict[str, Any] = {"chances_by_date": by_date, "years_of_progress": years}
"""Figures by name, in the order in which they are shown."""

__all__ = ["FIGURES", "save_all", "shown"]


def shown(found: Any) -> dict[str, Any]:
    """Return those of `FIGURES` that have something to show."""
    return {name: one for name, one in FIGURES.items() if one.shows(found)}


def save_all(found: Any, folder: Path | str) -> list[Path]:
    """Write every figure that shows something as PNG and SVG; same forecast, same bytes.

    Parameters
    ----------
    found
        A forecast.
    folder
        Where to write; made if it does not exist.
    """
    drawn = {name: one.figure(found) for name, one in shown(found).items()}
    return save_figures(drawn, folder)
