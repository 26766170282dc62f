"""Dates: the share of runs that have come to something by each time.

By Kaplan and Meier, over all points of a line, each point alike: a run that ends before it gets
there is *censored*, it might have come later. The line ends where nothing more is known. Bands are
90% intervals of the share at each time by itself (Greenwood's variance, on the scale of
log(-log)), wider where runs share a draw of the uncertainties or their random numbers; their ends
never fall, as the share does not.

There is a line for each level of the first factor that has names, else of the first lever; the
spread of a line holds the luck and all other factors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, style
from sim.plots.study import axes, numbers, panels
from sim.plots.study import words as wording
from sim.plots.study.studied import Studied, studied
from sim.plots.words import duration, plain, upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_LINES = len(axes.LINES)
"""Lines of a panel; of more levels some are shown, evenly."""
MOST_PANELS = 3
"""Dates that are shown."""

Lines = dict[Any, "pd.DataFrame"]


def shows(results: Any) -> bool:
    """Return whether an outcome is a date."""
    found = studied(results)
    return bool(found.dates) and len(found.runs) > 0


def words(results: Any) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    found = studied(results)
    by = _factor(found)
    # What all reach, or none, tells least.
    known = found.runs[found.dates].notna().mean()
    some = [name for name in found.dates if 0 < known[name] < 1]
    outcome = (some or found.dates)[0]
    says = f"{plain(outcome)} is reached within {duration(found.days)} {share_text(found, outcome)}"
    if by:
        lines = found.kept("dates", _panels).get(outcome, {})
        last = {level: table["share"].iloc[-1] for level, table in lines.items() if len(table)}
        if last:
            most, least = max(last, key=last.__getitem__), min(last, key=last.__getitem__)
            if last[most] > last[least]:
                says += (
                    f": {last[least]:.0%} at {plain(by)} {wording.value(least)}, "
                    f"{last[most]:.0%} at {wording.value(most)}"
                )
    how = f"Kaplan-Meier with 90% intervals; {censored_text(found)}"
    if by and (levels := len(found.levels(by))) > MOST_LINES:
        how += f"; {MOST_LINES} of {levels} levels of {plain(by)}"
    if others := wording.others(found, *([by] if by else [])):
        how += f"; {others}"
    return upper_first(says), wording.beneath(found, how, found.dates[:MOST_PANELS], says)


def figure(results: Any, ax: Axes | None = None) -> Figure:
    """Draw the shares; parameters as in `sim.plots.study`."""
    found = studied(results)
    if not shows(found):
        fig, ax = style.start(ax)
        style.note(ax, "Dates", "No outcome of this study is a date.")
        return fig
    drawn, by = found.kept("dates", _panels), _factor(found)
    fig, header, places = panels.start(ax, len(drawn), 3.4)
    handles: list[Any] = []
    for place, (outcome, lines) in zip(places, drawn.items(), strict=True):
        handles = [_line(place, found, i, table) for i, table in enumerate(lines.values())]
        place.set_ylim(0, 1)
        place.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        _time_axis(place, found)
        place.set_ylabel(f"{upper_first(plain(outcome))}: share of runs", fontsize=10,
                         color=style.INK)
    if by:
        for handle, level in zip(handles, next(iter(drawn.values())), strict=True):
            handle.set_label(wording.short(level, 22))
        panels.legend(places[panels.columns(len(drawn)) - 1], handles, axes.name(found, by))
    style.title(header, *words(found))
    return fig


def charts_of(results: Any) -> dict[str, charts.Chart]:
    """Return the same for the report, a chart for each date."""
    found = studied(results)
    return {
        upper_first(plain(outcome)): _chart(found, lines)
        for outcome, lines in found.kept("dates", _panels).items()
    }


def share_text(found: Studied, outcome: str) -> str:
    """Return 'in 43% [35%, 52%] of runs': the share that reaches a date while runs go on."""
    reached = found.runs[outcome].notna()
    if not reached.any() or reached.all():
        return f"in {'all runs' if reached.any() else 'no run'}"
    last = numbers.reached(found, outcome).iloc[-1]
    return f"in {last['share']:.0%} [{last['low']:.0%}, {last['high']:.0%}] of runs"


def censored_text(found: Studied) -> str:
    """Return how many runs of each date are censored."""
    parts = []
    for outcome in found.dates:
        count = int(np.isnan(found.runs[outcome].to_numpy()).sum())
        parts.append(
            f"{count:,} of {len(found.runs):,} runs censored ({count / len(found.runs):.0%})"
            + (f" of {plain(outcome)}" if len(found.dates) > 1 else "")
        )
    return ", ".join(parts)


def _factor(found: Studied) -> str | None:
    """Return the factor that gets a line for each level, if there is one."""
    named = [name for name in found.levers if not found.is_number(name)]
    return next(iter(named or found.levers), None)


def _panels(found: Studied) -> dict[str, Lines]:
    by = _factor(found)
    parts: dict[Any, Studied] = {None: found}
    if by:
        levels = axes.some(found.levels(by), MOST_LINES)
        parts = {level: found.of(**{by: level}) for level in levels}
    return {
        outcome: {level: numbers.reached(part, outcome) for level, part in parts.items()}
        for outcome in found.dates[:MOST_PANELS]
    }


def _begin(found: Studied) -> float:
    """Return where the axis of time begins: 0, or shortly before the first that is reached."""
    first = np.nanmin(found.runs[found.dates].to_numpy(float), initial=found.days)
    return float(max(0.0, first - 0.15 * (found.days - first))) if first > found.days / 2 else 0.0


def _time_axis(ax: Axes, found: Studied) -> None:
    begin, model = _begin(found), found.calendar
    if model is not None:
        style.time_axis(ax, model, found.days, begin=begin)
        return
    ax.set_xlim(begin, found.days)
    ax.set_xlabel("days after t = 0", fontsize=10, color=style.INK)


def _line(ax: Axes, found: Studied, i: int, table: pd.DataFrame) -> Any:
    colour, dash, _ = axes.LINES[i % len(axes.LINES)]
    x = table["time"].to_numpy(float)
    x = x if found.calendar is None else style.positions(found.calendar, x)
    ax.fill_between(x, table["low"], table["high"], step="post", color=colour, alpha=0.15,
                    linewidth=0)
    (line,) = ax.step(x, table["share"], dash, where="post", color=colour, linewidth=1.8)
    return line


def _times(found: Studied, days: Any) -> list[Any]:
    model = found.calendar
    return charts.numbers(days, 5) if model is None else charts.times(model, days)


def _chart(found: Studied, lines: Lines) -> charts.Chart:
    by, traces = _factor(found), []
    for i, (level, table) in enumerate(lines.items()):
        colour, _, dash = axes.LINES[i % len(axes.LINES)]
        name = "reached" if by is None else axes.line_name(found, by, level)
        x = _times(found, table["time"])
        low, high = charts.band(x, table["low"], table["high"], colour, name, shape="hv")
        traces += [low, high | {"showlegend": False}, {
            "x": x, "y": charts.numbers(table["share"], 4), "mode": "lines", "name": name,
            "legendgroup": name, "line": {"color": colour, "dash": dash, "shape": "hv", "width": 2},
            "text": [f"{r.share:.0%} [{r.low:.0%}, {r.high:.0%}]" for r in table.itertuples()],
            "hovertemplate": "%{text}",
        }]
    model = found.calendar
    label = "days after t = 0" if model is None else charts.time_label(model)
    dated = model is not None and style.in_dates(model)
    return charts.chart(
        traces, x=label, y="share of runs", height=340,
        xaxis={"range": _times(found, [_begin(found), found.days]), "nticks": 5,
               "hoverformat": "%-d %b %Y" if dated else ",.0f"},
        yaxis={"range": [0, 1.02], "tickformat": ".0%"},
    )
