"""Utilisation and queue length of every pool over time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import queues, utilisation
from sim.model import Model
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
    how = f"mean of {frames.replications} replications, band: 80%" if several else "one run"
    own = used[(used["pool"] != _lender(model)).to_numpy()]
    busiest = _most("Busiest", own, "utilisation", "{:.0%}") or "Capacity in use"
    longest = _most("Longest queue", waiting, "waiting", "{:.1f}") or "No queue"
    left, right = panels[0]
    style.title(left, busiest, f"share of capacity in use, in open hours\n{how}")
    style.title(right, longest, f"requests waiting\nmeans over {_words(step)}")
    return fig


def step_for(horizon: float) -> float:
    """Return the length of a bin that gives at most `MOST_BINS`, days."""
    for step in STEPS:
        if horizon / step <= MOST_BINS:
            return step
    return 7.0 * math.ceil(horizon / MOST_BINS / 7)


def _words(step: float) -> str:
    for unit, days in (("week", 7.0), ("day", 1.0), ("hour", 1 / 24)):
        if step >= days:
            return style.count_of(round(step / days), unit)
    raise ValueError(step)


def _lender(model: Model) -> str | None:
    """Return the pool whose idle units are lent, if there is one."""
    return model.allocation.lender if isinstance(model.allocation, Priority) else None


def _most(what: str, table: pd.DataFrame, column: str, form: str) -> str:
    """Return which pool has most, on average over time; empty if none has any."""
    means = table.groupby("pool", observed=True)[column].mean()
    if not means.max() > 0:
        return ""
    return f"{what}: {style.plain(means.idxmax())}, {form.format(means.max())}"


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
    in_units = name == _lender(frames.model) or bool(np.isinf(rows["capacity"]).any())
    drawn = _draw(ax, frames, rows, "busy" if in_units else "utilisation", style.BLUE)
    if not rows["busy"].max() > 0:
        _say(ax, "never in use" if drawn else "no capacity")
    ax.set_ylabel(
        f"{style.plain(name)}\n{_capacity(frames.model, name, rows)}", rotation=0, ha="right",
        va="center", fontsize=9, color=style.INK, labelpad=8, multialignment="right",
    )
    if in_units:
        ax.set_ylim(0, max(1.0, 1.08 * ax.dataLim.y1))
        ax.locator_params(axis="y", integer=True, nbins=3)
        return
    from matplotlib.ticker import PercentFormatter

    ax.set_ylim(0, max(1.04, 1.04 * ax.dataLim.y1) if drawn else 1.04)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.set_yticks([0, 0.5, 1])


def _right(ax: Axes, frames: Frames, rows: pd.DataFrame) -> None:
    style.tidy(ax)
    if rows["waiting"].max() > 0:
        _draw(ax, frames, rows, "waiting", style.RED)
    else:
        _say(ax, "never a queue")
    ax.set_ylim(0, max(1.0, 1.08 * ax.dataLim.y1))
    ax.locator_params(axis="y", integer=True, nbins=4)


def _say(ax: Axes, text: str) -> None:
    ax.text(
        0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", fontsize=9,
        color=style.FAINT,
    )


def _draw(ax: Axes, frames: Frames, rows: pd.DataFrame, column: str, colour: str) -> bool:
    """Draw a quantity by bins; return whether there was anything to draw."""
    values = rows.pivot(index="start", columns="replication", values=column)
    if not values.notna().any(axis=None):
        return False
    edges = np.append(values.index.to_numpy(), rows["end"].max())
    edges = style.positions(frames.model, edges)
    mean = values.mean(axis=1).to_numpy()
    if values.shape[1] > 1:
        low, high = (values.quantile(q, axis=1).to_numpy() for q in style.BAND[::2])
        ax.stairs(high, edges, baseline=low, fill=True, color=colour, alpha=0.25)
    else:
        ax.stairs(mean, edges, fill=True, color=colour, alpha=0.15)
    ax.stairs(mean, edges, baseline=None, color=colour, linewidth=1.4)
    return True


def _capacity(model: Model, name: str, rows: pd.DataFrame) -> str:
    """Return the capacity in words: from the first bin to the last."""
    kind = model.pools[name].kind
    one, unit = {
        "human": ("person", "people"), "agent": ("slot", "slots"), "compute": ("unit", "units")
    }[kind]
    each = model.people_per_unit if kind == "human" else 1.0
    means = each * rows.groupby("start")["capacity"].mean().dropna()
    if name == _lender(model):
        return f"{unit} in use;\nlent when idle"
    if means.empty:
        return unit
    if np.isinf(means).any():
        return f"{unit} in use;\nunlimited"
    first, last = f"{means.iloc[0]:,.0f}", f"{means.iloc[-1]:,.0f}"
    if first == last:
        text = f"{first} {one if first == '1' else unit}"
    else:
        text = f"{first} to {last} {unit}"
    borrows = isinstance(model.allocation, Priority) and name == model.allocation.borrower
    return text + (",\nborrowed included" if borrows else "")
