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

from sim.plots import charts, style
from sim.plots.sensitivity import words as wording
from sim.plots.study import panels
from sim.plots.study.words import alike
from sim.plots.words import plain, upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_PANELS = 4
"""Outcomes that are shown."""
COLOURS = (style.BLUE, style.RED, style.GREEN, style.PURPLE, style.ORANGE, style.SKY, style.BLACK)
MARKS = (
    ("o", "circle"), ("s", "square"), ("D", "diamond"), ("^", "triangle-up"),
    ("v", "triangle-down"),
)
"""Marks in matplotlib and in plotly; colours and marks together tell 35 factors apart."""


def shows(found: Any) -> bool:
    """Return whether there are elementary effects."""
    return found.morris is not None and bool(wording.outcomes(found))


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    if not shows(found):
        return "Elementary effects", "No outcome varies, or the design has no trajectories."
    outcome = wording.outcomes(found)[0]
    first = wording.leading(wording.ranked(found, outcome), "moves", "move")
    says = f"{first} {plain(outcome)} most"
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
    from matplotlib.lines import Line2D

    outcomes = _shown(found)
    across = min(len(outcomes), 2)
    fig, header, places = panels.start(ax, len(outcomes), 3.4, across=across)
    for place, outcome in zip(places, outcomes, strict=True):
        _plane(place, found, outcome)
    handles = [
        Line2D([], [], linestyle="", label=plain(name), **_look(found, name))
        for name in wording.walks(found, outcomes[0])["factor"]
    ]
    panels.legend(places[across - 1], handles, "")
    style.title(header, *words(found), width=88)
    return fig


def charts_of(found: Any) -> dict[str, charts.Chart]:
    """Return the same for the report, a chart for each outcome."""
    return {
        upper_first(wording.label(found, outcome)): _chart(found, outcome)
        for outcome in _shown(found)
    }


def _shown(found: Any) -> list[str]:
    return wording.outcomes(found)[:MOST_PANELS]


def _look(found: Any, factor: str) -> dict[str, Any]:
    """Return the colour and the mark of a factor, the same for all outcomes."""
    at = list(found.factors).index(factor)
    mark = MARKS[at % len(MARKS)][0]
    return {"color": COLOURS[at % len(COLOURS)], "marker": mark, "markeredgecolor": "white"}


def _ends(table: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of both axes."""
    far = float(max(table["mu_star_high"].max(), 1e-12))
    return far, float(max(table["sigma"].max(), 0.25 * far))


def _plane(ax: Axes, found: Any, outcome: str) -> None:
    table = wording.walks(found, outcome)
    far, high = _ends(table)
    ax.plot([0, min(far, high)], [0, min(far, high)], "--", color=style.FAINT, linewidth=1)
    for row in table.itertuples():
        look, sigma = _look(found, row.factor), max(row.sigma, 0.0)
        ax.hlines(sigma, row.mu_star_low, row.mu_star_high, color=look["color"], linewidth=1.2)
        ax.plot([row.mu_star], [sigma], linestyle="", markersize=7, **look)
    ax.set_xlim(0, 1.05 * far)
    ax.set_ylim(-0.05 * high, 1.1 * high)  # marks at 0 are whole
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    ax.locator_params(nbins=5)
    unit = found.results.study.outcomes[outcome].unit
    suffix = f" ({unit})" if unit else ""
    ax.set_title(plain(outcome), loc="left", fontsize=10, color=style.INK)
    ax.set_xlabel(f"mu*{suffix}", fontsize=9, color=style.INK)
    ax.set_ylabel(f"sigma{suffix}", fontsize=9, color=style.INK)


def _chart(found: Any, outcome: str) -> charts.Chart:
    table = wording.walks(found, outcome)
    end = min(_ends(table))
    traces: list[dict[str, Any]] = [{
        "type": "scatter", "mode": "lines", "showlegend": False, "hoverinfo": "skip",
        "x": charts.numbers([0, end], 4), "y": charts.numbers([0, end], 4),
        "line": {"color": style.FAINT, "dash": "dash", "width": 1},
    }]
    marks = dict(MARKS)
    for row in table.itertuples():
        look, sigma = _look(found, row.factor), max(row.sigma, 0.0)
        texts = alike(row.mu_star, row.mu_star_low, row.mu_star_high, sigma)
        traces.append({
            "type": "scatter", "mode": "markers", "name": plain(row.factor),
            "x": charts.numbers([row.mu_star], 4), "y": charts.numbers([sigma], 4),
            "marker": {"color": look["color"], "symbol": marks[look["marker"]], "size": 10},
            "error_x": {
                "type": "data", "symmetric": False, "color": look["color"], "thickness": 1.5,
                "array": charts.numbers([row.mu_star_high - row.mu_star], 4),
                "arrayminus": charts.numbers([row.mu_star - row.mu_star_low], 4),
            },
            "hovertext": f"{plain(row.factor)}<br>mu* {texts[0]} [{texts[1]}, {texts[2]}]"
            f"<br>sigma {texts[3]}",
            "hoverinfo": "text",
        })
    unit = found.results.study.outcomes[outcome].unit
    suffix = f" ({unit})" if unit else ""
    return charts.chart(
        traces, x=f"mu*{suffix}", y=f"sigma{suffix}", hovermode="closest", height=380,
        xaxis={"rangemode": "tozero"}, yaxis={"rangemode": "tozero"},
    )
