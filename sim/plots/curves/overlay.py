"""Overlay: the field's curves over a simulated lab, matched at t = 0.

Software is the lab's stock of algorithms, in doublings since t = 0: a curve has no queue between
what research finds and what helps, so what research has found is compared. Each curve grows as much
as the lab in the first quarter, so Forethought's own speed-up at the start is discarded; the rest
is as published, or, orange, with the lab's own values. Bands hold the middle 80%: of replications,
and of draws from the published ranges of Forethought and METR (grey). The lab is ahead of a curve,
or behind it, where the 90% interval of the gap, as told, lies to one side of 0. It is drawn up to
where the first of its runs ends.

The second panel shows what is deployed: mean capability by date, in orders of magnitude of
effective compute (training compute included), which only moves at releases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.curves.explained import LN2
from sim.curves.laid import PUBLISHED
from sim.curves.question import BASE
from sim.curves.verdict import standing
from sim.plots import charts, style
from sim.plots.curves import ends as place_labels
from sim.plots.curves import phrases
from sim.plots.words import duration, upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TALLEST = 1.25
"""Times the highest end of the lab at which curves leave the figure."""
BAND = "#8C8C8C"
"""Colour of the bands of published curves."""
AXIS = "software, doublings since t = 0"
DEPLOYED = "capability deployed (OOM)"


def shows(found: Any) -> bool:
    """Return whether there is a path."""
    return len(found.paths) > 0


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and how to read it."""
    end = found.model.horizon
    rows = found.gaps[(found.gaps["part"] == "gap").to_numpy()]
    rows = rows[(rows["date"] == end).to_numpy()]
    rows = rows.set_index("curve")
    stands = phrases.stands(
        {found.curve(name).title: standing(rows.loc[name]) for name in PUBLISHED}
    )
    says = f"From the same start {phrases.lab(found)} is after {duration(end)} {stands}"
    how = (
        "Blue: the lab, mean and middle 80% of replications; lighter to darker: ever more of what "
        "curves leave out removed. Grey: curves as published (bands: their ranges, middle 80%); "
        f"orange: with the lab's values. {upper_first(phrases.runs(found))}."
    )
    return says, how


def figure(found: Any, ax: Axes | None = None) -> Figure:
    """Draw both panels; `ax` as in `sim.plots`."""
    released = found.question.releases
    fig, ax = style.start(ax, 10.5, 8.0 if released else 5.5)
    if not shows(found):
        style.note(ax, "Overlay", "No run lasted long enough.")
        return fig
    panels = style.panels(ax, [2.2, 1.0]) if released else [ax]
    _software(panels[0], found)
    if released:
        _deployed(panels[1], found)
    style.title(panels[0], *words(found), width=92)
    return fig


def charts_of(found: Any) -> dict[str, charts.Chart]:
    """Return the same for the report, a chart for each panel."""
    top, times = _top(found), charts.times(found.model, list(found.question.dates))
    traces = []
    for name, line in _lines(found):
        x, y = times[: len(line)], line["software"].to_numpy() / LN2
        shape = _look(found, name)
        if name == BASE or name in PUBLISHED:
            low, high = (np.minimum(line[k].to_numpy() / LN2, 2 * top) for k in ("low", "high"))
            traces += [
                {**trace, "showlegend": False}
                for trace in charts.band(x, low, high, BAND if name in PUBLISHED else shape[0],
                                         _title(found, name))
            ]
        traces.append({
            "x": x, "y": charts.numbers(np.where(y <= 2 * top, y, np.nan), 4), "mode": "lines",
            "name": _title(found, name),
            "line": {"color": shape[0], "dash": shape[2], "width": shape[3]},
        })
    label = charts.time_label(found.model)
    both = {"Software": charts.chart(traces, x=label, y=AXIS, yaxis={"range": [0, top]},
                                     height=520)}
    if found.question.releases:
        both["Deployed"] = charts.chart(
            [
                {"x": times[: len(line)], "y": charts.numbers(line["capability"], 4),
                 "mode": "lines", "name": _title(found, name),
                 "line": {"color": _look(found, name)[0], "width": 2}}
                for name, line in _lines(found) if name in _drawn(found)
            ],
            x=label, y=DEPLOYED,
        )
    return both


def _drawn(found: Any) -> tuple[str, ...]:
    """Return the labs that are drawn: as it is, and without ever more."""
    return (BASE, *found.question.cumulative[1:])


def _lines(found: Any) -> list[tuple[str, pd.DataFrame]]:
    """Return the lines with their rows, labs first; levels that are the same model once."""
    table, seen, lines = found.paths, set(), []
    for name in (*_drawn(found), *(curve.name for curve in found.curves)):
        point = found.lifted.levels.get(name, name)
        if point not in seen:
            seen.add(point)
            lines.append((name, table[(table["line"] == name).to_numpy()]))
    return lines


def _top(found: Any) -> float:
    ends = [line["high"].max() / LN2 for name, line in _lines(found) if name in _drawn(found)]
    return TALLEST * float(max(ends))


def _title(found: Any, name: str) -> str:
    if name == BASE:
        return phrases.lab(found)
    return phrases.label(name) if name in found.lifted.levels else found.curve(name).title


def _look(found: Any, name: str) -> tuple[str, str, str, float]:
    """Return colour, dash in matplotlib and plotly, and width of a line."""
    if name == BASE:
        return phrases.LAB, "-", "solid", 3.0
    if name in found.lifted.levels:
        number = found.question.cumulative.index(name) - 1
        return phrases.SHADES[number % len(phrases.SHADES)], "-", "solid", 1.6
    return phrases.colour(name), *phrases.DASHES[name], 1.4


def _software(ax: Axes, found: Any) -> None:
    style.tidy(ax)
    top, ends = _top(found), []
    horizon = found.model.horizon
    for name, line in _lines(found):
        x = style.positions(found.model, line["date"])
        y = np.minimum(line["software"].to_numpy() / LN2, 2 * top)
        colour, dash, _, width = _look(found, name)
        if name == BASE or name in PUBLISHED:
            low, high = (np.minimum(line[k].to_numpy() / LN2, 2 * top) for k in ("low", "high"))
            faint = 0.25 if name == BASE else 0.18
            shade = colour if name == BASE else BAND
            ax.fill_between(x, low, high, color=shade, linewidth=0, alpha=faint)
        ax.plot(x, y, color=colour, linestyle=dash, linewidth=width)
        if len(y):
            ends.append((float(min(y[-1], top)), name, colour))
    ax.set_ylim(0.0, top)
    ax.set_ylabel(AXIS, fontsize=10, color=style.INK)
    style.time_axis(ax, found.model, horizon, label=not found.question.releases)
    labelled = [(end / top, _title(found, name), colour) for end, name, colour in ends]
    place_labels.write(ax, labelled, 0.056)


def _deployed(ax: Axes, found: Any) -> None:
    style.tidy(ax)
    for name, line in _lines(found):
        if name in _drawn(found):
            colour, dash, _, width = _look(found, name)
            x = style.positions(found.model, line["date"])
            ax.plot(x, line["capability"], color=colour, linestyle=dash, linewidth=width)
    ax.set_ylim(bottom=0.0)
    ax.set_ylabel(DEPLOYED.replace(" (", "\n("), fontsize=10, color=style.INK)
    style.time_axis(ax, found.model, found.model.horizon)
