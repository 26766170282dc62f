"""Cycle time of each generation, stacked by kind of time on its critical path.

The critical path of a generation is what its release waited for, step by step back to its start:
at each moment of the cycle something was being done or waited for, and without that moment the
release had come earlier. Its segments tile the cycle, so the parts of a bar sum to the cycle time
(`sim.metrics.critical_path`, `sim.metrics.kinds`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.metrics import ranks
from sim.metrics.kinds import KINDS
from sim.plots import capability, charts, kinds, style
from sim.plots.frames import Frames
from sim.plots.words import count_of, sample_of, upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BELOW = "generation<br>and how many runs released it"
SO_FAR = "so far"
NEVER = "This model releases no generations."
NOT_YET = "No generation was released in this time."
EMPTY = "Cycle time per generation"
"""Headline where there is nothing to show."""


@dataclass(frozen=True)
class _Bars:
    """What is drawn."""

    days: pd.DataFrame
    """Mean days by generation and kind."""
    counts: pd.Series
    """Number of replications that released the generation."""
    several: bool
    """Whether there are several replications."""
    pale: list[bool]
    """Whether some replications did not release it."""
    begun: tuple[int, float] | None
    """The unfinished generation of a single run, and its days so far."""

    @property
    def ticks(self) -> list[str]:
        """What stands below the bars."""
        if self.several:
            return [f"{g}\n{n}" for g, n in self.counts.items()]
        names = [f"{g}" for g in self.days.index]
        return names + ([f"{self.begun[0]}\n{SO_FAR}"] if self.begun else [])


def _can_draw(frames: Frames) -> bool:
    """Return whether there is a bar to draw."""
    rows = frames.generations
    made = rows["started"].notna() & (rows["outcome"] != "skipped")
    if frames.replications > 1:
        made &= rows["outcome"] == "released"
    return frames.model.generation_flow is not None and bool(made.any())


def shows(frames: Frames) -> bool:
    """Return whether there is something to show: only then is it worth a figure."""
    return _can_draw(frames) and capability.shows(frames)


def words(frames: Frames) -> tuple[str, str]:
    """Return what the figure says, and of what sample."""
    if not _can_draw(frames):
        text = NEVER if frames.model.generation_flow is None else NOT_YET
        return EMPTY, f"{text} {upper_first(sample_of(frames))}."
    bars = _bars(frames)
    return _finding(frames, bars), _how(frames, bars)


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw the cycle time of each generation as a stack; parameters as in `sim.plots`.

    One run: each generation, the unfinished one as an open bar up to the end of the run. An
    ensemble: the mean over the replications that released the generation, and their number.
    """
    fig, ax = style.start(ax)
    heading, how = words(frames)
    if not _can_draw(frames):
        style.note(ax, heading, how)
        return fig
    bars = _bars(frames)
    style.tidy(ax)
    heights = kinds.stack(ax, bars.days, bars.pale)
    if bars.begun:
        ax.bar(
            len(heights), bars.begun[1], kinds.WIDTH, facecolor="white", edgecolor=style.FAINT,
            linestyle="--", hatch="..", linewidth=0.8, label=SO_FAR,
        )
        heights = np.append(heights, bars.begun[1])
    kinds.legend(ax, bars.days, "where the time goes")
    kinds.label_bars(ax, heights, bars.ticks)
    ax.set_xlabel(_x_label(bars), fontsize=10, color=style.INK)
    ax.set_ylabel("cycle time (days)", fontsize=10, color=style.INK)
    style.title(ax, heading, how, width=86)
    return fig


def chart(frames: Frames) -> charts.Chart:
    """Return the same for the screen."""
    bars = _bars(frames)
    names = [f"Generation {g}{_of(bars, n)}" for g, n in bars.counts.items()]
    traces = kinds.traces(bars.days, names, bars.pale)
    if bars.begun:
        number, days = bars.begun
        text = f"Generation {number}<br>{kinds.in_days(days)} days so far: not released yet"
        outline = {"color": "rgba(128,128,128,0.15)", "line": {"color": "#808080", "width": 1},
                   "pattern": {"shape": ".", "fgcolor": "#808080", "size": 5}}
        traces += [
            {"type": "bar", "name": SO_FAR, "x": [len(names)], "y": charts.numbers([days], 4),
             "marker": outline, "width": kinds.WIDTH, "hovertext": [text], "hoverinfo": "text"},
            kinds.above([len(names)], [days]),
        ]
    return charts.chart(
        traces, x=BELOW if bars.several else "generation", y="cycle time (days)",
        xaxis=kinds.bar_axis(bars.ticks), yaxis={"rangemode": "tozero"}, **kinds.SCREEN,
    )


def _bars(frames: Frames) -> _Bars:
    several = frames.replications > 1
    rows = frames.generations
    counts = frames.cycle.groupby("generation")["replication"].nunique()
    days = kinds.wide(frames.cycle).div(counts, axis=0)
    begun = None
    unfinished = rows[(rows["outcome"] == "open").to_numpy() & rows["started"].notna()]
    if not several and len(unfinished):
        last = unfinished.iloc[-1]
        begun = int(last["generation"]), float(frames.end - last["started"])
    pale = (counts < frames.replications).tolist() if several else [False] * len(counts)
    return _Bars(days, counts, several, pale, begun)


def _of(bars: _Bars, count: int) -> str:
    return f", mean of {count_of(count, 'replication')}" if bars.several else ""


def _x_label(bars: _Bars) -> str:
    below = " (below: n, the replications that released it)" if bars.several else ""
    return f"generation{below}"


def _finding(frames: Frames, bars: _Bars) -> str:
    """Say how long the first and the last complete generation took, and with what."""
    days = bars.days[~np.array(bars.pale, dtype=bool)]
    if days.empty:
        return "No generation is complete yet"
    lengths = frames.cycle.groupby(["generation", "replication"])["days"].sum()
    first, last = days.index[0], days.index[-1]
    text = f"Generation {first} takes {length(lengths[first], ' days', '80%: ')}"
    if last != first:
        text += f", generation {last} takes {length(lengths[last])}"
    parts = days.loc[last]
    most = str(parts.idxmax())
    whose = "" if last == first else "its "
    return f"{text}; {whose}largest part: {KINDS[most].label}, {parts[most] / parts.sum():.0%}"


def length(days: pd.Series, unit: str = "", how: str = "") -> str:
    """Return the mean over replications, and the middle 80 %."""
    mean = f"{kinds.in_days(days.mean())}{unit}"
    low, high = (kinds.in_days(q) for q in ranks.of_times(days, style.BAND[::2]))
    return mean if low == high else f"{mean} ({how}{low} to {high})"


def _how(frames: Frames, bars: _Bars) -> str:
    what = "days from gate to release, by what was done or waited for on the critical path"
    if not bars.several:
        return f"{upper_first(what)}; hatched: waiting.\n{upper_first(sample_of(frames))}" + (
            "; dashed: not released yet" if bars.begun else ""
        )
    how = f"{upper_first(what)}; hatched: waiting.\nMean over {sample_of(frames)}"
    if any(bars.pale):
        how += "; pale: not all released it in time, the slow ones are missing"
    return how
