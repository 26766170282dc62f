"""Figures of what limits a lab, one per file.

Each of `FIGURES` takes what a study of limits found
(`sim.limits.findings.Findings`); see `sim.plots.registry.Figures`.
"""

from __future__ import annotations

from sim.plots.limits import attribution, elasticities, interactions, parts, regimes
from sim.plots.registry import Figures

FIGURES = Figures({
    "attribution": attribution,
    "interactions": interactions,
    "regimes": regimes,
    "elasticities": elasticities,
    "speedup_of_research": parts.RESEARCH,
    "speedup_of_generations": parts.GENERATIONS,
    "slack": parts.SLACK,
    "dividend": parts.DIVIDEND,
})
"""Figures by name, in the order in which they are shown: modules, or `parts.Part`."""

shown, save_all = FIGURES.shown, FIGURES.save_all

__all__ = ["FIGURES", "save_all", "shown"]
