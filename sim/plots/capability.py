"""Capability by date: a step at each release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import growth, ranks
from sim.plots import charts, style
from sim.plots import words as texts
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CLOSEST = 0.025
"""Least distance of two labels, as a share of the axis."""
OOM = "1 OOM: ten times the effective training compute"
AXIS = "capability c (OOM above generation 0)"
NEVER = "This model releases no generations:\nits capability stays what it is."
MOST_LINES = 50
"""Replications of an ensemble that an interactive chart shows one by one."""
MOST_POINTS = 1000
"""Releases that it shows, about; of more, every second, third …"""


def shows(frames: Frames) -> bool:
    """Return whether any generation was released."""
    made = frames.generations
    return bool(((made["generation"] > 0) & (made["outcome"] == "released")).any())


def figure(frames: Frames, ax: Axes | None = None) -> Figure:
    """Draw the deployed capability by date; parameters as in `sim.plots`.

    One run: a line with a mark at each release. An ensemble: thin lines, the median and the
    band that holds 80 % of the replications.
    """
    fig, ax = style.start(ax)
    if frames.model.generation_flow is None:
        style.note(ax, *words(frames))
        return fig
    style.tidy(ax)
    steps = frames.steps
    draw = _run if frames.replications == 1 else _ensemble
    draw(frames, ax, steps)
    style.title(ax, *words(frames))
    ax.set_ylabel(AXIS, fontsize=10, color=style.INK)
    highest = max(1.0, float(steps["capability"].max()))
    lowest = min(0.0, float(steps["capability"].min()))
    ax.set_ylim(lowest - 0.02 * highest, 1.12 * highest)
    style.time_axis(ax, frames.model, frames.end)
    return fig


def words(frames: Frames) -> tuple[str, str]:
    """Return what the figure says, and what is drawn, of what sample."""
    if frames.model.generation_flow is None:
        return "Capability by date", NEVER
    text, held = headline(frames, frames.steps)
    if not (frames.steps["generation"] > 0).any():
        return text, f"{held}."
    each = "Each step is a release"
    if frames.replications == 1:
        each = "Each dot is the release of a generation, with its number"
    return text, f"{held}.\n{each}. {OOM}."


def headline(frames: Frames, steps: pd.DataFrame) -> tuple[str, str]:
    """Return what the figure says, and of what sample.

    The headline is the pace: how many releases in how much time, and when the highest whole
    number of OOM was reached that at least half of the replications reach; if there is none, when
    the first release was.

    Parameters
    ----------
    frames
        Log of a run or an ensemble.
    steps
        Result of `growth.trajectory`.
    """
    model, count = frames.model, frames.replications
    made = steps[steps["generation"] > 0]
    by_replication = steps["replication"]
    releases = (steps["generation"] > 0).groupby(by_replication).sum().to_numpy()
    median = int(ranks.of_levels(releases, 0.5))
    same = releases.min() == releases.max()
    if not frames.early:
        span = f" in {texts.duration(model.horizon)}"
    else:
        span = f" in {texts.duration(frames.end)}" if count == 1 else ""
    held = texts.upper_first(texts.sample_of(frames))
    if made.empty:
        return f"Capability stays at 0: no generation is released{span}", held
    if count == 1:
        held += f"; capability {steps['capability'].iloc[-1]:.2f} OOM at the end"
    elif not same:
        held += f", with {releases.min()} to {releases.max()} releases each"
    if not median:
        return f"{(releases > 0).sum()} of {count} replications release a generation{span}", held
    text = f"{'' if same else 'About '}{texts.count_of(median, 'release')}{span}"
    peaks = steps["capability"].groupby(by_replication).max()
    level = int(np.floor(ranks.of_levels(peaks, 0.5) + growth.ROUNDING))
    if level >= 1:
        times, what = growth.reached(steps, level), f"; {level} OOM reached"
        if (missing := np.isinf(times).sum()):
            held += f"; {count - missing} reach {level} OOM"
    else:
        first = made["time"].groupby(made["replication"]).min()
        times = first.reindex(by_replication.unique(), fill_value=np.inf)
        what = "," if same and median == 1 else ", the first"
    return f"{text}{what} {texts.around(model, times)}", held


def chart(frames: Frames) -> charts.Chart:
    """Return the same as plotly data; each release tells its generation, date and capability."""
    if frames.model.generation_flow is None:
        return charts.chart([], x="", y="")
    steps = _thinned(frames.steps)
    if frames.replications == 1:
        traces = [_steps_of(frames, steps, style.BLUE, 2.5), _numbered(frames, steps)]
    else:
        chosen = steps[steps["replication"].isin(steps["replication"].unique()[:MOST_LINES])]
        thin = _steps_of(frames, chosen, "rgba(136,136,136,0.35)", 0.8) | {"name": "replications"}
        small = _releases(frames, chosen, 5) | {"opacity": 0.35, "legendgroup": "replications"}
        thin |= {"legendgroup": "replications", "showlegend": True}
        traces = [thin, small, *_median(frames)]
    last = charts.times(frames.model, [0.0, frames.end])
    label = charts.time_label(frames.model)
    return charts.chart(
        traces, x=label, y="capability c (OOM)", hovermode="closest", xaxis={"range": last}
    )


def _thinned(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the steps, evenly fewer if they are very many, the last of each replication too."""
    every = -(-len(steps) // MOST_POINTS)
    last = ~steps["replication"].duplicated(keep="last").to_numpy()
    first = ~steps["replication"].duplicated().to_numpy()
    return steps[(np.arange(len(steps)) % every == 0) | first | last]


def _steps_of(frames: Frames, steps: pd.DataFrame, colour: str, width: float) -> charts.Trace:
    """Return one line of steps for each replication, with gaps between them."""
    x: list[Any] = []
    y: list[float | None] = []
    for replication, rows in steps.groupby("replication", sort=True):
        stop = frames.ends.get(int(replication), frames.model.horizon)
        levels = charts.numbers(rows["capability"])
        x += [*charts.times(frames.model, [*rows["time"], stop]), None]
        y += [*levels, levels[-1], None]
    return {
        "x": x[:-1], "y": y[:-1], "mode": "lines", "hoverinfo": "skip", "showlegend": False,
        "line": {"shape": "hv", "color": colour, "width": width},
    }


def _releases(frames: Frames, steps: pd.DataFrame, size: float) -> charts.Trace:
    """Return a mark at each release that tells about it."""
    made = steps[steps["generation"] > 0]
    which = "<br>replication %{customdata[1]}" if frames.replications > 1 else ""
    facts = [
        [int(row.generation), int(row.replication), texts.times(10.0**row.capability)]
        for row in made.itertuples()
    ]
    when = charts.when(frames.model)
    return {
        "x": charts.times(frames.model, made["time"]), "y": charts.numbers(made["capability"]),
        "mode": "markers", "customdata": facts, "showlegend": False,
        "marker": {"size": size, "color": style.BLUE},
        "hovertemplate": f"generation %{{customdata[0]}}{which}<br>{when}"
        "<br>c = %{y:.2f} OOM (%{customdata[2]} the effective compute)<extra></extra>",
    }


def _numbered(frames: Frames, steps: pd.DataFrame) -> charts.Trace:
    """Return the marks of one run, with the numbers of those that have room for it."""
    texts_, last = [], -np.inf
    for row in steps[steps["generation"] > 0].itertuples():
        room = row.time - last >= CLOSEST * frames.end
        texts_.append(f"{row.generation}" if room else "")
        last = row.time if room else last
    return _releases(frames, steps, 8) | {
        "mode": "markers+text", "text": texts_, "textposition": "top center",
        "cliponaxis": False,
    }


def _median(frames: Frames) -> list[charts.Trace]:
    """Return the median and the band, at the times at which one of them steps."""
    times, spread = _spread(frames)
    steps = np.flatnonzero(np.append(True, (np.diff(spread, axis=1) != 0).any(axis=0)))
    chosen = np.unique(np.append(steps[:: -(-len(steps) // MOST_POINTS)], len(times) - 1))
    times, (low, middle, high) = times[chosen], spread[:, chosen]
    x = charts.times(frames.model, times)
    when = charts.when(frames.model)
    return [
        *charts.band(x, low, high, style.SKY, "middle 80% of replications", shape="hv"),
        {
            "x": x, "y": charts.numbers(middle), "mode": "lines", "name": "median",
            "line": {"shape": "hv", "color": style.BLUE, "width": 2.5},
            "customdata": [charts.numbers(pair) for pair in zip(low, high, strict=True)],
            "hovertemplate": f"{when}<br>median c = %{{y:.2f}} OOM"
            "<br>80%: %{customdata[0]:.2f} to %{customdata[1]:.2f}<extra></extra>",
        },
    ]


def _spread(frames: Frames) -> tuple[Any, Any]:
    """Return times, and the quantiles of `style.BAND` (rows) until the first replication ends."""
    last = frames.whole
    times = np.unique(np.concatenate([frames.steps["time"], [0.0, last]]))
    times = times[times <= last]
    return times, growth.quantiles(frames.steps, times, style.BAND, ends=frames.ends).to_numpy().T


def _run(frames: Frames, ax: Axes, steps: pd.DataFrame) -> None:
    model, end = frames.model, frames.end
    times = np.append(steps["time"], end)
    levels = np.append(steps["capability"], steps["capability"].iloc[-1])
    x = style.positions(model, times)
    ax.step(x, levels, where="post", color=style.BLUE, linewidth=2)
    releases = steps[steps["generation"] > 0]
    if releases.empty:
        return
    at = style.positions(model, releases["time"])
    ax.plot(at, releases["capability"], "o", color=style.BLUE, markersize=5, clip_on=False)
    last = -np.inf
    for position, row in zip(at, releases.itertuples(), strict=True):
        if position - last < CLOSEST * end:
            continue
        last = position
        ax.annotate(
            f"{row.generation}", (position, row.capability), (0, 5),
            textcoords="offset points", ha="center", va="bottom", fontsize=9, color=style.INK,
        )


def _ensemble(frames: Frames, ax: Axes, steps: pd.DataFrame) -> None:
    from matplotlib.collections import LineCollection

    model = frames.model
    lines = []
    for replication, rows in steps.groupby("replication", sort=True):
        stop = frames.ends.get(int(replication), model.horizon)
        times = np.append(rows["time"], stop)
        levels = np.append(rows["capability"], rows["capability"].iloc[-1])
        x, y = np.repeat(style.positions(model, times), 2)[1:], np.repeat(levels, 2)[:-1]
        lines.append(np.column_stack([x, y]))
    ax.add_collection(
        LineCollection(
            lines, colors="#888888", linewidths=0.6, alpha=min(1.0, 12 / len(lines)),
            label="replications",
        )
    )
    times, (low, middle, high) = _spread(frames)
    last = times[-1]
    x = style.positions(model, times)
    ax.fill_between(
        x, low, high, step="post", color=style.SKY, alpha=0.45, linewidth=0,
        label="middle 80% of replications",
    )
    ax.step(x, middle, where="post", color=style.BLUE, linewidth=2.2, label="median")
    handles, labels = ax.get_legend_handles_labels()
    rises_early = middle[np.searchsorted(times, 0.3 * last, side="right") - 1] > 0.6 * high[-1]
    ax.legend(
        handles[::-1], labels[::-1], loc="lower right" if rises_early else "upper left",
        frameon=False, fontsize=9,
    )
