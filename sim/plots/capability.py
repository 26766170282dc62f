"""Capability by date: a step at each release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.metrics import growth
from sim.plots import style
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CLOSEST = 0.025
"""Least distance of two labels, as a share of the axis."""


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw the deployed capability by date.

    One run: a line with a mark at each release. An ensemble: thin lines, the median and the
    band that holds 80 % of the replications.

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
    if model.generation_flow is None:
        style.title(ax, "Capability by date")
        style.note(ax, "This model releases no generations:\nits capability stays what it is.")
        return fig
    style.tidy(ax)
    steps = growth.trajectory(frames.generations, model)
    if frames.replications == 1:
        _run(frames, ax, steps)
    else:
        _ensemble(frames, ax, steps)
    ax.set_ylabel("capability c (OOM above generation 0)", fontsize=10, color=style.INK)
    highest = max(1.0, float(steps["capability"].max()))
    lowest = min(0.0, float(steps["capability"].min()))
    ax.set_ylim(lowest - 0.02 * highest, 1.12 * highest)
    style.time_axis(ax, model, frames.end)
    return fig


def _run(frames: Frames, ax: Axes, steps: pd.DataFrame) -> None:
    model, end = frames.model, frames.end
    times = np.append(steps["time"], end)
    levels = np.append(steps["capability"], steps["capability"].iloc[-1])
    x = style.positions(model, times)
    ax.step(x, levels, where="post", color=style.BLUE, linewidth=2)
    releases = steps[steps["generation"] > 0]
    at = style.positions(model, releases["time"])
    ax.plot(at, releases["capability"], "o", color=style.BLUE, markersize=5, clip_on=False)
    last = -np.inf
    for position, row in zip(at, releases.itertuples(), strict=True):
        if position - last < CLOSEST * end:
            continue
        last = position
        ax.annotate(
            f"{row.generation}", (position, row.capability), (0, 5),
            textcoords="offset points", ha="center", va="bottom", fontsize=9, color=style.INK,
        )
    if len(releases):
        rise = f"Capability rises by {levels[-1]:.2f} OOM"
        style.title(
            ax, f"{rise} in {style.count_of(len(releases), 'release')}",
            "Each dot is the release of a generation, with its number. "
            "1 OOM: ten times the effective training compute",
        )
    else:
        style.title(ax, "Capability stays at 0: no generation was released in this time")


def _ensemble(frames: Frames, ax: Axes, steps: pd.DataFrame) -> None:
    from matplotlib.collections import LineCollection

    model = frames.model
    lines = []
    for replication, rows in steps.groupby("replication", sort=True):
        stop = frames.ends.get(int(replication), model.horizon)
        times = np.append(rows["time"], stop)
        levels = np.append(rows["capability"], rows["capability"].iloc[-1])
        x, y = np.repeat(style.positions(model, times), 2)[1:], np.repeat(levels, 2)[:-1]
        lines.append(np.column_stack([x, y]))
    ax.add_collection(
        LineCollection(
            lines, colors="#888888", linewidths=0.6, alpha=min(1.0, 12 / len(lines)),
            label="replications",
        )
    )
    last = min([model.horizon, *frames.ends.values()])
    times = np.unique(np.concatenate([steps["time"], [0.0, last]]))
    times = times[times <= last]
    low, middle, high = growth.quantiles(steps, times, style.BAND, ends=frames.ends).to_numpy().T
    x = style.positions(model, times)
    ax.fill_between(
        x, low, high, step="post", color=style.SKY, alpha=0.45, linewidth=0,
        label="middle 80% of replications",
    )
    ax.step(x, middle, where="post", color=style.BLUE, linewidth=2.2, label="median")
    handles, labels = ax.get_legend_handles_labels()
    rises_early = middle[np.searchsorted(times, 0.3 * last, side="right") - 1] > 0.6 * high[-1]
    ax.legend(
        handles[::-1], labels[::-1], loc="lower right" if rises_early else "upper left",
        frameon=False, fontsize=9,
    )
    if not (steps["generation"] > 0).any():
        style.title(ax, "Capability stays at 0: no generation was released in this time")
        return
    final = steps.groupby("replication")["capability"].last()
    least, median, most = np.quantile(final, style.BAND, method="nearest")
    when = "at the horizon" if last == model.horizon else "at the end of each run"
    style.title(
        ax,
        f"Median capability {when}: {median:.2f} OOM (80%: {least:.2f} to {most:.2f})",
        f"{style.count_of(frames.replications, 'replication')}; each step is a release. "
        "1 OOM: ten times the effective training compute",
    )
