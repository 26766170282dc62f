"""Cycle time of each scenario by kind of time, along the critical paths of its generations."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING, Any

from sim.metrics.kinds import KINDS
from sim.plots import charts, kinds, style
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LABEL = "days along the critical path"
SEEN = 0.005
"""Kinds with less than this share of the longest bar are not shown."""


def shows(frames: Mapping[str, Frames]) -> bool:
    """Return whether there is a generation that all scenarios released."""
    return len(_days(frames)) > 0


def words(frames: Mapping[str, Frames]) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    days = _days(frames)
    totals, first, last = days.sum(axis=1), days.iloc[0], days.iloc[-1]
    if len(days) == 2:
        says = (
            f"A generation takes {totals.iloc[0]:.0f} days in {days.index[0]}, "
            f"{totals.iloc[1]:.0f} in {days.index[1]}"
        )
    else:
        says = f"A generation takes {totals.min():.0f} to {totals.max():.0f} days"
    most = str((last - first).abs().idxmax())
    change = last[most] - first[most]
    if len(days) == 2 and abs(change) >= 0.5:
        how = "more" if change > 0 else "fewer"
        says += f"; {KINDS[most].label}: {abs(change):.0f} days {how}"
    return says, (
        "Means over generations that all released; along the critical path; hatched: waiting"
    )


def figure(frames: Mapping[str, Frames], ax: Axes | None = None) -> Figure:
    """Draw a stacked bar for each scenario; parameters as in `sim.plots.comparison`."""
    days = _days(frames)
    fig, ax = style.start(ax, height=3.1 + 0.55 * max(len(frames), 2))
    if days.empty:
        style.note(ax, "Cycle time by kind", "No generation was released by all of them.")
        return fig
    style.tidy(ax)
    left = days.sum(axis=1) * 0.0
    for kind in _kinds(days):
        ax.barh(
            days.index, days[kind], 0.62, left=left, label=KINDS[kind].label, **kinds.look(kind)
        )
        left = left + days[kind]
    for i, total in enumerate(days.sum(axis=1)):
        ax.annotate(
            f"{total:.0f}", (total, i), (4, 0), textcoords="offset points", va="center",
            fontsize=9, color=style.INK,
        )
    ax.invert_yaxis()
    ax.set_yticks(range(len(days)), [textwrap.fill(name, 28) for name in days.index])
    ax.set_xlim(0, 1.06 * days.sum(axis=1).max())
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    ax.set_xlabel(LABEL, fontsize=10, color=style.INK)
    ax.legend(
        loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=8,
    )
    style.title(ax, *words(frames), width=58)
    return fig


def chart(frames: Mapping[str, Frames]) -> charts.Chart:
    """Return the same for the report."""
    days = _days(frames)
    traces = [
        {
            "type": "bar", "orientation": "h", "name": KINDS[kind].label,
            "y": ["<br>".join(textwrap.wrap(name, 28)) for name in days.index],
            "x": charts.numbers(days[kind], 4),
            "hovertemplate": "%{y}: %{x:.1f} days", "marker": kinds.marker(kind),
        }
        for kind in _kinds(days)
    ]
    screen: dict[str, Any] = kinds.SCREEN
    return charts.chart(traces, x=LABEL, y="", yaxis={"autorange": "reversed"}, **screen)


def _days(frames: Mapping[str, Frames]) -> pd.DataFrame:
    """Return mean days by scenario (the index) and kind, of generations that all released."""
    import pandas as pd

    key = ["replication", "generation"]
    tables = {}
    for name, found in frames.items():
        wide = found.cycle.assign(kind=found.cycle["kind"].astype(str))
        tables[name] = wide.pivot_table(index=key, columns="kind", values="days", aggfunc="sum")
    shared = reduce(pd.Index.intersection, (table.index for table in tables.values()))
    if shared.empty:
        return pd.DataFrame()
    means = {name: table.loc[shared].mean() for name, table in tables.items()}
    return pd.DataFrame(means).T.reindex(columns=list(KINDS)).fillna(0.0)


def _kinds(days: pd.DataFrame) -> list[str]:
    least = SEEN * days.sum(axis=1).max()
    return [kind for kind in KINDS if days[kind].max() > least]
