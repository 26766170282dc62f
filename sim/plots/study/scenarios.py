"""Scenarios, or other named choices, beside each other: each outcome with its interval.

A dot is the mean over all runs of a choice, of a date the median by Kaplan and Meier; the line is
its 90% confidence interval. The order is that of the first outcome: the
highest on top, of a date the earliest. On common random numbers two choices differ more surely than
their intervals suggest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, style
from sim.plots.study import axes, numbers, panels
from sim.plots.study import words as wording
from sim.plots.study.studied import Studied, studied
from sim.plots.words import plain, upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_ROWS = 30
"""Choices that are shown; of more the first and the last."""
MOST_PANELS = 3
"""Outcomes that are shown."""


def shows(results: Any) -> bool:
    """Return whether a factor has names for values."""
    return _factor(studied(results)) is not None


def words(results: Any) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    found = studied(results)
    factor = str(_factor(found))
    how = "Means with 90% intervals, highest on top"
    if any(map(found.is_date, found.kept("scenarios", _tables))):
        how = how.replace("Means", "Means, of dates medians,").replace(
            ", highest on top", f", ordered by {plain(found.first)}"
        )
    if others := wording.others(found, factor):
        how += f"; {others}"
    says = upper_first(numbers.best_and_worst(found, found.first, factor))
    return says, wording.beneath(found, how, found.kept("scenarios", _tables), says)


def figure(results: Any, ax: Axes | None = None) -> Figure:
    """Draw the dots; parameters as in `sim.plots.study`."""
    found = studied(results)
    if not shows(found):
        fig, ax = style.start(ax)
        style.note(ax, "Scenarios", "No factor of this study has names for values.")
        return fig
    tables = found.kept("scenarios", _tables)
    rows = len(next(iter(tables.values())))
    fig, header, places = panels.start(
        ax, len(tables), 0.9 + 0.32 * max(rows, 4), across=len(tables)
    )
    for place, (outcome, table) in zip(places, tables.items(), strict=True):
        _dots(place, found, outcome, table)
        labels = [wording.short(level) for level in table["level"]]
        place.set_yticks(range(len(table)), labels if place is places[0] else [""] * len(table))
    style.title(header, *words(found))
    return fig


def charts_of(results: Any) -> dict[str, charts.Chart]:
    """Return the same for the report, a chart for each outcome."""
    found = studied(results)
    return {
        upper_first(axes.label(found, outcome)): _chart(found, outcome, table)
        for outcome, table in found.kept("scenarios", _tables).items()
    }


def _factor(found: Studied) -> str | None:
    """Return the factor that is shown: scenarios, else another with names."""
    named = [name for name in found.levers if not found.is_number(name)]
    return next((name for name in named if found.kind(name) == "scenario"), next(iter(named), None))


def _tables(found: Studied) -> dict[str, pd.DataFrame]:
    """Return a table of `numbers.by_level` for each outcome, in the order of the first."""
    factor = str(_factor(found))
    tables = {
        outcome: numbers.by_level(found, outcome, factor)
        for outcome in list(found.outcomes)[:MOST_PANELS]
    }
    value = tables[found.first]["value"].to_numpy(float)
    order = np.argsort(value if found.is_date(found.first) else -value, kind="stable")
    if len(order) > MOST_ROWS:
        order = np.concatenate([order[: MOST_ROWS // 2], order[-MOST_ROWS // 2 :]])
    return {outcome: table.iloc[order].reset_index(drop=True) for outcome, table in tables.items()}


def _dots(ax: Axes, found: Studied, outcome: str, table: pd.DataFrame) -> None:
    y, value, low, high = np.arange(len(table)), *_ends(found, outcome, table)
    ax.hlines(y, low, high, color=style.SKY, linewidth=4)
    ax.plot(value, y, "o", color=style.BLUE, markersize=6)
    later = np.isinf(table["value"].to_numpy(float))
    if later.any():
        ax.plot(np.full(later.sum(), found.days), y[later], ">", color=style.BLUE, markersize=7,
                clip_on=False)
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    ax.tick_params(axis="y", length=0)
    ax.locator_params(axis="x", nbins=4)
    name, unit = plain(outcome), found.outcomes[outcome].unit
    name = f"median {name}" if found.is_date(outcome) else name
    ax.set_xlabel(f"{name}\n({unit})" if unit else name, fontsize=9, color=style.INK)


def _ends(found: Studied, outcome: str, table: pd.DataFrame) -> tuple[Any, Any, Any]:
    """Return values and ends of intervals; times that are later are cut off at the horizon."""
    value, low, high = (table[name].to_numpy(float) for name in ("value", "low", "high"))
    if found.is_date(outcome):
        low, high = np.minimum(low, found.days), np.minimum(high, found.days)
    return np.where(np.isinf(value), np.nan, value), low, high


def _chart(found: Studied, outcome: str, table: pd.DataFrame) -> charts.Chart:
    value, low, high = _ends(found, outcome, table)
    at = np.where(np.isnan(value) & np.isinf(table["value"].to_numpy(float)), found.days, value)
    names = [wording.short(level).replace("\n", "<br>") for level in table["level"]]
    unit = found.outcomes[outcome].unit
    trace = {
        "x": charts.numbers(at, 5), "y": list(range(len(table))), "mode": "markers",
        "showlegend": False,
        "marker": {
            "color": style.BLUE, "size": 9,
            "symbol": ["circle" if np.isfinite(v) else "triangle-right" for v in value],
        },
        "error_x": {
            "type": "data", "symmetric": False, "color": style.SKY, "thickness": 3, "width": 0,
            "array": charts.numbers(high - at, 4), "arrayminus": charts.numbers(at - low, 4),
        },
        "text": [
            f"{wording.value(row.level)}:<br>{wording.interval(row.value, row.low, row.high, unit)}"
            for row in table.itertuples()
        ],
        "hovertemplate": "%{text}<extra></extra>", "cliponaxis": False,
    }
    return charts.chart(
        [trace], x=axes.label(found, outcome), y="", hovermode="closest",
        height=110 + 26 * max(len(table), 4), xaxis={"nticks": 5},
        yaxis={"tickmode": "array", "tickvals": list(range(len(table))), "ticktext": names,
               "range": [len(table) - 0.4, -0.6], "showgrid": False},
    )
