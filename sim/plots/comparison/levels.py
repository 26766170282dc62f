"""What becomes of the speed-up of tasks on the way to that of the lab, level by level.

Each bar is a ratio, of a lab without assistants over the same lab with them, on the same random
numbers: above 1 the assistants make it faster. Each level counts more than the one above it. Times
are means of all results of research after t = 0, over all replications.

Tasks, people's time: the work that the tasks given to assistants would take people, over the time
that people do spend on them (steering, review, takeovers); known from the log with assistants.

+ assistants' time: the same work, over the time that people and assistants spend on these tasks.

+ people's own tasks: time in which an experiment is worked on by anybody, so with the tasks that
no assistant gets.

+ waits, nights: the same and the time that it waits for people, review or an assistant's slot,
nights and weekends among it.

+ computing: all its time from start to result, so also computing, failures and waits for compute.

Research output: the outputs of all successes until the horizon, with assistants over without; so
it also counts how many experiments run at once, and how many succeed.

Generations: the cycle time, from gate to release, of the generations that both labs released.

The factor of a step is its level over the one above: ×0.62 leaves 62% of the speed-up. All factors
up to a level multiply to its speed-up. The order of the steps is a convention, from the task
outwards; another would give other factors, and the same speed-up of research and of generations. A
step can raise the speed-up, where what it adds shrinks even more than what was counted before:
waits do when assistants leave people idle.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.plots import charts, style
from sim.plots import words as wording
from sim.plots.comparison.scenarios import COLOURS, scenarios
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHORT = {
    "felt": "tasks: people's time",
    "elapsed": "+ assistants' time",
    "labour": "+ people's own tasks",
    "waiting": "+ waits, nights",
    "research": "+ computing",
    "output": "research output",
    "cycle": "generations",
}
"""The levels in few words."""
LABEL = "speed-up (times as fast as without assistants)"


def shows(frames: Mapping[str, Frames]) -> bool:
    """Return whether a scenario has no assistants, and another one has."""
    return bool(scenarios(frames).levels)


def words(frames: Mapping[str, Frames]) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    found = scenarios(frames)
    name, table = next(iter(found.levels.items()))
    speedups = dict(zip(table["level"], table["speedup"], strict=True))
    says = {
        "felt": "{:.2g} in people's time on tasks given to assistants",
        "research": "{:.2g} for an experiment",
        "output": "{:.2g} for research output",
        "cycle": "{:.2g} for a generation",
    }
    parts = [text.format(speedups[level]) for level, text in says.items() if level in speedups]
    return f"Times as fast as without assistants: {', '.join(parts)}", (
        f"{_short(name)} over {_short(found.without)}, "
        f"{wording.count_of(found.pairs, 'replication')}; each level counts more than the one "
        "above.\n" + _factors(table)
    )


def _factors(table: pd.DataFrame) -> str:
    """Say what a factor is, by that of the first step."""
    step = table.iloc[1]
    return (
        f"×{step['factor']:.2f} ({SHORT[step['level']].removeprefix('+ ')}) is what this step "
        "multiplies by; the order of the steps is a convention. A step may raise the speed-up, "
        "too: waits shrink as well."
    )


def figure(frames: Mapping[str, Frames], ax: Axes | None = None) -> Figure:
    """Draw the speed-up at each level; parameters as in `sim.plots.comparison`."""
    found = scenarios(frames)
    fig, ax = style.start(ax, height=4.6)
    if not shows(found):
        text = "One of the scenarios must have assistants, and another none."
        style.note(ax, "From the speed-up of tasks to that of the lab", text)
        return fig
    style.tidy(ax)
    levels = [level for level in SHORT if any(level in t["level"].values for t in _all(found))]
    wide = 0.78 / len(found.levels)
    for i, (name, table) in enumerate(found.levels.items()):
        y = np.array([levels.index(level) for level in table["level"]], dtype=float)
        y += wide * (i + 0.5) - 0.39
        ax.barh(
            y, table["speedup"], 0.92 * wide, color=_colour(found, name),
            label=textwrap.fill(name, 28),
        )
        if len(found.levels) > 2:
            continue
        for at, row in zip(y, table.itertuples(), strict=True):
            factor = "" if row.Index == 0 else f"  (×{row.factor:.2f})"
            ax.annotate(
                f"{row.speedup:.2f}{factor}", (row.speedup, at), (4, 0),
                textcoords="offset points", va="center", fontsize=9, color=style.INK,
            )
    ax.axvline(1.0, color=style.INK, linewidth=1)
    ax.set_yticks(range(len(levels)), [SHORT[level] for level in levels])
    ax.set_ylim(len(levels) - 0.5, -0.5)
    ax.set_xlim(0, 1.18 * max(table["speedup"].max() for table in _all(found)))
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    ax.set_xlabel(LABEL, fontsize=10, color=style.INK)
    if len(found.levels) > 1:
        ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9)
    style.title(ax, *words(found), width=66)
    return fig


def chart(frames: Mapping[str, Frames]) -> charts.Chart:
    """Return the same for the report."""
    found = scenarios(frames)
    traces = [
        {
            "type": "bar", "orientation": "h", "name": name,
            "y": [SHORT[level] for level in table["level"]],
            "x": charts.numbers(table["speedup"], 4),
            "text": [
                f"{row.speedup:.2f}" + ("" if row.Index == 0 else f" (×{row.factor:.2f})")
                for row in table.itertuples()
            ],
            "textposition": "outside", "cliponaxis": False,
            "customdata": list(table["label"]),
            "hovertemplate": "%{customdata}: %{x:.3g} times as fast",
            "marker": {"color": _colour(found, name)},
        }
        for name, table in found.levels.items()
    ]
    line = {"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper",
            "line": {"color": style.FAINT, "width": 1}, "layer": "below"}
    longest = float(max(table["speedup"].max() for table in _all(found)))
    return charts.chart(
        traces, x="speed-up", y="", barmode="group", hovermode="closest", shapes=[line],
        xaxis={"range": [0, 1.3 * longest]}, yaxis={"autorange": "reversed"},
    )


def _all(found: Mapping[str, Frames]) -> list[pd.DataFrame]:
    return list(scenarios(found).levels.values())


def _colour(found: Mapping[str, Frames], name: str) -> str:
    return COLOURS[list(found).index(name) % len(COLOURS)]


def _short(name: str) -> str:
    return textwrap.shorten(name, 24, placeholder=" …")
