"""Axes of factors and outcomes, on paper and on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import style
from sim.plots.study import words as wording
from sim.plots.study.studied import Studied
from sim.plots.words import plain, upper_first

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINES = (*style.LINES, ("#8C510A", "-", "solid"))
"""Colours of lines that are told apart, their dashes in matplotlib and in plotly."""
MOST_TICKS = 7
"""Levels that are named on an axis; of more, round numbers are."""
WIDE = 3.9
"""Largest level over smallest from which on an axis may be logarithmic."""


def label(found: Studied, outcome: str) -> str:
    """Return the label of an axis of an outcome: 'capability (OOM)', 'median one oom (days)'."""
    text = wording.label(found, outcome)
    return f"median {text}" if found.is_date(outcome) else text


def line_name(found: Studied, factor: str, level: Any) -> str:
    """Return what the line of a level is called: 'compute 20', but a name by itself."""
    text = wording.value(level)
    return f"{plain(factor)} {text}" if found.is_number(factor) else text


def name(found: Studied, factor: str) -> str:
    """Return the name of a factor with its unit."""
    unit = found.study.factors[factor].unit
    return plain(factor) + (f" ({unit})" if unit else "")


def of_outcome(ax: Axes, found: Studied, outcome: str) -> None:
    """Label the vertical axis."""
    ax.set_ylabel(upper_first(label(found, outcome)), fontsize=10, color=style.INK)


def of_factor(ax: Axes, found: Studied, factor: str) -> None:
    """Make the horizontal axis one of a factor that is a number: few levels are its ticks."""
    from matplotlib.ticker import FixedLocator, MaxNLocator, NullFormatter, NullLocator

    levels = found.levels(factor)
    if is_logarithmic(levels):
        ax.set_xscale("log")
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_minor_formatter(NullFormatter())
    elif factor not in found.levers or len(levels) > MOST_TICKS:
        ax.xaxis.set_major_locator(MaxNLocator(5))
    if factor in found.levers and len(levels) <= MOST_TICKS:
        ax.xaxis.set_major_locator(FixedLocator(levels))
        ax.xaxis.set_major_formatter(lambda value, _: wording.value(value))
    ax.set_xlabel(name(found, factor), fontsize=10, color=style.INK)


def screen(found: Studied, factor: str) -> dict[str, Any]:
    """Return the same for plotly."""
    levels = found.levels(factor)
    axis: dict[str, Any] = {"type": "log"} if is_logarithmic(levels) else {"nticks": 6}
    if factor in found.levers and len(levels) <= MOST_TICKS:
        axis |= {
            "tickmode": "array", "tickvals": [float(level) for level in levels],
            "ticktext": [wording.value(level) for level in levels],
        }
    return axis


def is_logarithmic(levels: Sequence[Any]) -> bool:
    """Return whether levels are spaced more evenly by factors than by steps.

    >>> is_logarithmic([1, 2, 4, 8]), is_logarithmic([1, 2, 3, 4]), is_logarithmic([0, 1, 10])
    (True, False, False)
    """
    values = np.asarray(levels, dtype=float)
    if len(values) < 3 or values[0] <= 0 or values[-1] < WIDE * values[0]:
        return False
    steps, factors = np.diff(values), np.diff(np.log(values))
    return bool(factors.std() / factors.mean() < steps.std() / steps.mean())


def some(levels: Sequence[Any], most: int) -> list[Any]:
    """Return so many of the levels at most, evenly, the first and the last among them."""
    if len(levels) <= most:
        return list(levels)
    return [levels[i] for i in np.linspace(0, len(levels) - 1, most).round().astype(int)]
