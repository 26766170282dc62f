"""Morris' plane: how far each unknown moves an outcome, and how much that depends on the others.

An *elementary effect* is the change of the outcome as one unknown alone moves by half of its range
(of equally likely values), for the whole range; each trajectory gives one. mu* is their mean size,
sigma their standard deviation beyond what luck gives them. Far to the right: it matters. Far below
the dashed line, sigma = mu*: it acts alone and evenly; at it or above: what it does hangs on its
own value or on others.

M. D. Morris, Technometrics 33, 1991, https://doi.org/10.1080/00401706.1991.10484804; F.
Campolongo, J. Cariboni, A. Saltelli, Environmental Modelling & Software 22, 2007,
https://doi.org/10.1016/j.envsoft.2006.10.004 (mu*)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, style
from sim.plots.sensitivity import words as wording
from sim.plots.study import panels
from sim.plots.study.words import alike, listed
from sim.plots.words import plain, upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PANELS = 4
"""Outcomes that are shown."""
STEP = 0.085
"""Room between names, of the height of a panel."""


def shows(found: Any) -> bool:
    """Return whether there are elementary effects."""
    return found.morris is not None and bool(wording.outcomes(found))


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    if not shows(found):
        return "Elementary effects", "No outcome varies, or the design has no trajectories."
    outcome = wording.outcomes(found)[0]
    leaders = [plain(name) for name in wording.leaders(wording.ranked(found, outcome))]
    verb = "moves" if len(leaders) == 1 else "move"
    says = f"{listed(leaders)} {verb} {plain(outcome)} most"
    if len(leaders) > 3:
        says = f"no single value surely moves {plain(outcome)} most"
    how = (
        "mu*: mean size of the effect of a value's whole range, with 90% interval; sigma: how much "
        "effects differ, beyond luck; dashed: sigma = mu*"
    )
    return upper_first(says), wording.beneath(found, how, _shown(found))


def figure(found: Any, ax: Axes | None = None) -> Figure:
    """Draw the plane of each outcome; parameters as in `sim.plots`."""
    if not shows(found):
        fig, ax = style.start(ax, height=3.0)
        style.note(ax, *words(found))
        return fig
    outcomes = _shown(found)
    fig, header, places = panels.start(ax, len(outcomes), 3.4, across=min(len(outcomes), 2))
    for place, outcome in zip(places, outcomes, strict=True):
        _plane(place, found, outcome, wording.walks(found, outcome))
    style.title(header, *words(found), width=88)
    return fig


def charts_of(found: Any) -> dict[str, charts.Chart]:
    """Return the same for the report, a chart for each outcome."""
    return {
        upper_first(wording.label(found, outcome)): _chart(wording.walks(found, outcome))
        for outcome in _shown(found)
    }


def _shown(found: Any) -> list[str]:
    return wording.outcomes(found)[:MOST_PANELS]


def _plane(ax: Axes, found: Any, outcome: str, table: pd.DataFrame) -> None:
    x, y = table["mu_star"].to_numpy(float), np.maximum(table["sigma"].to_numpy(float), 0.0)
    far = 1.06 * float(max(table["mu_star_high"].max(), 1e-12))
    high = 1.12 * float(max(y.max(), 0.25 * far))
    ax.plot([0, min(far, high)], [0, min(far, high)], "--", color=style.FAINT, linewidth=1)
    ax.hlines(y, table["mu_star_low"], table["mu_star_high"], color=style.INK, linewidth=1)
    ax.plot(x, y, "o", color=style.BLUE, markersize=6, markeredgecolor="white")
    order = np.argsort(y, kind="stable")
    heights = _apart(y[order] / high)
    for at, height in zip(order, heights, strict=True):
        ax.annotate(
            plain(table["factor"].iloc[at]), (x[at], y[at]), (1.03, height),
            textcoords="axes fraction", va="center", fontsize=8, color=style.INK,
            arrowprops={"arrowstyle": "-", "color": style.GRID, "linewidth": 0.8, "shrinkB": 4},
        )
    ax.set_xlim(0, far)
    ax.set_ylim(0, high)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    ax.locator_params(nbins=5)
    unit = found.results.study.outcomes[outcome].unit
    suffix = f" ({unit})" if unit else ""
    ax.set_title(plain(outcome), loc="left", fontsize=10, color=style.INK)
    ax.set_xlabel(f"mu*{suffix}", fontsize=9, color=style.INK)
    ax.set_ylabel(f"sigma{suffix}", fontsize=9, color=style.INK)


def _apart(heights: Any) -> Any:
    """Return ascending heights moved apart, so that names beside them do not touch.

    >>> [round(float(x), 3) for x in _apart(np.array([0.0, 0.01, 0.5]))]
    [0.0, 0.085, 0.5]
    """
    step = min(STEP, 1.0 / max(len(heights) - 1, 1))
    found = np.array(heights, dtype=float)
    for i in range(1, len(found)):
        found[i] = max(found[i], found[i - 1] + step)
    top = 1.0
    for i in range(len(found) - 1, -1, -1):
        found[i] = min(found[i], top)
        top = found[i] - step
    return found


def _chart(table: pd.DataFrame) -> charts.Chart:
    x, low, high, y = (
        table[name].to_numpy(float) for name in ("mu_star", "mu_star_low", "mu_star_high", "sigma")
    )
    y, names = np.maximum(y, 0.0), [plain(name) for name in table["factor"]]
    numbers = [alike(*row) for row in zip(x, low, high, y, strict=True)]
    end = float(min(max(high.max(), 0.0), max(y.max(), 0.25 * high.max())))
    points = {
        "type": "scatter", "mode": "markers+text", "showlegend": False,
        "x": charts.numbers(x, 4), "y": charts.numbers(y, 4), "text": names,
        "textposition": "top center", "cliponaxis": False,
        "marker": {"color": style.BLUE, "size": 9},
        "error_x": {
            "type": "data", "symmetric": False, "color": style.FAINT, "thickness": 1.5,
            "array": charts.numbers(high - x, 4), "arrayminus": charts.numbers(x - low, 4),
        },
        "hovertext": [
            f"{name}<br>mu* {n[0]} [{n[1]}, {n[2]}]<br>sigma {n[3]}"
            for name, n in zip(names, numbers, strict=True)
        ],
        "hoverinfo": "text",
    }
    line = {
        "type": "scatter", "mode": "lines", "showlegend": False, "hoverinfo": "skip",
        "x": [0, end], "y": [0, end], "line": {"color": style.FAINT, "dash": "dash", "width": 1},
    }
    return charts.chart(
        [line, points], x="mu*", y="sigma", hovermode="closest", height=340,
        xaxis={"rangemode": "tozero"}, yaxis={"rangemode": "tozero"},
    )
