"""What all figures share: colours, fonts, axes of dates, notes.

Everything is set on the artists themselves, never in matplotlib's global settings, and figures
are made without pyplot: so figures may be drawn in several threads, without a display.
"""

from __future__ import annotations

import datetime
import math
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
LINES = (
    (BLUE, "-", "solid"), (RED, "--", "dash"), (GREEN, "-.", "dashdot"), (ORANGE, "-", "solid"),
    (PURPLE, "--", "dash"), (SKY, "-.", "dashdot"), ("#8C8C8C", ":", "dot"),
)
"""Colours of lines that are told apart, their dashes in matplotlib and in plotly."""
KIND_COLOURS = {
    "knowhow": YELLOW, "wait_compute": "#A9D8F5", "computing": BLUE, "failures": RED,
    "wait_people": "#F7D794", "people": ORANGE, "wait_review": "#EBC6DA", "review": PURPLE,
    "steering": "#7A4FA3", "wait_slots": "#A6DCC8", "assistants": GREEN, "rework": "#8C510A",
    "off_hours": "#BDBDBD", "delay": "#8A8A8A", "other": "#5E5E5E",
}
"""Colours of `sim.metrics.kinds.KINDS`: one hue for compute, people, review, assistants each."""
KIND_HATCHES = {
    "knowhow": "/", "wait_compute": "\\", "wait_people": ".", "wait_review": "x",
    "wait_slots": "|", "off_hours": "-", "other": "+",
}
"""Hatch of each kind that is waiting: so they are told from work and apart in grey, too."""

SEQUENTIAL = ("#243C6E", "#4D556C", "#6D6F72", "#8F8A78", "#B3A670", "#D9C55C", "#FEE838")
"""Colours of shares from 0 to 1: cividis without its darkest end, an even ramp in grey, too.

Nuñez, Anderton & Renslow (2018), https://doi.org/10.1371/journal.pone.0199239
"""

SMALLER = 1.4
"""Letters of the small print that take the room of one of the title."""
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


def panels(ax: Axes, heights: list[float]) -> list[Axes]:
    """Return axes, one below the other, in the place of those that were given.

    Raises
    ------
    ValueError
        If the axes do not belong to a grid of subplots.
    """
    place, parent = ax.get_subplotspec(), ax.get_figure(root=True)
    if place is None:
        raise ValueError("ax must belong to a grid of subplots; make it with Figure.subplots()")
    assert parent is not None
    ax.remove()
    grid = place.subgridspec(len(heights), 1, hspace=0.15, height_ratios=heights)
    return [parent.add_subplot(grid[row]) for row in range(len(heights))]


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
    text = "\n".join(textwrap.fill(part, width, break_on_hyphens=False) for part in parts)
    small_lines = subtitle.split("\n")
    subtitle = "\n".join(textwrap.fill(line, round(SMALLER * width)) for line in small_lines)
    lines = subtitle.count("\n") + 1 if subtitle else 0
    pad = 9.5 + 12.5 * lines
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


def time_axis(
    ax: Axes, model: Model, end: float, *, begin: float = 0.0, label: bool = True
) -> None:
    """Make the horizontal axis one of time, from the beginning (t = 0) to the end."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    ax.set_xlim(*positions(model, [begin, end]))
    if in_dates(model):
        locator = AutoDateLocator(minticks=3, maxticks=9)
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(
            ConciseDateFormatter(
                locator, formats=DATES, zero_formats=FIRST_DATES, show_offset=False
            )
        )
    if label:
        first = model.start_date + datetime.timedelta(days=math.floor(begin))
        text = f"date, from {first} on" if in_dates(model) else "time (days)"
        ax.set_xlabel(text, fontsize=10, color=INK)
