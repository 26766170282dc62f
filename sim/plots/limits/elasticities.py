"""Elasticities: by how many per cent progress grows with one per cent more of what drives it.

Each dot is the elasticity of progress to a driver, with its 90% interval: of 1 / time for a date or
a cycle time, of the amount for research output. 1 means in proportion, 0 not at all. A driver is
set to about 1.4 times as much, and to as much less, on the same random numbers; central difference
of logarithms (`sim.limits.elasticities`).

A hollow dot is what half the step says: shown where it is not known to agree with the whole step,
within 0.1 or half the interval's width. In red it disagrees, so the elasticity changes within the
step; in grey the replications do not tell.

"The loop" is all that is done by people and assistants at once: they are faster at everything,
work, reviews and steering. Axes of a row are alike.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.limits.steps import DRIVERS
from sim.plots import charts, style
from sim.plots.limits import phrases
from sim.plots.study import axes, panels
from sim.plots.words import upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EMPTY = "Elasticities of progress"
MOST_GENERATIONS = 3
"""Generations that are shown, evenly."""
LEAST = 0.05
"""Elasticities below which a driver is not said to matter."""
COLOURS = {"compute": style.BLUE, "loop": style.RED}


def shows(found: Any) -> bool:
    """Return whether a driver was changed, and something came of it."""
    return bool(_tables(found))


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and how to read it."""
    name, table = next(iter(_tables(found).items()))
    what = phrases.outcome(found, name)
    order = table.sort_values("elasticity", ascending=False, kind="stable")
    single = order[(order["driver"] != "loop").to_numpy()]
    sure = single[(single["elasticity_low"] > 0).to_numpy()]
    sure = sure[(sure["elasticity"] >= LEAST).to_numpy()].head(3)
    if sure.empty:
        says = f"No driver of {phrases.lab(found)} surely matters for its {what}"
    else:
        gains = [f"{row.elasticity:.2f}%" for row in sure.itertuples()]
        first, *others = [DRIVERS[row.driver].label for row in sure.itertuples()]
        verb, after = _brought(found, name)
        says = f"1% more {first} {verb} {gains[0]} {after}".rstrip()
        says += "".join(
            f", {other} {gain}" for other, gain in zip(others, gains[1:], strict=True)
        )
        loop = order[(order["driver"] == "loop").to_numpy()]
        if len(loop):
            says += f"; a loop 1% faster {loop['elasticity'].iloc[0]:.2f}%".replace("-", "−")
    how = (
        f"Elasticity of progress (of 1 / time for the {what}) with 90% intervals; "
        if phrases.is_time(name) else "Elasticity of progress with 90% intervals; "
    ) + f"{phrases.sample(found)}."
    if any(_hollow(row) for table in _tables(found).values() for row in table.itertuples()):
        how += " Hollow: half the step, where it is not known to agree (red: it does not)."
    notes = [f"{DRIVERS[d].label}: {both[0].note}" for d, both in found.question.drivers.items()
             if both[0].note]
    return says, how + (f" {upper_first('; '.join(notes))}." if notes else "")


def _brought(found: Any, outcome: str) -> tuple[str, str]:
    """Return the words before and after a gain."""
    lab = phrases.lab(found)
    if outcome == "to_target":
        return f"brings {lab} to {found.question.target:g} OOM", "sooner"
    if phrases.is_time(outcome):
        return f"makes the {phrases.outcome(found, outcome)} of {lab}", "shorter"
    return f"raises {phrases.outcome(found, outcome)} of {lab} by", ""


def figure(found: Any, ax: Axes | None = None) -> Figure:
    """Draw the elasticities; `ax` as in `sim.plots`."""
    tables = _tables(found)
    if not tables:
        fig, ax = style.start(ax)
        style.note(ax, EMPTY, "Nothing that drives this lab can be changed a little.")
        return fig
    drivers = list(next(iter(tables.values()))["driver"])
    across = min(len(tables), 3) if len(tables) != 4 else 2
    fig, header, places = panels.start(
        ax, len(tables), 0.9 + 0.3 * len(drivers), across=across, shared=True
    )
    for i, (place, (name, table)) in enumerate(zip(places, tables.items(), strict=True)):
        row = list(tables.values())[i - i % across : i - i % across + across]
        _panel(place, table, _limits(row))
        place.set_title(upper_first(phrases.outcome(found, name)), fontsize=9.5, loc="left",
                        color=style.INK)
        place.set_yticks(range(len(drivers)), [DRIVERS[d].label for d in drivers])
        place.set_ylim(len(drivers) - 0.4, -0.6)
        if i >= len(tables) - across:
            place.set_xlabel("elasticity of progress", fontsize=9, color=style.INK)
    style.title(header, *words(found))
    return fig


def _panel(ax: Axes, table: pd.DataFrame, limits: tuple[float, float]) -> None:
    ax.set_xlim(*limits)
    ax.axvline(0.0, color=style.INK, linewidth=1)
    if limits[1] > 1:
        ax.axvline(1.0, color=style.FAINT, linewidth=1, linestyle=":")
    ax.grid(axis="y", visible=False)
    ax.grid(axis="x", color=style.GRID, linewidth=0.8)
    ax.tick_params(axis="y", length=0, labelsize=9)
    ax.tick_params(axis="x", labelsize=8)
    ax.locator_params(axis="x", nbins=5)
    for y, row in enumerate(table.itertuples()):
        if not math.isfinite(row.elasticity):
            ax.text(0.02, y, "not known", transform=ax.get_yaxis_transform(), fontsize=8,
                    va="center", color=style.FAINT)
            continue
        colour = COLOURS.get(row.driver, style.INK)
        ax.hlines(y, *np.clip([row.elasticity_low, row.elasticity_high], *limits), color=colour,
                  linewidth=2)
        ax.plot(row.elasticity, y, "o", color=colour, markersize=6)
        if (edge := _hollow(row)) is not None:
            ax.plot(np.clip(row.half_step, *limits), y + 0.27, "o", color="white", mec=edge,
                    mew=1.4, markersize=5)


def charts_of(found: Any) -> dict[str, charts.Chart]:
    """Return the same for the report, a chart for each outcome."""
    return {
        upper_first(phrases.outcome(found, name)): _chart(table)
        for name, table in _tables(found).items()
    }


def _chart(table: pd.DataFrame) -> charts.Chart:
    value, rows = table["elasticity"].to_numpy(float), list(table.itertuples())
    names = [DRIVERS[row.driver].label for row in rows]
    colours = [COLOURS.get(row.driver, style.FAINT) for row in rows]
    dots = {
        "mode": "markers", "showlegend": False, "x": charts.numbers(value, 4),
        "y": list(range(len(rows))), "marker": {"size": 9, "color": colours},
        "error_x": {
            "type": "data", "symmetric": False, "color": style.FAINT, "thickness": 1.5,
            "array": charts.numbers(table["elasticity_high"] - value, 4),
            "arrayminus": charts.numbers(value - table["elasticity_low"], 4),
        },
        "text": [_hover(row) for row in rows], "hovertemplate": "%{text}<extra></extra>",
    }
    half = [(y, row) for y, row in enumerate(rows) if _hollow(row) is not None]
    hollow = {
        "mode": "markers", "showlegend": False,
        "x": charts.numbers([row.half_step for _, row in half], 4),
        "y": [y + 0.27 for y, _ in half], "hoverinfo": "skip",
        "marker": {"size": 8, "symbol": "circle-open", "color": [_hollow(r) for _, r in half]},
    }
    low, high = _limits([table])
    line = {"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1,
            "line": {"color": style.FAINT, "width": 1}}
    return charts.chart(
        [dots, hollow], x="elasticity of progress", y="", hovermode="closest", shapes=[line],
        height=110 + 34 * len(rows), xaxis={"range": [low, high], "nticks": 6},
        yaxis={"tickmode": "array", "tickvals": list(range(len(rows))), "ticktext": names,
               "range": [len(rows) - 0.4, -0.6], "showgrid": False, "tickfont": {"size": 11}},
    )


def _hover(row: Any) -> str:
    ends = f"[{row.elasticity_low:.2f}, {row.elasticity_high:.2f}]"
    text = f"<b>{DRIVERS[row.driver].label}</b><br>{row.elasticity:.2f} {ends}"
    if math.isfinite(row.half_step):
        text += f"<br>half the step: {row.half_step:.2f}"
    return text.replace("-", "−")


def _hollow(row: Any) -> str | None:
    """Return the colour of the dot of half the step; `None` if it agrees or was not run."""
    if not (math.isfinite(row.half_step) and math.isfinite(row.elasticity)):
        return None
    if row.steady is None or (isinstance(row.steady, float) and math.isnan(row.steady)):
        return style.FAINT
    return None if row.steady else style.RED


def _limits(tables: list[pd.DataFrame]) -> tuple[float, float]:
    """Return the ends of an axis: of intervals, unless they are much wider than the values."""
    values = np.concatenate([t[["elasticity", "half_step"]].to_numpy(float).ravel()
                             for t in tables])
    ends = np.concatenate([t[["elasticity_low", "elasticity_high", "half_step"]].to_numpy(float)
                           .ravel() for t in tables])
    most = 2.0 * max(float(np.nanmax(np.abs(values), initial=0.0)), LEAST)
    low = max(float(np.nanmin(ends, initial=0.0)), -most)
    high = min(float(np.nanmax(ends, initial=0.1)), most)
    wide = 0.06 * (high - low)
    return low - wide, high + wide


def _tables(found: Any) -> dict[str, pd.DataFrame]:
    """Return elasticities by outcome: the main one, research output, some cycle times."""
    if not found.question.drivers:
        return {}
    table = found.elasticities
    cycles = [c for c in found.question.cycles.values() if c != found.question.main]
    names = [found.question.main, "research_output", *axes.some(cycles, MOST_GENERATIONS)]
    made = {
        name: table[(table["outcome"] == name).to_numpy()].reset_index(drop=True)
        for name in dict.fromkeys(names)
    }
    return {name: part for name, part in made.items() if part["elasticity"].notna().any()}
