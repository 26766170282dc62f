"""Sobol' indices: what share of an outcome's variance each unknown makes.

The *first* index of an unknown is the share of the variance of the expected outcome that would go
if it alone were known; its *total* index the share that would be left if all others were known: its
own, and what it does together with others. Total indices may sum to more than 1. Expected: over
the luck of runs, which has no part in them; luck stands beside them, as a share of all variance.

I. M. Sobol', Mathematics and Computers in Simulation 55, 2001,
https://doi.org/10.1016/S0378-4754(00)00270-6; A. Saltelli et al., Computer Physics Communications
181, 2010, https://doi.org/10.1016/j.cpc.2009.09.018
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.plots import charts, style
from sim.plots.sensitivity import rows
from sim.plots.sensitivity import words as wording
from sim.plots.words import plain, upper_first

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

KIND = rows.Kind(
    table=wording.indices, bar="first", bar_name="first index", dot="total",
    dot_name="total index", x="share of variance", luck=True,
)


def shows(found: Any) -> bool:
    """Return whether there are indices."""
    return found.first_and_total is not None and bool(wording.outcomes(found))


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    if not shows(found):
        return "Sobol' indices", "No outcome varies, or the design does not tell them."
    outcome = wording.outcomes(found)[0]
    table = wording.ranked(found, outcome)
    top = table.iloc[0]
    number = wording.index(*(float(top[name]) for name in ("value", "low", "high")))
    first = wording.leading(table, "matters", "matter")
    says = f"{first} most for {plain(outcome)}; total index of {plain(top['factor'])}: {number}"
    how = "Shares of the variance of expected outcomes; luck: share of all variance"
    return upper_first(says), wording.beneath(found, how, rows.shown(found))


def figure(found: Any, ax: Axes | None = None) -> Figure:
    """Draw first and total indices; parameters as in `sim.plots`."""
    if not shows(found):
        fig, ax = style.start(ax, height=3.0)
        style.note(ax, *words(found))
        return fig
    return rows.figure(found, KIND, words(found), ax)


def charts_of(found: Any) -> dict[str, charts.Chart]:
    """Return the same for the report, a chart for each outcome."""
    return {
        upper_first(wording.label(found, outcome)): rows.chart(found, KIND, outcome)
        for outcome in rows.shown(found)
    }
