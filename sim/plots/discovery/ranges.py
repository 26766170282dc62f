"""What each factor must be inside a box.

A grey bar is all that a factor was varied over, from its least to its greatest value in the points;
the coloured part is the box. Factors that are not named are free: anything they may be is inside.
Quasi-p: how easily the end of a box could be noise (below 0.05, else it was dropped; no proof, as
the same points chose it). Came back: in how many of ten random halves of the points the procedure
restricts the factor again.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, style
from sim.plots.discovery import phrases
from sim.plots.discovery.event import event
from sim.plots.study import panels
from sim.plots.study import words as wording
from sim.plots.words import plain, upper_first

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

THICK = 0.42
"""Height of a bar; rows are 1 apart."""


def shows(found: Any) -> bool:
    """Return whether a box restricts anything."""
    return any(one.box.limits for one in phrases.boxes(found))


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and how to read it."""
    boxes = phrases.boxes(found)
    what = upper_first(event(found))
    says = f"{what}: most where {phrases.limits(found, boxes[0])}"
    free = [plain(n) for n in found.factors if not any(n in one.box.limits for one in boxes)]
    how = "Grey: what was varied; coloured: the box. "
    if free:
        named = wording.listed(free) if len(free) <= 8 else f"{len(free)} other factors"
        how += f"Anything is inside of {named}. "
    if not found.boxes:
        says = f"{what}: no box holds on other points"
    return says, f"{how}{phrases.sample(found)}."


def figure(found: Any, ax: Axes | None = None) -> Figure:
    """Draw the ranges; `ax` as in `sim.plots`."""
    rows = _rows(found)
    if not rows:
        fig, ax = style.start(ax)
        style.note(ax, "Ranges of the box", "No factor is restricted.")
        return fig
    height = 0.7 + 0.62 * max(len(rows), 2)
    if ax is None:
        _, ax = style.start(None, 10.0, 1.2 + height)
    fig, header, (ax,) = panels.start(ax, 1, height)
    for y, (number, one, name) in enumerate(rows):
        colour = phrases.COLOURS[number % len(phrases.COLOURS)]
        ax.barh(y, 1.0, THICK, color="#E3E3E3")
        for low, high, text in _parts(found, one, name):
            ax.barh(y, high - low, THICK, left=low, color=colour)
            if text:
                ax.annotate(text, (0.5 * (low + high), y), ha="center", va="center", fontsize=8,
                            color="white")
        for x, text in _ends(found, name):
            ax.annotate(text, (x, y + 0.5 * THICK), (0, -2), textcoords="offset points", va="top",
                        ha="left" if x == 0 else "right", fontsize=8, color=style.FAINT)
        ax.annotate(_beside(one, name), (1.02, y), va="center", fontsize=8.5, color=style.INK,
                    annotation_clip=False)
    many = len(phrases.boxes(found)) > 1
    ax.set_yticks(range(len(rows)), [
        phrases.limit(found, name, one.box.of(name)) + (f"\nbox {number + 1}" if many else "")
        for number, one, name in rows
    ])
    ax.set_ylim(len(rows) - 0.35, -0.5)
    ax.set_xlim(0, 1)
    ax.set_xticks([])
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    style.title(header, *words(found), width=88)
    return fig


def chart(found: Any) -> charts.Chart:
    """Return the same for the report."""
    rows = _rows(found)
    y = list(range(len(rows)))
    traces: list[charts.Trace] = [{
        "type": "bar", "orientation": "h", "y": y, "x": [1] * len(y), "width": THICK,
        "marker": {"color": "rgba(140,140,140,0.3)"}, "name": "what was varied",
        "text": [" to ".join(text for _, text in _ends(found, name)) for _, _, name in rows],
        "textposition": "none", "hovertemplate": "%{text}<extra>what was varied</extra>",
    }]
    for at, (number, one, name) in enumerate(rows):
        limit = phrases.limit(found, name, one.box.of(name))
        for low, high, _ in _parts(found, one, name):
            traces.append({
                "type": "bar", "orientation": "h", "y": [at], "x": charts.numbers([high - low], 4),
                "base": charts.numbers([low], 4), "width": THICK, "showlegend": False,
                "marker": {"color": phrases.COLOURS[number % len(phrases.COLOURS)]},
                "hovertemplate": f"{limit}<br>{_beside(one, name)}<extra></extra>",
            })
    many = len(phrases.boxes(found)) > 1
    labels = [
        phrases.limit(found, name, one.box.of(name)) + (f"<br>box {number + 1}" if many else "")
        for number, one, name in rows
    ]
    return charts.chart(
        traces, x="", y="", hovermode="closest", barmode="overlay", showlegend=False,
        height=90 + 62 * len(rows), annotations=list(_written(found, rows)),
        xaxis={"showticklabels": False, "showgrid": False, "range": [0, 1]},
        yaxis={"tickmode": "array", "tickvals": y, "ticktext": labels, "showgrid": False,
               "range": [len(rows) - 0.4, -0.6]},
    )


def _written(found: Any, rows: list[tuple[int, Any, str]]) -> Iterator[dict[str, Any]]:
    """Yield what the chart says at its bars: the ends beneath, how sure the limit is above."""
    for y, (_, one, name) in enumerate(rows):
        above = {"x": 1.0, "text": _beside(one, name), "y": y - 0.5 * THICK, "yanchor": "bottom"}
        ends = [{"x": x, "text": text, "y": y + 0.5 * THICK, "yanchor": "top"}
                for x, text in _ends(found, name)]
        for each in (above, *ends):
            at = "left" if each["x"] == 0 else "right"
            text = html.escape(str(each["text"]))
            yield {"showarrow": False, "xanchor": at, "font": {"size": 12}, **each, "text": text}


def _rows(found: Any) -> list[tuple[int, Any, str]]:
    """Return number, box and factor of each row."""
    return [
        (number, one, name)
        for number, one in enumerate(phrases.boxes(found)) for name in phrases.by_weight(one)
    ]


def _parts(found: Any, one: Any, name: str) -> list[tuple[float, float, str]]:
    """Return the parts of the range that are inside, from 0 to 1, with what to write on them."""
    limit = one.box.of(name)
    if limit.levels is not None:
        every = phrases.levels(found, name)
        size = 1.0 / len(every)
        return [(i * size, (i + 1) * size, wording.short(plain(level), 16))
                for i, level in enumerate(every) if level in limit.levels]
    low, high = _places(found, name, [limit.low, limit.high])
    return [(low, high, "")]


def _ends(found: Any, name: str) -> list[tuple[float, str]]:
    """Return what stands beneath the ends of the bar."""
    if not phrases.is_number(found, name):
        every = phrases.levels(found, name)
        return [(0.0, wording.short(plain(every[0]))), (1.0, wording.short(plain(every[-1])))]
    values = np.asarray(found.points[name], dtype=float)
    unit = found.results.study.factors[name].unit
    return [(0.0, phrases.amount(values.min(), unit)), (1.0, phrases.amount(values.max(), unit))]


def _places(found: Any, name: str, at: list[float]) -> list[float]:
    """Return where values are between the least and the greatest, from 0 to 1."""
    values = np.asarray(found.points[name], dtype=float)
    low, high = float(values.min()), float(values.max())
    ends = np.clip(at, low, high)
    if phrases.is_logarithmic(found, name):
        low, high, ends = np.log(low), np.log(high), np.log(ends)
    return [float(x) for x in (ends - low) / (high - low)]


def _beside(one: Any, name: str) -> str:
    p = phrases.p_text(phrases.quasi_p(one, name))
    return f"quasi-p {p if p[0] == '<' else f'= {p}'}; came back in {one.held.returned[name]:.0%}"
