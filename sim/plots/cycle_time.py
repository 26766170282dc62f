"""Cycle time of each generation, stacked by milestone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import cycle_time
from sim.plots import style
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 0.72
"""Width of a bar."""


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw the cycle time of each generation as a bar, stacked by milestone.

    One run: each generation, the unfinished one hatched up to the end of the run. An ensemble:
    the mean over the replications that released the generation, and their number.

    Parameters
    ----------
    frames
        Log of a run or an ensemble.
    ax
        Axes to draw on; new ones by default.

    Returns
    -------
    Figure
    """
    fig, ax = style.start(ax)
    model = frames.model
    if cycle_time.generation_flow(model) is None:
        return _empty(fig, ax, "This model releases no generations.")
    table = cycle_time.by_milestone(
        frames.visits, frames.generations, model, ends=frames.ends
    )
    several = frames.replications > 1
    shown = cycle_time.means(table) if several else table
    if shown.empty:
        return _empty(fig, ax, "No generation was released in this time.")
    style.tidy(ax)
    days = shown.pivot(index="generation", columns="milestone", values="days")
    by_generation = shown.groupby("generation")
    open_ = np.zeros(len(days), dtype=bool)
    if not several:
        open_ = ~by_generation["released"].first().to_numpy(dtype=bool)
    tops = _stack(ax, days, open_, model)
    if several:
        counts = by_generation["count"].first()
        ticks = [f"{g}\nn = {counts[g]}" for g in days.index]
    else:
        ticks = [f"{g}\nso far" if o else f"{g}" for g, o in zip(days.index, open_, strict=True)]
    ax.set_xticks(np.arange(len(days)), ticks)
    ax.set_xlim(-0.6, max(len(days), 4) - 0.4)
    ax.set_ylim(0, 1.1 * max(tops.max(), 1e-9))
    ax.tick_params(axis="x", length=0, labelsize=9 if len(days) <= 14 else 7)
    ax.set_xlabel("generation", fontsize=10, color=style.INK)
    ax.set_ylabel("days from gate to release", fontsize=10, color=style.INK)
    _titles(ax, frames, days, open_, several)
    return fig


def _stack(ax: Axes, days: pd.DataFrame, open_: Any, model: Any) -> Any:
    """Draw the bars; return their heights."""
    x = np.arange(len(days))
    bottom = np.zeros(len(days))
    labels = {part.name: part.label for part in cycle_time.milestones(model)}
    for i, name in enumerate(labels):
        height = days[name].to_numpy() if name in days else np.zeros(len(days))
        if not (height > 0).any():
            continue
        bars = ax.bar(
            x, height, WIDTH, bottom=bottom, color=style.STACK[i % len(style.STACK)],
            edgecolor="white", linewidth=0.8, label=labels[name],
            hatch="" if i < len(style.STACK) else "..",
        )
        for bar, unfinished in zip(bars, open_, strict=True):
            if unfinished:
                bar.set_hatch("////")
        bottom = bottom + height
    for position, height in zip(x, bottom, strict=True):
        ax.annotate(
            f"{height:.0f}", (position, height), (0, 3), textcoords="offset points",
            ha="center", va="bottom", fontsize=9 if len(x) <= 14 else 7, color=style.INK,
        )
    handles, names = ax.get_legend_handles_labels()
    ax.legend(
        handles[::-1], names[::-1], loc="upper left", bbox_to_anchor=(1.01, 1.0),
        frameon=False, fontsize=9, title="where the time goes", title_fontsize=9,
        alignment="left",
    )
    return bottom


def _titles(ax: Axes, frames: Frames, days: pd.DataFrame, open_: Any, several: bool) -> None:
    totals = days.sum(axis=1).to_numpy()[~open_]
    if not len(totals):
        text = "The first generation is not released yet"
    elif len(totals) == 1:
        text = f"One generation took {totals[0]:.0f} days"
    else:
        text = f"A generation takes {totals[0]:.0f} days at first, {totals[-1]:.0f} at last"
    if several:
        how = (
            f"Mean over the n of {frames.replications} replications that released it in time; "
            "where n is smaller,\nthe slow ones are missing and the mean is too low"
        )
    else:
        how = "From the release of the one before (or the start) to its own"
        how += "; hatched: not released yet" if open_.any() else ""
    style.title(ax, text, how)


def _empty(fig: Figure, ax: Axes, text: str) -> Figure:
    style.title(ax, "Cycle time per generation")
    style.note(ax, text)
    return fig
