"""How kinds of time are drawn: colours, hatches, stacks and their legends, on paper and screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics.kinds import KINDS
from sim.plots import charts, style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch

WIDTH = 0.72
"""Width of a bar."""
PALE = 0.45
"""Opacity of bars that are not to be relied on."""
MOST_LABELS = 25
"""Beyond this number of bars not each gets a label."""
THIN = 0.015
"""Share of the highest bar up to which a part gets no line below it: that would cover it."""
DARKER = 0.45
"""How much darker than its ground a hatch is."""
EDGE = "rgba(128,128,128,0.7)"
"""Outline of bars on the screen: tints stand out on white, deep colours on a dark ground."""
SCREEN: dict[str, Any] = {
    "height": 480, "barmode": "stack", "hovermode": "closest",
    "legend": {
        "orientation": "h", "yanchor": "top", "y": -0.29, "x": 0, "maxheight": 1000,
        "traceorder": "normal", "entrywidth": 101, "font": {"size": 10},
    },
}
"""Layout of charts with a legend of many kinds: two columns of it on a phone."""


def look(kind: str) -> dict[str, Any]:
    """Return how matplotlib draws a kind: waits are hatched in a darker shade."""
    colour = style.KIND_COLOURS[kind]
    found: dict[str, Any] = {"facecolor": colour, "linewidth": 0}
    if KINDS[kind].waiting:
        found |= {"edgecolor": _shade(colour), "hatch": 4 * style.KIND_HATCHES[kind]}
    return found


def marker(kind: str) -> dict[str, Any]:
    """Return the same for a plotly bar."""
    colour = style.KIND_COLOURS[kind]
    found: dict[str, Any] = {"color": colour, "line": {"color": EDGE, "width": 0.5}}
    if KINDS[kind].waiting:
        found["pattern"] = {
            "shape": style.KIND_HATCHES[kind], "fgcolor": _shade(colour), "bgcolor": colour,
            "size": 6, "solidity": 0.2,
        }
    return found


def swatch(kind: str, label: str) -> Patch:
    """Return the entry of a kind in a legend."""
    from matplotlib.patches import Patch

    return Patch(label=label, **look(kind))


def present(days: pd.DataFrame) -> list[str]:
    """Return the kinds that took any time, in order; `days` has a column for each kind."""
    return [kind for kind in KINDS if kind in days and (days[kind] > 0).any()]


def wide(table: pd.DataFrame) -> pd.DataFrame:
    """Return `days` summed over replications: a row per generation, a column per kind."""
    sums = table.groupby(["generation", table["kind"].astype(str)])["days"].sum()
    return sums.unstack("kind", fill_value=0.0).reindex(columns=list(KINDS), fill_value=0.0)


def stack(ax: Axes, days: pd.DataFrame, pale: Sequence[bool]) -> Any:
    """Draw a bar per row, its kinds on top of each other; return the heights."""
    x, bottom = np.arange(len(days)), np.zeros(len(days))
    least = THIN * days.sum(axis=1).max()
    for kind in present(days):
        height = days[kind].to_numpy()
        bars = ax.bar(x, height, WIDTH, bottom=bottom, label=kind, **look(kind))
        for bar, weak in zip(bars, pale, strict=True):
            bar.set_alpha(PALE if weak else None)
        thick = (height > least) & (bottom > 0)
        edges = (x[thick] - WIDTH / 2, x[thick] + WIDTH / 2)
        ax.hlines(bottom[thick], *edges, color="white", linewidth=0.6)
        bottom = bottom + height
    return bottom


def legend(ax: Axes, days: pd.DataFrame, heading: str) -> None:
    """Name the kinds beside the axes, in the order in which they are stacked."""
    tallest = days.sum(axis=1).max() if len(days) else 0.0
    entries = []
    for kind in present(days)[::-1]:
        most = days[kind].max()
        unseen = f" (at most {most:.1g} days)" if most < tallest / 200 else ""
        entries.append(swatch(kind, KINDS[kind].label + unseen))
    if entries:
        beside(ax, entries, heading)


def beside(ax: Axes, entries: Sequence[Any], heading: str) -> None:
    """Put a legend to the right of the axes."""
    ax.legend(
        handles=list(entries), loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False,
        fontsize=9, title=heading, title_fontsize=9, alignment="left", handleheight=1.1,
    )


def label_bars(ax: Axes, heights: Any, ticks: Sequence[str]) -> None:
    """Write heights above the bars and names below them, fewer if there are many."""
    count = len(heights)
    every, size = -(-count // MOST_LABELS), 9 if count <= 14 else 7
    ax.set_xticks(np.arange(count)[::every], list(ticks)[::every])
    for x, height in list(enumerate(heights)) if count <= MOST_LABELS else ():
        ax.annotate(
            in_days(height), (x, height), (0, 3), textcoords="offset points", ha="center",
            va="bottom", fontsize=size, color=style.INK,
        )
    room = max(0.0, (4 - count) / 2)
    ax.set_xlim(-0.6 - room, count - 0.4 + room)
    ax.set_ylim(0, 1.1 * max(np.max(heights, initial=0.0), 1e-9))
    ax.tick_params(axis="x", length=0, labelsize=size)


def in_days(days: float) -> str:
    """Return a number of days as short as can be: '120', '3.4', '0.05'."""
    if days >= 9.95 or days == 0:
        return f"{days:,.0f}"
    return f"{days:.1f}" if days >= 0.95 else f"{days:.1g}"


def traces(days: pd.DataFrame, names: Sequence[str], pale: Sequence[bool]) -> list[charts.Trace]:
    """Return the stack for the screen, and the totals above it.

    Parameters
    ----------
    days
        A row per bar, a column per kind.
    names
        What the bars are, for their hover text.
    pale
        Which of them are drawn pale.
    """
    x = list(range(len(days)))
    totals = days.sum(axis=1).to_numpy()
    found = []
    for kind in present(days):
        values, label = days[kind].to_numpy(), KINDS[kind].label
        bars = marker(kind)
        bars["opacity"] = [PALE if weak else 1.0 for weak in pale]
        texts = [
            f"{name}<br>{label}: {in_days(value)} of {in_days(total)} days"
            f" ({value / total if total else 0:.0%})"
            for name, value, total in zip(names, values, totals, strict=True)
        ]
        found.append({
            "type": "bar", "name": label, "x": x, "y": charts.numbers(values, 4),
            "marker": bars, "width": WIDTH, "hovertext": texts, "hoverinfo": "text",
        })
    if len(x) <= MOST_LABELS:
        found.append(above(x, totals))
    return found


def above(x: Sequence[Any], totals: Any) -> charts.Trace:
    """Return the numbers above bars."""
    return {
        "type": "scatter", "mode": "text", "x": list(x), "y": charts.numbers(totals, 4),
        "text": [in_days(total) for total in totals], "textposition": "top center",
        "showlegend": False, "hoverinfo": "skip", "cliponaxis": False,
    }


def bar_axis(ticks: Sequence[str]) -> dict[str, Any]:
    """Return the settings of the axis below bars for the screen."""
    every = -(-len(ticks) // 12) if ticks else 1
    where = list(range(len(ticks)))[::every]
    texts = [tick.replace("\n", "<br>") for tick in ticks[::every]]
    room = max(0.0, (4 - len(ticks)) / 2)
    return {
        "tickmode": "array", "tickvals": where, "ticktext": texts, "tickangle": 0,
        "showgrid": False, "range": [-0.6 - room, len(ticks) - 0.4 + room],
    }


def _shade(colour: str) -> str:
    """Return a darker shade of a colour."""
    parts = (round(int(colour[i : i + 2], 16) * (1 - DARKER)) for i in (1, 3, 5))
    return "#" + "".join(f"{part:02X}" for part in parts)
