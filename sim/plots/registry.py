"""Figures of one kind of results, by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.plots import save_figures


class Figures(dict[str, Any]):
    """Figures by name, in the order in which they are shown.

    Each is a module, or an object like one, with `figure(found, ax=None)`, `words(found)`,
    `shows(found)`, and for the report `chart(found)`, or `charts_of(found)` with a chart for each
    panel by its heading.
    """

    def shown(self, found: Any) -> dict[str, Any]:
        """Return those that have something to show."""
        return {name: one for name, one in self.items() if one.shows(found)}

    def save_all(self, found: Any, folder: Path | str) -> list[Path]:
        """Write every figure that shows something as PNG and SVG; same results, same bytes.

        Parameters
        ----------
        found
            What was found.
        folder
            Where to write; made if it does not exist.
        """
        drawn = {name: one.figure(found) for name, one in self.shown(found).items()}
        return save_figures(drawn, folder)
