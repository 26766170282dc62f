"""Research output over compute and loop speed: elasticities, regimes, the boundary between them.

All from finite differences between neighbouring cells of a map: no cell is run for them alone. With
a and b the logarithms of compute and loop speed relative to the lab, and Y(a, b) the mean output of
the replications, E_compute = d ln Y / da, E_loop = d ln Y / db, and D = E_compute - E_loop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.limits.elasticities import MARGIN
from sim.limits.jackknife import FEW
from sim.limits.local_lines import Array, means, slopes
from sim.model import InputError
from sim.study.statistics.intervals import student

LEVEL = 0.9
"""Level of all intervals, and of the band of the boundary."""
RESAMPLES, SIGNS = 400, 2000
_AT_ONCE = 4_000_000
"""Numbers that are held at once of the resamples."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Surface:
    """The output of a lab over a grid of compute and loop speed."""

    compute: Array
    """Logarithm of compute over that of the lab, rising; a row of the map each."""
    loop: Array
    """Logarithm of the loop speed over that of the lab, rising; a column each."""
    output: Array
    """Output > 0: replications × compute × loop; replications share their random numbers."""
    zeros: int = 0
    """Outputs that were 0, and stand for less than the least of the others."""
    left_out: int = 0
    """Replications that are not here, as they are not known in all cells."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Phases:
    """What holds the lab back in each cell; arrays are compute × loop."""

    surface: Surface
    compute: Array
    """Elasticity of the output to compute."""
    loop: Array
    """Elasticity of the output to the loop speed."""
    difference: Array
    """The first minus the second."""
    errors: dict[str, Array]
    """Standard error of each of the three."""
    low: Array
    """Lower end of the 90% interval of the difference."""
    high: Array
    """Upper end."""
    regime: Any
    """One of `sim.limits.regime.REGIMES`: see `regimes`."""
    threshold: float
    """In how many standard errors of the difference the boundary lies around 0: see `band`."""
    turns: dict[str, tuple[float, float, float]]
    """Where the lab turns from compute- to loop-limited as compute grows (`compute`), or from loop-
    to compute-limited as the loop gets faster (`loop`), all else as in the lab: the logarithm of
    the factor with its interval; ± infinity: beyond this end of the map. Of several places that
    which comes next on the way from the lab (see `signs`). NaN: it only turns the other way."""

    @property
    def band(self) -> Any:
        """Cells in which the boundary may be: in 90% of cases it lies wholly within them."""
        return np.abs(self.difference) <= self.threshold * self.errors["difference"]

    def signs(self, axis: str) -> int:
        """Return how often the sign of the difference changes along an axis, through the lab."""
        values = _through_the_lab(self.surface, self.difference)[axis][1]
        return int((np.diff(values > 0)).sum())

    def at(self, values: Any, compute: float = 0.0, loop: float = 0.0) -> float:
        """Return a value of the map at a place, linear between cells: by default at the lab."""
        return float(_row(self.surface.loop, _row(self.surface.compute, values.T, compute), loop))


def phases(surface: Surface, *, resamples: int = RESAMPLES, seed: int = 0) -> Phases:
    """Return the regimes of a map.

    Slopes are those of local straight lines through the neighbours within `WINDOW` (Epanechnikov
    weights), means along the other axis likewise: central differences, a little smoothed; one-sided
    at the edge of the map. Standard errors are of the jackknife over replications, of whole maps at
    once, so that the random numbers that cells share are counted as shared; intervals are Student's
    t. The band of the boundary holds all of it with 90%: see `_threshold`. For the turns,
    replications are resampled (bootstrap), and deviations widened to those of Student's t.

    Raises
    ------
    InputError
        If there are fewer than 5 replications, 3 cells along an axis, or an output is not > 0.

    References
    ----------
    J. Fan & I. Gijbels, *Local Polynomial Modelling and Its Applications*, 1996, section 2.3.
    B. Efron & R. J. Tibshirani, *An Introduction to the Bootstrap*, 1993, chapters 6 and 11.
    E. Mammen & W. Polonik, "Confidence regions for level sets", Journal of Multivariate Analysis
    122, 2013, https://doi.org/10.1016/j.jmva.2013.07.017
    P. H. Westfall & S. S. Young, *Resampling-Based Multiple Testing*, 1993, section 2.4.
    """
    number = len(surface.output)
    _check(surface)
    found = _elasticities(surface, np.log(surface.output.mean(axis=0)))
    rest = (surface.output.sum(axis=0) - surface.output) / (number - 1)
    without = _elasticities(surface, np.log(rest))
    errors = {
        name: np.sqrt((number - 1) * np.var(values, axis=0)) for name, values in without.items()
    }
    difference, error = found["difference"], errors["difference"]
    half = student(error, number - 1, LEVEL)
    low, high = difference - half, difference + half
    least = [found[a] - student(errors[a], number - 1, LEVEL) for a in ("compute", "loop")]
    threshold = _threshold(difference, without["difference"], seed)
    turned = _resampled_turns(surface, difference, resamples, seed)
    turns = {}
    for axis, values in _through_the_lab(surface, difference).items():
        at = _crossing(*values)
        turns[axis] = (at, *_quantiles(turned[axis]))
    return Phases(
        surface=surface, **found, errors=errors, low=low, high=high,
        regime=regimes(low, high, *least), threshold=threshold, turns=turns,
    )


def regimes(low: Any, high: Any, compute: Any, loop: Any) -> Any:
    """Return the regimes of many places at once, by the rule of `sim.limits.regime.regime_of`.

    "balanced" if the interval of the difference lies within ± `MARGIN`; else "compute" if it lies
    above 0 and that of the elasticity to compute, too; "loop" if it lies below 0 and that of the
    elasticity to loop speed above; else, and for NaN, "undecided". So what brings nothing limits
    nothing, however much the other does harm.

    Parameters
    ----------
    low, high
        Ends of the interval of the difference.
    compute, loop
        Lower ends of the intervals of the two elasticities.
    """
    low, high, compute, loop = (np.asarray(end, dtype=float) for end in (low, high, compute, loop))
    return np.select(
        [
            (low >= -MARGIN) & (high <= MARGIN), (low > 0) & (compute > 0),
            (high < 0) & (loop > 0),
        ],
        ["balanced", "compute", "loop"], "undecided",
    )


def _elasticities(surface: Surface, log_output: Array) -> dict[str, Array]:
    """Return elasticities and their difference; also of many maps at once."""
    compute = slopes(surface.compute) @ log_output @ means(surface.loop).T
    loop = means(surface.compute) @ log_output @ slopes(surface.loop).T
    return {"compute": compute, "loop": loop, "difference": compute - loop}


def _threshold(difference: Array, without: Array, seed: int) -> float:
    """Return how many standard errors wide the band of the boundary is on either side.

    Along the boundary the largest of all t statistics of the difference is, if their true values
    are 0, as likely with the deviations of each replication (jackknife) turned round as without.
    """
    number, on = len(without), _contour(difference)
    deviation = on(without.mean(axis=0) - without)
    rng = np.random.default_rng([0xF11F, seed])
    signs = rng.choice([-1.0, 1.0], size=(SIGNS, number))
    largest = []
    for part in np.array_split(signs, max(SIGNS * deviation.size // _AT_ONCE, 1)):
        mean = part @ deviation / number
        rest = np.maximum((deviation**2).mean(axis=0) - mean**2, np.finfo(float).tiny)
        largest.append(np.abs(mean / np.sqrt(rest / (number - 1))).max(axis=1))
    return float(np.quantile(np.concatenate(largest), LEVEL, method="higher"))


def _resampled_turns(
    surface: Surface, difference: Array, resamples: int, seed: int
) -> dict[str, Array]:
    """Return where resampled maps turn along either axis."""
    number, cells = len(surface.output), difference.size
    rng = np.random.default_rng([0xB0DE, seed])
    normal = student(1.0, np.inf, LEVEL)
    wider = float(np.sqrt(number / (number - 1)) * student(1.0, number - 1, LEVEL) / normal)
    flat = surface.output.reshape(number, cells)
    near = {
        axis: _crossing(*values) for axis, values in _through_the_lab(surface, difference).items()
    }
    turned = dict[str, list[float]](compute=[], loop=[])
    at_once = max(_AT_ONCE // cells, 1)
    for first in range(0, resamples, at_once):
        many = min(at_once, resamples - first)
        counts = rng.multinomial(number, np.full(number, 1.0 / number), size=many)
        logs = np.log(counts @ flat / number).reshape(many, *difference.shape)
        moved = _elasticities(surface, logs)["difference"] - difference
        for one in difference + wider * moved:
            for axis, (x, values) in _through_the_lab(surface, one).items():
                turned[axis].append(_crossing(x, values, near[axis]))
    return {axis: np.array(values) for axis, values in turned.items()}


def _contour(difference: Array) -> Callable[[Array], Array]:
    """Return what reads a map (or several) where the difference is 0, between neighbouring cells.

    Of a map that it crosses nowhere, all cells are read.
    """
    positive = difference > 0
    ends = []
    for axis in (0, 1):
        low = np.argwhere(np.diff(positive, axis=axis))
        ends.append((low, low + np.eye(2, dtype=int)[axis]))
    first, second = (np.concatenate([pair[k] for pair in ends]).T for k in (0, 1))
    if not first.size:
        return lambda values: values.reshape(*values.shape[:-2], -1)
    one, other = difference[tuple(first)], difference[tuple(second)]
    part = one / (one - other)
    return lambda values: np.asarray(
        (1 - part) * values[..., first[0], first[1]] + part * values[..., second[0], second[1]]
    )


def _through_the_lab(surface: Surface, difference: Array) -> dict[str, tuple[Array, Array]]:
    """Return the two lines of a map on which only compute, or only the loop speed, differs."""
    return {
        "compute": (surface.compute, _row(surface.loop, difference, 0.0)),
        "loop": (surface.loop, -_row(surface.compute, difference.T, 0.0)),
    }


def _row(x: Array, values: Array, at: float) -> Array:
    """Return the values, whose last axis is x, at a place: linear between, constant beyond."""
    at = float(np.clip(at, x[0], x[-1]))
    i = int(np.clip(np.searchsorted(x, at) - 1, 0, len(x) - 2))
    part = (at - x[i]) / (x[i + 1] - x[i])
    return np.asarray((1 - part) * values[..., i] + part * values[..., i + 1])


def _crossing(x: Array, values: Array, near: float | None = None) -> float:
    """Return where values fall through 0: next to a place, or on the way from the lab.

    From the lab, 0, that is upwards if its own value is > 0, else downwards; if they do not fall
    there, the nearest. Infinite if they do so beyond the map: all are > 0 (+), or none is (-). NaN
    if they only rise through 0.
    """
    here = np.flatnonzero((values[:-1] > 0) & (values[1:] <= 0))
    if not len(here):
        if (values > 0).all():
            return float("inf")
        return float("-inf") if (values <= 0).all() else float("nan")
    before, after = values[here], values[here + 1]
    at = x[here] + (x[here + 1] - x[here]) * before / (before - after)
    if near is None:
        up = _row(x, values, 0.0) > 0
        ahead = at >= 0 if up else at <= 0
        at, near = (at[ahead] if ahead.any() else at), 0.0
    return float(at[np.argmin(np.abs(at - np.clip(near, x[0], x[-1])))])


def _quantiles(values: Array) -> tuple[float, float]:
    """Return the ends of the middle 90%; what is NaN may be anywhere, and widens them."""
    some = np.isnan(values)
    ends = []
    for q, far in (((1 - LEVEL) / 2, -np.inf), ((1 + LEVEL) / 2, np.inf)):
        ranked = np.sort(np.where(some, far, values))
        ends.append(float(ranked[min(int(q * len(ranked)), len(ranked) - 1)]))
    return ends[0], ends[1]


def _check(surface: Surface) -> None:
    number = len(surface.output)
    if number < FEW:
        raise InputError(
            f"phase map: needs {FEW} replications or more for its intervals, got "
            f"{number}; set replications=20"
        )
    for name, axis in (("compute", surface.compute), ("loop speed", surface.loop)):
        if len(axis) < 3 or not (np.diff(axis) > 0).all():
            raise InputError(
                f"phase map: needs 3 different values of {name} or more, rising, got {len(axis)}; "
                "set grid"
            )
    if not (np.isfinite(surface.output) & (surface.output > 0)).all():
        raise InputError(
            "phase map: the output must be > 0 in every cell of every replication, as its "
            "logarithm is taken; set a longer horizon, or a narrower map: low=0.3 high=3"
        )
