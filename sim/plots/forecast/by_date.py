"""Chances by date: how likely each threshold has been passed by each date.

By Kaplan and Meier over all runs. Bands are 90% intervals of the chance at each date by itself: how
surely so many draws and replications tell it, not how surely the model tells what will be. Where no
run has passed, or all have, there is none: the tables have Wilson's intervals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.forecast.chances import Chances
from sim.forecast.forecast import Forecast
from sim.plots import charts, style
from sim.plots.study import panels
from sim.plots.words import count_of, date, plain, upper_first

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TITLES = {
    "capability": "capability", "metr_horizon": "METR horizon",
    "cycle": "cycle, so many times as fast", "leverage": "output per person, so many times",
}
"""Headings of panels."""
TIMES = 60
"""Dates at which chances are told, evenly; besides some of those at which they change."""
MOST_LINES = 6
"""Lines of a panel; of more thresholds those that some runs pass come first."""


def shows(found: Forecast) -> bool:
    """Return whether anything has a date."""
    return bool(found.dates)


def words(found: Forecast) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    one, end = found.headline, found.model.horizon
    says = f"{one.threshold.label}: {one.by([end])[0][0]:.0%} by {date(found.model, end)}"
    if one.threshold.date and np.isfinite(middle := float(one.quantiles([0.5])[0][0])):
        says += f", median {date(found.model, middle)}"
    what = "what nobody knows of the lab, and luck" if found.unknown else "luck alone"
    how = (
        f"Share of runs of {plain(found.model.name)} that have passed each threshold; its spread "
        f"is {what}. Bands: 90% intervals of the share, where some runs have passed and some "
        f"have not; none: no run passes it. {_runs(found)}."
    )
    return upper_first(says), how


def _runs(found: Forecast) -> str:
    draws = f"{count_of(len(found.results.points), 'draw')}, " if found.unknown else ""
    return draws + count_of(len(found.results.runs), "run")


def figure(found: Forecast, ax: Axes | None = None) -> Figure:
    """Draw the chances, a panel for each quantity; on `ax`, or a figure of its own."""
    if not shows(found):
        fig, ax = style.start(ax)
        style.note(ax, "Chances by date", "Nothing that is asked of this lab has a date.")
        return fig
    groups = _groups(found)
    fig, header, places = panels.start(ax, len(groups), 3.1, across=min(len(groups), 2))
    for i, (place, (quantity, some)) in enumerate(zip(places, groups.items(), strict=True)):
        lines = _lines(some)
        for n, alike in enumerate(lines):
            _line(place, found, n, alike)
        place.set_ylim(-0.01, 1.01)
        place.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        style.time_axis(place, found.model, found.model.horizon, label=False)
        place.set_title(upper_first(TITLES[quantity]), loc="left", fontsize=10, color=style.INK)
        place.legend(
            loc="upper left", bbox_to_anchor=(-0.02, -0.08), ncols=min(len(lines), 4),
            frameon=False, fontsize=8.5, handlelength=2.3, columnspacing=1.0,
        )
        if i % 2 == 0:
            place.set_ylabel("chance", fontsize=10, color=style.INK)
    style.title(header, *words(found))
    return fig


def charts_of(found: Forecast) -> dict[str, charts.Chart]:
    """Return the same for the report, a chart for each quantity."""
    return {
        upper_first(TITLES[quantity]): _chart(found, some)
        for quantity, some in _groups(found).items()
    }


def _groups(found: Forecast) -> dict[str, list[Chances]]:
    """Return what is drawn together: thresholds of each quantity, in order."""
    groups: dict[str, list[Chances]] = {}
    for one in found.dates.values():
        groups.setdefault(one.threshold.quantity, []).append(one)
    return {
        name: sorted(
            sorted(some, key=lambda one: not one.passed)[:MOST_LINES],
            key=lambda one: one.threshold.value,
        )
        for name, some in groups.items()
    }


def _lines(some: list[Chances]) -> list[list[Chances]]:
    """Return thresholds line by line: those that all runs pass together, or none, share one."""
    lines: dict[bytes, list[Chances]] = {}
    for one in some:
        course = one.curve.times, one.curve.longer
        key = b"".join(part.tobytes() for part in course) if one.passed else b""
        lines.setdefault(key, []).append(one)
    return list(lines.values())


def _course(found: Forecast, one: Chances) -> tuple[Any, Any, Any, Any]:
    """Return times and the chance with its ends; an end never falls, as the chance does not.

    Where no run has passed, or all have, the ends are the chance itself.
    """
    ended = one.curve.times[one.curve.ends > 0]
    some = ended[np.unique(np.linspace(0, len(ended) - 1, TIMES).astype(int))] if len(ended) else []
    times = np.unique(np.concatenate([np.linspace(0.0, found.model.horizon, TIMES), some]))
    middle, low, high = one.by(times)
    known, sure = np.isfinite(middle), (middle <= 0.0) | (middle >= 1.0)
    low, high = (
        np.fmax.accumulate(np.where(sure, middle, end)[known]) for end in (low, high)
    )
    return times[known], middle[known], low, high


def _name(alike: list[Chances]) -> str:
    """Return '2 OOM', '2,000 h', '5×'; of those that no run passes '3, 4 OOM: none'."""
    unit = alike[0].threshold.unit
    values = ", ".join(f"{one.threshold.value:,g}" for one in alike)
    return f"{values}{'' if unit == '×' else ' '}{unit}" + ("" if alike[0].passed else ": none")


def _style(n: int, alike: list[Chances]) -> tuple[str, str, str]:
    """Return colour and dashes of a line; grey and dotted if no run passes."""
    *some, grey = style.LINES
    return some[n % len(some)] if alike[0].passed else grey


def _line(ax: Axes, found: Forecast, n: int, alike: list[Chances]) -> None:
    colour, dash, _ = _style(n, alike)
    days, middle, low, high = _course(found, alike[0])
    x = style.positions(found.model, days)
    ax.fill_between(x, low, high, step="post", color=colour, alpha=0.15, linewidth=0)
    ax.step(x, middle, dash, where="post", color=colour, linewidth=1.8, label=_name(alike))


def _chart(found: Forecast, some: list[Chances]) -> charts.Chart:
    traces: list[charts.Trace] = []
    for n, alike in enumerate(_lines(some)):
        colour, _, dash = _style(n, alike)
        days, middle, low, high = _course(found, alike[0])
        x, name = charts.times(found.model, days), _name(alike)
        bottom, top = charts.band(x, low, high, colour, name, shape="hv")
        traces += [bottom, top | {"showlegend": False}, {
            "x": x, "y": charts.numbers(middle, 4), "mode": "lines", "name": name,
            "legendgroup": name, "line": {"color": colour, "dash": dash, "shape": "hv", "width": 2},
            "text": [
                f"{m:.0%} [{a:.0%}, {b:.0%}]" for m, a, b in zip(middle, low, high, strict=True)
            ],
            "hovertemplate": "%{text}",
        }]
    dated = style.in_dates(found.model)
    return charts.chart(
        traces, x=charts.time_label(found.model), y="chance", height=320,
        xaxis={"range": charts.times(found.model, [0.0, found.model.horizon]), "nticks": 5,
               "hoverformat": "%-d %b %Y" if dated else ",.0f"},
        yaxis={"range": [-0.01, 1.02], "tickformat": ".0%"},
    )
