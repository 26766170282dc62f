"""Stocks of know-how by date, as the factors that they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import stocks
from sim.plots import charts, style
from sim.plots import words as texts
from sim.plots.frames import Frames

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MEANING = {
    "algorithms": "so many times less compute\ntrains as good a model",
    "infrastructure": "so many times as much is\ndone by a unit of compute",
}
POINTS = 180
"""Times at which the stocks are drawn."""
AXIS = "factor (generation 0's recipe: ×1)"
BAND = "middle 80% of replications"
MOST_TICKS = 30
"""With more releases than this none is marked."""


def shows(frames: Frames) -> bool:
    """Return whether there are stocks."""
    return bool(frames.model.stocks)


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw exp(x) of each stock x on a logarithmic axis; parameters as in `sim.plots`.

    One run: lines, with a tick below at each release. An ensemble: medians, the bands that hold
    80 % of the replications, and a tick at each generation's median date of release.
    """
    fig, ax = style.start(ax)
    if not shows(frames):
        style.note(ax, *words(frames))
        return fig
    style.tidy(ax)
    times = _times(frames)
    x = style.positions(frames.model, times)
    highest = 1.0
    for name, (colour, dashes, _) in zip(frames.model.stocks, style.LINES, strict=False):
        low, middle, high = _factors(frames, name, times)
        if frames.replications > 1:
            ax.fill_between(x, low, high, color=colour, alpha=0.22, linewidth=0)
        last = middle[np.isfinite(middle)][-1]
        label = f"{texts.plain(name)} {texts.times(last)}\n{_meaning(name)}"
        ax.plot(x, middle, color=colour, linestyle=dashes, linewidth=2, label=label)
        highest = max(highest, float(np.nanmax(high)))
    _axis(ax, highest)
    _mark_releases(ax, frames)
    ax.legend(
        loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9,
        labelspacing=0.9, handlelength=2.6,
    )
    ax.set_ylabel(AXIS, fontsize=10, color=style.INK)
    style.time_axis(ax, frames.model, frames.end)
    style.title(ax, *words(frames))
    return fig


def words(frames: Frames) -> tuple[str, str]:
    """Return what the figure says, and what is drawn, of what sample."""
    if not shows(frames):
        return "Stocks of know-how", "This model has no stocks."
    times = _times(frames)
    parts = []
    for name in frames.model.stocks:
        low, middle, high = _factors(frames, name, times)[:, -1]
        text = f"{texts.plain(name)} {texts.times(middle)}"
        spread = f"{texts.times(low)} to {texts.times(high)}"
        parts.append(text + (f" (80%: {spread})" if frames.replications > 1 else ""))
    span = texts.duration(times[-1])
    how = texts.upper_first(texts.sample_of(frames))
    if frames.replications > 1:
        how = f"Median of {texts.sample_of(frames)}, band: middle 80%"
    marks = _releases(frames)
    if len(marks):
        many = frames.replications > 1
        how += "; ticks below: " + ("median dates of release" if many else "releases")
    return f"Know-how after {span}: {'; '.join(parts)}", f"{how}."


def chart(frames: Frames) -> charts.Chart:
    """Return the same as plotly data."""
    times = _times(frames)
    x = charts.times(frames.model, times)
    traces: list[charts.Trace] = []
    highest = 1.0
    for name, (colour, _, dash) in zip(frames.model.stocks, style.LINES, strict=False):
        low, middle, high = _factors(frames, name, times)
        spread = ""
        if frames.replications > 1:
            bands = charts.band(x, low, high, colour, BAND)
            bands[1]["showlegend"] = False
            traces += [band | {"legendgroup": name} for band in bands]
            spread = " (80%: ×%{customdata[0]:,.3~g} to ×%{customdata[1]:,.3~g})"
            pairs = zip(charts.numbers(low, 4), charts.numbers(high, 4), strict=True)
        traces.append({
            "x": x, "y": charts.numbers(middle, 4), "mode": "lines", "name": texts.plain(name),
            "line": {"color": colour, "width": 2.5, "dash": dash}, "legendgroup": name,
            "hovertemplate": f"×%{{y:,.3~g}}{spread}",
        })
        if spread:
            traces[-1]["customdata"] = [list(pair) for pair in pairs]
        highest = max(highest, float(np.nanmax(high, initial=1.0)))
    if len(marks := _releases(frames)):
        traces.append({
            "x": charts.times(frames.model, list(marks.values())), "y": [1.0] * len(marks),
            "mode": "markers", "name": "releases", "customdata": list(marks),
            "marker": {"symbol": "line-ns-open", "size": 12, "color": "#8C8C8C"},
            "hovertemplate": "generation %{customdata} released",
        })
    ticks = _ticks(highest)
    return charts.chart(
        traces, x=charts.time_label(frames.model), y="factor (×)", log=True,
        yaxis={"type": "log", "tickmode": "array", "tickvals": ticks,
               "ticktext": [texts.times(tick) for tick in ticks]},
        xaxis={"range": charts.times(frames.model, [0.0, frames.end])},
    )


def _times(frames: Frames) -> Any:
    """Return when the stocks are looked at: from t = 0 until the first replication ends."""
    return np.linspace(0.0, frames.whole, POINTS)


def _factors(frames: Frames, name: str, times: Any) -> Any:
    """Return the factor's quantiles (rows, those of `style.BAND`) at each time (columns)."""
    return stocks.quantiles(
        frames.stocks, name, times, style.BAND, ends=frames.ends, column="factor"
    ).to_numpy().T


def _releases(frames: Frames) -> dict[int, float]:
    """Return when each generation is out (of an ensemble: in half of it), days."""
    dates = frames.release_dates[0.5]
    known = {int(g): float(day) for g, day in dates.items() if np.isfinite(day)}
    return known if len(known) <= MOST_TICKS else {}


def _meaning(name: str) -> str:
    return MEANING.get(name, "")


def _ticks(highest: float) -> list[float]:
    """Return round factors from 1 to the highest."""
    few = (1, 2, 5) if highest < 2000 else (1,)
    decades = range(int(np.log10(highest)) + 2)
    if highest < 2.5:
        return [1.0, 1.2, 1.5, 2.0, 3.0] if highest < 1.6 else [1.0, 1.5, 2.0, 3.0]
    steps = [d * 10.0**k for k in decades for d in few]
    steps = [step for step in steps if step <= 2 * highest]
    every = max(1, -(-len(steps) // 12))
    return [float(step) for step in steps[::every]]


def _axis(ax: Axes, highest: float) -> None:
    from matplotlib.ticker import NullLocator

    ax.set_yscale("log")
    ticks = [tick for tick in _ticks(highest) if tick <= max(1.08 * highest, 1.6)]
    ax.set_yticks(ticks, [texts.times(tick) for tick in ticks])
    ax.yaxis.set_minor_locator(NullLocator())
    top = max(1.08 * highest, 1.6)
    ax.set_ylim(top**-0.06, top)


def _mark_releases(ax: Axes, frames: Frames) -> None:
    marks = _releases(frames)
    if marks:
        at = style.positions(frames.model, list(marks.values()))
        ax.plot(
            at, np.full(len(at), 0.012), "|", color=style.FAINT, markersize=9, markeredgewidth=1.5,
            transform=ax.get_xaxis_transform(), clip_on=False,
        )
