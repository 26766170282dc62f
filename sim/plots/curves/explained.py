"""The difference explained: what the lab gains without what curves leave out, beside the curves.

From left to right the software of the lab at the horizon: as it is, with experiments held at what
they cost and count, and without ever more; each bar is what one removal adds (or takes), on the
same random numbers, with its 90% interval (jackknife over replications). Held: sizes and prices of
experiments and work in progress stay what they were, by date, so that the effect is that of the
time alone. Horizontal lines are the curves, matched at t = 0 to the lab as it is: what lies between
the last bar and a line remains unexplained. The order matters: what one removal frees, another may
use. Marks beside the bar of retraining time, from its foot: what the same removal does by other
conventions, in a lab that never lends idle training compute (against that lab), or with experiments
that follow the larger models deployed sooner (against the lab as it is).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.curves.explained import LN2
from sim.curves.question import UNHELD, UNLENT
from sim.curves.verdict import DECIMALS
from sim.plots import charts, style
from sim.plots.curves import ends as place_labels
from sim.plots.curves import phrases
from sim.plots.study.words import listed
from sim.plots.words import duration, upper_first

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXIS = "software at the end, doublings since t = 0"
MARKS = {
    UNLENT: ("D", "diamond", "a diamond", "idle training compute is never lent"),
    UNHELD: ("s", "square", "a square", "experiments follow the frontier"),
}
"""Marks of other conventions, in matplotlib, plotly and words, and what they are."""
PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
"""Behind texts, so that lines do not cross them."""
BESIDE = 0.41
"""How far to the right of the bar's middle the marks stand."""
LEAST = 0.045
"""Least distance between their labels, as a share of the axis."""


def shows(found: Any) -> bool:
    """Return whether anything is known of the end."""
    return any(math.isfinite(end) for end, _, _ in _bars(found)[0].values())


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and how to read it."""
    told = phrases.conventions(found, short=True)
    says = f"Nothing that is removed surely moves {phrases.lab(found)}"
    if len(told) > 1:
        says = f"Without retraining time {phrases.lab(found)} moves by {listed(told)} (doublings)"
    elif most := _most(found):
        name, (middle, low, high) = most
        low, high = sorted((abs(low), abs(high)))
        says = (
            f"Without {_thing(name)} {phrases.lab(found)} {'gains' if middle > 0 else 'loses'} "
            f"{phrases.ends(abs(middle), low, high)} doublings within "
            f"{duration(found.model.horizon)}"
        )
    others = [f"{MARKS[level][2]} where {text}" for level, text in _others(found).items()]
    points = f" Marks, from the foot of the bar: {listed(others)}." if others else ""
    return says, (
        "Bars: what removing one thing after another does, experiments held, 90% intervals; lines: "
        "curves set to start as fast as the lab as it is (orange: with its values)."
        f"{points} {upper_first(phrases.runs(found))}."
    )


def figure(found: Any, ax: Axes | None = None) -> Figure:
    """Draw the bars and lines; `ax` as in `sim.plots`."""
    fig, ax = style.start(ax, 10.5, 5.8)
    if not shows(found):
        style.note(ax, "The difference explained", "All runs ended before the horizon.")
        return fig
    style.tidy(ax)
    totals, steps = _bars(found)
    names, begin = list(totals), 0.0
    for i, name in enumerate(names):
        end, low, high = totals[name]
        if i == 0:
            ax.bar(i, end, 0.62, color=phrases.LAB)
        else:
            step = steps[name]
            colour = style.GREEN if step[0] > 0 else style.ORANGE
            ax.bar(i, step[0], 0.62, bottom=begin, color=colour)
            low, high = begin + step[1], begin + step[2]
            ax.plot([i - 1 + 0.31, i - 0.31], [begin, begin], color=style.FAINT, linewidth=0.8)
        ax.vlines(i, low, high, color=style.INK, linewidth=1.2)
        text = f"{end:.1f}" if i == 0 else f"{steps[name][0]:+.2f}"
        ax.annotate(text, (i, max(end, begin, high)), (0, 4), textcoords="offset points",
                    ha="center", fontsize=9, color=style.INK, bbox=PAPER)
        begin = end
    top = _top(totals)
    for level, (at, low, high), place in _placed(found, top):
        x = names.index("retraining") + BESIDE
        ax.vlines(x, low, high, color=style.INK, linewidth=1.2)
        ax.plot(x, at, marker=MARKS[level][0], color=style.PURPLE, markersize=7)
        ax.annotate(_gain(found, level), (x, place), (7, 0), textcoords="offset points",
                    va="center", fontsize=9, color=style.INK, bbox=PAPER)
    lines = {c.name: _curve(found, c.name) for c in found.curves}
    _lines(ax, found, lines, top)
    ax.set_ylim(0.0, top)
    ax.set_xlim(-0.6, len(names) - 0.4)
    ax.set_xticks(range(len(names)), [_tick(name) for name in names], fontsize=9)
    ax.tick_params(axis="x", length=0)
    ax.set_ylabel(AXIS, fontsize=10, color=style.INK)
    style.title(ax, *words(found), width=92)
    return fig


def charts_of(found: Any) -> dict[str, charts.Chart]:
    """Return the same for the report."""
    totals, steps = _bars(found)
    names = list(totals)
    traces: list[dict[str, Any]] = []
    begin, top = 0.0, _top(totals)
    for i, name in enumerate(names):
        end, low, high = totals[name]
        colour = phrases.LAB
        if name in steps:
            _, low, high = (begin + x for x in steps[name])
            colour = style.GREEN if steps[name][0] > 0 else style.ORANGE
        told = phrases.ends(*steps.get(name, totals[name]))
        traces += [
            {"type": "bar", "x": [i], "base": charts.numbers([begin], 4), "width": [0.62],
             "y": charts.numbers([end - begin], 4), "marker": {"color": colour},
             "showlegend": False, "hoverinfo": "text", "hovertext": [told],
             "error_y": _error(end, low, high)},
            _text(i, max(end, begin, high), told, "top center"),
        ]  # fmt: skip
        begin = end
    for level, (at, low, high), place in _placed(found, top):
        x = names.index("retraining") + BESIDE
        traces += [
            {"x": [x], "y": charts.numbers([at], 4), "mode": "markers",
             "name": f"Without {_thing('retraining')}: {MARKS[level][3]}",
             "error_y": _error(at, low, high), "hoverinfo": "skip",
             "marker": {"color": style.PURPLE, "size": 10, "symbol": MARKS[level][1]}},
            _text(x + 0.06, place, _gain(found, level), "middle right"),
        ]  # fmt: skip
    for curve in found.curves:
        height = _curve(found, curve.name)
        if math.isfinite(height):
            traces.append({
                "x": [-0.5, len(names) - 0.5], "mode": "lines", "hoverinfo": "skip",
                "y": charts.numbers([height] * 2, 4),
                "name": f"{curve.title}, {phrases.ends(height, math.nan, math.nan)}",
                "line": {"color": phrases.colour(curve.name), "width": 1.4,
                         "dash": phrases.DASHES[curve.name][1]},
            })  # fmt: skip
    axis = {
        "tickvals": list(range(len(names))), "range": [-0.6, len(names) - 0.4],
        "ticktext": [_tick(name).replace("\n", "<br>") for name in names],
    }  # fmt: skip
    shown = charts.chart(
        traces, x="", y=AXIS, height=520, xaxis=axis, yaxis={"range": [0, top]},
        hovermode="closest",
    )
    return {"Software at the end": shown}


def _error(at: float, low: float, high: float) -> dict[str, Any]:
    """Return an interval as plotly draws it."""
    return {
        "type": "data", "array": charts.numbers([high - at], 4), "symmetric": False,
        "arrayminus": charts.numbers([at - low], 4), "color": "#808080", "thickness": 1.4,
    }  # fmt: skip


def _text(x: float, y: float, text: str, where: str) -> dict[str, Any]:
    """Return a text above a bar or beside a mark."""
    return {
        "x": [x], "y": charts.numbers([y], 4), "mode": "text", "text": [text],
        "textposition": where, "showlegend": False, "hoverinfo": "skip",
    }  # fmt: skip


def _most(found: Any) -> tuple[str, tuple[float, float, float]] | None:
    """Return the step that surely moves the lab most; `None`: none does."""
    sure = {
        name: step for name, step in _bars(found)[1].items()
        if round(step[1], DECIMALS) > 0.0 or round(step[2], DECIMALS) < 0.0
    }
    return max(sure.items(), key=lambda item: abs(item[1][0])) if sure else None


def _others(found: Any) -> dict[str, str]:
    """Return the other conventions by which retraining time is removed, in words."""
    return {level: MARKS[level][3] for level in _points(found)}


def _points(found: Any) -> dict[str, tuple[float, float, float]]:
    """Return the change by the other conventions from the foot of the bar, with its interval."""
    table = found.effects[(found.effects["date"] == found.model.horizon).to_numpy()]
    table, totals = table.set_index("level"), _bars(found)[0]
    foot = totals.get("holding", totals["as it is"])[0]
    points = {}
    for level in MARKS:
        if level not in table.index or level in found.question.same or "retraining" not in totals:
            continue
        change = (float(table.loc[level, f"effect{end}"]) / LN2 for end in ("", "_low", "_high"))
        middle, low, high = (foot + x for x in change)
        points[level] = middle, low, high
    return points


def _top(totals: dict[str, tuple[float, float, float]]) -> float:
    """Return where the vertical axis ends."""
    # with one replication there are no intervals
    ends = [x for end, _, high in totals.values() for x in (end, high) if math.isfinite(x)]
    return 1.25 * max(ends)


def _placed(
    found: Any, top: float
) -> Iterator[tuple[str, tuple[float, float, float], float]]:
    """Yield the points with the heights of their labels, none over another."""
    points = _points(found)
    heights = phrases.apart([at for at, _, _ in points.values()], LEAST * top)
    for (level, point), height in zip(points.items(), heights, strict=True):
        yield level, point, height


def _gain(found: Any, level: str) -> str:
    """Return by how much the lab moves by another convention."""
    table = found.effects[(found.effects["date"] == found.model.horizon).to_numpy()]
    row = table[(table["level"] == level).to_numpy()].iloc[0]
    return f"{float(row['effect']) / LN2:+.2f}"


def _bars(
    found: Any,
) -> tuple[dict[str, tuple[float, float, float]], dict[str, tuple[float, float, float]]]:
    """Return where the lab is after each step with the base's interval, and what each step does."""
    end, own = found.model.horizon, found.gaps["curve"].iloc[0]
    table = found.gaps[(found.gaps["curve"] == own).to_numpy()]
    table = table[(table["date"] == end).to_numpy()].set_index("part")
    base = found.ending
    totals, at = {"as it is": base}, base[0]
    steps: dict[str, tuple[float, float, float]] = {}
    for part in table.index[1:-1]:
        row = table.loc[part]
        middle, low, high = (float(row[f"doublings{e}"]) for e in ("", "_low", "_high"))
        steps[part] = middle, low, high
        at += steps[part][0]
        totals[part] = (at, at, at)
    return totals, steps


def _curve(found: Any, name: str) -> float:
    table = found.paths
    return float(table["software"][(table["line"] == name).to_numpy()].iloc[-1]) / LN2


def _lines(
    ax: Axes, found: Any, lines: dict[str, float], top: float
) -> None:
    ends = []
    for name, height in lines.items():
        colour, text = phrases.colour(name), found.curve(name).title
        if height <= top:
            ax.axhline(height, color=colour, linestyle=phrases.DASHES[name][0], linewidth=1.0,
                       zorder=0)  # fmt: skip
        else:
            text += f", {phrases.ends(height, math.nan, math.nan)}"
        ends.append((min(height / top, 1.0), text, colour))
    place_labels.write(ax, ends, 0.05)


def _thing(part: str) -> str:
    return {"retraining": "retraining time", "holding": "holding experiments"}.get(part, part)


def _tick(part: str) -> str:
    if part == "as it is":
        return "the lab\nas it is"
    return "experiments\nheld" if part == "holding" else f"without\n{_thing(part)}"
