"""The difference explained: what the lab gains without what curves leave out, beside the curves.

From left to right the software of the lab at the horizon: as it is, with experiments held at what
they cost and count, and without ever more; each bar is what one removal adds (or takes), on the
same random numbers, with its 90% interval (jackknife over replications). Held: sizes and prices of
experiments and work in progress stay what they were, by date, so that the effect is that of the
time alone. Horizontal lines are the curves, matched at t = 0 to the lab as it is: what lies between
the last bar and a line remains unexplained. The order matters: what one removal frees, another may
use.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.curves.explained import LN2
from sim.curves.question import UNLENT
from sim.plots import charts, style
from sim.plots.curves import ends as place_labels
from sim.plots.curves import phrases
from sim.plots.words import duration, upper_first

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

AXIS = "software at the end, doublings since t = 0"


def shows(found: Any) -> bool:
    """Return whether anything is known of the end."""
    return any(math.isfinite(end) for end, _, _ in _bars(found)[0].values())


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and how to read it."""
    _, steps = _bars(found)
    sure = {name: step for name, step in steps.items() if not step[1] <= 0.0 <= step[2]}
    says = f"Nothing that is removed surely moves {phrases.lab(found)}"
    if sure:
        most = max(sure, key=lambda name: abs(sure[name][0]))
        middle, low, high = sure[most]
        low, high = sorted((abs(low), abs(high)))
        does = "gains" if middle > 0 else "loses"
        says = (
            f"Without {_thing(most)} {phrases.lab(found)} {does} "
            f"{phrases.ends(abs(middle), low, high)} doublings within "
            f"{duration(found.model.horizon)}"
        )
    idle = ""
    if UNLENT in found.lifted.levels:
        row = found.effects[(found.effects["level"] == UNLENT).to_numpy()].iloc[-1]
        idle = (
            " With training compute idle instead of running experiments, removing retraining time "
            f"does {phrases.doublings(row, 'effect')}."
        )
    return says, (
        "Bars: what removing one thing after another does, 90% intervals; lines: curves matched at "
        f"t = 0 (red: with the lab's values). {upper_first(phrases.runs(found))}.{idle}"
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
                    ha="center", fontsize=9, color=style.INK)
        begin = end
    lines = {c.name: _curve(found, c.name) for c in found.curves}
    top = 1.25 * max(max(high, end) for end, _, high in totals.values())
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
    values = [totals[names[0]][0], *(steps[name][0] for name in names[1:])]
    ends = [totals[names[0]], *(steps[name] for name in names[1:])]
    traces: list[dict[str, Any]] = [{
        "type": "waterfall", "x": [_tick(n).replace("\n", " ") for n in names],
        "y": charts.numbers(values, 4),
        "measure": ["absolute", *["relative"] * (len(names) - 1)], "showlegend": False,
        "hovertext": [phrases.ends(*end) for end in ends], "hoverinfo": "text",
        "totals": {"marker": {"color": phrases.LAB}},
    }]  # fmt: skip
    for curve in found.curves:
        height = _curve(found, curve.name)
        if math.isfinite(height):
            traces.append({
                "x": [_tick(n).replace("\n", " ") for n in names], "mode": "lines",
                "y": charts.numbers([height] * len(names), 4), "name": curve.title,
                "line": {"color": phrases.on_page(phrases.colour(curve.name)), "width": 1.4,
                         "dash": phrases.DASHES[curve.name][1]},
            })  # fmt: skip
    return {"Software at the end": charts.chart(traces, x="", y=AXIS, height=480)}


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
