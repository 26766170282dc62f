"""Years of progress in few months: how likely some stretch of a run holds so much.

A year of progress is what software, the stock `algorithms`, gains in a year at the pace at which
the lab starts at its default values (`sim.forecast.start`): the same for all runs. A cell is the
share of runs in which some stretch of so many months, whenever it begins, holds so many years of
progress or more; beneath it the 90% interval. Three years in four months, or ten in twelve, is what
T. Davidson and T. Houlden ask for in *How quick and big would a
software intelligence explosion be?* (2025),
https://www.forethought.org/research/how-quick-and-big-would-a-software-intelligence-explosion-be
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.forecast.forecast import Forecast
from sim.forecast.thresholds import MONTH
from sim.plots import charts, style
from sim.plots.forecast.words import share
from sim.plots.words import count_of, duration, plain, upper_first

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EXPLOSIONS = ((3, 4), (10, 12))
"""Years of progress, and months, that the title tells."""
DARK = 0.45
"""Grey of a cell below which its text is white."""


def shows(found: Forecast) -> bool:
    """Return whether years of progress were asked for."""
    return bool(found.spans)


def words(found: Forecast) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    names = {one.threshold.value: one for one in found.spans.values()}
    asked = [(years, n) for years, n in EXPLOSIONS if n in found.months]
    parts = [
        f"{names[years].threshold.label} within {n} months: "
        + share(*(float(end[0]) for end in names[years].by([n * MONTH])))
        for years, n in asked
    ]
    says = "; ".join(parts)
    how = (
        f"Share of {count_of(len(found.results.runs), 'run')} of {plain(found.model.name)} over "
        f"{duration(found.model.horizon)} in which some stretch of so many months holds so many "
        f"years of progress of software; a year: {found.start.per_year:.3g} natural-log units, "
        "as at the lab’s start. 90% intervals."
    )
    return upper_first(says), how


def figure(found: Forecast, ax: Axes | None = None) -> Figure:
    """Draw the table; on `ax`, or a figure of its own."""
    from matplotlib.colors import LinearSegmentedColormap

    fig, ax = style.start(ax, 6.6, 1.9 + 0.7 * max(len(found.spans), 1))
    if not shows(found):
        style.note(ax, "Years of progress", "This lab has no stock of algorithms.")
        return fig
    values, texts = _cells(found)
    ramp = LinearSegmentedColormap.from_list("chances", list(style.SEQUENTIAL)).with_extremes(
        bad="#EEEEEE")
    ax.imshow(values, cmap=ramp, vmin=0, vmax=1, aspect="auto")
    for i, row in enumerate(texts):
        for j, text in enumerate(row):
            red, green, blue, _ = ramp(values[i, j])
            dark = 0.3 * red + 0.59 * green + 0.11 * blue < DARK
            ax.text(j, i, text, ha="center", va="center", fontsize=9.5,
                    color="white" if dark else style.INK)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, labelsize=9.5)
    ax.set_xticks(range(len(found.months)), [f"≤ {n} months" for n in found.months])
    ax.set_yticks(range(len(found.spans)), [o.threshold.short for o in found.spans.values()])
    ax.set_ylabel("progress", fontsize=10, color=style.INK)
    style.title(ax, *words(found), width=60)
    return fig


def chart(found: Forecast) -> charts.Chart:
    """Return the same for the report."""
    values, texts = _cells(found)
    cells = {
        "type": "heatmap", "z": [charts.numbers(row, 4) for row in values], "zmin": 0, "zmax": 1,
        "x": [f"≤ {n} months" for n in found.months],
        "y": [one.threshold.short for one in found.spans.values()],
        "text": [[text.replace("\n", "<br>") for text in row] for row in texts],
        "texttemplate": "%{text}", "showlegend": False, "colorbar": {
            "thickness": 10, "nticks": 5, "tickformat": ".0%"},
        "colorscale": [
            [i / (len(style.SEQUENTIAL) - 1), colour] for i, colour in enumerate(style.SEQUENTIAL)
        ],
        "hovertemplate": "%{y} in %{x}: %{text}<extra></extra>",
    }
    return charts.chart(
        [cells], x="within some stretch of", y="progress", hovermode="closest", height=300,
        xaxis={"showgrid": False}, yaxis={"showgrid": False, "autorange": "reversed"},
    )


def _cells(found: Forecast) -> tuple[Any, list[list[str]]]:
    """Return the chances, a row for each number of years, and their texts."""
    rows = [one.by([n * MONTH for n in found.months]) for one in found.spans.values()]
    values = np.array([row[0] for row in rows])
    texts = [
        [share(*map(float, ends)).replace(" ", "\n", 1) for ends in zip(*row, strict=True)]
        for row in rows
    ]
    return values, texts
