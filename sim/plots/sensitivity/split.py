"""What the variance of each outcome is made of: luck, each unknown alone, and several together.

*Luck* is the variance between runs at the same values, on average. The rest is of what is not
known: of each value alone (its first index, times the rest), and of interactions, which no value
makes alone (1 minus the sum of first indices). Shares that are estimated below 0 are drawn as 0,
and if the first indices sum to more than 1 they are drawn as parts of their sum. Without indices
what is not known is one part. The line is the 90% interval of all that is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, style
from sim.plots.sensitivity import words as wording
from sim.plots.words import plain, upper_first

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LUCK = "#F0C36A"
COLOURS = (style.BLUE, style.RED, style.GREEN, style.PURPLE, style.SKY)
"""Of the values that make most; the others are one part."""
REST, TOGETHER = "#8C8C8C", "#D9D9D9"
UNKNOWN = "what is not known"
MOST_ROWS = 12
"""Outcomes that are shown."""


def shows(found: Any) -> bool:
    """Return whether the variance of an outcome is told."""
    return bool(_shown(found))


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    if not shows(found):
        return "Luck and what is not known", "No outcome varies, or luck is not told apart."
    outcome = _shown(found)[0]
    row = wording.variance(found, outcome)
    share = wording.percent(*(float(row[name]) for name in ("share", "share_low", "share_high")))
    says = f"{share} of the variance of {plain(outcome)} is what is not known, the rest luck"
    how = "Parts of the variance; line: 90% interval of all but luck"
    if found.first_and_total is not None:
        how = "Each value alone, several together, luck; line: 90% interval of all but luck"
    return upper_first(says), wording.beneath(found, how, _shown(found))


def figure(found: Any, ax: Axes | None = None) -> Figure:
    """Draw a stacked bar for each outcome; parameters as in `sim.plots`."""
    if not shows(found):
        fig, ax = style.start(ax, height=3.0)
        style.note(ax, *words(found))
        return fig
    outcomes = _shown(found)
    fig, ax = style.start(ax, height=2.3 + 0.45 * max(len(outcomes), 3))
    style.tidy(ax)
    y, left = np.arange(len(outcomes)), np.zeros(len(outcomes))
    for name, colour, widths in _parts(found):
        hatch: dict[str, Any] = (
            {"hatch": "///", "edgecolor": "white"} if colour == TOGETHER else {}
        )
        ax.barh(y, widths, 0.62, left=left, color=colour, label=name, linewidth=0, **hatch)
        left = left + widths
    ends = [wording.variance(found, name) for name in outcomes]
    ax.hlines(
        y, [row["share_low"] for row in ends], [row["share_high"] for row in ends],
        color=style.INK, linewidth=1.4,
    )
    ax.set_yticks(y, [plain(name) for name in outcomes])
    ax.set_ylim(len(outcomes) - 0.4, -0.6)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False)
    ax.set_xlabel("share of the variance", fontsize=10, color=style.INK)
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9)
    style.title(ax, *words(found), width=72)
    return fig


def chart(found: Any) -> charts.Chart:
    """Return the same for the report."""
    names = [plain(name) for name in _shown(found)]
    traces = [
        {
            "type": "bar", "orientation": "h", "name": name, "y": names,
            "x": charts.numbers(widths, 4), "marker": {"color": colour},
            "hovertemplate": f"%{{y}}: {name} %{{x:.0%}}<extra></extra>",
        }
        for name, colour, widths in _parts(found)
    ]
    ends = [wording.variance(found, name) for name in _shown(found)]
    share, low, high = (
        np.array([float(row[name]) for row in ends])
        for name in ("share", "share_low", "share_high")
    )
    line: charts.Trace = {
        "type": "scatter", "mode": "markers", "showlegend": False, "hoverinfo": "skip", "y": names,
        "x": charts.numbers(share, 4), "marker": {"size": 1, "color": style.INK},
        "error_x": {
            "type": "data", "symmetric": False, "color": style.INK, "thickness": 1.5,
            "array": charts.numbers(high - share, 4),
            "arrayminus": charts.numbers(share - low, 4),
        },
    }
    return charts.chart(
        [*traces, line], x="share of the variance", y="", barmode="stack", hovermode="closest",
        height=190 + 38 * max(len(names), 2), xaxis={"range": [0, 1], "tickformat": ".0%"},
        yaxis={"autorange": "reversed"},
    )


def _shown(found: Any) -> list[str]:
    return [
        name for name in wording.outcomes(found)
        if np.isfinite(float(wording.variance(found, name)["share"]))
    ][:MOST_ROWS]


def _parts(found: Any) -> list[tuple[str, str, Any]]:
    """Return name, colour and widths (by outcome) of each part."""
    outcomes = _shown(found)
    share = np.array([float(wording.variance(found, name)["share"]) for name in outcomes])
    if found.first_and_total is None:
        return [(UNKNOWN, style.BLUE, share), ("luck", LUCK, 1.0 - share)]
    table = found.first_and_total.pivot(index="factor", columns="outcome", values="first")
    first = table.loc[list(found.factors), outcomes].clip(lower=0.0)
    first = first / np.maximum(first.sum(axis=0), 1.0) * share
    order = first.mean(axis=1).sort_values(ascending=False, kind="stable").index
    few = len(order) if len(order) <= len(COLOURS) + 1 else len(COLOURS)
    colours = (*COLOURS, REST)
    parts = [
        (plain(name), colours[i], first.loc[name].to_numpy()) for i, name in enumerate(order[:few])
    ]
    if len(order) > few:
        others = f"{len(order) - few} others"
        parts.append((others, REST, first.loc[order[few:]].sum(axis=0).to_numpy()))
    together = np.maximum(share - first.sum(axis=0).to_numpy(), 0.0)
    return [*parts, ("interactions", TOGETHER, together), ("luck", LUCK, 1.0 - share)]
