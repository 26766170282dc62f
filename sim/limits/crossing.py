"""Crossing: when the limit moves from compute to the loop, or back.

D = E_compute - E_loop (see `sim.limits.regime`) is taken at the middles of windows of time and
drawn straight between them. The *crossing* is the date from which D has its last sign for good.

Its interval reads the 90% band of D as it reads D: from which date is the band's lower edge below 0
for good, and from which is its upper one. Where D crosses once this is the set of dates at which D
may be 0 (Fieller's), which has the band's coverage, however flat the crossing. An edge that is
below 0 all along gives "before the first middle" (-inf), one that ends above "not within the
horizon" (inf): nothing is left out, nothing is made up.

E. C. Fieller, "Some problems in interval estimation", Journal of the Royal Statistical Society B
16, 1954, https://doi.org/10.1111/j.2517-6161.1954.tb00159.x
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.limits.jackknife import FEW, jackknife, resampled
from sim.limits.lifted import Lifted
from sim.limits.regime import difference, levels
from sim.model import InputError
from sim.study.statistics.sample import Floats

STEPS = 64
"""Steps between two middles at which the band is looked at."""
TIMES = 2000
"""Samples of the bootstrap."""


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """When the limit moves from compute to the loop, or back, for good."""

    to: str
    """Where it moves: "loop" or "compute"; where it is at the end."""
    date: float
    """When, days; -inf: before the middle of the first window, as D has no other sign; NaN if
    nothing is known."""
    low: float
    """Lower end of the 90% interval, days; perhaps -inf."""
    high: float
    """Upper end of it; inf: not within the horizon."""
    dates: Floats = field(repr=False)
    """The date in each bootstrap sample, ascending; -inf and inf as above."""
    never: float
    """Share of the samples in which it does not happen within the horizon."""
    before: float
    """Share of the samples in which it is so from the beginning."""
    replications: int
    """Replications that are known in all windows at all levels."""


def crossing_of(
    lifted: Lifted, first: str, second: str, steps: Mapping[str, float], outcomes: Sequence[str],
    middles: Sequence[float], *, to: str | None = None, seed: int = 0,
) -> Crossing:
    """Return when progress comes to be limited by the second driver rather than the first.

    Parameters
    ----------
    lifted, first, second, steps
        As in `sim.limits.regime.regimes`.
    outcomes
        What progress is measured by in each window, one after the other.
    middles
        Middle of each window, days, ascending.
    to
        "loop" (the second driver) or "compute" (the first); if not said, where it is at the end.
    seed
        Of the bootstrap.

    Raises
    ------
    InputError
        If there are fewer than two windows, or a level or outcome is unknown.
    """
    names = levels(first, second)
    signs = {lifted.sign(outcome) for outcome in outcomes}
    if len(signs) != 1:
        raise InputError(
            "limits: a crossing needs outcomes of one kind, got times and others; choose one kind"
        )
    whole = np.stack([lifted.matrix(names, outcome) for outcome in outcomes], axis=1)
    value = whole[..., ~np.isnan(whole).any(axis=(0, 1))]
    step = steps[first], steps[second]
    return crossing(value, step, middles, sign=signs.pop(), to=to, seed=seed)


def crossing(
    values: Floats, steps: tuple[float, float], middles: Sequence[float], *, sign: float = 1.0,
    to: str | None = None, seed: int = 0, times: int = TIMES,
) -> Crossing:
    """Return when D changes its sign for the last time.

    Parameters
    ----------
    values
        Array of shape (4, windows, replications): the outcome with compute up and down, then with
        the loop up and down.
    steps
        ln X_up - ln X_down of compute and of the loop.
    middles
        Middle of each window, days, ascending.
    sign
        -1 if the outcome is a time.
    to, seed
        As in `crossing_of`.
    times
        Samples of the bootstrap.

    Raises
    ------
    InputError
        If there are fewer than two windows, or not as many as middles.
    """
    if values.shape[1] != len(middles) or len(middles) < 2:
        raise InputError(
            f"limits: a crossing needs two windows or more, each with its middle, got "
            f"{values.shape[1]} windows and {len(middles)} middles; set a shorter window"
        )
    at = np.asarray(middles, dtype=float)
    fine = np.unique(np.concatenate([
        at, (at[:-1, None] + np.diff(at)[:, None] * np.arange(STEPS) / STEPS).ravel()
    ]))  # fmt: skip

    def apart(means: Floats) -> Floats:
        return difference(means, *steps, sign)

    coarse = jackknife(apart, values)
    count = coarse.pairs
    if count < FEW or not np.isfinite(coarse.value).all():
        return Crossing(
            to=to or "loop", date=math.nan, low=math.nan, high=math.nan, dates=np.zeros(0),
            never=math.nan, before=math.nan, replications=count,
        )
    band = jackknife(lambda means: between(fine, at, apart(means)), values)
    to = to or ("loop" if coarse.value[-1] < 0 else "compute")
    turn = 1.0 if to == "loop" else -1.0  # D is turned so that it falls below 0
    edges = sorted(
        float(below_for_good(fine, turn * edge[:, None])[0]) for edge in (band.low, band.high)
    )
    dates = np.sort(below_for_good(at, turn * apart(resampled(values, times, seed))))
    date = float(below_for_good(at, turn * coarse.value[:, None])[0])
    return Crossing(
        to=to, date=date, low=edges[0], high=edges[1], dates=dates,
        never=float(np.mean(dates == math.inf)), before=float(np.mean(dates == -math.inf)),
        replications=count,
    )


def between(times: Floats, middles: Floats, values: Floats) -> Floats:
    """Return values at the middles (first axis), drawn straight between them, at other times."""
    right = np.clip(np.searchsorted(middles, times, side="right"), 1, len(middles) - 1)
    share = ((times - middles[right - 1]) / (middles[right] - middles[right - 1]))[:, None]
    return np.asarray(values[right - 1] * (1.0 - share) + values[right] * share)


def below_for_good(times: Floats, values: Floats) -> Floats:
    """Return from when each column, drawn straight between the times, is below 0 for good.

    -inf if it is below 0 at all times, inf if it is not at the last one (or not a number).
    """
    below = values < 0.0
    last = len(times) - 1 - np.argmax(~below[::-1], axis=0)  # the last time it is not below
    last = np.where(below.all(axis=0), -1, last)
    left = np.clip(last, 0, len(times) - 2)
    column = np.arange(values.shape[1])
    y, z = values[left, column], values[left + 1, column]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossed = times[left] + (times[left + 1] - times[left]) * y / (y - z)
    found = np.where(last == -1, -np.inf, crossed)
    return np.where(last == len(times) - 1, np.inf, found)
