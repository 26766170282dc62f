"""Figures of scenario discovery, one per file.

Each of `FIGURES` takes what was found (`sim.study.discovery.Discovery`); see
`sim.plots.registry.Figures`.
"""

from __future__ import annotations

from sim.plots.discovery import ranges, scatter, trade_off
from sim.plots.registry import Figures

FIGURES = Figures({
    "discovery_scatter": scatter,
    "discovery_ranges": ranges,
    "discovery_trade_off": trade_off,
})
"""Figures by name, in the order in which they are shown."""

shown, save_all = FIGURES.shown, FIGURES.save_all

__all__ = ["FIGURES", "save_all", "shown"]
