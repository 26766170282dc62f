"""Small multiples: several axes below one title."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.plots import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 6
"""Panels of a figure."""
HEADER = 0.05
"""Height of the empty axes that carry the title, inches."""


def columns(count: int) -> int:
    """Return how many panels stand beside each other."""
    return count if count <= 3 else 2 if count == 4 else 3


def start(
    ax: Axes | None, count: int, height: float = 3.2, *, across: int | None = None,
    shared: bool = False,
) -> tuple[Figure, Axes, list[Axes]]:
    """Return a figure, the axes that carry its title, and axes for so many panels.

    Parameters
    ----------
    ax
        Axes whose place they take; new ones if absent.
    count
        Number of panels.
    height
        Of a row of panels, inches.
    across
        How many stand beside each other, if not `columns` of them.
    shared
        Whether they share their vertical axis.
    """
    across = across or columns(count)
    rows = -(-count // across)
    fig, ax = style.start(ax, height=1.2 + height * rows)
    place = ax.get_subplotspec()
    assert place is not None
    ax.remove()
    outer = place.subgridspec(2, 1, height_ratios=[HEADER, height * rows])
    grid = outer[1].subgridspec(rows, across)
    header = fig.add_subplot(outer[0])
    header.set_axis_off()
    found: list[Axes] = []
    for i in range(count):
        beside = found[0] if shared and found else None
        found.append(fig.add_subplot(grid[i // across, i % across], sharey=beside))
        style.tidy(found[-1])
        if beside is not None:
            found[-1].tick_params(labelleft=i % across == 0)
    return fig, header, found


def legend(ax: Axes, handles: Sequence[object], heading: str) -> None:
    """Name lines to the right of the axes, where they all stand beside each other."""
    ax.legend(
        handles=list(handles), loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False,
        fontsize=9, title=heading, title_fontsize=9, alignment="left",
    )
