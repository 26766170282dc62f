"""METR's time horizon by date: capability as the length of the tasks that models can do."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import growth, ranks, readouts
from sim.model.readouts import RELIABLE, MetrHorizon
from sim.plots import capability, charts, style
from sim.plots import words as say
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MARKS = {8.0: "a day's work", 40.0: "a week's work", 167.0: "a month's work"}
"""Lengths of work that are marked: hours that one person is at work in this time."""
ROOM = 1.6
"""Factor between what is drawn and the ends of the axis."""
CLOSEST = 0.025
"""Least distance of two labels, as a share of the axis."""
WIDTH = 112
"""Characters in a line beneath the headline."""


def _can_draw(frames: Frames) -> bool:
    """Return whether the model releases generations and reads out their time horizons."""
    return bool(frames.model.generation_flow and frames.model.readouts.metr_horizon)


def shows(frames: Frames) -> bool:
    """Return whether there is something to show: only then is it worth a figure."""
    return _can_draw(frames) and capability.shows(frames)


def words(frames: Frames) -> tuple[str, str]:
    """Return what the figure says, and what is drawn, of what sample.

    The headline is the horizon at the start and the longest that at least half of the
    replications come to, and when the longest marked length of work is reached that these reach.
    """
    horizon, steps = _horizon(frames), frames.steps
    start = length(horizon.at_zero)
    span = "" if frames.early else f" in {say.duration(frames.model.horizon)}"
    beneath = (
        f"{say.upper_first(say.sample_of(frames))}. Length of software tasks, in a skilled "
        f"person's time, that the deployed model gets right half the time; assumed: {start} at "
        f"c = 0, {horizon.doublings_per_oom:g} doublings per OOM of effective compute. Grey: "
        f"{readouts.NOTE}."
    )
    if not (steps["generation"] > 0).any():
        return f"METR time horizon stays at {start}: no generation is released{span}", beneath
    peaks = steps["capability"].groupby(steps["replication"]).max()
    last = horizon.at(float(ranks.of_levels(peaks, 0.5)))
    text = f"METR time horizon goes from {start} to {length(last)}{span}"
    for hours, name in reversed(MARKS.items()):
        if horizon.at_zero < hours <= last:
            when = growth.reached(steps, _capability(horizon, hours))
            return f"{text}; {_mark(hours, name)} {say.around(frames.model, when)}", beneath
    return text, beneath


def _mark(hours: float, name: str, between: str = " ") -> str:
    """Return 'a week's work (40 h)'."""
    return f"{name}{between}({hours:g} h)"


def length(hours: float) -> str:
    """Return '12 min', '5.8 h', '1,300 h'."""
    return f"{say.number(60 * hours)} min" if hours < 1 else f"{say.number(hours)} h"


# --- print --------------------------------------------------------------------------------------


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw the horizon of the deployed model by date; parameters as in `sim.plots`.

    One run: a line with a mark at each release. An ensemble: the median and the band that holds
    80 % of the replications. The axis is logarithmic; grey: where METR calls measurements
    unreliable.
    """
    fig, ax = style.start(ax)
    if not _can_draw(frames):
        text = "This model releases no generations,\nor does not read out their time horizon."
        style.note(ax, "METR time horizon by date", text)
        return fig
    style.tidy(ax)
    steps = frames.steps
    days, *levels = _levels(frames, steps)
    headline, beneath = words(frames)
    style.title(ax, headline, textwrap.fill(beneath, WIDTH))
    ax.set_yscale("log")
    _draw(frames, ax, days, levels)
    low, high = _range(levels)
    _scale(ax, low, high)
    if len(levels) == 1:
        _number_releases(frames, ax, steps)
    ax.set_ylabel("METR time horizon (a person's work)", fontsize=10, color=style.INK)
    style.time_axis(ax, frames.model, frames.end)
    return fig


def _draw(frames: Frames, ax: Axes, days: Any, levels: list[Any]) -> None:
    """Draw one line, or a band with its median."""
    x = style.positions(frames.model, days)
    if len(levels) == 1:
        ax.step(x, levels[0], where="post", color=style.BLUE, linewidth=2)
        return
    low, middle, high = levels
    ax.step(x, middle, where="post", color=style.BLUE, linewidth=2.2, label="median")
    ax.fill_between(
        x, low, high, step="post", color=style.SKY, alpha=0.45, linewidth=0,
        label="middle 80% of replications",
    )
    ax.legend(loc="upper left", frameon=False, fontsize=9)


def _number_releases(frames: Frames, ax: Axes, steps: pd.DataFrame) -> None:
    """Mark the releases of a run; label those that are not too close to the one before."""
    made = steps[steps["generation"] > 0]
    at = style.positions(frames.model, made["time"])
    hours = readouts.at(made["capability"], frames.model)[readouts.HORIZON]
    ax.plot(at, hours, "o", color=style.BLUE, markersize=5, clip_on=False)
    last = -math.inf
    for x, y, generation in zip(at, hours, made["generation"], strict=True):
        if x - last >= CLOSEST * frames.end:
            last = x
            ax.annotate(
                f"{generation}", (x, y), (0, 5), textcoords="offset points", ha="center",
                va="bottom", fontsize=9, color=style.INK,
            )


def _scale(ax: Axes, low: float, high: float) -> None:
    """Set the logarithmic axis, with marked lengths of work and what METR cannot measure."""
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    ax.set_ylim(low, high)
    ticks = _ticks(low, high)
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_major_formatter(FixedFormatter([length(tick) for tick in ticks]))
    ax.yaxis.set_minor_locator(NullLocator())
    if high > RELIABLE:
        ax.axhspan(max(low, RELIABLE), high, color=style.GRID, alpha=0.4, linewidth=0, zorder=0)
    for hours, name in MARKS.items():
        if low < hours < high:
            ax.axhline(hours, color=style.FAINT, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
            ax.annotate(
                _mark(hours, name, "\n"), (1, hours), (5, 0), fontsize=9, color=style.INK,
                xycoords=ax.get_yaxis_transform(), textcoords="offset points", ha="left",
                va="center", annotation_clip=False,
            )


# --- the report's page --------------------------------------------------------------------------


def chart(frames: Frames) -> charts.Chart:
    """Return the same for the report, see `sim.plots.charts`."""
    if not _can_draw(frames):
        return charts.chart([], x="", y="")
    steps = frames.steps
    days, *levels = _levels(frames, steps)
    x = charts.times(frames.model, days)
    low, high = _range(levels)
    ends = charts.times(frames.model, [0.0, frames.end])
    traces = list(_marks(ends, low, high))
    hover = {"hovertemplate": "%{y:.3g} h"}
    line = {"shape": "hv", "color": style.BLUE, "width": 2.5}
    if len(levels) == 1:
        made = steps[steps["generation"] > 0]
        hours = readouts.at(made["capability"], frames.model)[readouts.HORIZON]
        traces.append({"x": x, "y": charts.numbers(levels[0]), "mode": "lines", "line": line,
                       "name": "deployed model", **hover})
        traces.append({
            "x": charts.times(frames.model, made["time"]), "y": charts.numbers(hours),
            "mode": "markers", "marker": {"color": style.BLUE, "size": 8}, "name": "release",
            "showlegend": False,
            "text": [f"generation {g}" for g in made["generation"].tolist()],
            "hovertemplate": "%{text}<extra></extra>",
        })
    else:
        bottom, middle, top = levels
        traces += charts.band(x, bottom, top, style.SKY, "middle 80%", shape="hv")
        traces.append({"x": x, "y": charts.numbers(middle), "mode": "lines", "line": line,
                       "name": "median", **hover})
    ticks = _ticks(low, high)
    axis = {
        "type": "log", "range": charts.numbers(np.log10([low, high])),
        "tickvals": charts.numbers(ticks), "ticktext": [length(tick) for tick in ticks],
    }
    return charts.chart(
        traces, x=charts.time_label(frames.model), y="METR time horizon", yaxis=axis,
        xaxis={"range": charts.times(frames.model, [0.0, frames.end])},
    )


def _marks(ends: list[Any], low: float, high: float) -> Iterator[charts.Trace]:
    """Yield traces behind the data: what METR cannot measure, and marked lengths of work.

    Horizons rise: there is room for the name of a mark on the left if it is well above the first.
    """
    if high > RELIABLE:
        edge = [max(low, RELIABLE)] * 2
        name = f"above {RELIABLE:g} h: unreliable"
        yield from charts.band(ends, edge, [high] * 2, "#8A8A8A", name)
    for hours, name in MARKS.items():
        if low < hours < high:
            right, text = hours < 2 * ROOM * low, _mark(hours, name)
            yield {
                "x": ends, "y": [hours] * 2, "mode": "lines+text",
                "text": ["", text] if right else [text, ""],
                "textposition": "bottom left" if right else "top right",
                "hoverinfo": "skip", "showlegend": False,
                "line": {"color": "#8A8A8A", "width": 1, "dash": "dash"},
            }


# --- what is drawn ------------------------------------------------------------------------------


def _horizon(frames: Frames) -> MetrHorizon:
    horizon = frames.model.readouts.metr_horizon
    assert horizon is not None
    return horizon


def _capability(horizon: MetrHorizon, hours: float) -> float:
    """Return the capability with such a horizon, OOM."""
    return math.log2(hours / horizon.at_zero) / horizon.doublings_per_oom


def _levels(frames: Frames, steps: pd.DataFrame) -> list[Any]:
    """Return times (days) and the horizon there: of the one run, or low, median, high.

    The horizon rises with capability: its quantiles are the horizons of capability's quantiles.
    """
    several = frames.replications > 1
    last = frames.whole if several else frames.end
    days = np.unique([0.0, *steps["time"], last])
    days = days[(days >= 0) & (days <= last)]
    if several:
        found = growth.quantiles(steps, days, style.BAND, ends=frames.ends).to_numpy().T
    else:
        found = growth.sample(steps, days)
    return [days, *(_hours(frames, level) for level in found)]


def _hours(frames: Frames, capability: Any) -> Any:
    return readouts.at(capability, frames.model)[readouts.HORIZON].to_numpy()


def _range(levels: list[Any]) -> tuple[float, float]:
    """Return the ends of the axis, hours."""
    return float(np.nanmin(levels)) / ROOM, float(np.nanmax(levels)) * ROOM


def _ticks(low: float, high: float) -> list[float]:
    """Return 1, 2, 5, 10, … within the ends; of more than three powers of ten only these."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    step = math.ceil(len(powers) / 8)
    digits = (1, 2, 5) if len(powers) <= 4 else (1,)
    ticks = [digit * 10.0**power for power in powers[::step] for digit in digits]
    return [tick for tick in ticks if low <= tick <= high]
