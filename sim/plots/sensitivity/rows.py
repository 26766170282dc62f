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
MOST_ROWS = 16
"""Factors that are shown, those that matter most for the first outcome."""
GAP = 0.5
"""Room above the row of luck; rows are 1 apart."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What rows are made of."""

    table: Callable[[Any, str], pd.DataFrame]
    """Rows of an outcome, the largest first."""
    bar: str
    """Column that is drawn as a bar."""
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
    line: str = ""
    """Column of a number that a dashed line stands at; empty: no line."""
    line_name: str = ""
    """What it is called."""


def order(found: Any, kind: Kind) -> list[str]:
    """Return the factors that are shown, those that matter most for the first outcome first."""
    first = kind.table(found, wording.outcomes(found)[0])
    return [str(name) for name in first["factor"]][:MOST_ROWS]


def shown(found: Any) -> list[str]:
    """Return the outcomes that have a panel."""
    return wording.outcomes(found)[: panels.MOST]


def figure(found: Any, kind: Kind, heading: Sequence[str], ax: Axes | None) -> Figure:
    """Draw rows of factors, a panel for each outcome."""
    outcomes, factors = shown(found), order(found, kind)
    height = 1.15 + 0.33 * max(len(factors) + kind.luck, 4)
    fig, header, places = panels.start(
        ax, len(outcomes), height, across=min(len(outcomes), 3), shared=True
    )
    for place, outcome in zip(places, outcomes, strict=True):
        table = kind.table(found, outcome).set_index("factor").loc[factors]
        _rows(place, found, kind, outcome, table)
    y, names = list(range(len(factors))), [plain(name) for name in factors]
    if kind.luck:
        y, names = [*y, len(factors) + GAP], [*names, "luck"]  # type: ignore[list-item]
    places[0].set_yticks(y, names)
    places[0].set_ylim(max(y) + 0.6, -0.6)
    _legend(places[min(len(places), 3) - 1], kind)
    style.title(header, *heading, width=88)
    return fig


def _rows(ax: Axes, found: Any, kind: Kind, outcome: str, table: pd.DataFrame) -> None:
    y = np.arange(len(table))
    ax.barh(y, table[kind.bar], 0.56, color=BAR)
    ends = table[f"{kind.dot}_low"], table[f"{kind.dot}_high"]
    ax.hlines(y, *ends, color=style.INK, linewidth=1.2)
    ax.plot(table[kind.dot], y, "o", color=DOT, markersize=5.5, markeredgecolor="white")
    if kind.luck:
        row = wording.variance(found, outcome)
        at = len(table) + GAP
        ax.barh([at], [1.0 - row["share"]], 0.56, color=LUCK)
        ax.hlines([at], 1.0 - row["share_high"], 1.0 - row["share_low"], color=style.INK,
                  linewidth=1.2)
    if kind.line:
        at = float(table[kind.line].iloc[0])
        ax.axvline(at, color=style.FAINT, linestyle="--", zorder=1.5)
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
        Line2D([], [], marker="o", color=style.INK, markerfacecolor=DOT, markeredgecolor="white",
               linewidth=1.2, label=kind.dot_name),
    ]
    if kind.luck:
        handles.append(Patch(color=LUCK, label="luck, of all\nvariance"))
    if kind.line:
        handles.append(Line2D([], [], color=style.FAINT, linestyle="--", label=kind.line_name))
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9
    )


def chart(found: Any, kind: Kind, outcome: str) -> charts.Chart:
    """Return the rows of an outcome for the report."""
    table = kind.table(found, outcome).set_index("factor").loc[order(found, kind)]
    names = [plain(name) for name in table.index]
    dots, lows, highs = (
        table[name].to_numpy(float) for name in (kind.dot, f"{kind.dot}_low", f"{kind.dot}_high")
    )
    traces = [
        {
            "type": "bar", "orientation": "h", "name": kind.bar_name.replace("\n", " "), "y": names,
            "x": charts.numbers(table[kind.bar], 4), "marker": {"color": BAR},
            "hovertemplate": f"%{{y}}: {kind.bar_name} %{{x:.2f}}<extra></extra>",
        },
        {
            "type": "scatter", "mode": "markers", "name": kind.dot_name.replace("\n", " "),
            "y": names, "x": charts.numbers(dots, 4), "marker": {"color": DOT, "size": 9},
            "error_x": _error(dots, lows, highs),
            "text": [wording.index(*row) for row in zip(dots, lows, highs, strict=True)],
            "hovertemplate": f"%{{y}}: {kind.dot_name} %{{text}}<extra></extra>",
        },
    ]
    if kind.luck:
        row = wording.variance(found, outcome)
        ends = tuple(1.0 - float(row[name]) for name in ("share", "share_high", "share_low"))
        traces.append({
            "type": "bar", "orientation": "h", "name": "luck, of all variance", "y": ["luck"],
            "x": charts.numbers([ends[0]], 4), "marker": {"color": LUCK},
            "error_x": _error(*(np.array([end]) for end in ends)),
            "text": [wording.percent(*ends)], "textposition": "none",
            "hovertemplate": "luck: %{text} of all variance<extra></extra>",
        })
    more: dict[str, Any] = {}
    if kind.line:
        at = float(table[kind.line].iloc[0])
        more["shapes"] = [{
            "type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1,
            "line": {"color": style.FAINT, "dash": "dash", "width": 1.5},
        }]
    return charts.chart(
        traces, x=kind.x, y="", hovermode="closest", barmode="overlay",
        height=150 + 30 * max(len(table) + kind.luck, 3),
        yaxis={"autorange": "reversed", "showgrid": False}, xaxis={"nticks": 6}, **more,
    )


def _error(middle: Any, low: Any, high: Any) -> dict[str, Any]:
    return {
        "type": "data", "symmetric": False, "color": style.FAINT, "thickness": 1.5,
        "array": charts.numbers(high - middle, 4), "arrayminus": charts.numbers(middle - low, 4),
    }
