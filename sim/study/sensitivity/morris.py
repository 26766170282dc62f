"""Elementary effects (Morris): what one step of one factor does, here and there.

A trajectory moves each factor once. With d the mean over r replications of the outcome after the
move less that before, and s the step in probability (half of the range: 1/2), the effect is d / s.
Over T trajectories

    mu = mean,   mu* = mean of absolute values,   sigma² = variance less luck's, s²_d / (r s²)

sigma is what differs from place to place: curvature and interactions. Luck makes absolute values
larger, so that mu* of a factor that does nothing is not 0 but, for normal luck, sqrt(2 / pi) times
the standard deviation `luck` that it gives one effect: `mu_star_luck`.

M. D. Morris, Technometrics 33, 1991, https://doi.org/10.1080/00401706.1991.10484804

mu*: F. Campolongo, J. Cariboni, A. Saltelli, Environmental Modelling & Software 22, 2007,
https://doi.org/10.1016/j.envsoft.2006.10.004
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.model import InputError
from sim.study.sensitivity.resampling import Interval, ratios
from sim.study.statistics.intervals import LEVEL
from sim.study.statistics.sample import Floats

FEWEST = 4
"""Trajectories, at least."""


@dataclass(frozen=True, kw_only=True)
class Effects:
    """Elementary effects of one outcome; arrays have an entry per factor."""

    mu: Interval
    """Mean effect."""
    mu_star: Interval
    """Mean size of an effect."""
    sigma: Floats
    """Standard deviation of the effects between places, without luck; of r = 1 with it."""
    luck: Floats
    """Standard deviation that luck gives one effect; NaN if r = 1."""
    mu_star_luck: Floats
    """What mu* would be of a factor that does nothing; NaN if r = 1."""
    trajectories: int
    """Trajectories that count."""
    dropped: int
    """Trajectories left out, as a value is not known."""


def effects(y: Floats, cube: Floats, *, level: float = LEVEL, seed: int = 0) -> Effects:
    """Return the elementary effects.

    Parameters
    ----------
    y
        Outcomes, T trajectories × (k + 1) points × r replications. A trajectory in which one is NaN
        is left out.
    cube
        The points in the unit cube, T × (k + 1) × k.
    level
        Level of the intervals, of a studentised bootstrap over trajectories.
    seed
        Of the bootstrap.

    Raises
    ------
    InputError
        If fewer than `FEWEST` trajectories are left.
    """
    known = ~np.isnan(y).any(axis=(1, 2))
    number = int(known.sum())
    if number < FEWEST:
        raise InputError(
            f"sensitivity: needs {FEWEST} trajectories or more in which all outcomes are known, "
            f"got {number} of {len(y)}; set more trajectories, or choose an outcome that all runs "
            "have"
        )
    y, cube = y[known], cube[known]
    steps = np.diff(cube, axis=1)  # trajectory, move, factor: one is not 0
    moves = np.abs(steps).argmax(axis=1)
    step = np.take_along_axis(steps, moves[:, None, :], axis=1)[:, 0]
    apart = np.diff(y, axis=1)
    one = np.take_along_axis(apart, moves[:, :, None], axis=1) / step[:, :, None]
    found = one.mean(axis=2)
    replications, none = y.shape[2], np.full(cube.shape[2], np.nan)
    luck = (one.var(axis=2, ddof=1).mean(axis=0) / replications) if replications > 1 else none
    variance = found.var(axis=0, ddof=1) - np.nan_to_num(luck)
    each = np.ones(number)
    return Effects(
        mu=ratios(found, each, level=level, seed=seed),
        mu_star=ratios(np.abs(found), each, level=level, seed=seed),
        sigma=np.sqrt(np.maximum(variance, 0.0)), luck=np.sqrt(luck),
        mu_star_luck=np.sqrt(2.0 * luck / np.pi), trajectories=number,
        dropped=int((~known).sum()),
    )  # fmt: skip
