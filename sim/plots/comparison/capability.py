"""Capability by date of each scenario: the median and the middle 80 % of the replications."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import growth, ranks
from sim.plots import charts, style
from sim.plots import words as wording
from sim.plots.capability import AXIS
from sim.plots.comparison.scenarios import CHART_DASHES, COLOURS, DASHES, Scenarios, scenarios
from sim.plots.comparison.words import gain
from sim.plots.frames import Frames

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def shows(frames: Mapping[str, Frames]) -> bool:
    """Return whether any of the scenarios releases generations."""
    return any(found.model.generation_flow for found in frames.values())


def words(frames: Mapping[str, Frames]) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    found = scenarios(frames)
    drawn = {name: one for name, one in found.items() if one.model.generation_flow}
    ahead = _ahead(found, drawn)
    says = "; ".join(filter(None, (ahead or _means(drawn), _reached(drawn))))
    beneath = (
        f"Capability of the deployed model; median and middle 80% of "
        f"{wording.count_of(next(iter(drawn.values())).replications, 'replication')} on the same "
        "random numbers"
    )
    known = "[" in ahead
    return says, beneath + ("; in brackets: 90% interval of the mean difference" if known else "")


def _ahead(found: Scenarios, drawn: Mapping[str, Frames]) -> str:
    """Say by how much each differs from the first at the end, on average; '' if not known."""
    first, *others = found
    table = found.differences
    if table is None or list(found) != list(drawn):
        return ""
    rows = table[(table["outcome"] == "capability").to_numpy()].set_index("scenario")
    if not rows["pairs"].all():
        return ""
    gains = ", ".join(f"{gain(rows.loc[name])} in {name}" for name in others)
    return f"After {wording.duration(found[first].model.horizon)}, {gains} against {first}"


def _means(drawn: Mapping[str, Frames]) -> str:
    """Say what each has when all replications of all are known for the last time, on average."""
    last = min(found.whole for found in drawn.values())
    ends = [
        f"{growth.sample(found.steps, [last]).mean():.2f} OOM in {name}"
        for name, found in drawn.items()
    ]
    return f"After {wording.duration(last)}: {', '.join(ends)}"


def _reached(drawn: Mapping[str, Frames]) -> str:
    """Say when each reaches the last whole level that half of the runs of all reach."""
    middles = [
        float(ranks.of_levels(growth.sample(found.steps, [found.whole])[:, 0], 0.5))
        for found in drawn.values()
    ]
    level = math.floor(min(middles) + growth.ROUNDING)
    if level < 1:
        return ""
    model = next(iter(drawn.values())).model
    days = {
        name: float(ranks.of_times(growth.reached(found.steps, level), 0.5))
        for name, found in drawn.items()
    }
    if not np.isfinite(list(days.values())).all():
        return ""
    to_the_day = max(days.values()) - min(days.values()) < wording.FINE
    dates = (
        f"{wording.date(model, day, to_the_day=to_the_day)} in {name}"
        for name, day in days.items()
    )
    return f"{level} OOM around {', '.join(dates)}"


def figure(frames: Mapping[str, Frames], ax: Axes | None = None) -> Figure:
    """Draw a line and a band for each scenario; parameters as in `sim.plots.comparison`."""
    fig, ax = style.start(ax)
    if not shows(frames):
        style.note(ax, "Capability by date", "None of these models releases generations.")
        return fig
    style.tidy(ax)
    model = next(iter(frames.values())).model
    for i, (name, times, bands) in enumerate(_curves(frames)):
        x, (low, middle, high) = style.positions(model, times), bands
        colour, dash = COLOURS[i % len(COLOURS)], DASHES[i % len(DASHES)]
        ax.fill_between(x, low, high, step="post", color=colour, alpha=0.2, linewidth=0)
        ax.step(x, middle, where="post", color=colour, linewidth=2.2, linestyle=dash, label=name)
    ax.legend(loc="upper left", frameon=False, fontsize=9)
    style.title(ax, *words(frames))
    ax.set_ylabel(AXIS, fontsize=10, color=style.INK)
    ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0]))
    style.time_axis(ax, model, max(found.end for found in frames.values()))
    return fig


def chart(frames: Mapping[str, Frames]) -> charts.Chart:
    """Return the same for the report."""
    model = next(iter(frames.values())).model
    traces: list[charts.Trace] = []
    for i, (name, times, (low, middle, high)) in enumerate(_curves(frames)):
        x, colour = charts.times(model, times), COLOURS[i % len(COLOURS)]
        band = charts.band(x, low, high, colour, name, shape="hv")
        band[1]["showlegend"] = False
        traces += [*band, {
            "x": x, "y": charts.numbers(middle), "mode": "lines", "name": name,
            "legendgroup": name, "hovertemplate": "%{y:.2f} OOM",
            "line": {"color": colour, "shape": "hv", "dash": CHART_DASHES[i % 4], "width": 2.5},
        }]
    return charts.chart(traces, x="date" if style.in_dates(model) else "time (days)", y=AXIS)


def _curves(frames: Mapping[str, Frames]) -> Iterator[tuple[str, Any, Any]]:
    """Yield each scenario's name, times (days) and quantiles, a row for each of `style.BAND`."""
    for name, found in frames.items():
        if not found.model.generation_flow:
            continue
        steps, last = found.steps, found.whole
        times = np.unique(np.concatenate([steps["time"], [0.0, last]]))
        times = times[times <= last]
        yield name, times, growth.quantiles(
            steps, times, style.BAND, ends=found.ends
        ).to_numpy().T
