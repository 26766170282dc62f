"""What differs between scenarios, as ratios with their confidence intervals.

Each is the mean over the pairs of replications in which the outcome is known of both, over the
mean of the first scenario; its interval is by the delta method for pairs, symmetric on this axis.
Effective compute at the end is 10^(mean difference of capability): a ratio of geometric means, as
capability is its logarithm; the interval is that of the mean difference.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics.compared import COMPARED
from sim.plots import charts, style
from sim.plots import words as wording
from sim.plots.comparison.scenarios import COLOURS, scenarios
from sim.plots.comparison.words import pairs_of, parts
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LABEL = "times as much"
MARKS = "osD^vP*X"
"""Mark of each scenario, in order."""
EFFECTIVE = "effective compute at the end"
"""10^(mean difference of capability), which is a ratio of geometric means."""


def shows(frames: Mapping[str, Frames]) -> bool:
    """Return whether there are differences to draw."""
    return len(_ratios(frames)) > 0


def words(frames: Mapping[str, Frames]) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    table = scenarios(frames).differences
    names = list(frames)
    model = frames[names[0]].model
    assert table is not None
    said = parts(table[(table["scenario"] == names[1]).to_numpy()], model)
    says = said.get("research_output") or next(iter(said.values()))
    drawn = f"Ratio of means to {names[0]}, with 90% confidence interval; {pairs_of(table)}"
    if EFFECTIVE in _ratios(frames)["label"].values:
        drawn += (
            ".\nEffective compute: 10^(mean difference of capability), a ratio of geometric means"
        )
    return wording.upper_first(f"{says} in {names[1]}"), drawn


def figure(frames: Mapping[str, Frames], ax: Axes | None = None) -> Figure:
    """Draw each ratio with its interval; parameters as in `sim.plots.comparison`."""
    rows = _ratios(frames)
    fig, ax = style.start(ax, height=2.2 + 0.42 * max(rows["label"].nunique(), 3)
                          if len(rows) else 3.0)
    if rows.empty:
        style.note(ax, "Differences", "Nothing here can be compared as a ratio.")
        return fig
    style.tidy(ax)
    labels, others = list(dict.fromkeys(rows["label"])), list(dict.fromkeys(rows["scenario"]))
    for i, name in enumerate(others):
        here = rows[(rows["scenario"] == name).to_numpy()]
        colour = COLOURS[(i + 1) % len(COLOURS)]
        ax.hlines(here["place"], here["low"], here["high"], color=colour, linewidth=2)
        text = textwrap.fill(name, 28)
        ax.plot(here["ratio"], here["place"], MARKS[i], color=colour, markersize=6, label=text)
    ax.axvline(1.0, color=style.FAINT, linewidth=1)
    _log_axis(ax, rows)
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    first = next(iter(frames))
    ax.set_xlabel(f"{LABEL} as in {first} (logarithmic)", fontsize=10, color=style.INK)
    if len(others) > 1:
        ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9)
    style.title(ax, *words(frames), width=58)
    return fig


def chart(frames: Mapping[str, Frames]) -> charts.Chart:
    """Return the same for the report."""
    rows = _ratios(frames)
    traces = []
    for i, name in enumerate(dict.fromkeys(rows["scenario"])):
        here = rows[(rows["scenario"] == name).to_numpy()]
        above, below = here["high"] - here["ratio"], here["ratio"] - here["low"]
        colour = COLOURS[(i + 1) % len(COLOURS)]
        traces.append({
            "x": charts.numbers(here["ratio"], 4), "y": charts.numbers(here["place"]), "name": name,
            "mode": "markers", "marker": {"color": colour, "size": 9},
            "error_x": {
                "type": "data", "symmetric": False, "array": charts.numbers(above, 4),
                "arrayminus": charts.numbers(below, 4), "color": colour, "thickness": 2,
            },
            "text": [
                f"{r.ratio:.3g} times" + (f" [{r.low:.3g}, {r.high:.3g}]" if r.low > 0 else "")
                for r in here.itertuples()
            ],
            "customdata": list(here["label"]), "hovertemplate": "%{customdata}: %{text}",
        })
    line = {"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper",
            "line": {"color": style.FAINT, "width": 1}}
    labels = list(dict.fromkeys(rows["label"]))
    low, high, ticks = _span(rows)
    xaxis = {
        "type": "log", "range": charts.numbers(np.log10([low, high])), "tickmode": "array",
        "tickvals": ticks, "ticktext": [f"{tick:g}×" for tick in ticks],
    }
    yaxis = {
        "tickmode": "array", "tickvals": list(range(len(labels))), "ticktext": labels,
        "range": [len(labels) - 0.4, -0.6],
    }
    return charts.chart(
        traces, x=LABEL, y="", hovermode="closest", shapes=[line], xaxis=xaxis, yaxis=yaxis
    )


def _ratios(frames: Mapping[str, Frames]) -> pd.DataFrame:
    """Return a row per scenario and outcome that has a ratio: its label, value and interval.

    `place` is where it is drawn from the top down: scenarios beside each other.
    """
    import pandas as pd

    table = scenarios(frames).differences
    rows: list[dict[str, Any]] = []
    for row in () if table is None else table.to_dict("records"):
        what, label = COMPARED[row["outcome"]], COMPARED[row["outcome"]].label.split(", ")[0]
        found = [row["ratio"], row["ratio_low_90"], row["ratio_high_90"]]
        if row["outcome"] == "capability":
            known = frames[row["scenario"]].model.generation_flow is not None
            label = EFFECTIVE
            found = [
                10 ** row[end] if known else np.nan for end in ("difference", "low_90", "high_90")
            ]
        elif not what.ratio:
            continue
        if found[0] > 0:
            names = dict(zip(("ratio", "low", "high"), found, strict=True))
            rows.append({"scenario": row["scenario"], "label": label} | names)
    found = pd.DataFrame(rows, columns=["scenario", "label", "ratio", "low", "high"])
    outcome, which = (pd.factorize(found[name])[0] for name in ("label", "scenario"))
    found["place"] = outcome + 0.6 * ((which + 0.5) / (which.max(initial=0) + 1) - 0.5)
    return found


def _log_axis(ax: Axes, rows: pd.DataFrame) -> None:
    """Make the horizontal axis logarithmic, with few round ticks that stand for themselves."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    low, high, ticks = _span(rows)
    ax.set_xscale("log")
    ax.set_xlim(low, high)
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))


def _span(rows: pd.DataFrame) -> tuple[float, float, list[float]]:
    """Return the ends of the horizontal axis, and round ticks between them."""
    values = rows[["ratio", "low", "high"]].to_numpy()
    low, high = min(np.nanmin(values), 0.9) * 0.95, max(np.nanmax(values), 1.1) * 1.05
    steps = (1, 1.5, 2, 3, 5, 7) if high / low < 20 else (1, 2, 5) if high / low < 300 else (1,)
    exponents = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    ticks = [float(f"{step * 10.0**power:.3g}") for power in exponents for step in steps]
    return low, high, [tick for tick in ticks if low <= tick <= high]
