"""Flow time of research: days from an idea to its result, stacked by kind of time.

Each result is followed back to the first request of its item; the days are summed over the results
whose items began while a generation was being built, and divided by their number
(`sim.metrics.flow_time`, `sim.metrics.kinds`). Results before t = 0 are left out. Ideas that have
no result by the end of the run are not in it: those are the slow ones, so the last generations
seem quicker than they are, and are drawn pale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.metrics.kinds import KINDS
from sim.plots import charts, kinds, style
from sim.plots.frames import Frames
from sim.plots.words import sample_of, upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NONE = "Research has no results in this time."
NO_RESEARCH = "This model does no research."
EMPTY = "From idea to result"
"""Headline where there is nothing to show."""


@dataclass(frozen=True)
class _Bars:
    """What is drawn."""

    days: pd.DataFrame
    """Mean days by generation and kind."""
    items: pd.Series
    """Number of results by generation."""
    pale: list[bool]
    """Whether slow ideas are missing."""

    @property
    def ticks(self) -> list[str]:
        """What stands below the bars."""
        return [f"{g}\n{_short(n)}" for g, n in self.items.items()]


def shows(frames: Frames) -> bool:
    """Return whether research came to a result."""
    return bool(frames.model.research_flows) and bool((frames.flow_time["items"] > 0).any())


def words(frames: Frames) -> tuple[str, str]:
    """Return what the figure says, and of what sample."""
    if not shows(frames):
        text = NONE if frames.model.research_flows else NO_RESEARCH
        return EMPTY, f"{text} {upper_first(sample_of(frames))}."
    bars = _bars(frames)
    how = "Mean days from an idea to its result, by what was done or waited for; hatched: waiting."
    how += f"\n{upper_first(sample_of(frames))}, {_results(bars.items.sum())}"
    if any(bars.pale):
        how += "; pale: cut off by the end, the slow ideas are missing"
    return _finding(bars), how


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw the mean flow time of research by generation; parameters as in `sim.plots`.

    A bar for each generation that was being built when the ideas came up. An ensemble: the mean
    over the results of all replications.
    """
    fig, ax = style.start(ax)
    heading, how = words(frames)
    if not shows(frames):
        style.note(ax, heading, how)
        return fig
    bars = _bars(frames)
    style.tidy(ax)
    heights = kinds.stack(ax, bars.days, bars.pale)
    kinds.legend(ax, bars.days, "where the time goes")
    kinds.label_bars(ax, heights, bars.ticks)
    ax.set_xlabel(_x_label(frames), fontsize=10, color=style.INK)
    ax.set_ylabel("idea to result (days)", fontsize=10, color=style.INK)
    style.title(ax, heading, how, width=86)
    return fig


def chart(frames: Frames) -> charts.Chart:
    """Return the same for the screen."""
    bars = _bars(frames)
    names = [
        f"Ideas while generation {g} was built, {_results(n)}"
        for g, n in bars.items.items()
    ]
    return charts.chart(
        kinds.traces(bars.days, names, bars.pale),
        x="generation being built<br>and number of results", y="idea to result (days)",
        xaxis=kinds.bar_axis(bars.ticks), yaxis={"rangemode": "tozero"}, **kinds.SCREEN,
    )


def _bars(frames: Frames) -> _Bars:
    table = frames.flow_time[(frames.flow_time["items"] > 0).to_numpy()]
    each = table.drop_duplicates(["replication", "generation"])
    items = each.groupby("generation")["items"].sum()
    days = kinds.wide(table).div(items, axis=0)
    return _Bars(days, items, _cut_off(frames, each))


def _cut_off(frames: Frames, each: pd.DataFrame) -> list[bool]:
    """Return which generations some replication with results had not released by its end."""
    if frames.model.generation_flow is None:
        return [False] * each["generation"].nunique()
    rows = frames.generations
    released = rows[(rows["outcome"] == "released").to_numpy()]
    done = each.merge(released[["replication", "generation"]], how="left", indicator="made")
    return (done["made"] != "both").groupby(done["generation"]).any().tolist()


def _results(number: int) -> str:
    return "1 result" if number == 1 else f"{number:,} results"


def _short(number: int) -> str:
    """Return '870', '1.6k', '25k'."""
    if number < 1000:
        return f"{number}"
    return f"{number / 1000:.1f}k" if number < 9950 else f"{number / 1000:,.0f}k"


def _x_label(frames: Frames) -> str:
    if frames.model.generation_flow is None:
        return "all research (below: number of results)"
    return "generation being built when the idea came up (below: number of results)"


def _finding(bars: _Bars) -> str:
    """Say how long ideas took at first and at last, and with what."""
    whole = [g for g, weak in zip(bars.days.index, bars.pale, strict=True) if not weak]
    known = bars.days.loc[whole or bars.days.index]
    totals = known.sum(axis=1)
    first, last = known.index[0], known.index[-1]
    text = f"From idea to result: {kinds.in_days(totals[first])} days"
    if first != last:
        text += f" in generation {first}, {kinds.in_days(totals[last])} in generation {last}"
    parts = known.loc[last]
    most = str(parts.idxmax())
    whose = "" if first == last else "its "
    return f"{text}; {whose}largest part: {KINDS[most].label}, {parts[most] / parts.sum():.0%}"
