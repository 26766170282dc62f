"""Labels at the right ends of lines, none over another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.plots.curves import phrases

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GAP, TO = 0.005, 0.028
"""Where the thin line to a label begins and ends, beyond the axes, in widths of them."""


def write(ax: Axes, ends: Sequence[tuple[float, str, str]], least: float) -> None:
    """Write labels beside the axes and lead a thin line from each end of a line to its label.

    Parameters
    ----------
    ax
        Axes.
    ends
        Of each line its end as a share of the height of the axes, its label and its colour.
    least
        Least distance between labels, likewise.
    """
    places = phrases.apart([end for end, _, _ in ends], least)
    over = max(0.0, max(places) - 1.0)
    under = max(0.0, -min(places))
    for (end, text, colour), place in zip(ends, places, strict=True):
        y = place - over + under
        ax.plot([1.0 + GAP, 1.0 + TO], [end, y], color=colour, linewidth=0.6, clip_on=False,
                transform=ax.transAxes)
        ax.text(1.0 + TO + GAP, y, text, transform=ax.transAxes, fontsize=8.5, color=colour,
                va="center", ha="left")
