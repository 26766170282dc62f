"""Curves matched to a lab: the same software at t = 0, the same growth over the first quarter.

Releases and results come one by one, so a lab has no slope at an instant. Its growth over a window
after t = 0 is a mean over many results; a curve is matched if it grows by as much in the same time.
That fixes its slope at t = 0, whatever its other parameters are.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from sim.growth.curve import Curve
from sim.model import InputError
from sim.model.units import DAYS_PER_YEAR
from sim.study.statistics.sample import Floats

YEAR = DAYS_PER_YEAR
Build = Callable[[float], Curve]
"""From the slope at t = 0, per year, to a curve."""
STEPS = 12
"""Steps along secants."""
CLOSE = 1e-10
"""Relative error of the growth of a curve that is matched."""
WIDEST = 60
"""Doublings of the slope, up or down, within which a curve is looked for."""


def match(build: Build, growth: float, window: float) -> Curve:
    """Return the curve that grows by so much in the window.

    Parameters
    ----------
    build
        `matched` of a curve, its other parameters given.
    growth
        Ln software at the end of the window, 0 at t = 0.
    window
        Years.

    Raises
    ------
    InputError
        If the growth is not positive, or no slope gives it.
    """
    if not growth > 0:
        raise InputError(
            f"curves: software must grow in the first {window * YEAR:g} d, got {growth:g}; choose "
            "a lab that learns from the beginning, or set more replications"
        )
    first = math.log(growth / window)

    def off(slope: float) -> float:
        found = float(build(math.exp(slope)).path(np.array([window]))[0])
        return math.log(min(max(found, 1e-300), 1e300) / growth)

    # nearly a line of slope 1: a few steps along secants do, unless it leaves all bounds
    one, two = first, first - off(first)
    at_one, at_two = off(one), off(two)
    for _ in range(STEPS):
        if abs(at_two) < CLOSE or at_one == at_two or abs(two - first) > 1.0:
            break
        one, two = two, two - at_two * (two - one) / (at_two - at_one)
        at_one, at_two = at_two, off(two)
    if not abs(at_two) < CLOSE:
        two = _bracketed(off, first, growth, window)
    return build(math.exp(two))


def _bracketed(
    off: Callable[[float], float], first: float, growth: float, window: float
) -> float:
    """Return the log of the slope by bisection and the like, from a bracket."""
    from scipy.optimize import brentq

    low = high = first
    for _ in range(WIDEST):
        if off(low) <= 0 <= off(high):
            return low if low == high else float(brentq(off, low, high, xtol=1e-12))
        low, high = (low - math.log(2) * (off(low) > 0), high + math.log(2) * (off(high) < 0))
    raise InputError(
        f"curves: no slope at t = 0 gives a growth of {growth:g} in {window * YEAR:g} d; "
        "choose other parameters of the curve"
    )


def heights(build: Build, growths: Floats, window: float, years: ArrayLike) -> Floats:
    """Return where curves are that are matched to several growths near each other.

    Matched at the first, and as far to both sides of it as the others lie; the rest by a parabola
    in the logarithm of growth, which for means that differ by one of n replications is exact beyond
    what is shown.

    Returns
    -------
    array
        A row per year, a column per growth; inf where the first is out of all bounds, and NaN at
        the others there.
    """
    times = np.asarray(years, dtype=float)
    middle = match(build, float(growths[0]), window).path(times)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.log(growths / growths[0])
    wide = float(np.nanmax(np.abs(apart)))
    if wide == 0.0:
        return np.repeat(middle[:, None], len(growths), axis=1)
    if not math.isfinite(wide):
        return np.concatenate(
            [middle[:, None], np.full((len(times), len(growths) - 1), math.nan)], axis=1
        )
    ends = [
        match(build, float(growths[0]) * math.exp(side), window).path(times)
        for side in (-wide, wide)
    ]
    x = apart / wide
    with np.errstate(invalid="ignore"):
        slope, bend = (ends[1] - ends[0]) / 2, (ends[1] + ends[0]) / 2 - middle
        found = middle[:, None] + slope[:, None] * x + bend[:, None] * x * x
    found[:, 0] = middle
    found[~np.isfinite(middle), 1:] = math.nan
    return np.asarray(found)
