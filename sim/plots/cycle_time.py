"""Cycle time of each generation, stacked by milestone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import cycle_time
from sim.model import Model
from sim.plots import style, words
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 0.72
"""Width of a bar."""
MOST_LABELS = 25
"""Beyond this number of bars not each gets a label."""


def shows(frames: Frames) -> bool:
    """Return whether there is a bar to draw."""
    rows = frames.generations
    made = rows["started"].notna() & (rows["outcome"] != "skipped")
    if frames.replications > 1:
        made &= rows["outcome"] == "released"
    return bool(cycle_time.milestones(frames.model)) and bool(made.any())


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw the cycle time of each generation as a stack; parameters as in `sim.plots`.

    One run: each generation, the unfinished one hatched up to the end of the run. An ensemble:
    the mean over the replications that released the generation, and their number.
    """
    fig, ax = style.start(ax)
    model = frames.model
    if not shows(frames):
        never = "This model releases no generations."
        not_yet = "No generation was released in this time."
        text = never if model.generation_flow is None else not_yet
        style.note(ax, "Cycle time per generation", text)
        return fig
    table = cycle_time.by_milestone(
        frames.visits, frames.generations, model, ends=frames.ends
    )
    several = frames.replications > 1
    shown = cycle_time.means(table) if several else table
    style.tidy(ax)
    days = shown.pivot(index="generation", columns="milestone", values="days")
    by_generation = shown.groupby("generation")
    open_ = np.zeros(len(days), dtype=bool)
    if not several:
        open_ = ~by_generation["released"].first().to_numpy(dtype=bool)
    partial = np.zeros(len(days), dtype=bool)
    if several:
        counts = by_generation["count"].first()
        partial = counts.to_numpy() < frames.replications
    tops = _stack(ax, days, open_, partial, model)
    if several:
        ticks = [f"{g}\n{counts[g]}" for g in days.index]
    else:
        ticks = [f"{g}\nso far" if o else f"{g}" for g, o in zip(days.index, open_, strict=True)]
    every = math.ceil(len(days) / MOST_LABELS)
    ax.set_xticks(np.arange(len(days))[::every], ticks[::every])
    room = max(0.0, (4 - len(days)) / 2)
    ax.set_xlim(-0.6 - room, len(days) - 0.4 + room)
    ax.set_ylim(0, 1.1 * max(tops.max(), 1e-9))
    ax.tick_params(axis="x", length=0, labelsize=9 if len(days) <= 14 else 7)
    below = " (below: n, the replications that released it)" if several else ""
    ax.set_xlabel(f"generation{below}", fontsize=10, color=style.INK)
    ax.set_ylabel("cycle time (days)", fontsize=10, color=style.INK)
    _titles(ax, frames, days, ~(open_ | partial))
    return fig


def _stack(ax: Axes, days: pd.DataFrame, open_: Any, partial: Any, model: Model) -> Any:
    """Draw the bars, open ones hatched and partial ones pale; return their heights."""
    x = np.arange(len(days))
    bottom = np.zeros(len(days))
    labels = {part.name: part.label for part in cycle_time.milestones(model)}
    for i, name in enumerate(labels):
        height = days[name].to_numpy() if name in days else np.zeros(len(days))
        if not (height > 0).any():
            continue
        unseen = " (< 1 day)" if height.max() < 1 <= days.sum(axis=1).max() / 20 else ""
        bars = ax.bar(
            x, height, WIDTH, bottom=bottom, color=style.STACK[i % len(style.STACK)],
            edgecolor="white", linewidth=0.8, label=labels[name] + unseen,
            hatch="" if i < len(style.STACK) else "..",
        )
        for bar, unfinished, pale in zip(bars, open_, partial, strict=True):
            if unfinished:
                bar.set_hatch("////")
            if pale:
                bar.set_alpha(0.45)
        bottom = bottom + height
    for position, height in zip(x, bottom, strict=True) if len(x) <= MOST_LABELS else ():
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


def _titles(ax: Axes, frames: Frames, days: pd.DataFrame, complete: Any) -> None:
    totals = days[complete].sum(axis=1)
    known = [f"generation {g} takes {total:.0f} days" for g, total in totals.items()]
    text = ", ".join(known[:1] + known[1:][-1:]) or "no generation is complete yet"
    how = f"{words.upper_first(words.sample_of(frames))}; from its start to its release"
    if frames.replications > 1:
        how = f"Mean over {words.sample_of(frames)}"
        if not complete.all():
            how += (
                "; pale: not all released it in time,\n"
                "the slow ones are missing and the mean tends to be too low"
            )
    elif not complete.all():
        how += "; hatched: not released yet"
    style.title(ax, words.upper_first(text), how)
