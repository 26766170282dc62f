"""Figures of a forecast, one per file.

Each of `FIGURES` takes a forecast (`sim.forecast.forecast.Forecast`); see
`sim.plots.registry.Figures`.
"""

from __future__ import annotations

from sim.plots.forecast import by_date, years
from sim.plots.registry import Figures

FIGURES = Figures({"chances_by_date": by_date, "years_of_progress": years})
"""Figures by name, in the order in which they are shown."""

shown, save_all = FIGURES.shown, FIGURES.save_all

__all__ = ["FIGURES", "save_all", "shown"]
