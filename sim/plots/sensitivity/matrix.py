"""All outcomes side by side: how much each unknown matters for each of them.

Of a study with Sobol' indices their totals (the share of variance that would be left if all other
values were known), of another sample the PAWN distances. Unknowns stand in the order in which they
matter on average.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.plots import charts, style
from sim.plots.sensitivity import words as wording
from sim.plots.sensitivity.words import MORRIS, SOBOL
from sim.plots.words import plain, upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 12
"""Outcomes that are shown."""
ROWS = 20
"""Factors that are shown."""
DEEP = "#86B6E0"
"""Colour of the largest number: dark text is easily read on it."""


def shows(found: Any) -> bool:
    """Return whether there are several outcomes that are told by numbers without a unit."""
    return found.method != MORRIS and len(wording.outcomes(found)) > 1


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    if not shows(found):
        return "All outcomes", "There is one outcome, or its numbers have units."
    table = _table(found)
    firsts = table.idxmax(axis=0)
    counts = firsts.value_counts()
    top, number = counts.index[0], int(counts.iloc[0])
    what = "total index" if found.method == SOBOL else "distance"
    says = f"{plain(top)} has the largest {what} for {number} of {table.shape[1]} outcomes"
    others = [
        f"{plain(factor)} for {plain(outcome)}" for outcome, factor in firsts.items()
        if factor != top
    ]
    if 0 < len(others) <= 2:
        says += f", {' and '.join(others)}"
    how = "total indices" if found.method == SOBOL else "PAWN distances, medians over slices"
    return upper_first(says), wording.beneath(found, how, list(table.columns))


def figure(found: Any, ax: Axes | None = None) -> Figure:
    """Draw the numbers as a table in colours; parameters as in `sim.plots`."""
    from matplotlib.colors import LinearSegmentedColormap

    if not shows(found):
        fig, ax = style.start(ax, height=3.0)
        style.note(ax, *words(found))
        return fig
    table = _table(found)
    fig, ax = style.start(ax, height=2.1 + 0.36 * max(len(table), 3))
    style.tidy(ax)
    values = table.to_numpy(float)
    most = max(float(values.max()), 1e-9)
    colours = LinearSegmentedColormap.from_list("shares", ["#FFFFFF", DEEP])
    ax.pcolormesh(values.clip(min=0.0), cmap=colours, vmin=0.0, vmax=most, edgecolors="white",
                  linewidth=1.5)
    for i, line in enumerate(values):
        for j, number in enumerate(line):
            ax.text(j + 0.5, i + 0.5, wording.index(number, float("nan"), 0.0), ha="center",
                    va="center", fontsize=9, color=style.INK)
    ax.set_xticks([j + 0.5 for j in range(values.shape[1])], [plain(n) for n in table.columns])
    ax.set_yticks([i + 0.5 for i in range(len(table))], [plain(name) for name in table.index])
    ax.tick_params(length=0)
    ax.set_ylim(len(table), 0)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.grid(visible=False)
    heading, how = words(found)
    style.title(ax, heading, how)
    return fig


def chart(found: Any) -> charts.Chart:
    """Return the same for the report."""
    table = _table(found)
    values = table.to_numpy(float)
    trace = {
        "type": "heatmap", "x": [plain(name) for name in table.columns],
        "y": [plain(name) for name in table.index],
        "z": [charts.numbers(line, 3) for line in values], "zmin": 0,
        "text": [[wording.index(x, float("nan"), 0.0) for x in line] for line in values],
        "texttemplate": "%{text}", "colorscale": [[0, "#FFFFFF"], [1, DEEP]],
        "textfont": {"color": style.INK},
        "showscale": False, "xgap": 2, "ygap": 2,
        "hovertemplate": "%{y}, %{x}: %{text}<extra></extra>",
    }
    return charts.chart(
        [trace], x="", y="", hovermode="closest", height=110 + 34 * max(len(table), 3),
        yaxis={"autorange": "reversed", "showgrid": False},
        xaxis={"showgrid": False},
    )


def _table(found: Any) -> pd.DataFrame:
    """Return a number for each factor (rows) and outcome (columns)."""
    source, name = (
        (found.first_and_total, "total") if found.method == SOBOL else (found.pawn, "median")
    )
    table = source.pivot(index="factor", columns="outcome", values=name)
    table = table[wording.outcomes(found)[:MOST]]
    order = table.mean(axis=1).sort_values(ascending=False, kind="stable").index
    return table.loc[order[:ROWS]]
