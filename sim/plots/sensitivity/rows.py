"""Rows of numbers with intervals, a row for each factor and a panel for each outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, style
from sim.plots.sensitivity import words as wording
from sim.plots.study import panels
from sim.plots.words import plain

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BAR, DOT, LUCK = style.SKY, style.RED, "#F0C36A"
"""Colours of the bar and the dot of a row, and of luck."""
BAR_LINE = style.BLUE
"""Colour of the bar's interval."""
MOST_ROWS = 16
"""Factors that are shown, those that matter most for the first outcome."""
GAP = 0.5
"""Room above the row of luck; rows are 1 apart."""
LANE = 0.16
"""How far above the middle of a row the dot stands, and below it the interval of the bar."""
ENDS = (-0.25, 1.05)
"""The most that axes show: shares are within 0 and 1, intervals of few rows go far beyond."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What rows are made of."""

    table: Callable[[Any, str], pd.DataFrame]
    """Rows of an outcome, the largest first."""
    bar: str
    """Column that is drawn as a bar, with `_low` and `_high`."""
    bar_name: str
    """What it is called."""
    dot: str
    """Column that is drawn as a dot, with `_low` and `_high`."""
    dot_name: str
    """What it is called."""
    x: str
    """Label of the horizontal axis."""
    luck: bool = False
    """Whether luck's share of the variance stands beside them."""
    noise: tuple[str, str] | None = None
    """Columns of what noise makes of the dot and of the bar; absent: not told."""


def order(found: Any, kind: Kind) -> list[str]:
    """Return the factors that are shown, those that matter most for the first outcome first."""
    first = kind.table(found, wording.outcomes(found)[0])
    return [str(name) for name in first["factor"]][:MOST_ROWS]


def shown(found: Any) -> list[str]:
    """Return the outcomes that have a panel."""
    return wording.outcomes(found)[: panels.MOST]


def figure(found: Any, kind: Kind, heading: Sequence[str], ax: Axes | None) -> Figure:
    """Draw rows of factors, a panel for each outcome, all on the same axis."""
    outcomes, factors = shown(found), order(found, kind)
    height = 1.15 + 0.4 * max(len(factors) + kind.luck, 4)
    fig, header, places = panels.start(
        ax, len(outcomes), height, across=min(len(outcomes), 3), shared=True
    )
    for place, outcome in zip(places, outcomes, strict=True):
        table = kind.table(found, outcome).set_index("factor").loc[factors]
        _rows(place, found, kind, outcome, table)
        place.set_xlim(*_ends(found, kind))
    y, names = _names(kind, factors)
    places[0].set_yticks(y, names)
    places[0].set_ylim(max(y) + 0.6, -0.6)
    _legend(places[min(len(places), 3) - 1], kind)
    style.title(header, *heading, width=88)
    return fig


def _names(kind: Kind, factors: list[str]) -> tuple[list[float], list[str]]:
    """Return the places of the rows, and their names."""
    y, names = [float(i) for i in range(len(factors))], [plain(name) for name in factors]
    return (y, names) if not kind.luck else ([*y, len(factors) + GAP], [*names, "luck"])


def _ends(found: Any, kind: Kind) -> tuple[float, float]:
    """Return the ends of the axis of all panels: they hold every interval, within `ENDS`."""
    columns = [f"{name}{end}" for name in (kind.bar, kind.dot) for end in ("", "_low", "_high")]
    factors, values = order(found, kind), [0.0]
    for outcome in shown(found):
        table = kind.table(found, outcome).set_index("factor").loc[factors, columns]
        values += [float(x) for x in table.to_numpy(float).ravel() if np.isfinite(x)]
        if kind.luck:
            luck = 1.0 - float(wording.variance(found, outcome)["share_low"])
            values += [luck] if np.isfinite(luck) else []
    low, high = min(values), max(values)
    edge = 0.03 * (high - low)
    return max(low - edge if low < 0 else 0.0, ENDS[0]), min(high + edge, ENDS[1])


def _rows(ax: Axes, found: Any, kind: Kind, outcome: str, table: pd.DataFrame) -> None:
    y = np.arange(len(table))
    ax.barh(y, table[kind.bar], 0.66, color=BAR)
    for name, colour, at in ((kind.bar, BAR_LINE, y + LANE), (kind.dot, style.INK, y - LANE)):
        ax.hlines(at, table[f"{name}_low"], table[f"{name}_high"], color=colour, linewidth=1.4)
    ax.plot(table[kind.dot], y - LANE, "o", color=DOT, markersize=5.5, markeredgecolor="white")
    if kind.luck:
        row = wording.variance(found, outcome)
        last = len(table) + GAP
        ax.barh([last], [1.0 - row["share"]], 0.66, color=LUCK)
        ax.hlines([last], 1.0 - row["share_high"], 1.0 - row["share_low"], color=style.INK,
                  linewidth=1.4)
    for name, lane in zip(kind.noise or (), (-LANE, LANE), strict=False):
        ax.vlines(table[name], y + lane - LANE, y + lane + LANE, color=style.INK, linewidth=1.6)
    ax.axvline(0.0, color=style.INK, linewidth=1)
    ax.set_title(plain(outcome), loc="left", fontsize=10, color=style.INK)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    ax.locator_params(axis="x", nbins=5)
    ax.set_xlabel(kind.x, fontsize=9, color=style.INK)


def _legend(ax: Axes, kind: Kind) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Patch(color=BAR, label=kind.bar_name),
        Line2D([], [], color=BAR_LINE, linewidth=1.4, label="its 90% interval"),
        Line2D([], [], marker="o", color=style.INK, markerfacecolor=DOT, markeredgecolor="white",
               linewidth=1.4, label=f"{kind.dot_name},\n90% interval"),
    ]
    if kind.luck:
        handles.append(Patch(color=LUCK, label="luck, of all\nvariance"))
    if kind.noise:
        handles.append(Line2D([], [], color=style.INK, linestyle="", marker="|", markersize=9,
                              markeredgewidth=1.6, label="noise: in the dot\n(above), in the bar"))
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9
    )


def chart(found: Any, kind: Kind, outcome: str) -> charts.Chart:
    """Return the rows of an outcome for the report."""
    factors = order(found, kind)
    table = kind.table(found, outcome).set_index("factor").loc[factors]
    y, names = _names(kind, factors)
    at = np.arange(len(table), dtype=float)
    traces = [
        {
            "type": "bar", "orientation": "h", "name": f"{kind.bar_name}, 90% interval",
            "legendgroup": kind.bar, "y": charts.numbers(at),
            "x": charts.numbers(table[kind.bar], 4), "marker": {"color": BAR}, "width": 0.66,
            **_told(table, kind.bar, kind.bar_name),
        },
        {
            "type": "scatter", "mode": "markers", "showlegend": False, "hoverinfo": "skip",
            "legendgroup": kind.bar, "y": charts.numbers(at + LANE),
            "x": charts.numbers(table[kind.bar], 4), "marker": {"color": BAR_LINE, "size": 1},
            "error_x": _error(*_three(table, kind.bar), BAR_LINE),
        },
        {
            "type": "scatter", "mode": "markers", "name": f"{kind.dot_name}, 90% interval",
            "y": charts.numbers(at - LANE), "x": charts.numbers(table[kind.dot], 4),
            "marker": {"color": DOT, "size": 9}, "error_x": _error(*_three(table, kind.dot)),
            **_told(table, kind.dot, kind.dot_name),
        },
    ]
    if kind.luck:
        row = wording.variance(found, outcome)
        ends = tuple(1.0 - float(row[name]) for name in ("share", "share_high", "share_low"))
        traces.append({
            "type": "bar", "orientation": "h", "name": "luck, of all variance", "y": y[-1:],
            "x": charts.numbers([ends[0]], 4), "marker": {"color": LUCK}, "width": 0.66,
            "error_x": _error(*np.array(ends)[:, None]),
            "hovertext": [f"luck: {wording.percent(*ends)} of all variance"], "hoverinfo": "text",
        })
    if kind.noise:
        traces.append(_noise(table, kind, at))
    return charts.chart(
        traces, x=kind.x, y="", hovermode="closest", barmode="overlay",
        height=150 + 34 * max(len(table) + kind.luck, 3),
        yaxis={"range": [max(y) + 0.6, -0.6], "tickvals": y, "ticktext": names, "showgrid": False},
        xaxis={"nticks": 6, "range": [float(f"{end:.4g}") for end in _ends(found, kind)]},
    )


def _noise(table: pd.DataFrame, kind: Kind, at: Any) -> charts.Trace:
    """Return short upright lines where noise stands, of the dot and of the bar of each row."""
    x, y, texts = list[float | None](), list[float | None](), list[str]()
    lanes = zip(kind.noise or (), (-LANE, LANE), (kind.dot_name, kind.bar_name), strict=True)
    for name, lane, of in lanes:
        places = zip(table.index, charts.numbers(table[name], 4), at + lane, strict=True)
        for factor, value, place in places:
            x += [value, value, None]
            y += [float(place - LANE), float(place + LANE), None]
            texts += [f"{plain(factor)}: noise in {of} {value:.2f}"] * 3
    return {
        "type": "scatter", "mode": "lines", "name": "noise: in the dot (above), in the bar",
        "x": x, "y": y, "line": {"color": style.FAINT, "width": 2}, "hovertext": texts,
        "hoverinfo": "text",
    }


def _three(table: pd.DataFrame, name: str) -> tuple[Any, Any, Any]:
    """Return a column and its ends."""
    middle, low, high = (table[f"{name}{end}"].to_numpy(float) for end in ("", "_low", "_high"))
    return middle, low, high


def _told(table: pd.DataFrame, name: str, what: str) -> dict[str, Any]:
    """Return what is told of each row under the pointer."""
    rows = zip(table.index, *_three(table, name), strict=True)
    texts = [f"{plain(factor)}: {what} {wording.index(*row)}" for factor, *row in rows]
    return {"hovertext": texts, "hoverinfo": "text"}


def _error(middle: Any, low: Any, high: Any, colour: str = style.FAINT) -> dict[str, Any]:
    return {
        "type": "data", "symmetric": False, "color": colour, "thickness": 1.5, "width": 3,
        "array": charts.numbers(high - middle, 4), "arrayminus": charts.numbers(middle - low, 4),
    }
