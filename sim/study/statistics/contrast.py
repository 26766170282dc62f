"""Means over points, and differences of such means, with the errors of luck and of sampling.

The mean over points weighs each point alike, however many replications it has. Its error has up to
two sources. *Luck*: replications are finite; on common random numbers replication n strikes all
points alike, so the replication is what is independent, not the run. *Sampling*: if values are
drawn (uncertainties), other draws would have been other points; points that share their drawn
values, such as levers crossed with a sample, count as one draw. With x the value of run r of
point p, m points, n_p runs:

    mean = sum_p x̄_p / m,    e_pr = (x_pr - x̄_p) sqrt(n_p / (n_p - 1))
    luck     = sum_r (sum_p e_pr / (m n_p))²  if common, else  sum_p sum_r (e_pr / (m n_p))²
    sampling = sum_d (sum_{p of d} (x̄_p - mean) / m)² D / (D - 1),  D draws

If points are drawn, sampling holds the luck of each draw too, and what common luck adds to it is
luck - (the same with draws taken as independent), over 1 - 1 / m, at least 0: two-way clustering.
Estimates are unbiased on designs that are simple random samples; a Latin hypercube or Sobol'
sequence knows the mean better, so that intervals are wide rather than narrow.

A. M. Law, *Simulation Modeling and Analysis*, 5th ed., 2015, section 11.2

A. C. Cameron, J. B. Gelbach, D. L. Miller, "Robust inference with multiway clustering", Journal of
Business & Economic Statistics 29, 2011, https://doi.org/10.1198/jbes.2010.07136
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.study.statistics.intervals import satterthwaite
from sim.study.statistics.sample import Bools, Floats, Ints, Sample


@dataclass(frozen=True)
class Design:
    """What is random in a design, for the points of a sample."""

    common: bool
    """Whether replication n draws the same numbers at every point."""
    draws: Ints | None
    """Number of the draw of each point; None if no factor is drawn."""


@dataclass(frozen=True)
class Estimate:
    """A mean, its variance and the degrees of freedom of that."""

    mean: float
    variance: float
    freedom: float


def mean_over(sample: Sample, points: Bools, design: Design) -> Estimate:
    """Return the mean over some points (a mask), each weighed alike.

    Points without known values do not count.
    """
    return _estimate(sample, [points], design)


def difference_of(sample: Sample, high: Bools, low: Bools, design: Design) -> Estimate:
    """Return the mean over the points `high` less that over `low`.

    Where both hold the same draws, as levers crossed with a sample do, what the draws have in
    common cancels.
    """
    return _estimate(sample, [high, low], design)


def luck_of(sample: Sample, weights: Floats, common: bool, draws: Ints | None = None) -> float:
    """Return the variance that luck gives a weighted sum of the points' means.

    Points with one value, whose luck cannot be told, count as if they had none.

    Parameters
    ----------
    weights
        Of the points.
    common
        Whether a replication strikes all points alike.
    draws
        If given, only the points of one draw.
    """
    count = sample.count
    several = count > 1
    scale = np.where(several, weights / np.sqrt(np.maximum(count * (count - 1.0), 1.0)), 0.0)
    parts = sample.apart * scale[sample.of]
    if not common:
        return float((parts**2).sum())
    key = sample.replication
    if draws is not None:  # one key for the replication of each draw
        key = draws[sample.of] * (key.max(initial=0) + 1) + key
        some = scale[sample.of] != 0
        key, parts = np.unique(key[some], return_inverse=True)[1], parts[some]
    return float((np.bincount(key, weights=parts) ** 2).sum())


def _estimate(sample: Sample, groups: list[Bools], design: Design) -> Estimate:
    """Return the mean over the first group of points, less that over the second if there is one."""
    count = sample.count
    groups = [group & (count > 0) for group in groups]
    means = np.nan_to_num(sample.means)
    if not all(group.any() for group in groups):
        return Estimate(np.nan, np.nan, np.nan)
    weights = np.zeros(len(count))
    for sign, group in zip((1.0, -1.0), groups, strict=False):
        weights += sign * group / group.sum()
    mean = float(weights @ means)
    used = weights != 0
    luck = luck_of(sample, weights, design.common)
    luck_freedom = _luck_freedom(sample, weights, used, design.common)
    if design.draws is None:
        if not (count[used] > 1).any():
            return Estimate(mean, np.nan, np.nan)
        return Estimate(mean, luck, luck_freedom)
    variances, freedoms = _sampling(means, groups, design.draws)
    if design.common and luck > 0:
        single = len(np.unique(design.draws[used])) == used.sum()  # each draw is one point
        alone = luck_of(sample, weights, not single, None if single else design.draws)
        apart = 1.0 - float(np.mean([1.0 / group.sum() for group in groups]))
        added = max(luck - alone, 0.0)
        variances.append(added / apart if added else 0.0)
        freedoms.append(luck_freedom * (added / luck) ** 2)  # as uncertain as luck is
    return Estimate(mean, float(sum(variances)), satterthwaite(variances, freedoms))


def _luck_freedom(sample: Sample, weights: Floats, used: Bools, common: bool) -> float:
    """Return the degrees of freedom of the variance that luck gives."""
    count = sample.count[used]
    several = count > 1
    if not several.any():
        return np.nan
    freedom = count[several] - 1.0
    if common:
        return float(len(count[several]) / (1.0 / freedom).sum())
    with np.errstate(invalid="ignore"):
        variance = weights[used] ** 2 * sample.variances[used] / count
    return satterthwaite(variance[several], freedom)


def _sampling(means: Floats, groups: list[Bools], draws: Ints) -> tuple[list[float], list[float]]:
    """Return the variances that other draws would give, and their degrees of freedom."""
    parts: list[tuple[Any, Floats]] = []
    for group in groups:
        apart = (means[group] - means[group].mean()) / group.sum()
        found, of = np.unique(draws[group], return_inverse=True)
        parts.append((found, np.bincount(of, weights=apart).astype(np.float64)))
    if len(parts) == 2 and np.isin(parts[0][0], parts[1][0]).any():
        both = np.union1d(parts[0][0], parts[1][0])
        joined = np.zeros(len(both))
        for sign, (found, sums) in zip((1.0, -1.0), parts, strict=True):
            joined[np.searchsorted(both, found)] += sign * sums
        parts = [(both, joined)]
    variances, freedoms = [], []
    for found, sums in parts:
        if len(found) < 2:
            return [np.nan], [np.nan]
        variances.append(float((sums**2).sum()) * len(found) / (len(found) - 1))
        freedoms.append(len(found) - 1.0)
    return variances, freedoms
