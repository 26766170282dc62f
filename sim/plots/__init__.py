"""Figures of the log, one per file.

A figure is a module with

- `figure(frames, ax=None)`, which draws the log of a run or an ensemble on the given axes, or
  on new ones, and returns the matplotlib figure; it can be called with any log;
- if there are logs that it has nothing to show of: `shows(frames)`, whether it has.

To add one: write its file, import it here and give it a line in `FIGURES`. matplotlib is
imported only when something is drawn.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from types import ModuleType

from sim.plots import capability, cycle_time, utilisation
from sim.plots.frames import Frames

FIGURES: dict[str, ModuleType] = {
    "capability": capability,
    "cycle_time": cycle_time,
    "utilisation": utilisation,
}
"""Figures by name, in the order in which they are shown."""

__all__ = ["FIGURES", "Frames", "save_all", "shown"]

_SAVING = Lock()
"""matplotlib reads how to write an SVG from global settings: one thread at a time."""


def shown(frames: Frames) -> dict[str, ModuleType]:
    """Return those of `FIGURES` that have something to show of a log."""
    return {
        name: module
        for name, module in FIGURES.items()
        if not hasattr(module, "shows") or module.shows(frames)
    }


def save_all(frames: Frames, folder: Path | str) -> list[Path]:
    """Write every figure that shows something as PNG and SVG; same log, same bytes.

    Parameters
    ----------
    frames
        Log of a run or an ensemble.
    folder
        Where to write; made if it does not exist.

    Returns
    -------
    list of Path
        Files written, in the order of `FIGURES`.
    """
    import matplotlib

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, module in shown(frames).items():
        drawn = module.figure(frames)
        png, svg = folder / f"{name}.png", folder / f"{name}.svg"
        with _SAVING, matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
            drawn.savefig(png, dpi=150)
            drawn.savefig(svg, metadata={"Date": None})
        written += [png, svg]
    return written
