"""Figures of comparisons: logs of several scenarios on the same random numbers, by name.

As in `sim.plots`, but each takes a mapping of names to frames: `figure(frames_by_name, ax=None)`,
`chart(frames_by_name)`, `words(frames_by_name)`, `shows(frames_by_name)`. With `Scenarios` instead
of a plain mapping there are differences to show, and what two figures need is computed once.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from sim.plots import save_figures
from sim.plots.comparison import capability, cycle_time, differences, levels
from sim.plots.comparison.scenarios import Scenarios, scenarios
from sim.plots.frames import Frames

COMPARISONS: dict[str, ModuleType] = {
    "differences": differences,
    "capability": capability,
    "levels": levels,
    "cycle_time": cycle_time,
}
"""Figures by name, in the order in which they are shown."""

__all__ = ["COMPARISONS", "Scenarios", "save_all", "shown"]


def shown(frames: Mapping[str, Frames]) -> dict[str, ModuleType]:
    """Return those of `COMPARISONS` that have something to show."""
    found = scenarios(frames)
    return {name: module for name, module in COMPARISONS.items() if module.shows(found)}


def save_all(frames: Mapping[str, Frames], folder: Path | str) -> list[Path]:
    """Write every figure that shows something as PNG and SVG; return the files."""
    found = scenarios(frames)
    drawn = {name: module.figure(found) for name, module in shown(found).items()}
    return save_figures(drawn, folder)
