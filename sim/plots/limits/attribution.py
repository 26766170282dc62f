"""Limits: what changes when each of them alone is lifted, on the same random numbers.

Each bar is a lab with ten times as much of one thing (or a tenth of what is in the way), minus the
lab as it is: days for the outcome by which limits are compared, per cent for the others. Lines on
bars are 90% intervals (paired, jackknife over replications). Sizes of experiments are held, so that
what is freed is not spent on larger ones.

Hatched: not saturated. Twenty times as much does still more, so the bar is a lower bound; or, where
its end says so, less. Dotted: the replications do not tell. Beneath the line groups of limits are
lifted together.

Bars do not add up: what one limit hides, another one holds back next; see the figure of
interactions. A date that is not reached counts as the horizon. A bar that is cut has its number at
its end. Shown: limits that do something, the largest first; those that do nothing at all, to none
of these outcomes, are named on the axis without a bar.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, style
from sim.plots.limits import bars, phrases
from sim.plots.words import upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EMPTY = "What lifting each limit does"
ALIKE = 0.9
"""Share of bootstrap samples below which the first limit is not said to be surely the first."""
TEXT = {"effect": 0.36, "percent": 0.3}
"""Share of a panel's width that the numbers beside bars need."""
HATCHES = {"lower bound": "////", "unknown": "....", "saturated": ""}


def shows(found: Any) -> bool:
    """Return whether a limit was lifted."""
    return len(found.ranking) > 0


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and how to read it."""
    main = found.question.main
    first = found.ranking.iloc[0]
    what = phrases.outcome(found, main)
    sign = 1.0 if not phrases.is_time(main) else -1.0
    name = upper_first(found.label(first["limit"]))
    ends = sorted(sign * first[end] for end in ("effect_low", "effect_high"))
    if not ends[0] > 0:
        says = f"Lifted alone, no limit of {phrases.lab(found)} surely shortens the {what}"
        if sign > 0:
            says = f"Lifted alone, no limit of {phrases.lab(found)} surely raises {what}"
    else:
        gain = f"{abs(first['effect']):,.0f} days [{ends[0]:,.0f}, {ends[1]:,.0f}]"
        if main == "to_target":
            change = f"{found.question.target:g} OOM comes {gain} earlier"
        elif sign < 0:
            change = f"the {what} is {gain} shorter"
        else:
            change = f"{what} grows by {first['percent']:.0f}%"
        lab = phrases.lab(found)
        says = f"{name} holds {lab} back most: {phrases.lifted()}, {change}"
        if first["first"] < ALIKE:
            second = found.ranking.iloc[1]
            says += f"; or it is {found.label(second['limit'])}: the two are too close to tell"
    how = (
        f"Each limit alone lifted {phrases.lifted()}, less the lab with no limit lifted; 90% "
        f"intervals; "
        f"{phrases.sample(found)}. Bars do not add up."
    )
    if (found.ranking["measure"] == "restricted mean").any():
        how += " A date not reached counts as the horizon."
    rows = [row for table in bars.tables(found).values() for row in table.itertuples()]
    marks = {bars.mark(row) for row in rows}
    if "lower bound" in marks:
        how += " Hatched: not saturated at ×10, ×20 does more or less."
    if "unknown" in marks:
        how += " Dotted: whether it is saturated is not known."
    return says, how


def figure(found: Any, ax: Axes | None = None) -> Figure:
    """Draw the bars; `ax` as in `sim.plots`."""
    if not shows(found):
        fig, ax = style.start(ax)
        style.note(ax, EMPTY, "This lab has no limit that was lifted.")
        return fig
    tables = bars.tables(found)
    y = bars.places(found, tables)
    fig, ax = style.start(ax, 11.0, 2.4 + 0.32 * (max(y.values()) + 1))
    place = ax.get_subplotspec()
    assert place is not None
    ax.remove()
    outer = place.subgridspec(2, 1, height_ratios=[0.05, 6])
    header = fig.add_subplot(outer[0])
    header.set_axis_off()
    widths = [1.7] + [1.0] * (len(tables) - 1)
    grid = outer[1].subgridspec(1, len(tables), width_ratios=widths, wspace=0.06)
    for i, (outcome, table) in enumerate(tables.items()):
        part = fig.add_subplot(grid[i])
        _panel(part, found, outcome, table, y)
        part.set_yticks(list(y.values()), [found.label(name) for name in y] if i == 0 else [])
        if i == len(tables) - 1:
            _legend(part, tables)
    style.title(header, *words(found), width=98)
    return fig


def charts_of(found: Any) -> dict[str, charts.Chart]:
    """Return the same for the report, a chart for each outcome."""
    tables = bars.tables(found)
    y = bars.places(found, tables)
    return {
        upper_first(phrases.outcome(found, name)): _chart(found, name, table, y)
        for name, table in tables.items()
    }


def _numbers(found: Any, outcome: str) -> tuple[str, str]:
    """Return the prefix of the columns that are drawn, and the label of their axis."""
    main = outcome == found.question.main
    if main and phrases.is_time(outcome):
        words = phrases.outcome(found, outcome)
        return "effect", f"{words}:\ndays (negative: earlier)"
    unit = "negative: faster" if phrases.is_time(outcome) else "positive: more"
    return "percent", f"{phrases.outcome(found, outcome)}:\nchange in % ({unit})"


def _panel(
    ax: Axes, found: Any, outcome: str, table: pd.DataFrame, y: dict[str, float]
) -> None:
    prefix, label = _numbers(found, outcome)
    style.tidy(ax)
    low, high = bars.span(found, table, prefix)
    wide = (high - low) or 1.0
    for row in table.itertuples():
        value = float(getattr(row, prefix))
        ends = [float(getattr(row, f"{prefix}_{end}")) for end in ("low", "high")]
        at, shown = y[row.limit], float(np.clip(np.nan_to_num(value), low, high))
        ax.barh(
            at, shown, 0.7, color=phrases.SIDES[phrases.side(row.limit)],
            hatch=HATCHES[bars.mark(row)] or None, edgecolor="white", linewidth=0,
        )
        cut = [float(np.clip(end, low, high)) for end in ends]
        if value == shown and all(map(math.isfinite, ends)):
            ax.hlines(at, cut[0], cut[1], color=style.INK, linewidth=1.2)
        if value != shown and math.isfinite(value):  # cut
            ax.plot(shown, at, "<" if value < 0 else ">", ms=6, color=style.INK, clip_on=False)
        _beside(ax, at, [0.0, *cut] if value == shown else [0.0], left=value > 0,
                text=bars.end(row, value, prefix == "percent"))
    ax.axvline(0.0, color=style.INK, linewidth=1)
    if len(y) > len(found.ranking):
        ax.axhline(len(found.ranking) - 0.5 + bars.GAP / 2, color=style.FAINT, linewidth=0.8)
    share = TEXT[prefix]
    values = table[prefix].to_numpy(float)
    room = wide * share / (1.0 - share)
    ax.set_xlim(
        min(low - 0.04 * wide, -room if (values > 0).any() else 0.0),
        max(high + 0.04 * wide, room if (values <= 0).any() else 0.0),
    )
    ax.set_ylim(max(y.values()) + 0.6, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", labelsize=8)
    ax.locator_params(axis="x", nbins=4)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    ax.set_xlabel(label, fontsize=9, color=style.INK)


def _beside(ax: Axes, y: float, ends: list[float], *, left: bool, text: str) -> None:
    """Write a number on the other side of 0 than its bar, beyond the interval."""
    known = [end for end in ends if math.isfinite(end)]
    ax.annotate(
        text, (min(known) if left else max(known), y), (-4 if left else 4, 0),
        textcoords="offset points", fontsize=8, va="center", ha="right" if left else "left",
        color=style.INK,
    )


def _legend(ax: Axes, tables: dict[str, pd.DataFrame]) -> None:
    from matplotlib.patches import Patch

    rows = [row for table in tables.values() for row in table.itertuples()]
    sides = {phrases.side(row.limit) for row in rows}
    marks = {bars.mark(row) for row in rows}
    handles = [Patch(color=colour, label=name) for name, colour in phrases.SIDES.items()
               if name in sides]
    handles += [
        Patch(facecolor="#BBBBBB", edgecolor="white", hatch=HATCHES[mark], label=text)
        for mark, text in (("lower bound", "not saturated"), ("unknown", "saturation not known"))
        if mark in marks
    ]
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False,
              fontsize=8)


def _chart(
    found: Any, outcome: str, table: pd.DataFrame, y: dict[str, float]
) -> charts.Chart:
    prefix, label = _numbers(found, outcome)
    percent = prefix == "percent"
    rows = list(table.itertuples())
    value = table[prefix].to_numpy(float)
    shapes = {"lower bound": "/", "unknown": ".", "saturated": ""}
    low, high = bars.span(found, table, prefix)
    trace = {
        "type": "bar", "orientation": "h", "showlegend": False,
        "y": [y[row.limit] for row in rows], "x": charts.numbers(value, 4),
        "marker": {
            "color": [phrases.SIDES[phrases.side(row.limit)] for row in rows],
            "pattern": {"shape": [shapes[bars.mark(row)] for row in rows], "solidity": 0.35},
        },
        "error_x": {
            "type": "data", "symmetric": False, "color": style.FAINT, "thickness": 1.5,
            "array": charts.numbers(table[f"{prefix}_high"] - value, 4),
            "arrayminus": charts.numbers(value - table[f"{prefix}_low"], 4),
        },
        "hovertext": [_hover(found, row, percent) for row in rows], "hoverinfo": "text",
    }
    wide = 0.08 * ((high - low) or 1.0)
    return charts.chart(
        [trace], x=label.partition("\n")[2], y="", hovermode="closest",
        height=130 + 26 * len(y), xaxis={"range": [low - wide, high + wide], "nticks": 5},
        yaxis={"tickmode": "array", "tickvals": list(y.values()),
               "ticktext": [found.label(name) for name in y], "showgrid": False,
               "range": [max(y.values()) + 0.6, -0.6], "tickfont": {"size": 11}},
    )


def _hover(found: Any, row: Any, percent: bool) -> str:
    ends = phrases.between(row.effect_low, row.effect_high)
    text = f"<b>{found.label(row.limit)}</b>, {phrases.side(row.limit)}"
    if not row.pairs:
        return text + "<br>not known"
    if not percent:
        text += f"<br>{phrases.signed(row.effect)} days {ends}"
    text += (
        f"<br>{phrases.signed(row.percent)}% {phrases.between(row.percent_low, row.percent_high)}"
    )
    notes = {
        "lower bound": "not saturated: ×20 adds "
        f"{phrases.signed(row.further)} {phrases.between(row.further_low, row.further_high)}",
        "unknown": "whether it is saturated is not known", "saturated": "saturated",
    }
    return f"{text}<br>{notes[bars.mark(row)]}"
