"""What the variance of each outcome is made of: luck, each unknown alone, and several together.

*Luck* is the variance between runs at the same values, on average. The rest is of what is not
known: of each value alone (its first index, times the rest), and of interactions, which no value
makes alone (1 minus the sum of first indices). Shares that are estimated below 0 are drawn as 0,
and if the first indices sum to more than 1 they are drawn as parts of their sum. Without indices
what is not known is one part. Wide parts have their share written on them, with its 90% interval:
the estimate itself, also where the bar is drawn otherwise. The line below each bar is the 90%
interval of all that is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
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
WIDE = 0.1
"""Parts that are this wide have their share written on them."""


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
    how = "Parts of the variance, with 90% intervals; line: interval of all but luck"
    if found.first_and_total is not None:
        how = (
            "Each value alone, several together, luck, with 90% intervals; line: interval of all "
            "but luck"
        )
    return upper_first(says), wording.beneath(found, how, _shown(found))


def figure(found: Any, ax: Axes | None = None) -> Figure:
    """Draw a stacked bar for each outcome; parameters as in `sim.plots`."""
    if not shows(found):
        fig, ax = style.start(ax, height=3.0)
        style.note(ax, *words(found))
        return fig
    outcomes = _shown(found)
    fig, ax = style.start(ax, height=2.3 + 0.6 * max(len(outcomes), 3))
    style.tidy(ax)
    y, left = np.arange(len(outcomes)), np.zeros(len(outcomes))
    for part in _parts(found):
        hatch: dict[str, Any] = (
            {"hatch": "///", "edgecolor": "#EDEDED"} if part.colour == TOGETHER else {}
        )
        ax.barh(y, part.widths, 0.72, left=left, color=part.colour, label=part.name, linewidth=0,
                **hatch)
        for at, (width, text) in enumerate(zip(part.widths, part.texts, strict=True)):
            if width >= WIDE and text:
                ax.text(left[at] + width / 2, at, text.replace(" [", "\n["), ha="center",
                        va="center", fontsize=8, color=part.ink)
        left = left + part.widths
    ends = [wording.variance(found, name) for name in outcomes]
    ax.hlines(
        y + 0.42, [row["share_low"] for row in ends], [row["share_high"] for row in ends],
        color=style.INK, linewidth=1.8,
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
    traces: list[charts.Trace] = [
        {
            "type": "bar", "orientation": "h", "name": part.name, "y": names,
            "x": charts.numbers(part.widths, 4), "marker": {"color": part.colour},
            "text": [text.replace(" [", "<br>[") if width >= WIDE else ""
                     for width, text in zip(part.widths, part.texts, strict=True)],
            "textposition": "inside", "insidetextanchor": "middle", "textangle": 0,
            "textfont": {"color": part.ink, "size": 10}, "constraintext": "none",
            "hovertext": [f"{name}: {part.name} {text}"
                          for name, text in zip(names, part.texts, strict=True)],
            "hoverinfo": "text",
        }
        for part in _parts(found)
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
        height=190 + 46 * max(len(names), 2), xaxis={"range": [0, 1], "tickformat": ".0%"},
        yaxis={"autorange": "reversed"},
    )


def _shown(found: Any) -> list[str]:
    return [
        name for name in wording.outcomes(found)
        if np.isfinite(float(wording.variance(found, name)["share"]))
    ][:MOST_ROWS]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the variance of each outcome."""

    name: str
    """What makes it."""
    colour: str
    """Of the bar."""
    widths: Any
    """How wide it is drawn, by outcome: within 0 and 1."""
    texts: list[str]
    """Its share with the interval, by outcome."""

    @property
    def ink(self) -> str:
        """Colour of what is written on it."""
        return style.INK if self.colour in (TOGETHER, LUCK, style.SKY, style.PURPLE) else "white"


def _parts(found: Any) -> list[Part]:
    """Return the parts, from left to right."""
    outcomes = _shown(found)
    rows = [wording.variance(found, name) for name in outcomes]
    share = np.array([float(row["share"]) for row in rows])
    known = [tuple(float(row[f"share{end}"]) for end in ("", "_low", "_high")) for row in rows]
    luck = Part(
        name="luck", colour=LUCK, widths=1.0 - share,
        texts=[wording.percent(1.0 - x, 1.0 - high, 1.0 - low) for x, low, high in known],
    )
    if found.first_and_total is None:
        texts = [wording.percent(*one) for one in known]
        return [Part(name=UNKNOWN, colour=style.BLUE, widths=share, texts=texts), luck]
    table = found.first_and_total.pivot(index="factor", columns="outcome")
    estimates = {
        end: table[f"first{end}"].loc[list(found.factors), outcomes] * share
        for end in ("", "_low", "_high")
    }
    first = estimates[""].clip(lower=0.0)
    first = first / np.maximum(first.sum(axis=0) / share, 1.0)
    order = first.mean(axis=1).sort_values(ascending=False, kind="stable").index
    few = len(order) if len(order) <= len(COLOURS) + 1 else len(COLOURS)
    colours = (*COLOURS, REST)
    parts = [
        Part(
            name=plain(name), colour=colours[i], widths=first.loc[name].to_numpy(),
            texts=[wording.percent(*(float(end.loc[name, one]) for end in estimates.values()))
                   for one in outcomes],
        )
        for i, name in enumerate(order[:few])
    ]
    if len(order) > few:
        widths = first.loc[order[few:]].sum(axis=0).to_numpy()
        nothing = float("nan")
        parts.append(Part(
            name=f"{len(order) - few} others", colour=REST, widths=widths,
            texts=[wording.percent(x, nothing, nothing) for x in widths],
        ))
    together = Part(
        name="interactions", colour=TOGETHER,
        widths=np.maximum(share - first.sum(axis=0).to_numpy(), 0.0),
        texts=[
            wording.percent(*(row[f"interactions{end}"] * x for end in ("", "_low", "_high")))
            for row, x in zip(rows, share, strict=True)
        ],
    )
    return [*parts, together, luck]
