"""Regime by date: whether compute or the loop limits research, and when that changes.

The line is D = E_compute - E_loop, the elasticity of research output in a part of the run to
compute minus that to the speed of the loop: above 0 one per cent more compute brings more than a
loop that is one per cent faster; below 0 it is the other way round. The band is its 90% interval at
each point by itself (jackknife over replications, on the same random numbers); points stand at the
middles of the parts. Each interval holds by itself: of eight parts one may well be called wrongly.

The strip says what that means: balanced if the interval lies within ±0.1 (grey); else
compute-limited or loop-limited if it leaves out 0; else, and with fewer than five replications,
undecided: there are too few replications to tell, which does not mean that neither matters. The
vertical line is the date from which D has its last
sign for good, with the 90% interval of that date.

Below, the same for the cycle time of each generation, at its mean date of release; bars are 90%
intervals. A generation's cycle time may be limited by other things than research: its training run,
for one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.limits.elasticities import MARGIN
from sim.limits.regime import REGIMES
from sim.plots import charts, style
from sim.plots.limits import periods, phrases
from sim.plots.study import axes

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EMPTY = "Compute or the loop"
LABEL = "elasticity to compute\nminus that to the loop"
MOST = 2.0
"""Axes show this multiple of the largest difference; wider intervals are cut."""
MOST_NUMBERS = 20
"""Generations that have their numbers written."""
INKS = {"compute": "white", "loop": "white", "balanced": style.INK, "undecided": style.INK}


def shows(found: Any) -> bool:
    """Return whether there is a difference of elasticities by window or by generation."""
    return periods.windows(found) is not None or periods.generations(found) is not None


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and how to read it."""
    lab, windows = phrases.lab(found), periods.windows(found)
    how = (
        "Above 0: 1% more compute brings more than a loop 1% faster. Band and bars: 90% intervals, "
        f"each by itself. Grey: within ±{MARGIN:g}, balanced. {phrases.sample(found)}."
    )
    if windows is None:
        table = periods.generations(found)
        assert table is not None
        return f"{lab}: {periods.counted(table, 'generation')}", how
    says = periods.told(found, lab, windows)
    generations = periods.generations(found)
    if generations is not None:
        says += f"; by cycle time {periods.counted(generations, 'generation')}"
    return says, how


def figure(found: Any, ax: Axes | None = None) -> Figure:
    """Draw the difference by date, and by generation; `ax` as in `sim.plots`."""
    windows, generations = periods.windows(found), periods.generations(found)
    both = [table for table in (windows, generations) if table is not None]
    fig, ax = style.start(ax, 9.5, 2.0 + 2.9 * max(len(both), 1))
    if not both:
        style.note(ax, EMPTY, "Compute and the loop cannot both be changed a little in this lab.")
        return fig
    places = style.panels(ax, [1.2, 1.0][: len(both)]) if len(both) > 1 else [ax]
    for place, table in zip(places, both, strict=True):
        style.tidy(place)
        low, high = _limits(both if table is generations else [table])
        high += 0.2 * (high - low)  # for the strip
        place.set_ylim(low, high)
        place.axhspan(-MARGIN, MARGIN, color="#EEEEEE", zorder=0)
        place.axhline(0.0, color=style.INK, linewidth=1)
        style.time_axis(place, found.model, found.model.horizon, label=place is places[-1])
        if place is not places[-1]:
            place.tick_params(labelbottom=False)
        place.set_ylabel(
            ("Research output:\n" if table is windows else "Cycle time:\n") + LABEL,
            fontsize=9, color=style.INK,
        )
        (_line if table is windows else _dots)(place, found, table)
    style.title(places[0], *words(found), width=86)
    return fig


def _line(ax: Axes, found: Any, table: pd.DataFrame) -> None:
    middle = style.positions(found.model, periods.middles(table))
    ax.fill_between(middle, table["difference_low"], table["difference_high"], color=style.SKY,
                    alpha=0.3, linewidth=0)
    ax.plot(middle, table["difference"], "o-", color=style.INK, linewidth=1.6, markersize=5)
    low, high = ax.get_ylim()
    top = high - 0.1 * (high - low)
    for regime, begin, end in periods.runs(table):
        x, y = style.positions(found.model, [begin, end])
        ax.fill_between([x, y], top, high, color=phrases.REGIME_COLOURS[regime], linewidth=0,
                        zorder=3)
        ax.axvline(y, ymin=0.9, color="white", linewidth=1.5, zorder=4)
        text = REGIMES[regime] if end - begin > 0.17 * found.model.horizon else regime
        ax.text((x + y) / 2, (top + high) / 2, text, ha="center", va="center", fontsize=8,
                color=INKS[regime], zorder=5)
    if found.crossing is not None and math.isfinite(found.crossing.date):
        _crossing(ax, found)


def _crossing(ax: Axes, found: Any) -> None:
    crossing, horizon = found.crossing, found.model.horizon
    at, begin, end = style.positions(found.model, [
        crossing.date, max(crossing.low, 0.0), min(crossing.high, horizon)
    ])
    low, high = ax.get_ylim()
    y = low + 0.06 * (high - low)
    ax.axvline(at, ymax=0.9, color=style.INK, linewidth=1.2, linestyle="--")
    ax.plot([begin, end], [y, y], color=style.INK, linewidth=2.5, solid_capstyle="butt")
    left = crossing.date > 0.5 * horizon
    way = "above" if crossing.to == "compute" else "below"
    ax.annotate(
        f"{way} 0 for good from\n{periods.crossing_text(found)}",
        (at, y), (-6 if left else 6, 6), textcoords="offset points", fontsize=8, color=style.INK,
        ha="right" if left else "left", va="bottom", zorder=6,
        bbox={"boxstyle": "square,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.85},
    )


def _dots(ax: Axes, found: Any, table: pd.DataFrame) -> None:
    low, high = ax.get_ylim()
    x = style.positions(found.model, table["release"])
    for at, row in zip(x, table.itertuples(), strict=True):
        colour = phrases.REGIME_COLOURS[row.regime]
        dark = colour if row.regime != "undecided" else style.FAINT
        ends = np.clip([row.difference_low, row.difference_high], low, high)
        ax.vlines(at, *ends, color=dark, linewidth=2)
        ax.plot(at, row.difference, "o", markersize=7, mec=dark, mew=1.5,
                color="white" if row.regime == "undecided" else colour)
    few = axes.some(range(len(table)), MOST_NUMBERS)
    for i in few:
        ax.annotate(f"{table['generation'].iloc[i]}", (x[i], high), (0, -4), ha="center", va="top",
                    textcoords="offset points", fontsize=8, color=style.INK)
    _legend(ax, table)


def _legend(ax: Axes, table: pd.DataFrame) -> None:
    from matplotlib.lines import Line2D

    handles = []
    for regime in REGIMES:
        if (table["regime"] == regime).any():
            colour = phrases.REGIME_COLOURS[regime]
            hollow = regime == "undecided"
            handles.append(Line2D(
                [], [], marker="o", linestyle="", markersize=7, mew=1.5,
                color="white" if hollow else colour, mec=style.FAINT if hollow else colour,
                label=REGIMES[regime],
            ))
    ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False,
              fontsize=8, title="numbers: generation", title_fontsize=8, alignment="left")


def charts_of(found: Any) -> dict[str, charts.Chart]:
    """Return the same for the report: by date, and by generation."""
    made = {}
    if (windows := periods.windows(found)) is not None:
        x = charts.times(found.model, periods.middles(windows))
        low, high = charts.band(
            x, windows["difference_low"], windows["difference_high"], style.SKY, "90% interval"
        )
        made["Research output"] = _chart(found, windows, [low, high, _trace(
            windows, x, "lines+markers", [REGIMES[row.regime] for row in windows.itertuples()])])
    if (table := periods.generations(found)) is not None:
        value = table["difference"].to_numpy(float)
        trace = _trace(table, charts.times(found.model, table["release"]), "markers", [
            f"generation {row.generation}: {REGIMES[row.regime]}" for row in table.itertuples()])
        trace["error_y"] = {
            "type": "data", "symmetric": False, "color": style.FAINT, "thickness": 1.5,
            "array": charts.numbers(table["difference_high"] - value, 4),
            "arrayminus": charts.numbers(value - table["difference_low"], 4),
        }
        made["Cycle time of each generation"] = _chart(found, table, [trace])
    return made


def _trace(table: pd.DataFrame, x: list[Any], mode: str, texts: list[str]) -> charts.Trace:
    return {
        "x": x, "y": charts.numbers(table["difference"], 4), "mode": mode, "showlegend": False,
        "line": {"color": style.FAINT, "width": 1.5},
        "marker": {"size": 9, "color": [phrases.REGIME_COLOURS[r] for r in table["regime"]],
                   "line": {"color": style.FAINT, "width": 1}},
        "text": [
            f"{text}<br>to compute {row.first:.2f}, to the loop {row.second:.2f}<br>difference "
            f"{phrases.signed(row.difference, 2)} "
            f"{phrases.between(row.difference_low, row.difference_high, 2)}"
            for text, row in zip(texts, table.itertuples(), strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _chart(found: Any, table: pd.DataFrame, traces: list[charts.Trace]) -> charts.Chart:
    low, high = _limits([table])
    ends = charts.times(found.model, [0.0, found.model.horizon])
    level = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "layer": "below"}
    shapes = [
        {**level, "y0": -MARGIN, "y1": MARGIN, "fillcolor": "rgba(128,128,128,0.15)",
         "line": {"width": 0}},
        {**level, "type": "line", "y0": 0, "y1": 0, "line": {"color": style.FAINT, "width": 1}},
    ]
    crossing = found.crossing
    if "begin" in table and crossing is not None and math.isfinite(crossing.date):
        at = charts.times(found.model, [crossing.date])[0]
        shapes.append({"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1,
                       "line": {"color": style.FAINT, "width": 1, "dash": "dash"}})
    return charts.chart(
        traces, x=charts.time_label(found.model), y=LABEL.replace("\n", "<br>"), height=340,
        hovermode="closest", shapes=shapes, xaxis={"range": ends},
        yaxis={"range": [low, high]},
    )


def _limits(tables: list[pd.DataFrame]) -> tuple[float, float]:
    """Return the ends of the vertical axis: of intervals, unless they are very wide."""
    table = tables[-1]
    most = MOST * max(float(table["difference"].abs().max()), 2 * MARGIN)
    low = max(float(np.nanmin(np.append(table["difference_low"], -2 * MARGIN))), -most)
    high = min(float(np.nanmax(np.append(table["difference_high"], 2 * MARGIN))), most)
    return 1.1 * low, 1.1 * high
