"""Capability by date: a step at each release."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.metrics import growth
from sim.plots import style, words
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CLOSEST = 0.025
"""Least distance of two labels, as a share of the axis."""
OOM = "1 OOM: ten times the effective training compute"


def shows(frames: Frames) -> bool:
    """Return whether the model releases generations at all."""
    return frames.model.generation_flow is not None


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw the deployed capability by date; parameters as in `sim.plots`.

    One run: a line with a mark at each release. An ensemble: thin lines, the median and the
    band that holds 80 % of the replications.
    """
    fig, ax = style.start(ax)
    if not shows(frames):
        text = "This model releases no generations:\nits capability stays what it is."
        style.note(ax, "Capability by date", text)
        return fig
    style.tidy(ax)
    steps = growth.trajectory(frames.generations, frames.model)
    if frames.replications == 1:
        _run(frames, ax, steps)
        each = "Each dot is the release of a generation, with its number"
    else:
        _ensemble(frames, ax, steps)
        each = "Each step is a release"
    text, held = headline(frames, steps)
    released = bool((steps["generation"] > 0).any())
    style.title(ax, text, f"{held}.\n{each}. {OOM}." if released else held)
    ax.set_ylabel("capability c (OOM above generation 0)", fontsize=10, color=style.INK)
    highest = max(1.0, float(steps["capability"].max()))
    lowest = min(0.0, float(steps["capability"].min()))
    ax.set_ylim(lowest - 0.02 * highest, 1.12 * highest)
    style.time_axis(ax, frames.model, frames.end)
    return fig


def headline(frames: Frames, steps: pd.DataFrame) -> tuple[str, str]:
    """Return what the figure says, and of what sample.

    The headline is the pace: how many releases in how much time, and when the highest whole
    number of OOM was reached that most replications reach; if there is none, when the first
    release was.

    Parameters
    ----------
    frames
        Log of a run or an ensemble.
    steps
        Result of `growth.trajectory`.
    """
    model, count = frames.model, frames.replications
    made = steps[steps["generation"] > 0]
    by_replication = steps["replication"]
    releases = (steps["generation"] > 0).groupby(by_replication).sum().to_numpy()
    # More than half of the replications have at least what the one in the middle has.
    middle = (len(releases) - 1) // 2
    median = int(np.sort(releases)[middle])
    same = releases.min() == releases.max()
    if not frames.early:
        span = f" in {words.duration(model.horizon)}"
    else:
        span = f" in {words.duration(frames.end)}" if count == 1 else ""
    held = words.upper_first(words.sample_of(frames))
    if made.empty:
        return f"Capability stays at 0: no generation is released{span}", held
    if count == 1:
        held += f"; capability {steps['capability'].iloc[-1]:.2f} OOM at the end"
    elif not same:
        held += f", with {releases.min()} to {releases.max()} releases each"
    if not median:
        return f"{(releases > 0).sum()} of {count} replications release a generation{span}", held
    text = f"{'' if same else 'About '}{words.count_of(median, 'release')}{span}"
    peaks = np.sort(steps["capability"].groupby(by_replication).max())
    level = int(np.floor(peaks[middle] + growth.ROUNDING))
    if level >= 1:
        times, what = growth.reached(steps, level), f"; {level} OOM reached"
        if (missing := np.isinf(times).sum()):
            held += f"; {count - missing} reach {level} OOM"
    else:
        first = made["time"].groupby(made["replication"]).min()
        times = first.reindex(by_replication.unique(), fill_value=np.inf)
        what = "," if same and median == 1 else ", the first"
    return f"{text}{what} {words.around(model, times)}", held


def _run(frames: Frames, ax: Axes, steps: pd.DataFrame) -> None:
    model, end = frames.model, frames.end
    times = np.append(steps["time"], end)
    levels = np.append(steps["capability"], steps["capability"].iloc[-1])
    x = style.positions(model, times)
    ax.step(x, levels, where="post", color=style.BLUE, linewidth=2)
    releases = steps[steps["generation"] > 0]
    if releases.empty:
        return
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
