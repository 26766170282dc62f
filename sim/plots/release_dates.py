"""Release dates: when each generation is out, over the replications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, style
from sim.plots import words as texts
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_ROWS = 25
"""Generations that are shown; of more, every second, third …"""
WIDE, NARROW = (0.1, 0.9), (0.25, 0.75)
"""Levels of the thin and of the thick bar."""


def shows(frames: Frames) -> bool:
    """Return whether any generation was released."""
    return len(frames.release_dates) > 0


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw the dates of release, a row for each generation; parameters as in `sim.plots`.

    One run: dots. An ensemble: the median, thick the middle 50 % and thin the middle 80 % of the
    replications, and at the right how many released the generation. What is not out when its
    replication ends comes later; bars that end in an arrow do so after the log.
    """
    table = _rows(frames)
    fig, ax = style.start(ax, 9.0, 1.9 + 0.3 * max(len(table), 4))
    if table.empty:
        style.note(ax, *words(frames))
        return fig
    style.tidy(ax)
    ax.grid(visible=False, axis="y")
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    y = np.arange(len(table))
    if frames.replications > 1:
        _bars(ax, frames, table)
    middle = table[0.5].to_numpy()
    seen = np.isfinite(middle)
    at = style.positions(frames.model, middle[seen])
    ax.plot(at, y[seen], "o", color=style.BLUE, markersize=6, clip_on=False)
    ax.set_yticks(y, [str(g) for g in table.index])
    ax.set_ylim(-0.7, len(table) - 0.3)
    ax.set_ylabel("generation", fontsize=10, color=style.INK)
    style.time_axis(ax, frames.model, frames.end)
    if frames.replications > 1:
        _counts_beside(ax, table)
    style.title(ax, *words(frames))
    return fig


def words(frames: Frames) -> tuple[str, str]:
    """Return what the figure says, and what is drawn, of what sample."""
    table = frames.release_dates
    held = texts.upper_first(texts.sample_of(frames))
    if frames.model.generation_flow is None:
        return "Release dates", "This model releases no generations."
    if table.empty:
        return "Release dates", f"No generation is released in this time ({held})."
    out = table[np.isfinite(table[0.5].to_numpy(float))]
    if out.empty:
        share = table["share"].iloc[0]
        text = f"Generation 1 is released in {share:.0%} of replications by the end"
    else:
        chosen = [0, -1] if len(out) > 1 else [0]
        parts = [_when(frames, out.iloc[i], int(out.index[i])) for i in chosen]
        text = texts.upper_first("; ".join(parts))
    if every := _every(table):
        held += f"; {every}"
    if frames.replications == 1:
        return text, f"{held}; each dot is a release."
    beneath = (
        f"{held}. Dot: median; thick: middle 50%, thin: middle 80% of replications; at the right: "
        "how many have released it by their end (what is not out yet counts as later)."
    )
    return text, beneath


def chart(frames: Frames) -> charts.Chart:
    """Return the same as plotly data."""
    table = _rows(frames)
    names = [str(g) for g in table.index]
    traces: list[charts.Trace] = []
    several = frames.replications > 1
    for levels, width, name in ((WIDE, 2, "middle 80%"), (NARROW, 8, "middle 50%")):
        if not several or table.empty:
            break
        low, high, _ = _ends(frames, table, levels)
        x: list[Any] = []
        for first, last in zip(
            charts.times(frames.model, low), charts.times(frames.model, high), strict=True
        ):
            x += [first, last, None]
        y = [value for name in names for value in (name, name, None)]
        traces.append({
            "x": x, "y": y, "mode": "lines", "name": name, "hoverinfo": "skip",
            "line": {"color": style.SKY, "width": width},
        })
    known = np.isfinite(table[0.5].to_numpy(float))
    traces += _later(frames, table[~known])
    if several:
        traces.append(_counts_at_the_right(frames, table))
    seen = table[known]
    traces.append({
        "x": charts.times(frames.model, seen[0.5]), "y": [str(g) for g in seen.index],
        "mode": "markers", "name": "median" if several else "release", "showlegend": several,
        "marker": {"color": style.BLUE, "size": 9},
        "text": [_when(frames, row, int(g)) for g, row in seen.iterrows()],
        "customdata": [_count(row) for _, row in seen.iterrows()],
        "hovertemplate": "%{text}" + ("<br>released in %{customdata}" if several else "")
        + "<extra></extra>",
    })
    return charts.chart(
        traces, x=charts.time_label(frames.model), y="generation", hovermode="closest",
        height=150 + 26 * max(len(table), 3),
        margin={"l": 8, "r": 48 if several else 8, "t": 8, "b": 8},
        xaxis={"range": charts.times(frames.model, [0.0, frames.end])},
        yaxis={"type": "category", "categoryorder": "array", "categoryarray": names,
               "showgrid": False},
    )


def _later(frames: Frames, table: pd.DataFrame) -> list[charts.Trace]:
    """Return an arrow at the end for each generation that less than half have released by then."""
    if table.empty:
        return []
    return [{
        "x": charts.times(frames.model, np.full(len(table), frames.end)),
        "y": [str(g) for g in table.index], "mode": "markers", "showlegend": False,
        "marker": {"symbol": "triangle-right", "color": style.SKY, "size": 10},
        "cliponaxis": False, "customdata": [_count(row) for _, row in table.iterrows()],
        "hovertemplate": "generation %{y}: released in %{customdata} by the end<extra></extra>",
    }]


def _counts_at_the_right(frames: Frames, table: pd.DataFrame) -> charts.Trace:
    """Return how many released each generation, written beside its row."""
    texts = [f"  {_count(row).replace(' of ', '/')}" for _, row in table.iterrows()]
    return {
        "x": charts.times(frames.model, np.full(len(table), frames.end)),
        "y": [str(g) for g in table.index], "mode": "text", "text": texts,
        "textposition": "middle right", "textfont": {"size": 11}, "cliponaxis": False,
        "showlegend": False, "hoverinfo": "skip",
    }


def _rows(frames: Frames) -> pd.DataFrame:
    """Return the generations to show, evenly fewer if they are very many."""
    return frames.release_dates.iloc[:: _step(frames.release_dates)]


def _step(table: pd.DataFrame) -> int:
    return max(1, -(-len(table) // MOST_ROWS))


def _every(table: pd.DataFrame) -> str:
    """Say which generations are shown, if not all are."""
    step = _step(table)
    return f"1 of {step} generations is shown" if step > 1 else ""


def _when(frames: Frames, row: pd.Series, generation: int) -> str:
    """Return when a generation is out, and how that differs by replication."""
    model, middle = frames.model, float(row[0.5])
    if frames.replications == 1:
        return f"generation {generation}: {texts.date(model, middle)}"
    low, high = float(row[WIDE[0]]), float(row[WIDE[1]])
    return f"generation {generation}: {texts.dates(model, low, middle, high)}"


def _ends(frames: Frames, table: pd.DataFrame, levels: tuple[float, float]) -> Any:
    """Return where bars begin and end (at most at the end of the log), and which go on."""
    low, high = (table[level].to_numpy(float) for level in levels)
    return np.minimum(low, frames.end), np.minimum(high, frames.end), np.isinf(high)


def _bars(ax: Axes, frames: Frames, table: pd.DataFrame) -> None:
    """Draw the two bars of each generation, an arrow at the edge where the wide one goes on."""
    y = np.arange(len(table))
    for levels, width in ((WIDE, 2.0), (NARROW, 8.0)):
        low, high, goes_on = _ends(frames, table, levels)
        first, last = (style.positions(frames.model, days) for days in (low, high))
        ax.hlines(y, first, last, color=style.SKY, linewidth=width)
        if levels == WIDE:
            on = goes_on & (low < frames.end)
            ax.plot(last[on], y[on], ">", color=style.SKY, markersize=6, clip_on=False)


def _count(row: pd.Series) -> str:
    return f"{row['released']:.0f} of {row['replications']:.0f}"


def _counts_beside(ax: Axes, table: pd.DataFrame) -> None:
    """Write at the right of each row how many replications released the generation."""
    beside = ax.secondary_yaxis("right")
    beside.set_yticks(range(len(table)), [_count(row) for _, row in table.iterrows()])
    beside.tick_params(length=0, pad=8, labelsize=9, labelcolor=style.INK)
    beside.spines[:].set_visible(False)
