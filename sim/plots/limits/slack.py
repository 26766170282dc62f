"""Slack of each stage: how long it took, how much longer it could have, how often it was critical.

Left, the mean days of each stage of the generation flow, by kind of time: hatched is waiting; of a
batch those of its longest item. Right, its slack: how much longer the stage, or any wait in it,
could have taken with the release on the same day, all else as it was (`sim.metrics.slack`): the
mean, and the middle 80% of the releases that met the stage. Percent: of all releases, in how many
it was critical, so without any slack (the criticality index).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import slack as metric
from sim.metrics.kinds import KINDS
from sim.plots import charts, kinds, style
from sim.plots.frames import Frames
from sim.plots.study import panels
from sim.plots.words import count_of, plain, sample_of, upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EMPTY = "Slack of the stages"
NONE = "No generation was released in this time."
HEIGHT = 0.66
"""Height of a bar; rows are 1 apart."""
ALWAYS = 0.995
"""Share of the releases from which on a stage is called always critical."""
LETTERS = 26
"""Letters in the name of a stage; beyond them it is cut."""


def shows(frames: Frames) -> bool:
    """Return whether a generation was released that has stages."""
    return not frames.slack.empty


def words(frames: Frames) -> tuple[str, str]:
    """Return what the figure says, and how to read it."""
    if not shows(frames):
        return EMPTY, f"{NONE} {upper_first(sample_of(frames))}."
    table = _whole(frames)
    releases = frames.slack[["replication", "generation"]].drop_duplicates().shape[0]
    how = (
        "Left: mean days of a stage (of a batch: of its longest item), hatched: waiting. Right: "
        "how much longer it, or any wait in it, could have taken with the release on the same day, "
        "all other waits as they were: mean and middle 80%. Critical: with not a moment to spare, "
        "in so many of the releases. "
    )
    if (table["share"] <= ALWAYS).any():
        how += "In brackets: share of the releases that met the stage. "
    how += f"{count_of(releases, 'release')}, {sample_of(frames)}."
    return _finding(table), how


def _finding(table: pd.DataFrame) -> str:
    """Say which of the stages that have slack at times is waited for most, which has most to spare.

    Stages that all releases wait for are not worth a word, nor those that most never meet.
    """
    loose = table[(table["mean"] > metric.ROUNDING).to_numpy() & (table["share"] > 0.5).to_numpy()]
    if loose.empty:
        return "No stage has slack: whatever takes longer delays the release"
    order = loose.sort_values("critical", ascending=False, kind="stable")
    first, most = order.iloc[0], loose.sort_values("mean", kind="stable").iloc[-1]
    waits = f"{first['critical']:.0%} of the releases wait for {plain(first['stage'])}"
    if first["critical"] <= metric.ROUNDING:
        waits = f"no release waits for {plain(first['stage'])}"
    spare = f"{_days(most['mean'])} to spare on average"
    if first["stage"] == most["stage"]:
        return upper_first(f"{waits}, with {spare}")
    return upper_first(f"{waits}; {plain(most['stage'])} has {spare}")


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw days and slack of each stage; parameters as in `sim.plots`."""
    heading, how = words(frames)
    if not shows(frames):
        fig, ax = style.start(ax)
        style.note(ax, heading, how)
        return fig
    table, days = _whole(frames), _by_kind(frames)
    y = np.arange(len(table))
    fig, header, (left, right) = panels.start(
        ax, 2, 1.3 + 0.36 * max(len(table), 4), across=2, shared=True
    )
    for place in (left, right):
        place.grid(axis="y", visible=False)
        place.grid(axis="x", color=style.GRID, linewidth=0.8)
        place.tick_params(axis="y", length=0)
    edge = np.zeros(len(table))
    for kind in kinds.present(days):
        width = days[kind].to_numpy()
        left.barh(y, width, HEIGHT, left=edge, **kinds.look(kind))
        edge = edge + width
    for at, length in enumerate(edge):
        _beside(left, length, at, kinds.in_days(length))
    left.set_xlim(0, 1.15 * max(float(edge.max()), 1e-9))
    mean, low, high = (table[name].to_numpy() for name in ("mean", "q10", "q90"))
    right.barh(y, mean, HEIGHT, color=style.SKY)
    right.hlines(y, low, high, color=style.INK, linewidth=1.2)
    longest = float(max(high.max(), mean.max(), 1e-9))
    for at, row in enumerate(table.itertuples()):
        _beside(right, max(row.mean, row.q90), at, _index(row.critical))
    right.set_xlim(0, 1.45 * longest)
    left.set_yticks(y, [_name(row) for row in table.itertuples()])
    left.set_ylim(len(table) - 0.4, -0.6)
    left.set_xlabel("days it took", fontsize=10, color=style.INK)
    right.set_xlabel("slack (days)", fontsize=10, color=style.INK)
    kinds.beside(right, [kinds.swatch(k, KINDS[k].label) for k in kinds.present(days)], "days")
    style.title(header, heading, how, width=88)
    return fig


def chart(frames: Frames) -> charts.Chart:
    """Return the slack for the report; what a stage took stands in its hover text."""
    if not shows(frames):
        return charts.chart([], x="", y="")
    table, days = _whole(frames), _by_kind(frames).sum(axis=1).to_numpy()
    mean = table["mean"].to_numpy()
    texts = [
        f"<b>{plain(row.stage)}</b><br>took {_days(took)}, slack {_days(row.mean)} on average"
        f"<br>middle 80%: {kinds.in_days(row.q10)} to {kinds.in_days(row.q90)}<br>critical in "
        f"{row.critical:.0%} of the releases, met in {row.share:.0%}"
        for row, took in zip(table.itertuples(), days, strict=True)
    ]
    above = np.maximum(table["q90"].to_numpy() - mean, 0.0)
    below = np.maximum(mean - table["q10"].to_numpy(), 0.0)
    trace: dict[str, Any] = {
        "type": "bar", "orientation": "h", "showlegend": False, "y": list(range(len(table))),
        "x": charts.numbers(mean, 4), "marker": {"color": style.SKY}, "hovertext": texts,
        "hoverinfo": "text",
        "error_x": {"type": "data", "symmetric": False, "color": style.FAINT, "thickness": 1.5,
                    "array": charts.numbers(above, 4), "arrayminus": charts.numbers(below, 4)},
    }
    named = [f"{_name(row)}<br>{_index(row.critical)}" for row in table.itertuples()]
    return charts.chart(
        [trace], x="slack (days)", y="", hovermode="closest", height=120 + 42 * len(table),
        yaxis={"tickmode": "array", "tickvals": list(range(len(table))), "ticktext": named,
               "range": [len(table) - 0.4, -0.6], "showgrid": False, "tickfont": {"size": 11}},
    )


def _whole(frames: Frames) -> pd.DataFrame:
    """Return the rows of stages as a whole, those that took any time, in order of time."""
    table = metric.by_stage(frames.slack)
    table = table[(table["kind"] == metric.ALL).to_numpy() & (table["days"] > 0).to_numpy()]
    return table.reset_index(drop=True)


def _by_kind(frames: Frames) -> pd.DataFrame:
    """Return mean days by stage and kind, over the releases that met the stage."""
    rows = frames.slack[(frames.slack["kind"] != metric.ALL).to_numpy()]
    sums = rows.groupby(["stage", rows["kind"].astype(str)])["days"].sum().unstack(fill_value=0.0)
    table = _whole(frames).set_index("stage")
    return sums.reindex(table.index, columns=list(KINDS), fill_value=0.0).div(
        table["releases"], axis=0
    )


def _name(row: Any) -> str:
    name = plain(row.stage)
    name = name if len(name) <= LETTERS else name[: LETTERS - 1] + "…"
    return name if row.share > ALWAYS else f"{name} ({row.share:.0%})"


def _index(share: float) -> str:
    return "always critical" if share > ALWAYS else f"critical {share:.0%}"


def _days(days: float) -> str:
    return f"{kinds.in_days(days)} days"


def _beside(ax: Axes, x: float, y: float, text: str) -> None:
    ax.annotate(
        text, (x, y), (4, 0), textcoords="offset points", va="center", fontsize=9, color=style.INK
    )
