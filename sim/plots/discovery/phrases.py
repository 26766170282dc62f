"""Words of scenario discovery: limits, shares with their intervals; see `event` for the rest."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots import style
from sim.plots.study import axes
from sim.plots.study import words as wording
from sim.plots.words import count_of, plain

if TYPE_CHECKING:
    from sim.study.discovery import Discovery, Found
    from sim.study.discovery.box import Limit
    from sim.study.discovery.held_out import Interval

COLOURS = (style.BLUE, style.ORANGE, style.GREEN, style.PURPLE)
"""Colours of boxes."""
WIDE = 30.0
"""Greatest value over least from which on an axis may be logarithmic."""


def limits(found: Discovery, one: Found) -> str:
    """Return the limits of a box: 'beta ≤ 0.41 and run ≤ 17.9 d'; of none 'anything'."""
    parts = [limit(found, name, one.box.of(name)) for name in by_weight(one)]
    return wording.listed(parts) if parts else "anything"


def limit(found: Discovery, factor: str, one: Limit) -> str:
    """Return the limit of a factor: '0.1 ≤ beta ≤ 0.41', 'oversight is light or none'."""
    name, unit = plain(factor), found.results.study.factors[factor].unit
    if one.levels is not None:
        every = levels(found, factor)
        kept = [level for level in every if level in one.levels]
        left = [level for level in every if level not in one.levels]
        if len(left) == 1 and len(kept) > 1:
            return f"{name} is not {plain(left[0])}"
        return f"{name} is {' or '.join(map(plain, kept))}"
    low = "" if math.isinf(one.low) else amount(one.low, unit)
    high = "" if math.isinf(one.high) else amount(one.high, unit)
    if low and high:
        return f"{low} ≤ {name} ≤ {high}"
    return f"{name} ≤ {high}" if high else f"{name} ≥ {low}"


def amount(value: float, unit: str) -> str:
    """Return a value of a factor with its unit."""
    return wording.value(value) + (f" {unit}" if unit else "")


def levels(found: Discovery, factor: str) -> list[str]:
    """Return the values of a factor whose values are texts, in the order of the study."""
    stated = [str(level) for level in found.results.study.factors[factor].levels]
    here = {str(value) for value in found.points[factor].unique()}
    return [level for level in stated if level in here] or sorted(here)


def by_weight(one: Found) -> list[str]:
    """Return the factors of a box, those first that are least likely to be noise."""
    return sorted(one.box.limits, key=lambda name: quasi_p(one, name))


def quasi_p(one: Found, factor: str) -> float:
    """Return the quasi-p of a factor: the lowest of its ends."""
    return min(p for (name, _), p in one.weak.items() if name == factor)


def p_text(p: float) -> str:
    """Return '0.012', '< 0.001'."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def share(one: Interval) -> str:
    """Return '71% [64, 77]'."""
    return f"{percent(one.value)} [{100 * one.low:.0f}, {100 * one.high:.0f}]"


def percent(value: float) -> str:
    """Return a share: '21%', '0.4%'."""
    return f"{value:.0%}" if value >= 0.095 or value == 0 else f"{value:.1%}"


def sample(found: Discovery) -> str:
    """Return '1,024 points, 8,192 runs'."""
    return f"{count_of(len(found.points), 'point')}, {count_of(found.runs, 'run')}"


def is_number(found: Discovery, factor: str) -> bool:
    """Return whether the values of a factor are numbers."""
    return bool(found.points[factor].dtype.kind in "iuf")


def is_logarithmic(found: Discovery, factor: str) -> bool:
    """Return whether an axis of a factor is one of logarithms: its points lie more evenly so."""
    values = np.unique(np.asarray(found.points[factor], dtype=float))
    wide = bool(values[0] > 0 and values[-1] > WIDE * values[0])
    return wide and axes.is_logarithmic(list(values))


def name(found: Discovery, factor: str) -> str:
    """Return the name of a factor with its unit: 'build (d)'."""
    unit = found.results.study.factors[factor].unit
    return plain(factor) + (f" ({unit})" if unit else "")


def boxes(found: Discovery) -> tuple[Any, ...]:
    """Return the boxes to draw: those that are sure, else the first that was tried."""
    return found.boxes or (found.tried,)
