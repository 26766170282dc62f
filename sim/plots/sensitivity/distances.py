"""PAWN: how far the distribution of an outcome moves when an unknown is known.

The runs are cut into slices by the value of one unknown. The distance of a slice is the largest gap
between the cumulative distribution of the outcome in it and in all runs (Kolmogorov-Smirnov: 0 no
difference, 1 apart); bars show the largest over the slices, dots the median. Luck is in both, and
nothing is asked of the variance. The short upright lines are what a value that does nothing stays
below in 95 of 100 cases, one for the dot and one for the bar: a dot to the left of its own is not
told from noise at this number of runs, which does not say that the value does nothing.

F. Pianosi, T. Wagener, "Distribution-based sensitivity analysis from a generic input-output
sample", Environmental Modelling & Software 108, 2018,
https://doi.org/10.1016/j.envsoft.2018.07.019
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
    table=wording.distances, bar="maximum", bar_name="largest of slices", dot="median",
    dot_name="median of slices", x="distance", noise=("dummy", "dummy_maximum"),
)


def shows(found: Any) -> bool:
    """Return whether there are distances."""
    return len(found.pawn) > 0 and bool(wording.outcomes(found))


def words(found: Any) -> tuple[str, str]:
    """Return what the figure says, and what is drawn."""
    if not shows(found):
        return "PAWN", "No outcome varies."
    outcome = wording.outcomes(found)[0]
    table = wording.distances(found, outcome)
    beyond = int(table["beyond_noise"].sum())
    says = f"no value is seen to move the distribution of {plain(outcome)}: none is told from noise"
    if beyond:
        first = wording.leading(wording.renamed(table, "median"), "moves", "move")
        says = (
            f"{first} the distribution of {plain(outcome)} most; {beyond} of {len(table)} values "
            "are told from noise"
        )
    how = "Distance between the outcome's distribution in a slice of a value and in all runs"
    return upper_first(says), wording.beneath(found, how, rows.shown(found))


def figure(found: Any, ax: Axes | None = None) -> Figure:
    """Draw the distances; parameters as in `sim.plots`."""
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
