"""Figures of a sensitivity analysis, one per file.

Each of `FIGURES` takes what was found (`sim.study.sensitivity.Sensitivity`); see
`sim.plots.registry.Figures`.
"""

from __future__ import annotations

from sim.plots.registry import Figures
from sim.plots.sensitivity import distances, effects, indices, matrix, split

FIGURES = Figures({
    "indices": indices,
    "split": split,
    "matrix": matrix,
    "effects": effects,
    "distances": distances,
})
"""Figures by name, in the order in which they are shown."""

shown, save_all = FIGURES.shown, FIGURES.save_all

__all__ = ["FIGURES", "save_all", "shown"]
