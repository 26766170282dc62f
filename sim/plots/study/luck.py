"""Luck and parameters: what makes the runs of a study differ.

*Luck* is the variance between replications at one point, on average over the points; *parameters*
the variance between the points' means beyond what luck gives them (`sim.study.statistics`). Both
are shown as shares of their sum, the line is the 90% interval of the parameters' share. It holds
for the levels and distributions that this study was given: wider ones have a larger share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import charts, style
from sim.plots.study import numbers
from sim.plots.study import words as wording
from sim.plots.study.studied import Studied, studied
from sim.plots.words import plain, upper_first

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PARAMETERS, LUCK = style.BLUE, "#F0C36A"
MOST_ROWS = 12
"""Outcomes that are shown."""


def shows(results: Any) -> bool:
    """Return whether the variance of an outcome can be split."""
    found = studied(results)
    return bool(found.moved) and len(_rows(found)) > 0


def words(results: Any) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    found = studied(results)
    row = _rows(found).iloc[0]
    says = f"{text(row)} of the variance of {plain(row['outcome'])} comes from the parameters"
    how = "Variance between points, and between replications at a point; line: 90% interval"
    if (_rows(found)["measure"] != "value").any():
        how += "; a date not reached counts as the horizon"
    return upper_first(says), wording.beneath(found, how, _rows(found)["outcome"], says)


def figure(results: Any, ax: Axes | None = None) -> Figure:
    """Draw the shares as stacked bars; parameters as in `sim.plots.study`."""
    found = studied(results)
    if not shows(found):
        fig, ax = style.start(ax, height=3.0)
        style.note(ax, "Luck and parameters", "One replication or one point: nothing to split.")
        return fig
    table = _rows(found)
    fig, ax = style.start(ax, height=2.0 + 0.45 * max(len(table), 2))
    style.tidy(ax)
    y, share = np.arange(len(table)), table["share"].to_numpy(float)
    ax.barh(y, share, 0.62, color=PARAMETERS, label="parameters")
    ax.barh(y, 1.0 - share, 0.62, left=share, color=LUCK, label="luck")
    ax.hlines(y, table["share_low"], table["share_high"], color=style.INK, linewidth=1.4)
    ax.set_yticks(y, [plain(name) for name in table["outcome"]])
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.tick_params(axis="y", length=0)
    ax.grid(visible=False)
    ax.set_xlabel("share of the variance", fontsize=10, color=style.INK)
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9)
    style.title(ax, *words(found), width=64)
    return fig


def chart(results: Any) -> charts.Chart:
    """Return the same for the report."""
    table = _rows(studied(results))
    names = [plain(name) for name in table["outcome"]]
    share = table["share"].to_numpy(float)
    common = {"type": "bar", "orientation": "h", "y": names}
    return charts.chart(
        [
            common | {
                "name": "parameters", "x": charts.numbers(share, 4),
                "marker": {"color": PARAMETERS},
                "error_x": {
                    "type": "data", "symmetric": False, "color": style.INK, "thickness": 1.5,
                    "array": charts.numbers(table["share_high"] - share, 4),
                    "arrayminus": charts.numbers(share - table["share_low"], 4),
                },
                "text": [text(row) for row in table.to_dict("records")],
                "textposition": "none", "hovertemplate": "%{y}: parameters %{text}<extra></extra>",
            },
            common | {
                "name": "luck", "x": charts.numbers(1.0 - share, 4), "marker": {"color": LUCK},
                "hovertemplate": "%{y}: luck %{x:.0%}<extra></extra>",
            },
        ],
        x="share of the variance", y="", barmode="stack", hovermode="closest",
        height=130 + 38 * max(len(table), 2), xaxis={"range": [0, 1], "tickformat": ".0%"},
        yaxis={"autorange": "reversed"},
    )


def text(row: Any) -> str:
    """Return '83% [75%, 90%]', the share of the parameters."""
    ends = f" [{row['share_low']:.0%}, {row['share_high']:.0%}]"
    return f"{row['share']:.0%}" + (ends if np.isfinite(row["share_low"]) else "")


def _rows(found: Studied) -> pd.DataFrame:
    """Return the outcomes whose variance can be split, in order."""
    table: pd.DataFrame = found.kept("luck", numbers.shares)
    return table[table["share"].notna().to_numpy()].head(MOST_ROWS)
