"""Queues: how many requests wait for each pool, over time."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import bins, charts, style
from sim.plots import words as texts
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEAST = 0.1
"""Pools with fewer requests waiting, in all bins on average, get no panel."""
HEIGHT = 92
"""Height of a panel of the interactive chart, pixels."""


def shows(frames: Frames) -> bool:
    """Return whether there is a queue to speak of."""
    return bool(_rows(frames))


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw the number of requests that wait, a panel for each pool; parameters as in `sim.plots`.

    One run: means in bins of time. An ensemble: the mean over replications, and the band that
    holds 80 % of them. Given axes must belong to a grid, as those of `Figure.subplots` do: their
    place is divided among the panels.
    """
    names = _rows(frames)
    if not names:
        fig, ax = style.start(ax)
        style.note(ax, *words(frames))
        return fig
    fig, ax = style.start(ax, 9.0, 1.5 + 1.1 * max(len(names), 2))
    panels = style.panels(ax, [1.0] * len(names))
    for name, panel in zip(names, panels, strict=True):
        style.tidy(panel)
        _draw(panel, frames, _values(frames, name))
        panel.set_ylim(0, max(1.0, 1.08 * panel.dataLim.y1))
        panel.locator_params(axis="y", integer=True, nbins=4)
        panel.set_ylabel(
            textwrap.fill(texts.plain(name), 20), rotation=0, ha="right", va="center", fontsize=9,
            color=style.INK, labelpad=8, multialignment="right",
        )
        bottom = panel is panels[-1]
        style.time_axis(panel, frames.model, frames.end, label=bottom)
        panel.tick_params(labelbottom=bottom)
    fig.align_ylabels(panels)
    style.title(panels[0], *words(frames), width=70)
    return fig


def words(frames: Frames) -> tuple[str, str]:
    """Return what the figure says, and what is drawn, of what sample."""
    if not frames.model.pools:
        return "Queues", "This model has no pools."
    names = _rows(frames)
    if not names:
        return "Queues", f"Hardly anything waits for a pool ({texts.sample_of(frames)})."
    means = {name: float(np.nanmean(_values(frames, name))) for name in names}
    longest = max(means, key=lambda name: means[name])
    text = (
        f"Longest queue on average: {texts.plain(longest)}, with "
        f"{texts.number(means[longest])} requests waiting{_when_longest(frames, longest)}"
    )
    how = texts.upper_first(texts.sample_of(frames))
    if frames.replications > 1:
        how = f"Mean of {texts.sample_of(frames)}, band: middle 80% of them"
    closed = any(pool.hours for pool in frames.model.pools.values())
    nights = ", nights and weekends included" if closed else ""
    how += f"; requests that wait for each pool, in bins of {bins.name_of(frames.step)}{nights}."
    few = [texts.plain(name) for name in frames.model.pools if name not in names]
    return text, how + (f"\nHardly a queue: {', '.join(few)}." if few else "")


def chart(frames: Frames) -> charts.Chart:
    """Return the same as plotly data."""
    names = _rows(frames)
    if not names:
        return charts.chart([], x="", y="")
    traces: list[charts.Trace] = []
    layout: dict[str, Any] = {"annotations": []}
    room, count = 0.26, len(names)
    for i, name in enumerate(names):
        axis = "y" if i == count - 1 else f"y{i + 2}"
        bottom, top = (count - 1 - i) / count, (count - i - room) / count
        layout[f"yaxis{axis[1:]}"] = {
            "domain": [bottom, top], "rangemode": "tozero", "nticks": 4,
            "automargin": True, "zeroline": False,
        }
        layout["annotations"].append({
            "text": f"waiting for {texts.plain(name)}", "x": 0, "y": top,
            "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom",
            "showarrow": False,
        })
        traces += [trace | {"yaxis": axis} for trace in _traces(frames, name, first=i == 0)]
    return charts.chart(
        traces, x=charts.time_label(frames.model), y="", height=70 + HEIGHT * count,
        hoversubplots="axis", legend={"orientation": "h", "yanchor": "top", "y": -40 / (
            HEIGHT * count), "x": 0}, **layout,
    )


def _traces(frames: Frames, name: str, *, first: bool) -> list[charts.Trace]:
    values = _values(frames, name)
    x = charts.times(frames.model, _edges(values))
    mean = values.mean(axis=1).to_numpy()
    traces: list[charts.Trace] = []
    if values.shape[1] > 1:
        low, high = (np.append(v, v[-1]) for v in _band(values))
        label = "middle 80% of replications"
        traces = charts.band(x, low, high, style.RED, label, shape="hv")
        traces[1]["showlegend"] = first
    mode = {"fill": "tozeroy", "fillcolor": "rgba(213,94,0,0.15)"} if not traces else {}
    traces.append({
        "x": x, "y": charts.numbers(np.append(mean, mean[-1]), 3), "mode": "lines",
        "name": "mean" if traces else "requests waiting", "showlegend": first and bool(traces),
        "line": {"shape": "hv", "color": style.RED, "width": 1.6}, "legendgroup": "mean",
        "hovertemplate": f"%{{y:.3~g}} wait for {texts.plain(name)}<extra></extra>", **mode,
    })
    return traces


def _rows(frames: Frames) -> list[str]:
    """Return the pools with a queue to speak of."""
    means = frames.waiting.groupby(["pool", "start"], observed=True)["waiting"].mean()
    longest = means.groupby("pool", observed=True).max()
    return [name for name in frames.model.pools if longest.get(name, 0.0) >= LEAST]


def _values(frames: Frames, name: str) -> pd.DataFrame:
    """Return the queue lengths of a pool: a row per bin, a column per replication."""
    rows = frames.waiting[(frames.waiting["pool"] == name).to_numpy()]
    values = rows.pivot(index="start", columns="replication", values="waiting")
    values.attrs["end"] = float(rows["end"].max())
    return values


def _edges(values: pd.DataFrame) -> Any:
    return np.append(values.index.to_numpy(float), values.attrs["end"])


def _band(values: pd.DataFrame) -> tuple[Any, Any]:
    low, high = (values.quantile(q, axis=1).to_numpy() for q in style.BAND[::2])
    return low, high


def _when_longest(frames: Frames, name: str) -> str:
    """Return when a queue is longest, and how long it is then."""
    mean = _values(frames, name).mean(axis=1)
    if not mean.max() >= 2 * mean.mean():
        return ""
    peak = float(mean.idxmax())
    return f"; at its longest {texts.number(mean.max())} ({texts.date(frames.model, peak)})"


def _draw(ax: Axes, frames: Frames, values: pd.DataFrame) -> None:
    edges = style.positions(frames.model, _edges(values))
    mean = values.mean(axis=1).to_numpy()
    if values.shape[1] > 1:
        low, high = _band(values)
        ax.stairs(high, edges, baseline=low, fill=True, color=style.RED, alpha=0.25)
    else:
        ax.stairs(mean, edges, fill=True, color=style.RED, alpha=0.15)
    ax.stairs(mean, edges, baseline=None, color=style.RED, linewidth=1.4)
