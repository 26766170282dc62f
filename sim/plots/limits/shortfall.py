"""Where the speed-up of tasks goes, in days: a waterfall that adds up exactly.

On top the time without assistants, and what it would be if all of it were as much quicker as the
tasks given to them. Then, bar by bar, the days by which each kind of time did not shrink as the
tasks did; of a blue bar, which leads back to the left, the time shrank even more. They end at the
time with assistants (`sim.metrics.speedup.shortfall`). Lines on bars: 90% intervals, by the
jackknife over replications.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics.speedup import Shortfall
from sim.plots import charts, style
from sim.plots.study import panels
from sim.plots.words import count_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WHAT = {"research": "an experiment", "cycle": "a generation"}
SPAN = {"research": "from idea to result", "cycle": "from gate to release"}
MEASURE = {
    "elapsed": "own work over the time that people and assistants spend on it",
    "felt": "own work over the time that people spend on it",
    "attempt": "own work over the time of assistants' first attempts",
}
TOTALS, MORE, LESS = "#8C8C8C", style.RED, style.BLUE
"""Colours of times, and of bars that take from the speed-up and add to it."""
TINY = 5e-4
"""Share of the time without assistants below which, with them and without, a kind gets no bar."""
LONG = 5.0
"""Days from which on one decimal is enough."""
HEIGHT = 0.66


def words(found: Shortfall) -> tuple[str, str]:
    """Return what the figure says, and how to read it."""
    what = WHAT[found.of]
    ratio = found.without / found.achieved
    text = f"Tasks are {found.speedup:.2g} times as quick, {what} {ratio:.2g} times"
    gap = found.achieved - found.ideal
    lost = found.table[found.table["shortfall"] > 0.1 * abs(gap)]
    lost = lost.sort_values("shortfall", ascending=False, kind="stable").head(2)
    if gap > 0 and len(lost):
        first, *others = [
            f"{_number(found, row.shortfall)} PART {_short(row.label)}" for row in lost.itertuples()
        ]
        first = first.replace("PART", f"of the {_number(found, gap)} days between are")
        text += f"; {', '.join([first, *others]).replace('PART ', '')}"
    how = (
        f"Mean days of {what} {SPAN[found.of]}. A bar to the right: days by which the kind of time "
        "did not become as much quicker as tasks given to assistants "
        f"({MEASURE[found.measure]}); to the left: it shrank even more. The bars add up. With 90% "
        f"intervals; {count_of(found.pairs, 'pair')} of replications on the same random numbers."
    )
    return text, how


def figure(found: Shortfall, ax: Axes | None = None) -> Figure:
    """Draw the waterfall; `ax` as in `sim.plots`."""
    rows = _rows(found)
    count = len(rows) + 3
    fig, header, (ax,) = panels.start(ax, 1, 0.8 + 0.34 * count)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    for y, (_, value, _) in zip((0, 1, count - 1), _totals(found), strict=True):
        ax.barh(y, value, HEIGHT, color=TOTALS)
        _label(ax, value, y, _number(found, value))
    ends = _ends(found, rows)
    for y, (row, begin, end) in enumerate(zip(rows.itertuples(), ends, ends[1:], strict=False), 2):
        ax.barh(y, end - begin, HEIGHT, left=begin, color=MORE if row.shortfall > 0 else LESS)
        half = (row.high_90 - row.low_90) / 2
        if np.isfinite(half):
            ax.hlines(y, end - half, end + half, color=style.INK, linewidth=1.2)
        ax.vlines(end, y - HEIGHT / 2, y + 1 + HEIGHT / 2, color=style.FAINT, linewidth=0.8)
        far = end + half if np.isfinite(half) else end
        _label(ax, max(begin, far), y, _signed(found, row.shortfall))
    ax.vlines(found.ideal, 1 - HEIGHT / 2, 2 + HEIGHT / 2, color=style.FAINT, linewidth=0.8)
    ax.set_yticks(range(count), _names(found, rows))
    ax.set_ylim(count - 0.4, -0.6)
    low = min(0.0, float(ends.min()))
    ax.set_xlim(1.05 * low, 1.12 * max(found.without, float(ends.max())))
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("days", fontsize=10, color=style.INK)
    style.title(header, *words(found), width=88)
    return fig


def chart(found: Shortfall) -> charts.Chart:
    """Return the same for the report."""
    rows = _rows(found)
    count = len(rows) + 3
    ends = _ends(found, rows)
    totals = _totals(found)
    times = {
        "type": "bar", "orientation": "h", "y": [0, 1, count - 1], "showlegend": False,
        "x": charts.numbers([value for _, value, _ in totals], 4), "marker": {"color": TOTALS},
        "hovertext": [f"{name}<br>{_number(found, value)} days" for name, value, _ in totals],
        "hoverinfo": "text",
    }
    texts = [
        f"<b>{row.label}</b><br>{_number(found, row.without)} days without assistants, "
        f"{_number(found, row.ideal)} if as much quicker as tasks,<br>"
        f"{_number(found, row.achieved)} with them: {_signed(found, row.shortfall)}"
        + _interval(found, row)
        for row in rows.itertuples()
    ]
    steps = {
        "type": "bar", "orientation": "h", "y": list(range(2, count - 1)), "showlegend": False,
        "base": charts.numbers(ends[:-1], 6), "x": charts.numbers(rows["shortfall"], 4),
        "marker": {"color": [MORE if x > 0 else LESS for x in rows["shortfall"]]},
        "hovertext": texts, "hoverinfo": "text",
    }
    return charts.chart(
        [times, steps], x="days", y="", hovermode="closest", barmode="overlay",
        height=110 + 36 * count,
        yaxis={"tickmode": "array", "tickvals": list(range(count)), "showgrid": False,
               "ticktext": _names(found, rows), "range": [count - 0.4, -0.6],
               "tickfont": {"size": 11}},
    )


def _rows(found: Shortfall) -> pd.DataFrame:
    """Return the groups that there is anything of."""
    table = found.table
    most = table[["without", "achieved", "shortfall"]].abs().to_numpy().max(axis=1)
    there = most > TINY * found.without
    return table[there].reset_index(drop=True)


def _ends(found: Shortfall, rows: pd.DataFrame) -> Any:
    """Return where the bars begin and end, one after the other."""
    return found.ideal + np.concatenate([[0.0], np.cumsum(rows["shortfall"].to_numpy())])


def _totals(found: Shortfall) -> list[tuple[str, float, str]]:
    """Return the times on top and at the bottom: name, days, name of the row."""
    quick = f"if all were {found.speedup:.2g} times as quick"
    return [
        ("without assistants", found.without, "without assistants"),
        (quick, found.ideal, quick), ("with assistants", found.achieved, "with assistants"),
    ]


def _names(found: Shortfall, rows: pd.DataFrame) -> list[str]:
    first, second, last = (name for *_, name in _totals(found))
    return [first, second, *map(_short, rows["label"]), last]


def _short(label: str) -> str:
    return label.split(":")[0].split(", and")[0]


def _number(found: Shortfall, days: float) -> str:
    """Return days with the same decimals throughout, so that they can be added up."""
    text = f"{days:,.{1 if found.without >= LONG else 2}f}"
    return text.lstrip("-") if float(text) == 0 else text


def _signed(found: Shortfall, days: float) -> str:
    text = _number(found, abs(days))
    return text if float(text) == 0 else f"{'+' if days > 0 else '−'}{text}"


def _interval(found: Shortfall, row: Any) -> str:
    if not np.isfinite(row.low_90):
        return ""
    return f" [{_signed(found, row.low_90)}, {_signed(found, row.high_90)}]"


def _label(ax: Axes, x: float, y: float, text: str) -> None:
    ax.annotate(
        text, (x, y), (5, 0), textcoords="offset points", va="center", fontsize=9, color=style.INK
    )
