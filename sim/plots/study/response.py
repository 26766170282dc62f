"""Response curves: what an outcome comes to at each level of a factor.

Of a lever each level is shown, with a line for each level of a second one, and a panel for each
outcome; where no lever is a number, a panel for each uncertainty, those first that decide most: the
points of the design in bins of equally many, drawn at the mean of each bin.

Lines are means over all runs of a level, of dates the medians by Kaplan and Meier, where what is
not reached comes later. Bands are 90% confidence intervals of each level by itself: on common
random numbers two levels differ more surely than their bands suggest.
"""

from __future__ import annotations

from dataclasses import dataclass
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

MOST_LINES = 5
"""Lines of a panel; of more levels some are shown, evenly."""
MOST_DOTS = 300
"""Points of the design that are drawn behind a line."""


@dataclass(frozen=True, eq=False)
class Panel:
    """One outcome by one factor."""

    part: Studied
    outcome: str
    factor: str
    lines: dict[Any, pd.DataFrame]
    """A table of `numbers.by_level` by the level of the second factor; `None` if there is none."""


def shows(results: Any) -> bool:
    """Return whether a factor is a number and has several values."""
    found = studied(results)
    return any(found.is_number(name) for name in found.moved)


def words(results: Any) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    found = studied(results)
    drawn = found.kept("response", _panels)
    first = drawn[0]
    second = _second(found, first.factor)
    parts = [found.of(**{second: level}) for level in first.lines] if second else [found]
    says = numbers.told(parts[0], first.outcome, first.factor)
    if second and len(parts) > 1:
        levels = [f"{plain(second)} {wording.value(level)}" for level in first.lines]
        last = numbers.told(parts[-1], first.outcome, first.factor, brief=True)
        says = f"At {levels[0]} {says}; at {levels[-1]} {last}"
    how = "Means with 90% intervals"
    if any(found.outcomes[p.outcome].date for p in drawn):
        how += ", of dates medians (△: later than the runs go)"
    if first.factor in found.uncertainties:
        how += ", of bins of the sample (other factors vary)"
        if any(_has_dots(panel) for panel in drawn):
            how += "; dots: its points"
    if second and (count := len(found.levels(second))) > MOST_LINES:
        how += f", {MOST_LINES} of {count} levels of {plain(second)}"
    if first.factor in found.levers and (others := wording.others(
        found, first.factor, *([second] if second else [])
    )):
        how += f", {others}"
    return upper_first(says), wording.beneath(found, how, {p.outcome: None for p in drawn}, says)


def figure(results: Any, ax: Axes | None = None) -> Figure:
    """Draw the curves; parameters as in `sim.plots.study`."""
    found = studied(results)
    if not shows(found):
        fig, ax = style.start(ax)
        style.note(ax, "Response curves", "No factor of this study is a number with two values.")
        return fig
    drawn = found.kept("response", _panels)
    fig, header, places = panels.start(ax, len(drawn))
    handles: list[Any] = []
    for place, panel in zip(places, drawn, strict=True):
        handles = [
            _line(place, panel, i, table) for i, table in enumerate(panel.lines.values())
        ]
        axes.of_factor(place, found, panel.factor)
        axes.of_outcome(place, found, panel.outcome)
    second = _second(found, drawn[0].factor)
    if second:
        texts = [wording.short(level, 18) for level in drawn[0].lines]
        for handle, text in zip(handles, texts, strict=True):
            handle.set_label(text)
        panels.legend(places[panels.columns(len(drawn)) - 1], handles, axes.name(found, second))
    style.title(header, *words(found), width=78)
    return fig


def charts_of(results: Any) -> dict[str, charts.Chart]:
    """Return the same for the report, a chart for each panel by its heading."""
    found = studied(results)
    return {_heading(found, p): _chart(found, p) for p in found.kept("response", _panels)}


def _panels(found: Studied) -> list[Panel]:
    """Return what each panel shows."""
    numeric = [name for name in found.levers if found.is_number(name)]
    if numeric:
        what = [(outcome, numeric[0]) for outcome in found.outcomes]
    else:
        ranked = numbers.swings(found, found.first)["factor"]
        what = [
            (found.first, name) for name in ranked
            if name in found.uncertainties and found.is_number(name)
        ]
    return [
        Panel(found, outcome, factor, _tables(found, outcome, factor))
        for outcome, factor in what[: panels.MOST]
    ]


def _tables(found: Studied, outcome: str, factor: str) -> dict[Any, pd.DataFrame]:
    second = _second(found, factor)
    if second is None:
        return {None: numbers.by_level(found, outcome, factor)}
    return {
        level: numbers.by_level(found.of(**{second: level}), outcome, factor)
        for level in axes.some(found.levels(second), MOST_LINES)
    }


def _second(found: Studied, factor: str) -> str | None:
    """Return the factor that gets a line for each level, if there is one."""
    return next((name for name in found.levers if name != factor), None)


def _line(ax: Axes, panel: Panel, i: int, table: pd.DataFrame) -> Any:
    """Draw one line with its band; return its handle."""
    colour, dash, _ = axes.LINES[i % len(axes.LINES)]
    top = panel.part.days
    x, y = table["x"].to_numpy(float), table["value"].to_numpy(float)
    if _has_dots(panel):
        dots = _dots(panel)
        ax.plot(dots[panel.factor], dots[panel.outcome], ".", color=style.SKY, alpha=0.5,
                markersize=4, zorder=1)
    low, high = (np.minimum(table[end].to_numpy(float), top) if panel.part.is_date(panel.outcome)
                 else table[end].to_numpy(float) for end in ("low", "high"))
    ax.fill_between(x, low, high, color=colour, alpha=0.18, linewidth=0)
    later = np.isinf(y)
    if later.any():  # nothing, unclipped, would stand at the corner of the page
        size = _size(panel, i)
        ax.plot(x[later], np.full(later.sum(), top), "^", color=colour, markersize=size,
                markerfacecolor="none", markeredgewidth=1.5, clip_on=False)
    mark = "o" if len(x) <= 20 else ""
    (line,) = ax.plot(x, np.where(later, np.nan, y), dash, marker=mark, color=colour,
                      linewidth=1.8, markersize=4)
    return line


def _size(panel: Panel, i: int) -> float:
    """Return the size of a line's mark of what is later: they stand within each other."""
    return 5.0 + 3.0 * (len(panel.lines) - 1 - i)


def _has_dots(panel: Panel) -> bool:
    """Return whether points are drawn: of an uncertainty, behind a line that is alone."""
    found = panel.part
    drawn = panel.factor in found.uncertainties and not found.is_date(panel.outcome)
    return drawn and len(panel.lines) == 1


def _dots(panel: Panel) -> pd.DataFrame:
    """Return points of a sample: the factor and the mean outcome; of many some by chance.

    Every second, third … point of a Sobol' sequence would not be like all of them.
    """
    found = panel.part
    means = found.runs.groupby("point")[panel.outcome].mean()
    table = found.ran[[panel.factor]].join(means.astype(float))
    if len(table) > MOST_DOTS:
        table = table.iloc[np.random.default_rng(0).choice(len(table), MOST_DOTS, replace=False)]
    return table


def _heading(found: Studied, panel: Panel) -> str:
    what = wording.label(found, panel.outcome)
    return upper_first(f"{what} by {plain(panel.factor)}")


def _chart(found: Studied, panel: Panel) -> charts.Chart:
    traces: list[charts.Trace] = []
    if _has_dots(panel):
        dots = _dots(panel)
        traces.append({
            "x": charts.numbers(dots[panel.factor], 4), "y": charts.numbers(dots[panel.outcome], 4),
            "mode": "markers", "name": "points", "hoverinfo": "skip",
            "marker": {"color": style.SKY, "size": 4, "opacity": 0.6},
        })
    for i, (level, table) in enumerate(panel.lines.items()):
        colour, _, dash = axes.LINES[i % len(axes.LINES)]
        date = found.is_date(panel.outcome)
        name = wording.median_or_mean(found, panel.outcome)
        if level is not None:
            name = axes.line_name(found, str(_second(found, panel.factor)), level)
        x = charts.numbers(table["x"])
        low, high = (
            table[end].clip(upper=found.days) if date else table[end] for end in ("low", "high")
        )
        band, area = charts.band(x, low, high, colour, name)
        traces += [band, area | {"showlegend": False}, {
            "x": x, "y": charts.numbers(table["value"], 5), "mode": "lines+markers", "name": name,
            "legendgroup": name, "line": {"color": colour, "dash": dash, "width": 2},
            "text": [
                wording.interval(row.value, row.low, row.high, found.outcomes[panel.outcome].unit)
                for row in table.itertuples()
            ],
            "hovertemplate": "%{text}",
        }]
        later = table[np.isinf(table["value"].to_numpy(float))]
        if len(later):
            traces.append({
                "x": charts.numbers(later["x"]), "y": [found.days] * len(later), "mode": "markers",
                "name": name, "legendgroup": name, "showlegend": False, "cliponaxis": False,
                "marker": {
                    "symbol": "triangle-up-open", "color": colour,
                    "size": 2 + 1.4 * _size(panel, i),
                },
                "hovertemplate": "later than the runs go",
            })
    return charts.chart(
        traces, x=axes.name(found, panel.factor), y=axes.label(found, panel.outcome), height=320,
        xaxis=axes.screen(found, panel.factor), yaxis={"nticks": 6},
    )
