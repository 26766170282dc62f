"""Tornado: how far an outcome moves as each factor goes from its low end to its high end.

Of a lever the ends are its lowest and highest level, of names those with the least and the most; of
an uncertainty the lowest and the highest fifth of the points. All other factors take all their
values meanwhile. A swing is the difference of the means at both ends (of dates: of times up to the
horizon, where what is not reached counts as the horizon), with its 90% confidence interval. With
fewer than 50 draws the fifths hold too few of them for that: then the swing of a drawn number of
more than five values is 0.8 times its slope in a least-squares regression of the draws' means on
the ranks of all drawn numbers, so that the others are held. The largest stands on top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, style
from sim.plots.study import numbers, panels
from sim.plots.study import words as wording
from sim.plots.study.studied import Studied, studied
from sim.plots.words import plain, upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_ROWS = 15
"""Factors that are shown."""
MOST_PANELS = 3
"""Outcomes that are shown."""
MIDDLES = (0.1, 0.9)
"""Quantiles in the middle of the lowest and of the highest fifth."""
UP, DOWN = style.BLUE, style.RED
"""Colours of swings above and below 0."""


def shows(results: Any) -> bool:
    """Return whether there are two factors to compare."""
    return len(studied(results).moved) > 1


def words(results: Any) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    found = studied(results)
    table = numbers.swings(found, found.first)
    unit, top = found.outcomes[found.first].unit, table.iloc[0]
    says = (
        f"{plain(found.first)} moves most with {plain(top['factor'])}: "
        f"{numbers.swing_text(top, unit)} {numbers.ends_text(top)}"
    )
    how = "Swing from each factor's low end to its high end, with 90% intervals"
    if len(table) > MOST_ROWS:
        how += f"; the {MOST_ROWS} largest of {len(table)}"
    if (table["method"] == "ranks").any():
        how += f"; of drawn numbers with the {numbers.HELD}"
    if any(map(found.is_date, _outcomes(found))):
        how += "; a date not reached counts as the horizon"
    return upper_first(says), wording.beneath(found, how, _outcomes(found), says)


def figure(results: Any, ax: Axes | None = None) -> Figure:
    """Draw the swings; parameters as in `sim.plots.study`."""
    found = studied(results)
    if not shows(found):
        fig, ax = style.start(ax)
        style.note(ax, "Tornado", "Fewer than two factors of this study have several values.")
        return fig
    outcomes = _outcomes(found)
    rows = min(len(found.moved), MOST_ROWS)
    alike = _alike(found, outcomes)
    fig, header, places = panels.start(
        ax, len(outcomes), 0.9 + 0.42 * max(rows, 3), across=len(outcomes) if alike else 1
    )
    order = list(_rows(found, outcomes[0])["factor"]) if alike else None
    for place, outcome in zip(places, outcomes, strict=True):
        table = _rows(found, outcome, order)
        _bars(place, found, outcome, table)
        labelled = place is places[0] or not alike
        labels = [_label(found, row) if labelled else "" for row in table.itertuples()]
        place.set_yticks(range(len(table)), labels)
    style.title(header, *words(found))
    return fig


def charts_of(results: Any) -> dict[str, charts.Chart]:
    """Return the same for the report, a chart for each outcome."""
    found = studied(results)
    return {
        upper_first(wording.label(found, outcome)): _chart(found, outcome, _rows(found, outcome))
        for outcome in _outcomes(found)
    }


def _outcomes(found: Studied) -> list[str]:
    return list(found.outcomes)[:MOST_PANELS]


def _alike(found: Studied, outcomes: list[str]) -> bool:
    """Return whether each factor has the same ends for all outcomes: names need not."""
    first, *others = ({row.factor: (row.low, row.high) for row in _rows(found, name).itertuples()}
                      for name in outcomes)
    return all(first == other for other in others)


def _rows(found: Studied, outcome: str, order: list[str] | None = None) -> pd.DataFrame:
    """Return the swings to show: of the largest, or of factors in an order."""
    table = numbers.swings(found, outcome)
    if order:
        return table.set_index("factor").loc[order].reset_index()
    return table.iloc[:MOST_ROWS]


def _label(found: Studied, row: Any) -> str:
    """Return a row's label: the factor, and its ends; of fifths their middles."""
    ends = [row.low, row.high]
    if row.method != "levels":
        ends = list(np.quantile(found.ran[row.factor].to_numpy(float), MIDDLES))
    return f"{plain(row.factor)}\n{' … '.join(wording.short(end, 24) for end in ends)}"


def _bars(ax: Axes, found: Studied, outcome: str, table: pd.DataFrame) -> None:
    y, swing = np.arange(len(table)), table["swing"].to_numpy(float)
    colours = [UP if x >= 0 else DOWN for x in swing]
    ax.barh(y, np.nan_to_num(swing), 0.62, color=colours)
    ax.hlines(y, table["low_90"], table["high_90"], color=style.INK, linewidth=1.2)
    ax.axvline(0.0, color=style.INK, linewidth=1)
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0, labelsize=8)
    ax.tick_params(axis="x", labelsize=8)
    ax.locator_params(axis="x", nbins=4)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    unit = found.outcomes[outcome].unit
    text = f"change of {plain(outcome)}" + (f"\n({unit})" if unit else "")
    ax.set_xlabel(text, fontsize=9, color=style.INK)


def _chart(found: Studied, outcome: str, table: pd.DataFrame) -> charts.Chart:
    unit = found.outcomes[outcome].unit
    swing = table["swing"].to_numpy(float)
    trace = {
        "type": "bar", "orientation": "h", "showlegend": False,
        "y": list(range(len(table))), "x": charts.numbers(swing, 4),
        "marker": {"color": [UP if x >= 0 else DOWN for x in swing]},
        "error_x": {
            "type": "data", "symmetric": False, "color": style.FAINT, "thickness": 1.5,
            "array": charts.numbers(table["high_90"] - swing, 4),
            "arrayminus": charts.numbers(swing - table["low_90"], 4),
        },
        "hovertext": [
            f"{plain(row['factor'])} {numbers.ends_text(row)}:<br>{numbers.swing_text(row, unit)}"
            for row in table.to_dict("records")
        ],
        "hoverinfo": "text",
    }
    texts = [_label(found, row).replace("\n", "<br>") for row in table.itertuples()]
    return charts.chart(
        [trace], x=f"change ({unit})" if unit else "change", y="", hovermode="closest",
        height=110 + 40 * max(len(table), 3),
        yaxis={"tickmode": "array", "tickvals": list(range(len(table))), "ticktext": texts,
               "range": [len(table) - 0.4, -0.6], "showgrid": False, "tickfont": {"size": 11}},
        xaxis={"nticks": 5},
    )
