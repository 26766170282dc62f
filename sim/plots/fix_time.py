"""Latency from failure to fix: how long until work goes on after something broke.

A failed run of a job: from its end to the start of the next attempt, debugging and the queue
included. An interruption of training: likewise. An incident: from its first request to its end.
Nights and weekends count. Medians and the middle 80 % are over all failures of a kind, of all
replications together, while a generation was being built; those not fixed by the end of their
replication are allowed for as lasting longer (`sim.metrics.latency`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, kinds, style
from sim.plots.frames import Frames
from sim.plots.words import brief, sample_of, upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CAUSES = {
    "failed run": ("failed runs", style.RED, "o", "circle"),
    "interruption": ("interruptions of training", style.BLUE, "s", "square"),
    "incident": ("incidents", style.PURPLE, "^", "triangle-up"),
}
"""Names, colours, marks on paper and on the screen."""
NONE = "Nothing failed in this time."
EMPTY = "From failure to fix"
"""Headline where there is nothing to show."""
OFTEN = 20
"""Failures that a generation must have to be named in the headline, if one has so many."""
APART = 0.2
"""Distance of the causes of one generation, of that between generations."""
MINUTE, HOUR = 1 / 1440, 1 / 24
TICKS = {
    MINUTE: "≤ 1 min", 10 * MINUTE: "10 min", HOUR: "1 h", 6 * HOUR: "6 h", 1.0: "1 d", 7.0: "1 w",
    28.0: "4 w", 365.25: "1 y",
}
"""Marks of the axis of durations, days; what takes no time is drawn at the first."""
QUANTILES = ["p10", "p50", "p90"]


def shows(frames: Frames) -> bool:
    """Return whether anything failed."""
    return len(_table(frames)) > 0


def words(frames: Frames) -> tuple[str, str]:
    """Return what the figure says, and of what sample."""
    sample = upper_first(sample_of(frames))
    if not shows(frames):
        return EMPTY, f"{NONE} {sample}."
    how = "Time until work goes on after a failure: median and middle 80%, by generation built"
    if frames.replications > 1:
        sample = f"Over all failures of {sample_of(frames)} together"
    if frames.latency.loc[frames.latency["cause"].isin(CAUSES), QUANTILES].isna().any(axis=None):
        sample += "; left out where the end came too early to tell"
    table = _table(frames)
    cause = str(table["cause"].iloc[0])
    mine = table[(table["cause"] == cause).to_numpy()]
    known = mine["replications"].max()
    often = mine[((mine["fixed"] >= OFTEN) & (mine["replications"] == known)).to_numpy()]
    first, last = ((often if len(often) else mine).iloc[i] for i in (0, -1))
    text = f"Half of the {CAUSES[cause][0]} are fixed within {brief(first['p50'])}"
    if first["generation"] != last["generation"]:
        text += f" in generation {first['generation']}, "
        text += f"{brief(last['p50'])} in generation {last['generation']}"
    return text, f"{how}.\n{sample}"


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw how long failures took to be fixed, by generation; parameters as in `sim.plots`.

    A mark at the median for each kind of failure, and a line over the middle 80 %.
    """
    fig, ax = style.start(ax, 9.0, 4.0)
    heading, how = words(frames)
    if not shows(frames):
        style.note(ax, heading, how)
        return fig
    style.tidy(ax)
    table = _table(frames)
    for cause, rows in table.groupby("cause", observed=True, sort=False):
        name, colour, mark, _ = CAUSES[str(cause)]
        ax.vlines(rows["at"], rows["p10"], rows["p90"], color=colour, linewidth=2, alpha=0.6)
        ax.plot(rows["at"], rows["p50"], mark, color=colour, markersize=6, label=name)
    low, high, ticks = _range(table)
    ax.set_yscale("log")
    ax.set_ylim(low, high)
    ax.set_yticks(list(ticks), list(ticks.values()))
    ax.minorticks_off()
    built = sorted(set(table["generation"]))
    ax.set_xticks(built[:: -(-len(built) // kinds.MOST_LABELS)])
    ax.set_xlim(built[0] - 0.6, built[-1] + 0.6)
    ax.set_xlabel("generation being built", fontsize=10, color=style.INK)
    ax.set_ylabel("failure to fix (log scale)", fontsize=10, color=style.INK)
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9)
    style.title(ax, heading, how)
    return fig


def chart(frames: Frames) -> charts.Chart:
    """Return the same for the screen."""
    table = _table(frames)
    if table.empty:
        return charts.chart([], x="generation being built", y="failure to fix")
    traces = []
    for cause, rows in table.groupby("cause", observed=True, sort=False):
        name, colour, _, mark = CAUSES[str(cause)]
        texts = [
            f"{name}, generation {row.generation}: {row.fixed:,} fixed<br>median {brief(row.p50)}, "
            f"middle 80% {brief(row.p10)} to {brief(row.p90)}"
            for row in rows.itertuples()
        ]
        traces.append({
            "type": "scatter", "mode": "markers", "name": name, "x": charts.numbers(rows["at"]),
            "y": charts.numbers(rows["p50"], 4), "hovertext": texts, "hoverinfo": "text",
            "marker": {"color": colour, "symbol": mark, "size": 9},
            "error_y": {
                "type": "data", "symmetric": False, "color": colour, "thickness": 2, "width": 0,
                "array": charts.numbers(rows["p90"] - rows["p50"], 4),
                "arrayminus": charts.numbers(rows["p50"] - rows["p10"], 4),
            },
        })
    low, high, ticks = _range(table)
    axis = {
        "type": "log", "range": [float(np.log10(low)), float(np.log10(high))],
        "tickmode": "array", "tickvals": list(ticks), "ticktext": list(ticks.values()),
    }
    return charts.chart(
        traces, x="generation being built", y="failure to fix", yaxis=axis,
        xaxis={
            "dtick": max(1, -(-table["generation"].nunique() // 12)), "showgrid": False,
            "range": [int(table["generation"].min()) - 0.6, int(table["generation"].max()) + 0.6],
        },
        hovermode="closest",
    )


def _table(frames: Frames) -> pd.DataFrame:
    """Return what is drawn: a row per cause and generation, `at` its place on the axis."""
    rows = frames.latency[frames.latency["cause"].isin(CAUSES)]
    rows = rows.assign(cause=rows["cause"].astype(str)).dropna(subset=QUANTILES)
    table = rows.rename(columns={"count": "fixed"})
    table[QUANTILES] = table[QUANTILES].clip(lower=MINUTE)
    there = [cause for cause in CAUSES if (table["cause"] == cause).any()]
    places: Any = {cause: APART * (i - (len(there) - 1) / 2) for i, cause in enumerate(there)}
    table["at"] = table["generation"] + table["cause"].map(places).astype(float)
    order = table["cause"].map({cause: i for i, cause in enumerate(there)})
    return table.iloc[np.lexsort((table["generation"], order))].reset_index(drop=True)


def _range(table: pd.DataFrame) -> tuple[float, float, dict[float, str]]:
    """Return the ends of the axis of durations, and the ticks between them."""
    low, high = table["p10"].min(), 1.1 * table["p90"].max()
    low = max([tick for tick in TICKS if tick <= low], default=low)
    high = min([tick for tick in TICKS if tick >= high], default=high)
    return low, high, {at: text for at, text in TICKS.items() if low <= at <= high}
