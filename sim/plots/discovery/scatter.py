"""Where it happened: the points, by the two factors of the box that are least likely to be noise.

Each dot is a point of the design; its colour is the share of its runs in which the thing happened,
from none to all: what is left of luck at one point. The frame is the box, as far as these two
factors limit it; further limits, of other factors, are not to be seen here: so not all dots in the
frame are inside. Dots of equal values would hide each other; they are spread about these.
"""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, style
from sim.plots.discovery import phrases
from sim.plots.discovery.event import event
from sim.plots.study import words as wording
from sim.plots.words import plain, upper_first

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 3000
"""Dots that are drawn."""
JITTER = 0.28
"""Half the width over which dots of one level are spread, of the distance to the next one."""
FEW = 12
"""Different numbers at most that are taken as levels."""


def shows(found: Any) -> bool:
    """Return whether a box restricts something, and there are two factors."""
    return bool(phrases.boxes(found)[0].box.limits) and len(found.factors) > 1


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and how to read it."""
    one = phrases.boxes(found)[0]
    says = (
        f"{upper_first(event(found))} in {phrases.percent(found.rate.value)} of runs; "
        f"in {phrases.share(one.expected.density)} where {phrases.limits(found, one)}"
    )
    how = "A dot is a point, its colour the share of its runs in which it happened. Frame: the box"
    hidden = [plain(name) for name in phrases.by_weight(one) if name not in _pair(found)]
    how += f" (also limited: {wording.listed(hidden)})" if hidden else ""
    spread = any(_is_stepped(found, name) for name in _pair(found))
    how += ". Dots of equal values are spread" if spread else ""
    more = len(found.points) > MOST
    shown = f"{MOST:,} of {phrases.sample(found)}" if more else phrases.sample(found)
    return says, f"{how}. Density, with its 90% interval: as expected on other points. {shown}."


def figure(found: Any, ax: Axes | None = None) -> Figure:
    """Draw the points; `ax` as in `sim.plots`."""
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Rectangle

    fig, ax = style.start(ax, 9.0, 6.0)
    if not shows(found):
        style.note(ax, "Where it happened", "No factor is restricted.")
        return fig
    style.tidy(ax)
    x, y = _pair(found)
    rows = _order(found)
    ramp = LinearSegmentedColormap.from_list("shares", style.SEQUENTIAL)
    drawn = ax.scatter(
        places(found, x)[rows], places(found, y)[rows], c=100 * found.happened.share[rows],
        cmap=ramp, vmin=0, vmax=100, s=26, linewidths=0.4, edgecolors="#FFFFFF",
    )
    for name, scale in ((x, ax.set_xscale), (y, ax.set_yscale)):
        if phrases.is_number(found, name) and phrases.is_logarithmic(found, name):
            scale("log")
    ends = [_span(found, name) for name in (x, y)]
    ax.set_xlim(*ends[0])
    ax.set_ylim(*ends[1])
    box = phrases.boxes(found)[0].box
    for left, right in _inside(found, box, x):
        for low, high in _inside(found, box, y):
            for colour, width in (("white", 4.5), (style.RED, 2.2)):
                ax.add_patch(Rectangle(
                    (left, low), right - left, high - low, fill=False, edgecolor=colour,
                    linewidth=width, zorder=5,
                ))
    for name, axis, label in ((x, ax.xaxis, ax.set_xlabel), (y, ax.yaxis, ax.set_ylabel)):
        label(phrases.name(found, name), fontsize=10, color=style.INK)
        if not phrases.is_number(found, name):
            every = phrases.levels(found, name)
            axis.set_ticks(range(len(every)), [wording.short(plain(one), 14) for one in every])
    bar = fig.colorbar(drawn, ax=ax, pad=0.02, aspect=30)
    bar.set_label("share of a point's runs in which it happened, %", fontsize=9, color=style.INK)
    bar.ax.tick_params(labelsize=9)
    style.title(ax, *words(found), width=76)
    return fig


def chart(found: Any) -> charts.Chart:
    """Return the same for the report."""
    x, y = _pair(found)
    rows = _order(found)
    share = found.happened.share[rows]
    steps = len(style.SEQUENTIAL) - 1
    traces: list[charts.Trace] = [{
        "mode": "markers", "showlegend": False,
        "x": charts.numbers(places(found, x)[rows], 4),
        "y": charts.numbers(places(found, y)[rows], 4),
        "text": [
            f"{html.escape(_told(found, row))}<br>{100 * value:.0f}% of its runs"
            for row, value in zip(rows, share, strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": 7, "color": charts.numbers(100 * share, 3), "cmin": 0, "cmax": 100,
            "colorscale": [[i / steps, colour] for i, colour in enumerate(style.SEQUENTIAL)],
            "colorbar": {"title": {"text": "% of runs"}, "thickness": 12},
        },
    }]
    box = phrases.boxes(found)[0].box
    for left, right in _inside(found, box, x):
        for low, high in _inside(found, box, y):
            traces.append({
                "mode": "lines", "name": "box", "hoverinfo": "skip", "showlegend": False,
                "line": {"color": style.RED, "width": 2.5},
                "x": charts.numbers([left, right, right, left, left], 4),
                "y": charts.numbers([low, low, high, high, low], 4),
            })
    return charts.chart(
        traces, x=phrases.name(found, x), y=phrases.name(found, y), hovermode="closest",
        height=480, xaxis=_screen(found, x), yaxis=_screen(found, y),
    )


def _pair(found: Any) -> tuple[str, str]:
    """Return the two factors: of the box the strongest, then those that came back most often."""
    one = phrases.boxes(found)[0]
    rest = sorted(found.factors, key=lambda name: -one.held.returned[name])
    first, second = list(dict.fromkeys([*phrases.by_weight(one), *rest]))[:2]
    return first, second


def _order(found: Any) -> Any:
    """Return the points to draw, those in which it happened most on top."""
    rows = np.arange(len(found.points))
    if len(rows) > MOST:
        rows = np.linspace(0, len(rows) - 1, MOST).astype(int)
    return rows[np.argsort(found.happened.share[rows], kind="stable")]


def places(found: Any, name: str) -> Any:
    """Return where the points are along an axis; those of a level are spread about it."""
    number = phrases.is_number(found, name)
    if number:
        at = np.asarray(found.points[name], dtype=float)
    else:
        every = phrases.levels(found, name)
        at = np.array([every.index(str(value)) for value in found.points[name]], dtype=float)
    if not _is_stepped(found, name):
        return at
    seed = found.factors.index(name)  # not on one line with the other factor
    spread = JITTER * (2.0 * np.random.default_rng(seed).random(len(at)) - 1.0)
    if number and phrases.is_logarithmic(found, name):
        return at * np.exp(spread * np.diff(np.log(np.unique(at))).min())
    return at + spread * (np.diff(np.unique(at)).min() if number else 1.0)


def _is_stepped(found: Any, name: str) -> bool:
    """Return whether an axis has levels: texts, or a few numbers."""
    values = found.points[name].nunique()
    few = values <= min(FEW, len(found.points) // 4)
    return bool(values > 1 and (few or not phrases.is_number(found, name)))


def _told(found: Any, row: int) -> str:
    """Return the two values of a point: 'hit 0.3, beta 0.41'."""
    values = (found.points[name].iloc[row] for name in _pair(found))
    named = zip(_pair(found), values, strict=True)
    return ", ".join(f"{plain(name)} {plain(wording.value(value))}" for name, value in named)


def _span(found: Any, name: str) -> tuple[float, float]:
    """Return the ends of an axis."""
    if not phrases.is_number(found, name):
        return -0.5, len(phrases.levels(found, name)) - 0.5
    values = places(found, name)
    low, high = float(values.min()), float(values.max())
    if phrases.is_logarithmic(found, name):
        room = (high / low) ** 0.03
        return low / room, high * room
    return low - 0.03 * (high - low), high + 0.03 * (high - low)


def _inside(found: Any, box: Any, name: str) -> list[tuple[float, float]]:
    """Return the parts of an axis that are inside the box."""
    limit, (begin, end) = box.of(name), _span(found, name)
    if limit.levels is not None:
        return [(i - 0.45, i + 0.45) for i, level in enumerate(phrases.levels(found, name))
                if level in limit.levels]
    low = begin if math.isinf(limit.low) else limit.low
    high = end if math.isinf(limit.high) else limit.high
    return [(low, high)]


def _screen(found: Any, name: str) -> dict[str, Any]:
    low, high = _span(found, name)
    if not phrases.is_number(found, name):
        every = phrases.levels(found, name)
        return {"tickmode": "array", "tickvals": list(range(len(every))),
                "ticktext": [plain(level) for level in every], "range": [low, high]}
    if phrases.is_logarithmic(found, name):
        return {"type": "log", "range": charts.numbers([math.log10(low), math.log10(high)], 6)}
    return {"range": charts.numbers([low, high], 6)}
