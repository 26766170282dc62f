"""Figures of the log, one per file.

A figure is a module with

- `figure(frames, ax=None)`, which draws the log of a run or an ensemble on the given axes, or
  on new ones, and returns the matplotlib figure; it can be called with any log;
- if there are logs that it has nothing to show of: `shows(frames)`, whether it has.

To add one: write its file, import it here and give it a line in `FIGURES`. matplotlib is
imported only when something is drawn.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING

from sim.plots import (
    capability,
    compute_use,
    critical_path,
    cycle_time,
    fix_time,
    flow_time,
    queues,
    readouts,
    release_dates,
    stocks,
    utilisation,
    waits,
)
from sim.plots.frames import Frames

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES: dict[str, ModuleType] = {
    "capability": capability,
    "readouts": readouts,
    "release_dates": release_dates,
    "cycle_time": cycle_time,
    "critical_path": critical_path,
    "flow_time": flow_time,
    "fix_time": fix_time,
    "utilisation": utilisation,
    "queues": queues,
    "waits": waits,
    "compute_use": compute_use,
    "stocks": stocks,
}
"""Figures by name, in the order in which they are shown."""

__all__ = ["FIGURES", "Frames", "save_all", "save_figures", "shown"]

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
    drawn = {name: module.figure(frames) for name, module in shown(frames).items()}
    return save_figures(drawn, folder)


def save_figures(figures: Mapping[str, Figure], folder: Path | str) -> list[Path]:
    """Write figures under their names as PNG and SVG, each whole or not there; return the files."""
    import matplotlib

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, drawn in figures.items():
        png, svg = io.BytesIO(), io.BytesIO()
        with _SAVING, matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
            drawn.savefig(png, format="png", dpi=150)
            drawn.savefig(svg, format="svg", metadata={"Date": None})
        for ending, image in (("png", png), ("svg", svg)):
            written.append(_write(folder / f"{name}.{ending}", image.getvalue()))
    return written


def _write(path: Path, image: bytes) -> Path:
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.write_bytes(image)
        return partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
