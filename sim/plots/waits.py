"""Waits: the share of each pool's requests that wait longer than a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import bins, charts, style
from sim.plots import words as texts
from sim.plots.frames import Frames

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TICKS = {
    "1 min": 1 / 1440, "10 min": 1 / 144, "1 h": 1 / 24, "8 h": 1 / 3, "1 d": 1.0, "1 week": 7.0,
    "1 month": 365.25 / 12, "1 year": 365.25, "10 years": 3652.5, "100 years": 36525.0,
}
SHORT = {"1 min": "1 min", "1 h": "1 h", "1 d": "1 d", "1 week": "1 w", "1 year": "1 y"}
"""The ticks that fit on a phone."""
FAR = 0.001
"""Pools of whose requests fewer wait a minute are not shown; the axis ends where no more do."""
MANY = 30
"""Requests that a pool must have to be named in the headline, if one has so many."""
LABEL = "share of requests that wait longer"
AXIS = "waiting time t"


def shows(frames: Frames) -> bool:
    """Return whether requests wait a minute: at least `FAR` of those to some pool."""
    return bool(_rows(frames))


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw P(wait > t) of each pool on a logarithmic axis of time; parameters as in `sim.plots`.

    Requests of all replications together; those that still wait at the end are censored there.
    """
    fig, ax = style.start(ax)
    names = _rows(frames)
    if not names:
        style.note(ax, *words(frames))
        return fig
    from matplotlib.ticker import NullLocator, PercentFormatter

    style.tidy(ax)
    for name, (colour, dashes, _) in zip(names, _looks(frames, names), strict=True):
        times, longer = _curve(frames, name)
        key = _key(frames, name)
        ax.plot(times, longer, color=colour, linestyle=dashes, linewidth=2, label=key)
    ax.set_xscale("log")
    ticks = {text: days for text, days in TICKS.items() if days <= _last(frames)}
    ax.set_xlim(TICKS["1 min"], _last(frames))
    ax.set_xticks(list(ticks.values()), list(ticks))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_ylim(0, 1.02)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.set_xlabel(AXIS, fontsize=10, color=style.INK)
    ax.set_ylabel(LABEL, fontsize=10, color=style.INK)
    ax.legend(
        loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=8.5,
        labelspacing=0.9, handlelength=2.6,
    )
    style.title(ax, *words(frames))
    return fig


def words(frames: Frames) -> tuple[str, str]:
    """Return what the figure says, and what is drawn, of what sample."""
    names = _rows(frames)
    held = texts.sample_of(frames)
    if not names:
        none = f"Hardly any request waits a minute for a pool ({held})."
        return "Waits", none if frames.model.pools else "This model has no pools."
    known = [name for name in names if _of(frames, name, "requests") >= MANY]
    first = (known or names)[0]
    tenth = _of(frames, first, 0.9)
    text = f"Longest waits: {texts.plain(first)}, where 1 in 10 requests waits more than "
    text += f"{texts.brief(tenth)}" if np.isfinite(tenth) else "the run lasts"
    text += f"; {_of(frames, first, 'at_once'):.0%} do not wait"
    how = f"{texts.upper_first(held)}; requests from t = 0 on"
    if any(pool.hours for pool in frames.model.pools.values()):
        how += ", their nights and weekends included"
    open_ = int(frames.waits["still_waiting"].sum())
    if open_:
        how += f"; {texts.count_of(open_, 'request')} still waiting at the end counted as such"
    few = names[: names.index(first)]
    if few:
        counts = (f"{texts.plain(n)} ({_of(frames, n, 'requests'):.0f})" for n in few)
        how += f"; too few requests for the headline: {', '.join(counts)}"
    others = [texts.plain(name) for name in frames.model.pools if name not in names]
    return text, f"{how}." + (f"\nHardly a wait: {', '.join(others)}." if others else "")


def chart(frames: Frames) -> charts.Chart:
    """Return the same as plotly data."""
    traces = []
    names = _rows(frames)
    for name, (colour, _, dash) in zip(names, _looks(frames, names), strict=True):
        times, longer = _curve(frames, name)
        traces.append({
            "x": charts.numbers(times, 4), "y": charts.numbers(longer, 4), "mode": "lines",
            "name": texts.plain(name), "line": {"color": colour, "dash": dash, "width": 2},
            "text": [texts.brief(t) for t in times],
            "hovertemplate": f"%{{y:.1%}} of requests to {texts.plain(name)} wait longer than "
            f"%{{text}}<br>{_facts(frames, name)}<extra></extra>",
        })
    ticks = {short: TICKS[text] for text, short in SHORT.items()}
    ends = np.log10([0.8 * TICKS["1 min"], _last(frames)])
    return charts.chart(
        traces, x=AXIS, y="share that waits longer", log=True, hovermode="closest",
        legend={"orientation": "h", "yanchor": "top", "y": -0.3, "x": 0},
        xaxis={"type": "log", "range": charts.numbers(ends), "tickmode": "array",
               "tickvals": list(ticks.values()), "ticktext": list(ticks)},
        yaxis={"tickformat": ".3~%", "rangemode": "tozero"},
    )


def _rows(frames: Frames) -> list[str]:
    """Return the pools that are waited for, the longest waits first."""
    table = frames.waits_longer
    late = table.groupby("pool", observed=True)["longer"].max().dropna()
    names = [str(name) for name in late.index[late.to_numpy() >= FAR]]
    return sorted(names, key=lambda name: [-_of(frames, name, q) for q in (0.9, 0.5, 0.99)])


def _looks(frames: Frames, names: list[str]) -> list[tuple[str, str, str]]:
    """Return colour and dashes of each pool: the same in all runs of a model."""
    order = list(frames.model.pools)
    return [style.LINES[order.index(name) % len(style.LINES)] for name in names]


def _of(frames: Frames, name: str, column: Any) -> float:
    """Return a fact on a pool's waits: a quantile (days) or the share that does not wait."""
    return float(frames.waits.set_index("pool").loc[name, column])


def _curve(frames: Frames, name: str) -> tuple[Any, Any]:
    """Return times, and the share that waits longer, up to the end of the axis."""
    longer = frames.waits_longer.loc[(frames.waits_longer["pool"] == name).to_numpy(), "longer"]
    times = bins.WAITS[: bins.WAITS.searchsorted(_last(frames)) + 1]
    return times, longer.to_numpy()[: len(times)]


def _last(frames: Frames) -> float:
    """Return where the axis of time ends: where hardly any request of any pool waits longer."""
    longer = frames.waits_longer["longer"].to_numpy().reshape(-1, len(bins.WAITS))
    late = np.flatnonzero((longer > FAR).any(axis=0))
    return float(bins.WAITS[min(max(late, default=0) + 2, len(bins.WAITS) - 1)])


def _facts(frames: Frames, name: str) -> str:
    """Return how many do not wait, and how long most of the others do."""
    at_once = _of(frames, name, "at_once")
    levels = {"half": 0.5, "90%": 0.9, "99%": 0.99}
    later = [
        f"{text} within {texts.brief(_of(frames, name, level))}"
        for text, level in levels.items() if level > at_once + 1e-9
    ]
    return f"{at_once:.0%} do not wait; {', '.join(later[:2])}"


def _key(frames: Frames, name: str) -> str:
    """Return the legend's text of a pool."""
    requests = texts.count_of(int(_of(frames, name, "requests")), "request")
    return f"{texts.plain(name)} ({requests})\n" + _facts(frames, name).replace("; ", "\n")
