"""Two limits together, against the sum of what each does alone: why bars do not add up.

The hollow mark is the sum of the two effects alone, the filled one the effect of lifting both. The
line on it is the 90% interval of their difference, the interaction, drawn from the sum: where it
leaves out the hollow mark the two are not the same (jackknife over replications, on the same random
numbers).

Synergy: together they do more than the sum, as each alone is held back by the other. Overlap: they
do less, as what one saves the other cannot save again. Additive: the interval of the interaction
lies within a tenth of the sum, or of the joint effect if that is larger: there bars can be added.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, style
from sim.plots.limits import phrases
from sim.plots.study import panels
from sim.plots.words import count_of, upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EMPTY = "Two limits together"
KINDS = {
    "synergy": style.BLUE, "overlap": style.RED, "additive": "#8C8C8C", "undecided": "#BDBDBD",
}
"""Kinds of interactions, with their colours."""


def shows(found: Any) -> bool:
    """Return whether two limits were lifted together."""
    return len(found.question.pairs) > 0 and len(_table(found)) > 0


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and how to read it."""
    table = _table(found)
    strong = table[table["kind"].isin(["synergy", "overlap"]).to_numpy()]
    count = len(table)
    if strong.empty:
        says = f"No pair of limits of {phrases.lab(found)} surely does more or less than its sum"
    else:
        row = strong.loc[strong["interaction"].abs().idxmax()]
        days = phrases.is_time(found.question.main)
        does = "more" if row["kind"] == "synergy" else "less"
        size = f"{abs(row['interaction']):,.3g}{' days' if days else ''}"
        says = (
            f"{upper_first(_name(found, row))} together do {size} {does} than the sum of both; "
            f"{len(strong)} of {count_of(count, 'pair')} do not add up"
        )
    how = (
        f"Change of the {phrases.outcome(found, found.question.main)}. Hollow: the sum of what "
        f"each does alone, lifted {phrases.lifted()}; filled: both at once, with the 90% interval "
        f"of the difference from the sum. {phrases.sample(found)}."
    )
    return says, how


def figure(found: Any, ax: Axes | None = None) -> Figure:
    """Draw each pair; `ax` as in `sim.plots`."""
    if not shows(found):
        fig, ax = style.start(ax)
        style.note(ax, EMPTY, "This lab has no two limits that were lifted together.")
        return fig
    table = _table(found)
    height = 0.8 + 0.4 * max(len(table), 3)
    if ax is None:
        _, ax = style.start(None, 10.5, 1.2 + height)
    fig, header, (ax,) = panels.start(ax, 1, height)
    ends = [0.0]
    for y, row in enumerate(table.itertuples()):
        colour, total = KINDS[row.kind], row.first + row.second
        whisker = [total + row.interaction_low, total + row.interaction_high]
        ax.plot([total, row.joint], [y, y], color=colour, linewidth=4, alpha=0.45)
        if all(map(math.isfinite, whisker)):
            ax.hlines(y, *whisker, color=style.INK, linewidth=1.2)
            ends += whisker
        ax.plot(total, y, "o", color="white", mec=colour, mew=2, markersize=9)
        ax.plot(row.joint, y, "o", color=colour, mec=style.INK, mew=0.6, markersize=8)
        ends += [total, row.joint]
        ax.annotate(
            f"{row.kind}  {_interaction(row)}", (1.01, y), xycoords=("axes fraction", "data"),
            va="center", fontsize=8.5, color=style.INK if row.kind in ("synergy", "overlap")
            else style.FAINT, annotation_clip=False,
        )
    ax.axvline(0.0, color=style.INK, linewidth=1)
    wide = (max(ends) - min(ends)) or 1.0
    ax.set_xlim(min(ends) - 0.05 * wide, max(ends) + 0.05 * wide)
    ax.set_yticks(range(len(table)), [_name(found, row) for row in table.to_dict("records")])
    ax.set_ylim(len(table) - 0.4, -0.9)
    ax.annotate("joint minus sum", (1.01, -0.65), xycoords=("axes fraction", "data"), fontsize=8.5,
                va="center", color=style.FAINT, annotation_clip=False)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    ax.set_xlabel(_axis(found), fontsize=10, color=style.INK)
    style.title(header, *words(found), width=94)
    return fig


def chart(found: Any) -> charts.Chart:
    """Return the same for the report."""
    table = _table(found)
    total = (table["first"] + table["second"]).to_numpy(float)
    joint = table["joint"].to_numpy(float)
    y, rows = list(range(len(table))), table.to_dict("records")
    colours = [KINDS[row["kind"]] for row in rows]
    texts = [
        f"<b>{_name(found, row)}</b><br>alone {phrases.signed(row['first'])} and "
        f"{phrases.signed(row['second'])}, together {phrases.signed(row['joint'])}<br>"
        f"joint minus sum {_interaction(found_row)}<br>{row['words']}"
        for row, found_row in zip(rows, table.itertuples(), strict=True)
    ]
    common = {"mode": "markers", "y": y, "text": texts, "hovertemplate": "%{text}<extra></extra>"}
    traces: list[charts.Trace] = [
        {"mode": "lines", "showlegend": False, "hoverinfo": "skip",
         "x": [x for pair in zip(charts.numbers(total, 4), charts.numbers(joint, 4), strict=True)
               for x in (*pair, None)],
         "y": [x for at in y for x in (at, at, None)],
         "line": {"color": style.GRID, "width": 5}},
        {**common, "name": "sum of both alone", "x": charts.numbers(total, 4),
         "marker": {"size": 12, "symbol": "circle-open", "color": colours}},
        {**common, "name": "lifted together", "x": charts.numbers(joint, 4),
         "marker": {"size": 11, "color": colours},
         "error_x": {
             "type": "data", "symmetric": False, "color": style.FAINT, "thickness": 1.5,
             "array": charts.numbers(total + table["interaction_high"] - joint, 4),
             "arrayminus": charts.numbers(joint - total - table["interaction_low"], 4)}},
    ]
    return charts.chart(
        traces, x=_axis(found).replace("\n", " "), y="", hovermode="closest",
        height=160 + 34 * len(table),
        yaxis={"tickmode": "array", "tickvals": y, "ticktext": [
            f"{_name(found, row)}<br>{row['kind']}" for row in rows],
            "range": [len(table) - 0.4, -0.6], "showgrid": False, "tickfont": {"size": 11}},
    )


def _axis(found: Any) -> str:
    main = found.question.main
    what = phrases.outcome(found, main)
    if phrases.is_time(main):
        return f"{what}: days earlier (negative) or later (positive)"
    return f"change of {what}"


def _name(found: Any, row: Any) -> str:
    return f"{found.label(row['first_limit'])} and {found.label(row['second_limit'])}"


def _interaction(row: Any) -> str:
    ends = phrases.between(row.interaction_low, row.interaction_high)
    return f"{phrases.signed(row.interaction)} {ends}".rstrip()


def _table(found: Any) -> pd.DataFrame:
    """Return pairs that were known, the largest joint effect first; rounding is nothing."""
    table = found.together
    table = table[np.isfinite(table["joint"].to_numpy(float))].copy()
    scale = 1e-9 * table[["first", "second", "joint"]].abs().max(axis=1)
    for name in ("interaction", "interaction_low", "interaction_high"):
        table[name] = table[name].where(table[name].abs() > scale, 0.0)
    order = table["joint"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)
