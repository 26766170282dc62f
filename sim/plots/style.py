"""What all figures share: colours, fonts, axes of dates, notes.

Everything is set on the artists themselves, never in matplotlib's global settings, and figures
are made without pyplot: so figures may be drawn in several threads, without a display.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model import Model

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, YELLOW, PURPLE, BLACK = "#56B4E9", "#F0E442", "#CC79A7", "#000000"
STACK = (SKY, RED, BLUE, ORANGE, GREEN, YELLOW, PURPLE, BLACK)
"""Colours of stacked parts, safe for the colour-blind; neighbours differ in grey, too.

Okabe & Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/
"""
INK, FAINT, GRID = "#222222", "#666666", "#DDDDDD"
BAND = (0.1, 0.5, 0.9)
"""Quantiles shown over replications: the median and the middle 80 %."""

DATES = ["%Y", "%b", "%d %b", "%H:%M", "%H:%M", "%S s"]
"""Labels of ticks at years, months, days, hours, minutes, seconds."""
FIRST_DATES = ["", "%Y", "%d %b", "%d %b", "%H:%M", "%H:%M"]
"""The same at the first of each: the month that begins a year shows the year."""

LONGEST_IN_DATES = 200 * 365.25
"""Horizons (days) beyond this are drawn in days: theory cases run for centuries."""


def start(ax: Axes | None, width: float = 9.0, height: float = 5.0) -> tuple[Figure, Axes]:
    """Return the figure and axes to draw on: new ones, or those that were given."""
    from matplotlib.figure import Figure

    if ax is None:
        figure = Figure(figsize=(width, height), layout="constrained")
        return figure, figure.subplots()
    parent = ax.get_figure(root=True)
    assert parent is not None
    return parent, ax


def tidy(ax: Axes) -> None:
    """Give axes the common look: no box, a faint horizontal grid behind everything."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(FAINT)
    ax.grid(axis="y", color=GRID, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.tick_params(labelsize=9, color=FAINT, labelcolor=INK)


def title(ax: Axes, text: str, subtitle: str = "", *, width: int = 80) -> None:
    """Write what is seen above the axes, in lines of `width`, and in small how to read it."""
    parts = text.replace("; ", ";\n").split("\n") if len(text) > width else [text]
    text = "\n".join(textwrap.fill(part, width) for part in parts)
    lines = subtitle.count("\n") + 1 if subtitle else 0
    pad = 8 + 12.5 * lines
    ax.set_title(text, loc="left", fontsize=12, fontweight="bold", color=INK, pad=pad)
    if subtitle:
        small = ax.annotate(
            subtitle, (0, 1), (0, 7), xycoords="axes fraction", textcoords="offset points",
            fontsize=9, color=FAINT, va="bottom", ha="left", annotation_clip=False,
        )
        small.set_in_layout(False)  # the title makes room above; the width is not to matter


def note(ax: Axes, heading: str, text: str) -> None:
    """Write why there is nothing to draw instead of drawing nothing."""
    title(ax, heading)
    ax.set_axis_off()
    ax.text(
        0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", fontsize=11,
        color=FAINT, wrap=True,
    )


def in_dates(model: Model) -> bool:
    """Whether time is shown in dates; otherwise in days after t = 0."""
    return model.horizon <= LONGEST_IN_DATES


def positions(model: Model, days: Any) -> Any:
    """Return clock times (days) as positions on the time axis."""
    days = np.asarray(days, dtype=float)
    if not in_dates(model):
        return days
    epoch = np.datetime64("1970-01-01", "D")
    return (np.datetime64(model.start_date, "D") - epoch).astype(float) + days


def time_axis(ax: Axes, model: Model, end: float, *, label: bool = True) -> None:
    """Make the horizontal axis one of time, from t = 0 to the end."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    ax.set_xlim(*positions(model, [0.0, end]))
    if in_dates(model):
        locator = AutoDateLocator(minticks=3, maxticks=9)
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(
            ConciseDateFormatter(
                locator, formats=DATES, zero_formats=FIRST_DATES, show_offset=False
            )
        )
    if label:
        text = f"date, from {model.start_date} on" if in_dates(model) else "time (days)"
        ax.set_xlabel(text, fontsize=10, color=INK)
