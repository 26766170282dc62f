"""Utilisation and queue length of every pool over time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import queues, utilisation
from sim.model.lab import Priority
from sim.plots import style
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_BINS = 120
STEPS = (1 / 24, 0.25, 1.0, 7.0)
"""Lengths of bins to choose from, days; beyond them whole weeks."""


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw the share of capacity in use and the queue length of each pool, one row per pool.

    One run: means in bins of time. An ensemble: the mean over replications, and the band that
    holds 80 % of them. Pools without a limit show the units in use instead.

    Parameters
    ----------
    frames
        Log of a run or an ensemble.
    ax
        Axes whose place is divided among the panels; a new figure by default. It must belong
        to a grid, as those of `Figure.subplots` do.

    Returns
    -------
    Figure
    """
    model = frames.model
    step = step_for(frames.end)
    used = utilisation.over_time(
        frames.visits, frames.changes, model, step, ends=frames.ends
    )
    waiting = queues.over_time(frames.visits, model, step, ends=frames.ends)
    fig, panels = _panels(ax, len(model.pools))
    for name, (left, right) in zip(model.pools, panels, strict=True):
        of_pool = used[(used["pool"] == name).to_numpy()]
        _left(left, frames, name, of_pool)
        _right(right, frames, waiting[(waiting["pool"] == name).to_numpy()])
        for panel in (left, right):
            bottom = panel in panels[-1]
            style.time_axis(panel, model, frames.end, label=bottom)
            panel.tick_params(labelbottom=bottom)
            panel.xaxis.get_offset_text().set_visible(bottom)
    several = frames.replications > 1
    how = f"mean of {frames.replications} replications; band: 80% of them" if several else "one run"
    style.title(panels[0][0], "Capacity in use", f"share of open hours; {how}")
    style.title(panels[0][1], "Queue", f"requests waiting; bins of {_words(step)}")
    return fig


def step_for(horizon: float) -> float:
    """Return the length of a bin that gives at most `MOST_BINS`, days."""
    for step in STEPS:
        if horizon / step <= MOST_BINS:
            return step
    return 7.0 * math.ceil(horizon / MOST_BINS / 7)


def _words(step: float) -> str:
    if step < 1:
        return f"{round(24 * step)} h"
    if step < 7:
        return f"{step:.0f} d"
    return "a week" if step == 7 else f"{step / 7:.0f} weeks"


def _panels(ax: Axes | None, rows: int) -> tuple[Figure, Any]:
    """Return the figure and its axes, two per row."""
    fig, ax = style.start(ax, 10.0, 1.6 + 1.25 * rows)
    place = ax.get_subplotspec()
    if place is None:
        raise ValueError("ax must belong to a grid of subplots; make it with Figure.subplots()")
    ax.remove()
    grid = place.subgridspec(rows, 2, hspace=0.15)
    return fig, [[fig.add_subplot(grid[row, side]) for side in (0, 1)] for row in range(rows)]


def _left(ax: Axes, frames: Frames, name: str, rows: pd.DataFrame) -> None:
    style.tidy(ax)
    capacity = rows["capacity"].to_numpy()
    endless = bool(np.isinf(capacity).any())
    drawn = _draw(ax, frames, rows, "busy" if endless else "utilisation", style.BLUE)
    ax.set_ylabel(
        f"{style.plain(name)}\n{_capacity(frames, name, rows)}", rotation=0, ha="right",
        va="center", fontsize=9, color=style.INK, labelpad=8, multialignment="right",
    )
    if endless:
        ax.set_ylim(bottom=0)
    else:
        from matplotlib.ticker import PercentFormatter

        highest = ax.dataLim.y1 if drawn else 1.0
        ax.set_ylim(0, max(1.04, 1.04 * highest))
        ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        ax.set_yticks([0, 0.5, 1])
    if not drawn:
        ax.text(
            0.5, 0.5, "no capacity", transform=ax.transAxes, ha="center", va="center",
            fontsize=9, color=style.FAINT,
        )


def _right(ax: Axes, frames: Frames, rows: pd.DataFrame) -> None:
    style.tidy(ax)
    _draw(ax, frames, rows, "waiting", style.RED)
    ax.set_ylim(0, max(1.0, 1.08 * ax.dataLim.y1))
    ax.yaxis.get_major_locator().set_params(integer=True, nbins=4)


def _draw(ax: Axes, frames: Frames, rows: pd.DataFrame, column: str, colour: str) -> bool:
    """Draw a quantity by bins; return whether there was anything to draw."""
    values = rows.pivot(index="start", columns="replication", values=column)
    known = values.notna().any(axis=1).to_numpy()
    if not known.any():
        return False
    last = float(rows["end"].max())
    edges = style.positions(frames.model, np.append(values.index.to_numpy(), last))
    mean = values.mean(axis=1).to_numpy()
    if values.shape[1] > 1:
        low, high = (values.quantile(q, axis=1).to_numpy() for q in style.BAND[::2])
        ax.stairs(high, edges, baseline=low, fill=True, color=colour, alpha=0.25)
    else:
        ax.stairs(mean, edges, fill=True, color=colour, alpha=0.15)
    ax.stairs(mean, edges, baseline=None, color=colour, linewidth=1.4)
    return True


def _capacity(frames: Frames, name: str, rows: pd.DataFrame) -> str:
    """Return the capacity in words, from the first bin to the last."""
    unit = {"human": "people", "agent": "slots", "compute": "units"}[frames.model.pools[name].kind]
    means = rows.groupby("start")["capacity"].mean().dropna()
    if means.empty or np.isinf(means).any():
        return f"unlimited {unit}" if len(means) else unit
    first, last = f"{means.iloc[0]:.0f}", f"{means.iloc[-1]:.0f}"
    text = f"{first} {unit}" if first == last else f"{first} to {last} {unit}"
    allocation = frames.model.allocation
    if isinstance(allocation, Priority):
        if name == allocation.lender:
            text += f"\nidle ones lent to {style.plain(allocation.borrower)}"
        elif name == allocation.borrower:
            text += "\nincl. borrowed"
    return text
