"""Critical path of one generation: what its release waited for, stage by stage, in dates.

Read from the release backwards: each segment begins when the one before it ends, and had that
taken less time, this one had begun earlier. At the gate it is the chain of research whose result
opened it, as far back as the generation's start; what went before is waiting for know-how. Shown
is the last generation that at least half of the replications released, in the replication whose
cycle time is the median (`sim.metrics.critical_path`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics.kinds import KINDS
from sim.plots import chain, charts, kinds, style
from sim.plots.frames import Frames
from sim.plots.words import date, plain, sample_of, upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EMPTY = "Critical path of a generation"
"""Headline where there is nothing to show."""
NONE = "No generation was released in this time."
HEIGHT = 0.8
"""Height of a bar; rows are 1 apart."""
LEAST_LABELLED = 0.07
"""Share of the cycle from which on a segment gets a label."""
MOST_LABELLED = 8
LETTERS = 30
"""Letters in the name of a row; beyond them it is cut."""
DAY = 86_400_000.0
"""Milliseconds: lengths on plotly's axes of dates."""


def shows(frames: Frames) -> bool:
    """Return whether a generation was released."""
    rows = frames.generations
    made = (rows["outcome"] == "released") & rows["started"].notna()
    return frames.model.generation_flow is not None and bool(made.any())


def words(frames: Frames) -> tuple[str, str]:
    """Return what the figure says, and of what sample."""
    if not shows(frames):
        return EMPTY, f"{NONE} {upper_first(sample_of(frames))}."
    shown = chain.typical(frames)
    days = _net(frames, shown)
    total = kinds.in_days(shown.end - shown.begin)
    largest = days[(days > 0).to_numpy()].sort_values(ascending=False, kind="stable").head(2)
    parts = [f"{kinds.in_days(value)} {KINDS[str(kind)].label}" for kind, value in largest.items()]
    text = f"Generation {shown.generation} took {total} days: {', '.join(parts)}"
    return text, _how(frames, shown)


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw the critical path of a generation as a Gantt chart; parameters as in `sim.plots`.

    A row for each stage, in order of time, with its days; the longest segments are labelled.
    """
    heading, how = words(frames)
    if not shows(frames):
        fig, ax = style.start(ax)
        style.note(ax, heading, how)
        return fig
    shown = chain.typical(frames)
    count = len(shown.rows)
    fig, ax = style.start(ax, 9.5, 2.0 + max(0.27 * count, 3.0))
    style.tidy(ax)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    ax.grid(axis="y", visible=False)
    drawn = chain.blocks(shown)
    for kind, some in _by_kind(drawn).items():
        left, right = (
            style.positions(frames.model, [getattr(block, end) for block in some])
            for end in ("start", "finish")
        )
        ax.barh(
            [block.place for block in some], right - left, HEIGHT, left=left, **kinds.look(kind)
        )
    _label(ax, frames, drawn)
    ax.set_yticks(range(count), _row_labels(shown))
    ax.set_ylim(count - 0.4, -0.6)
    ax.tick_params(axis="y", length=0, labelsize=9 if count <= 20 else 8)
    style.time_axis(ax, frames.model, shown.end, begin=shown.begin)
    kinds.beside(ax, _legend(frames, shown), "days on the path")
    longest = max(map(len, _row_labels(shown)))  # titles begin where the names of rows end
    lines = [textwrap.fill(line, 140 - longest) for line in how.split("\n")]
    style.title(ax, heading, "\n".join(lines), width=round(92 - 0.66 * longest))
    return fig


def chart(frames: Frames) -> charts.Chart:
    """Return the same for the screen; what each segment was stands in its hover text."""
    if not shows(frames):
        return charts.chart([], x="", y="")
    shown = chain.typical(frames)
    model = frames.model
    drawn = chain.blocks(shown)
    texts = dict(zip(map(id, drawn), _hovers(frames, shown, drawn), strict=True))
    unit = DAY if style.in_dates(model) else 1.0
    days = _gross(shown)
    traces = [
        {
            "type": "bar", "orientation": "h", "name": _named(kind, days), "width": HEIGHT,
            "base": charts.times(model, [block.start for block in some]),
            "x": charts.numbers([(block.finish - block.start) * unit for block in some], 8),
            "y": [block.place for block in some],
            "marker": kinds.marker(kind) | {"line": {"width": 0}},
            "hovertext": [texts[id(block)] for block in some], "hoverinfo": "text",
        }
        for kind, some in _by_kind(drawn).items()
    ]
    count = len(shown.rows)
    rows = {
        "tickmode": "array", "tickvals": list(range(count)), "range": [count - 0.4, -0.6],
        "ticktext": [label.replace(": ", ":<br>", 1) for label in _row_labels(shown)],
        "tickfont": {"size": 11}, "showgrid": False,
    }
    ends = charts.times(model, [shown.begin, shown.end])
    dates = style.in_dates(model)
    time = {"type": "date" if dates else "linear", "range": ends, "nticks": 5, "tickangle": 0}
    height = 36 * count
    layout = kinds.SCREEN | {
        "barmode": "overlay", "height": 260 + height, "legend": kinds.SCREEN["legend"] | {
            "y": -45 / height, "entrywidth": 135,
        },
    }
    return charts.chart(
        traces, x=charts.time_label(model), y="", xaxis=time, yaxis=rows, **layout
    )


def _by_kind(drawn: list[chain.Block]) -> dict[str, list[chain.Block]]:
    """Return the blocks of each kind, in the order of kinds."""
    found = {kind: [block for block in drawn if block.kind == kind] for kind in KINDS}
    return {kind: some for kind, some in found.items() if some}


def _gross(shown: chain.Chain) -> dict[str, float]:
    """Return the days of each kind, nights and weekends within it included."""
    days = shown.segments["finish"] - shown.segments["start"]
    return days.groupby(shown.segments["kind"].astype(str)).sum().to_dict()


def _net(frames: Frames, shown: chain.Chain) -> pd.Series:
    """Return the days of each kind, nights and weekends a kind of their own."""
    cycle = frames.cycle
    here = (cycle["replication"] == shown.replication) & (cycle["generation"] == shown.generation)
    rows = cycle[here.to_numpy()]
    return rows.set_index(rows["kind"].astype(str))["days"]


def _phrase(kind: str) -> str:
    return KINDS[kind].label


def _named(kind: str, days: Mapping[str, float]) -> str:
    return f"{_phrase(kind)}, {kinds.in_days(days.get(kind, 0.0))} d"


def _legend(frames: Frames, shown: chain.Chain) -> list[Any]:
    """Return an entry for each kind, with the days that its bars show."""
    days = _gross(shown)
    entries = [kinds.swatch(kind, _named(kind, days)) for kind in KINDS if days.get(kind)]
    off = _net(frames, shown)["off_hours"]
    if off > 0:
        text = f"{kinds.in_days(off)} d of these are\nnights and weekends"
        entries.append(kinds.swatch("people", text))
        entries[-1].set_visible(False)
    return entries


def _row_labels(shown: chain.Chain) -> list[str]:
    return [
        f"{name if len(name) <= LETTERS else name[: LETTERS - 1] + '…'}, {kinds.in_days(days)} d"
        for name, days in zip(shown.rows, shown.totals, strict=True)
    ]


def _label(ax: Axes, frames: Frames, drawn: list[chain.Block]) -> None:
    """Write their days on the longest blocks, without the slivers of other kinds in them."""
    least = LEAST_LABELLED * sum(block.finish - block.start for block in drawn)
    longest = sorted(drawn, key=lambda block: block.start - block.finish)[:MOST_LABELLED]
    for block in longest:
        if block.finish - block.start >= least:
            middle = style.positions(frames.model, (block.start + block.finish) / 2)
            ax.text(
                middle, block.place, f"{kinds.in_days(block.days[block.kind])} d", ha="center",
                va="center", fontsize=8, color=style.INK,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.9},
            )


def _how(frames: Frames, shown: chain.Chain) -> str:
    model = frames.model
    span = f"{date(model, shown.begin)} to {date(model, shown.end)}"
    how = "What its release waited for, stage by stage; a row says the days spent in it; "
    how += f"hatched: waiting.\n{span}. "
    sample = sample_of(frames)
    if frames.replications == 1:
        return how + upper_first(sample)
    return how + (
        f"Replication {shown.replication}: the median cycle time of the {shown.same} that "
        f"released it.\n{upper_first(sample)}"
    )


def _hovers(frames: Frames, shown: chain.Chain, drawn: list[chain.Block]) -> list[str]:
    """Return what is said of each block: stage, kind, who, from when to when, behind whom."""
    first = shown.segments.iloc[[block.first for block in drawn]]
    ahead = _places(frames, shown, first["behind"].to_numpy())
    return [
        "<br>".join([f"<b>{shown.rows[block.place]}</b>", *_lines(frames, block, segment, before)])
        for block, segment, before in zip(drawn, first.itertuples(), ahead, strict=True)
    ]


def _lines(frames: Frames, block: chain.Block, segment: Any, before: str) -> Iterator[str]:
    ends = " to ".join(_moment(frames, at) for at in (block.start, block.finish))
    length = f"{ends}: {kinds.in_days(block.finish - block.start)} days"
    if block.count > 1:
        for kind in sorted(block.days, key=block.days.__getitem__, reverse=True):
            yield _named(kind, block.days)
        yield f"{length}, in {block.count} segments"
        return
    yield _phrase(block.kind)
    if isinstance(segment.executor, str) or isinstance(segment.pool, str):
        yield _who(segment)
    off = segment.off_hours
    yield length + (f", {kinds.in_days(off)} of them nights and weekends" if off > 0 else "")
    if before:
        yield f"until {before} ended"


def _who(segment: Any) -> str:
    who = {"human": "a person", "agent": "an assistant", "compute": "compute"}
    parts = [who[segment.executor]] if isinstance(segment.executor, str) else []
    parts += [f"of {plain(segment.pool)}"] if isinstance(segment.pool, str) else []
    return " ".join(parts)


def _moment(frames: Frames, at: float) -> str:
    if not style.in_dates(frames.model):
        return f"day {at:,.2f}"
    time = charts.times(frames.model, [at])[0][11:16]
    return f"{date(frames.model, at, year=False)} {time}"


def _places(frames: Frames, shown: chain.Chain, rows: Any) -> list[str]:
    """Return 'flow: stage' of rows of the log, empty for none."""
    visits = frames.visits
    here = visits[(visits["replication"] == shown.replication).to_numpy()]
    known = (rows >= 0) & (rows < len(here))
    found = [""] * len(rows)
    ahead = here.iloc[rows[known]]
    for i, flow, stage in zip(
        np.flatnonzero(known), ahead["flow"].astype(object), ahead["stage"].astype(object),
        strict=True,
    ):
        found[i] = f"{plain(flow)}: {plain(stage)}"
    return found
