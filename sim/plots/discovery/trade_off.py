"""What a box gains in density and loses in coverage, on the way of peeling.

Each dot is a box: from all points (coverage 100%, density as everywhere) one thin slice after the
other is taken away. Coverage: share of all that happened which happened inside. Density: share of
the runs inside in which it happened. The colour counts the factors that a box restricts. The star
is the box that was chosen, once its weak ends were dropped. All these are measured on the points
that chose them, and so too good. The dashed line is such boxes measured on points that had no say
in them; the diamond, with 90% intervals, what is expected of the chosen box on other points
(`sim.study.discovery.held_out`). The level line is how often it happens at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, style
from sim.plots.discovery import phrases
from sim.plots.discovery.event import event
from sim.plots.words import count_of, upper_first

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#243C6E", "#3B6FD0", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#7A4FA3")
"""Of boxes that restrict 0, 1, 2 … factors; the last of all that restrict more."""
STAR, DIAMOND = "#F2C744", "#C2185B"
"""Of the box that was chosen: on its own points, and as it is expected on others."""
X, Y = "coverage, %", "density, %"


def shows(found: Any) -> bool:
    """Return whether anything was peeled."""
    return len(found.tried.steps) > 1


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and how to read it."""
    one = found.tried
    own, held = one.own.density, one.expected.density
    says = (
        f"{upper_first(event(found))}: the chosen box has a density of "
        f"{phrases.percent(own.value)} on its own points, {phrases.share(held)} on others"
    )
    how = (
        "A dot is a box on the way of peeling, its colour the number of factors that it restricts. "
        "Star: chosen, weak ends dropped. Dashed: points held out. Diamond: the chosen box as "
        "expected on other points, 90% intervals. "
        f"Level line: everywhere, {phrases.percent(one.rate)}. {phrases.sample(found)}."
    )
    return says, how


def figure(found: Any, ax: Axes | None = None) -> Figure:
    """Draw the way; `ax` as in `sim.plots`."""
    fig, ax = style.start(ax, 9.0, 5.4)
    if not shows(found):
        style.note(ax, "Coverage and density", "No box is denser than the whole.")
        return fig
    one = found.tried
    style.tidy(ax)
    ax.axhline(100 * one.rate, color=style.FAINT, linewidth=1, label="everywhere")
    x, y, count = _way(one)
    ax.plot(x, y, color=style.GRID, linewidth=1, zorder=1)
    for number in np.unique(count):
        here = count == number
        ax.plot(x[here], y[here], "o", color=COLOURS[number], markersize=6, zorder=2,
                label=_colour_name(int(number), count))
    curve = _held(one)
    ax.plot(*curve, "--", color=style.INK, linewidth=1.4, label="held-out points", zorder=3)
    own, held = one.own, one.expected
    ax.plot(100 * own.coverage.value, 100 * own.density.value, "*", color=STAR, mec=style.INK,
            mew=1.4, markersize=17, zorder=5, label="chosen")
    ax.errorbar(
        100 * held.coverage.value, 100 * held.density.value, color=DIAMOND, fmt="D",
        xerr=_bars(held.coverage), yerr=_bars(held.density), markersize=7, capsize=3, zorder=6,
    )
    ax.plot([], [], "D", color=DIAMOND, markersize=7, label="chosen, on others")
    ax.set_xlim(102, -2)
    ax.set_ylim(0, 104)
    ax.set_xlabel(X, fontsize=10, color=style.INK)
    ax.set_ylabel(Y, fontsize=10, color=style.INK)
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9)
    style.title(ax, *words(found))
    return fig


def chart(found: Any) -> charts.Chart:
    """Return the same for the report."""
    one = found.tried
    x, y, count = _way(one)
    texts = [
        f"{phrases.percent(step.measured.mass)} of the points, "
        f"{count_of(len(step.box.limits), 'factor')} restricted<br>" + "<br>".join(
            phrases.limit(found, name, limit) for name, limit in step.box.limits.items())
        for step in one.steps
    ]
    traces: list[charts.Trace] = []
    for number in np.unique(count):
        here = np.flatnonzero(count == number)
        traces.append({
            "mode": "markers", "name": _colour_name(int(number), count),
            "x": charts.numbers(x[here], 4), "y": charts.numbers(y[here], 4),
            "text": [texts[i] for i in here], "marker": {"size": 9, "color": COLOURS[number]},
            "hovertemplate": "coverage %{x:.0f}%, density %{y:.0f}%<br>%{text}<extra></extra>",
        })
    curve, own, held = _held(one), one.own, one.expected
    traces += [
        {"mode": "lines", "name": "everywhere", "x": [0, 100],
         "y": charts.numbers([100 * one.rate] * 2, 4), "line": {"width": 1, "color": style.FAINT}},
        {"mode": "lines", "name": "held-out points", "x": charts.numbers(curve[0], 4),
         "y": charts.numbers(curve[1], 4), "line": {"dash": "dash", "color": style.FAINT}},
        {"mode": "markers", "name": "chosen", "x": charts.numbers([100 * own.coverage.value], 4),
         "y": charts.numbers([100 * own.density.value], 4),
         "marker": {"symbol": "star", "size": 17, "color": STAR,
                    "line": {"width": 1.5, "color": style.INK}}},
        {"mode": "markers", "name": "chosen, on others",
         "x": charts.numbers([100 * held.coverage.value], 4),
         "y": charts.numbers([100 * held.density.value], 4),
         "marker": {"symbol": "diamond", "size": 11, "color": DIAMOND},
         "error_x": _error(held.coverage), "error_y": _error(held.density)},
    ]
    return charts.chart(
        traces, x=X, y=Y, hovermode="closest", height=460,
        xaxis={"range": [102, -2]}, yaxis={"range": [0, 104]},
    )


def _way(one: Any) -> tuple[Any, Any, Any]:
    """Return coverage and density of the boxes, and the colours of how many factors."""
    x = 100 * np.array([step.measured.coverage for step in one.steps])
    y = 100 * np.array([step.measured.density for step in one.steps])
    count = np.array([min(len(step.box.limits), len(COLOURS) - 1) for step in one.steps])
    return x, y, count


def _held(one: Any) -> tuple[Any, Any]:
    """Return coverage and density of the boxes on held-out points."""
    known = [m for m in one.held.curve if m.mass > 0]
    x = np.array([100.0, *(100 * m.coverage for m in known)])
    y = np.array([100 * one.rate, *(100 * m.density for m in known)])
    return x, y


def _colour_name(number: int, count: Any) -> str:
    more = number == len(COLOURS) - 1
    return f"{number} or more factors" if more else count_of(number, "factor")


def _bars(one: Any) -> list[list[float]]:
    low, high = max(one.value - one.low, 0.0), max(one.high - one.value, 0.0)
    return [[100 * low], [100 * high]]


def _error(one: Any) -> dict[str, Any]:
    (low,), (high,) = _bars(one)
    return {"type": "data", "symmetric": False, "array": charts.numbers([high], 4),
            "arrayminus": charts.numbers([low], 4), "color": DIAMOND, "thickness": 1.5}
