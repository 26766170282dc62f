"""Figures of the log, one per file.

A figure is a module with `figure(frames, ax=None)`. To add one: write its file, import it here
and give it a line in `FIGURES`. matplotlib is imported only when something is drawn.
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

__all__ = ["FIGURES", "Frames", "save_all"]

_SAVING = Lock()
"""matplotlib reads how to write an SVG from global settings: one thread at a time."""


def save_all(frames: Frames, folder: Path | str) -> list[Path]:
    """Write every figure as PNG and SVG; the same log gives the same bytes.

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
    for name, module in FIGURES.items():
        drawn = module.figure(frames)
        png, svg = folder / f"{name}.png", folder / f"{name}.svg"
        with _SAVING, matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
            drawn.savefig(png, dpi=150)
            drawn.savefig(svg, metadata={"Date": None})
        written += [png, svg]
    return written
