"""Utilisation and queue length of every pool over time."""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import queues, utilisation
from sim.model import Model
from sim.model.allocation import Priority
from sim.model.release import Release, Surge
from sim.plots import style, words
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_BINS = 120
MOST_LETTERS = 42
"""Letters that fit on one line of the title of a panel."""
STEPS = (1 / 24, 0.25, 1.0, 7.0)
"""Lengths of bins to choose from, days; beyond them whole weeks."""


def shows(frames: Frames) -> bool:
    """Return whether the model has pools."""
    return bool(frames.model.pools)


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw the share of capacity in use and the queue length of each pool; see `sim.plots`.

    One run: means in bins of time. An ensemble: the mean over replications, and the band that
    holds 80 % of them. Pools without a limit show the units in use instead, and those that only
    serve users the units they have. There is a row for each pool; given axes must belong to a
    grid, as those of `Figure.subplots` do: their place is divided among the panels.
    """
    model = frames.model
    if not shows(frames):
        fig, ax = style.start(ax)
        style.note(ax, "Use of capacity", "This model has no pools.")
        return fig
    step = step_for(frames.end)
    used = utilisation.over_time(
        frames.visits, frames.changes, model, step, ends=frames.ends
    )
    waiting = queues.over_time(frames.visits, model, step, ends=frames.ends)
    sizes = utilisation.capacities(frames.changes, model, ends=frames.ends)
    fig, panels = _panels(ax, len(model.pools))
    for name, (left, right) in zip(model.pools, panels, strict=True):
        of_pool = used[(used["pool"] == name).to_numpy()]
        _left(left, frames, name, of_pool)
        of_pool = sizes[(sizes["pool"] == name).to_numpy()]
        label = textwrap.fill(words.plain(name), 20)
        left.set_ylabel(
            f"{label}\n{_capacity(frames, name, of_pool)}", rotation=0, ha="right", va="center",
            fontsize=9, color=style.INK, labelpad=8, multialignment="right",
        )
        _right(right, frames, waiting[(waiting["pool"] == name).to_numpy()])
        for panel in (left, right):
            bottom = panel in panels[-1]
            style.time_axis(panel, model, frames.end, label=bottom)
            panel.tick_params(labelbottom=bottom)
            panel.xaxis.get_offset_text().set_visible(bottom)
    fig.align_ylabels([left for left, _ in panels])
    how, bins = words.sample_of(frames), f"means over {_words(step)}"
    if frames.replications > 1:
        how, bins = f"mean of {how}", f"{bins}; band: 80% of replications"
    own = used[(used["pool"] != _lender(model)).to_numpy()]
    busiest = _most("Busiest", own, "utilisation", "{:.0%}") or "Capacity in use"
    longest = _most("Longest queue", waiting, "waiting", "{:.1f}") or "No queue"
    left, right = panels[0]
    closed = any(pool.hours for pool in model.pools.values())
    hours, nights = ", open hours only", ", nights and weekends included"
    hours, nights = (hours, nights) if closed else ("", "")
    style.title(left, busiest, f"share of capacity in use{hours}\n{how}", width=MOST_LETTERS)
    style.title(right, longest, f"requests waiting{nights}\n{bins}", width=MOST_LETTERS)
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
            return words.count_of(round(step / days), unit)
    raise ValueError(step)


def _lender(model: Model) -> str | None:
    """Return the pool whose idle units are lent, if there is one."""
    return model.allocation.lender if isinstance(model.allocation, Priority) else None


def _surges(model: Model) -> list[Surge]:
    """Return what releases make pools give to serve users."""
    flow = model.generation_flow
    stages = model.flows[flow].stages.values() if flow else ()
    return [stage.surge for stage in stages if isinstance(stage, Release) and stage.surge]


def _serves(frames: Frames, pool: str) -> bool:
    """Return whether a pool serves users after releases and nobody else: all it has is in use."""
    receives = any(surge.to == pool for surge in _surges(frames.model))
    return receives and not (frames.visits["pool"] == pool).any()


def _most(what: str, table: pd.DataFrame, column: str, form: str) -> str:
    """Return which pool has most, on average over time; empty if none has any."""
    means = table.groupby("pool", observed=True)[column].mean()
    if not means.max() > 0:
        return ""
    return f"{what} on average: {words.plain(means.idxmax())}, {form.format(means.max())}"


def _panels(ax: Axes | None, rows: int) -> tuple[Figure, Any]:
    """Return the figure and its axes, two per row."""
    fig, ax = style.start(ax, 11.0, 1.6 + 1.25 * rows)
    place = ax.get_subplotspec()
    if place is None:
        raise ValueError("ax must belong to a grid of subplots; make it with Figure.subplots()")
    ax.remove()
    grid = place.subgridspec(rows, 2, hspace=0.15)
    return fig, [[fig.add_subplot(grid[row, side]) for side in (0, 1)] for row in range(rows)]


def _left(ax: Axes, frames: Frames, name: str, rows: pd.DataFrame) -> None:
    style.tidy(ax)
    serves, unlimited = _serves(frames, name), bool(np.isinf(rows["capacity"]).any())
    in_units = serves or unlimited or name == _lender(frames.model)
    use = "capacity" if serves else "busy"
    drawn = _draw(ax, frames, rows, use if in_units else "utilisation", style.BLUE)
    if not rows[use].max() > 0:
        _say(ax, "never in use" if drawn else "no capacity")
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
        color=style.FAINT, bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
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


def _capacity(frames: Frames, name: str, sizes: pd.DataFrame) -> str:
    """Return the pool's own capacity in words: at t = 0 and at the end."""
    model = frames.model
    kind = model.pools[name].kind
    one, unit = {
        "human": ("person", "people"), "agent": ("slot", "slots"), "compute": ("unit", "units")
    }[kind]
    if np.isinf(sizes["first"]).any():
        return f"{unit} in use;\nunlimited"
    if _serves(frames, name):
        return f"{unit} that serve users\nafter releases"
    each = model.people_per_unit if kind == "human" else 1.0
    first, last = (_size(each * sizes[when]) for when in ("first", "last"))
    size = first if first == last else f"{first} to {last}"
    if name == _lender(model):
        return f"{unit} in use\nof {size},\nlent when idle"
    if isinstance(model.allocation, Priority) and name == model.allocation.borrower:
        less = any(surge.donor == name for surge in _surges(model))
        lent = ",\nless those serving users" if less else ""
        return f"{size} own {one if size == '1' else unit}\nplus borrowed ones{lent}"
    return f"{size} {one if size == '1' else unit}"


def _size(units: pd.Series) -> str:
    """Return a number, or about which if replications differ."""
    same = units.min() == units.max()
    return ("" if same else "~") + words.number(units.mean())
