"""Figures of curves laid over a lab, one per file.

Each of `FIGURES` takes what a study of curves found
(`sim.curves.findings.Findings`); see `sim.plots.registry.Figures`.
"""

from __future__ import annotations

from sim.plots.curves import explained, overlay
from sim.plots.registry import Figures

FIGURES = Figures({"overlay": overlay, "explained": explained})
"""Figures by name, in the order in which they are shown."""

shown, save_all = FIGURES.shown, FIGURES.save_all

__all__ = ["FIGURES", "save_all", "shown"]
