"""Parallel coordinates: which values of the uncertainties go with which outcome.

Each line is a point of the design; it crosses each axis at the value of that factor, the last one
at its outcome (the mean over its replications; a date that is not reached counts as the horizon).
Axes go from the least to the greatest value, in logarithms where values span more than a factor of
30 and are spread more evenly so. Colours go from the lowest outcomes to the highest. The two thick
lines are the medians of the tenth of the points with the lowest outcomes, and of that with the
highest: where they part, a factor matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, style
from sim.plots.study import axes, numbers
from sim.plots.study import words as wording
from sim.plots.study.studied import Studied, studied
from sim.plots.words import count_of, plain, upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FEWEST_POINTS, FEWEST_AXES, MOST_AXES = 20, 3, 10
MOST_LINES, MOST_ON_SCREEN = 2000, 500
"""Lines on paper and on the screen; of more points some are shown, evenly by outcome."""
CLASSES = 5
"""Colours: fifths of the points, by outcome."""
SPAN = 30.0
"""Greatest value over least from which on an axis may be logarithmic."""
QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Places of the ticks."""
COLOURS = ("#243C6E", "#5B7DB1", "#B5B5B5", "#E8A33D", "#B33A00")
"""From the lowest fifth to the highest: blue to red by way of grey."""
ON_SCREEN = ("#3B6FD0", "#8FB0E3", "#A8A8A8", "#E8A33D", "#D04A10")
"""The same, to be seen on a light and on a dark ground."""
LEAST = 70
"""Width of an axis on the screen at least, pixels."""
ENDS = 0.1
"""Share of the points that a thick line stands for."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Points as lines, in order of their outcome."""

    names: list[str]
    """Factors, and the outcome as the last."""
    ticks: list[list[tuple[float, str]]]
    """Places and texts of the ticks of each axis."""
    places: Any
    """Where each line (a row) crosses each axis (a column), in [0, 1]."""
    values: pd.DataFrame
    """The same as values."""
    outcome: str


def shows(results: Any) -> bool:
    """Return whether there are enough points and factors, uncertainties among them."""
    found = studied(results)
    return (
        bool(found.uncertainties)
        and len(found.moved) + 1 >= FEWEST_AXES and len(found.ran) >= FEWEST_POINTS
        and bool(np.isfinite(_outcome(found)).any())
    )


def words(results: Any) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    found = studied(results)
    lines = found.kept("parallel", _lines)
    name = lines.names[int(_apart(lines)[:-1].argmax())]
    says = (
        f"points with the highest and the lowest {plain(lines.outcome)} differ most in "
        f"{plain(name)}"
    )
    how = (
        "A line is a point, its colour its outcome; thick: medians of the tenth with the lowest "
        "and of that with the highest"
    )
    if found.is_date(lines.outcome):
        how += "; not reached counts as the horizon"
    shown = len(_thinned(lines, MOST_LINES))
    drawn = count_of(len(lines.places), "point")
    if shown < len(lines.places):
        drawn = f"{shown:,} of {drawn}"
    return upper_first(says), f"{how}. {drawn}, {count_of(len(found.runs), 'run')}."


def figure(results: Any, ax: Axes | None = None) -> Figure:
    """Draw the lines; parameters as in `sim.plots.study`."""
    from matplotlib.collections import LineCollection

    found = studied(results)
    fig, ax = style.start(ax, height=5.0)
    if not shows(found):
        style.note(ax, "Parallel coordinates", "This study has too few uncertainties or points.")
        return fig
    lines = found.kept("parallel", _lines)
    style.tidy(ax)
    rows = _thinned(lines, MOST_LINES)
    x = np.arange(len(lines.names))
    drawn = [np.column_stack([x, lines.places[row]]) for row in rows]
    order = np.argsort(np.abs(_classes(lines)[rows] - (CLASSES - 1) / 2), kind="stable")
    colours = [COLOURS[k] for k in _classes(lines)[rows][order]]
    alpha = float(np.clip(30 / np.sqrt(len(rows)) / 4, 0.12, 0.7))
    ax.add_collection(LineCollection(
        [drawn[i] for i in order], colors=colours, alpha=alpha, linewidths=0.7
    ))
    for median, colour in zip(_medians(lines), (COLOURS[0], COLOURS[-1]), strict=True):
        ax.plot(x, median, color="white", linewidth=5)
        ax.plot(x, median, "o-", color=colour, linewidth=2.6, markersize=5)
    ax.set_xlim(-0.25, len(x) - 0.55)
    ax.set_ylim(-0.04, 1.04)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.set_yticks([])
    ax.vlines(x, 0, 1, color=style.FAINT, linewidth=1)
    for at, ticks in zip(x, lines.ticks, strict=True):
        for place, text in ticks:
            ax.annotate(text, (at, place), (4, 0), textcoords="offset points", va="center",
                        fontsize=7.5, color=style.INK,
                        bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.6})
    labels = [wording.short(_axis_name(found, lines, i), 13) for i in range(len(x))]
    ax.set_xticks(x, labels)
    ax.tick_params(axis="x", length=0, labelsize=9 if len(x) <= 7 else 8)
    _key(ax, found, lines)
    style.title(ax, *words(found), width=72)
    return fig


def chart(results: Any) -> charts.Chart:
    """Return the same for the report."""
    found = studied(results)
    lines = found.kept("parallel", _lines)
    rows, x = _thinned(lines, MOST_ON_SCREEN), list(range(len(lines.names)))
    classes, traces = _classes(lines), []
    for k in range(CLASSES):
        here = rows[classes[rows] == k]
        xs, ys, texts = [], [], []
        for row in here:
            xs += [*x, None]
            ys += [*charts.numbers(lines.places[row], 3), None]
            texts += [*map(wording.value, lines.values.iloc[row]), ""]
        traces.append({
            "x": xs, "y": ys, "mode": "lines", "name": _class_name(k), "hoverinfo": "text",
            "text": texts, "line": {"color": ON_SCREEN[k], "width": 1}, "opacity": 0.45,
        })
    for median, colour, name in zip(
        _medians(lines), (ON_SCREEN[0], ON_SCREEN[-1]),
        ("lowest tenth (median)", "highest tenth (median)"), strict=True,
    ):
        traces.append({
            "x": x, "y": charts.numbers(median, 3), "mode": "lines+markers", "name": name,
            "line": {"color": colour, "width": 5}, "marker": {"size": 8}, "hoverinfo": "name",
        })
    notes = [
        {"x": at, "y": place, "text": text, "showarrow": False, "xanchor": "left", "xshift": 3,
         "font": {"size": 10}}
        for at, ticks in enumerate(lines.ticks) for place, text in ticks
    ]
    bars = [
        {"type": "line", "x0": at, "x1": at, "y0": 0, "y1": 1,
         "line": {"color": style.FAINT, "width": 1}} for at in x
    ]
    return charts.chart(
        traces, x="", y="", hovermode="closest", height=460, annotations=notes,
        shapes=bars, meta={"log": False, "least": LEAST * len(x)},
        xaxis={
            "tickmode": "array", "tickvals": x, "showgrid": False, "range": [-0.15, len(x) - 0.6],
            "ticktext": [
                wording.short(_axis_name(found, lines, i), 10).replace("\n", "<br>") for i in x
            ], "tickangle": 0, "tickfont": {"size": 10},
        },
        yaxis={"showticklabels": False, "showgrid": False, "range": [-0.05, 1.05]},
    )


def _outcome(found: Studied) -> Any:
    """Return the outcome of each point: the mean, of a date up to the horizon."""
    values = found.runs[found.first]
    if found.is_date(found.first):
        values = values.fillna(found.days)
    return values.groupby(found.runs["point"].to_numpy()).mean().reindex(found.ran.index).to_numpy()


def _lines(found: Studied) -> Lines:
    """Return the points as lines over the factors that decide most."""
    outcome = _outcome(found)
    keep = np.flatnonzero(np.isfinite(outcome))
    keep = keep[np.argsort(outcome[keep], kind="stable")]
    factors = list(found.moved)
    if len(factors) + 1 > MOST_AXES:
        chosen = list(numbers.swings(found, found.first)["factor"][: MOST_AXES - 1])
        factors = [name for name in factors if name in chosen]
    values = found.ran.iloc[keep][factors].assign(**{_LAST: outcome[keep]})
    scaled = [_axis(found, name, values[name]) for name in values.columns]
    return Lines(
        names=[*factors, found.first], ticks=[ticks for _, ticks in scaled],
        places=np.column_stack([places for places, _ in scaled]), values=values,
        outcome=found.first,
    )


_LAST = "\N{BLACK SQUARE}"
"""Column of the outcome: no factor has this name."""


def _axis(found: Studied, name: str, values: pd.Series) -> tuple[Any, list[tuple[float, str]]]:
    """Return where values stand on their axis, and its ticks."""
    if name != _LAST and not found.is_number(name):
        levels = found.levels(name)
        step = max(len(levels) - 1, 1)
        places = values.map({level: i / step for i, level in enumerate(levels)}).to_numpy(float)
        shown = axes.some(range(len(levels)), 8)
        return places, [(i / step, wording.short(levels[i], 16)) for i in shown]
    array = values.to_numpy(float)
    low, high = float(array.min()), float(array.max())
    if low == high:
        return np.full(len(array), 0.5), [(0.5, wording.value(low))]
    places, quarters = (array - low) / (high - low), np.linspace(low, high, 5)
    if low > 0 and high > SPAN * low:
        logarithms = np.log(array / low) / np.log(high / low)
        if abs(np.median(logarithms) - 0.5) < abs(np.median(places) - 0.5):
            texts = [wording.value(x) for x in np.geomspace(low, high, 5)]
            return logarithms, list(zip(QUARTERS, texts, strict=True))
    return places, list(zip(QUARTERS, wording.alike(*quarters), strict=True))


def _thinned(lines: Lines, most: int) -> Any:
    """Return rows to draw, evenly by outcome; the first and the last among them."""
    count = len(lines.places)
    return np.unique(np.linspace(0, count - 1, min(most, count)).round().astype(int))


def _classes(lines: Lines) -> Any:
    """Return which fifth each line belongs to; equal outcomes belong to the same."""
    outcome = lines.values[_LAST].to_numpy(float)
    first = np.searchsorted(outcome, outcome, side="left")
    last = np.searchsorted(outcome, outcome, side="right") - 1
    return np.minimum((first + last) * CLASSES // (2 * len(outcome)), CLASSES - 1)


def _apart(lines: Lines) -> Any:
    """Return how far these medians are apart, as shares of all lines that lie between them."""
    low, high = _medians(lines)
    below = [(lines.places < ends).mean(axis=0) for ends in (low, high)]
    return np.abs(below[1] - below[0])


def _medians(lines: Lines) -> tuple[Any, Any]:
    """Return the median place on each axis, of the lines with the lowest and highest outcomes."""
    few = max(2, round(ENDS * len(lines.places)))
    return np.median(lines.places[:few], axis=0), np.median(lines.places[-few:], axis=0)


def _axis_name(found: Studied, lines: Lines, i: int) -> str:
    last = i == len(lines.names) - 1
    return wording.label(found, lines.outcome) if last else axes.name(found, lines.names[i])


def _class_name(k: int) -> str:
    return ("lowest fifth", "second", "middle", "fourth", "highest fifth")[k]


def _key(ax: Axes, found: Studied, lines: Lines) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=COLOURS[k], linewidth=2, label=_class_name(k))
        for k in reversed(range(CLASSES))
    ]
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9,
        title=plain(lines.outcome), title_fontsize=9, alignment="left",
    )
