"""Recursion dividend by date: what the lab gains because its own models help it.

Capability where each release becomes the assistant, minus that of the same lab on the same random
numbers, which generation 0 helps for ever: the mean over pairs of replications and its 90%
interval, each that of its date alone. The mark: from here on the interval stays above 0. A thin
line, where the gain is averaged over a window of time: that of the date itself.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.metrics import dividend as metric
from sim.model import Model
from sim.plots import charts, style
from sim.plots.words import count_of, date, duration

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EMPTY = "Recursion dividend"
NONE = "No pair of replications tells what a lab gains by its own models."
AXIS = "gain in capability (OOM)"


def shows(table: pd.DataFrame) -> bool:
    """Return whether there is a pair of replications."""
    return bool((table["pairs"] > 0).any())


def words(table: pd.DataFrame, model: Model) -> tuple[str, str]:
    """Return what the figure says, and how to read it.

    Parameters
    ----------
    table
        Result of `sim.metrics.dividend.dividend`, by time.
    model
        The model that was run: for dates.
    """
    if not shows(table):
        return EMPTY, NONE
    last = table[(table["pairs"] > 0).to_numpy()].iloc[-1]
    text = f"Own models have brought {last['dividend'] + 0.0:+.2f} OOM"
    known = math.isfinite(last["low_90"])
    text += f" [{last['low_90']:.2f}, {last['high_90']:.2f}]" if known else ""
    text += f" after {duration(last['time'])}"
    if known:
        first = metric.above_zero(table)
        text += ", which may be chance" if math.isinf(first) else (
            f"; above 0 since {date(model, first)}")
    how = "Capability with each release as the assistant, minus that with generation 0 for ever; "
    if last["window"] > 0:
        how += (
            f"mean of the last {duration(last['window'])} (thin: of the date, which swings with "
            "the dates of releases), "
        )
    how += (
        f"mean and 90% intervals (of each date alone) of {count_of(int(last['pairs']), 'pair')} of "
        "replications on the same random numbers."
    )
    return text, how.replace("), mean and 90%", "), with 90%")


def figure(table: pd.DataFrame, model: Model, ax: Axes | None = None) -> Figure:
    """Draw the gain by date; `ax` as in `sim.plots`, other parameters as in `words`."""
    fig, ax = style.start(ax, height=4.4)
    if not shows(table):
        style.note(ax, *words(table, model))
        return fig
    style.tidy(ax)
    x = style.positions(model, table["time"])
    ax.fill_between(x, table["low_90"], table["high_90"], color=style.BLUE, alpha=0.25, linewidth=0)
    ax.plot(x, table["dividend"], color=style.BLUE, linewidth=2)
    drawn = [*table["high_90"], *table["low_90"], *table["dividend"], 0.05, 0.0]
    if table["window"].iloc[0] > 0:
        ax.plot(x, table["at_date"], color=style.FAINT, linewidth=0.8)
        drawn += list(table["at_date"])
    ax.axhline(0.0, color=style.INK, linewidth=1)
    first = metric.above_zero(table)
    if math.isfinite(first):
        at = style.positions(model, first)
        ax.axvline(at, color=style.FAINT, linewidth=1, linestyle="--")
        right = first > 0.6 * table["time"].max()
        ax.annotate(
            f"above 0 from {date(model, first)} on", (at, 0.96), (-6 if right else 6, 0),
            xycoords=("data", "axes fraction"), textcoords="offset points", va="top",
            ha="right" if right else "left", fontsize=9, color=style.INK,
        )
    highest, lowest = float(np.nanmax(drawn)), float(np.nanmin(drawn))
    ax.set_ylim(lowest - 0.05 * highest, 1.2 * highest)
    ax.set_ylabel(AXIS, fontsize=10, color=style.INK)
    style.time_axis(ax, model, float(table["time"].max()))
    style.title(ax, *words(table, model))
    return fig


def chart(table: pd.DataFrame, model: Model) -> charts.Chart:
    """Return the same for the report."""
    if not shows(table):
        return charts.chart([], x="", y="")
    x = charts.times(model, table["time"])
    line = {
        "x": x, "y": charts.numbers(table["dividend"], 4), "mode": "lines", "name": "mean",
        "line": {"color": style.BLUE, "width": 2.5},
        "hovertemplate": f"{charts.when(model)}: %{{y:+.2f}} OOM<extra></extra>",
    }
    band = charts.band(x, table["low_90"], table["high_90"], style.BLUE, "90% interval")
    zero = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 0,
            "line": {"color": style.FAINT, "width": 1}}
    return charts.chart(
        [*band, line], x=charts.time_label(model), y=AXIS, hovermode="closest", shapes=[zero]
    )
