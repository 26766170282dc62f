"""Jackknife: intervals for functions of means over replications.

All that is asked of limits is a function of the means of a few levels over the same replications: a
difference, a ratio, a slope of logarithms, a difference of such slopes. To leave out replication i
of n at all levels at once gives values v_i, with mean v̄, and

    error² = (n - 1) / n sum_i (v_i - v̄)²,    interval: value ± t error,

with Student's t of n - 1 degrees of freedom. For a difference of means this is the paired-t
interval; for others no derivative is needed, and what the same luck does to all levels is accounted
for.

R. G. Miller, "The jackknife: a review", Biometrika 61, 1974, https://doi.org/10.1093/biomet/61.1.1
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.study.statistics.intervals import LEVEL, student
from sim.study.statistics.sample import Floats

FEW = 5
"""Replications below which nothing is judged."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number, or an array of them, that is known from n replications."""

    value: Floats
    """Its value."""
    low: Floats
    """Lower end of its interval; NaN with fewer than two replications."""
    high: Floats
    """Upper end."""
    pairs: int
    """Replications that are known at all levels."""

    @property
    def half(self) -> Floats:
        """Half the width of the interval."""
        return (self.high - self.low) / 2.0


def jackknife(
    function: Callable[[Floats], Floats], values: Floats, level: float = LEVEL
) -> Estimate:
    """Return a function of means with its interval.

    Parameters
    ----------
    function
        Of an array of means whose last axis is one to be kept, such as `lambda m: m[0] - m[1]`.
        Where it does not exist (a logarithm of 0), it gives NaN or infinity, and so is the result.
    values
        The last axis holds replications, all of them known.
    level
        Of the interval.
    """
    count = values.shape[-1]
    if count == 0:
        nothing = np.full_like(function(np.ones((*values.shape[:-1], 1)))[..., 0], math.nan)
        return Estimate(value=nothing, low=nothing, high=nothing, pairs=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = function(left_out(values))
        value, without = found[..., 0], found[..., 1:]
        apart = without - without.mean(axis=-1, keepdims=True)
        error = np.sqrt((count - 1.0) / count * (apart**2).sum(axis=-1))
        half = student(error if count > 1 else error * math.nan, count - 1.0, level)
        return Estimate(value=value, low=value - half, high=value + half, pairs=count)


def left_out(values: Floats) -> Floats:
    """Return the mean over replications, followed by the means without each of them."""
    mean = values.mean(axis=-1, keepdims=True)
    mean = mean + (values - mean).mean(axis=-1, keepdims=True)  # exact if all agree
    apart = (values - mean) / max(values.shape[-1] - 1, 1)
    return np.concatenate([mean, mean - apart], axis=-1)


def resampled(values: Floats, times: int, seed: int) -> Floats:
    """Return means over replications drawn anew (bootstrap), the same ones for all levels.

    The means of n replications drawn with replacement vary by (n - 1) / n less than the mean does:
    their distances from it are stretched by sqrt(n / (n - 1)).

    B. Efron, R. J. Tibshirani, *An Introduction to the Bootstrap*, 1993, section 5.3

    Parameters
    ----------
    values
        The last axis holds replications.
    times
        How often to draw: the last axis of the result.
    seed
        The same numbers draw the same.
    """
    count = values.shape[-1]
    shares = np.random.default_rng([seed, count]).multinomial(
        count, np.full(count, 1.0 / count), size=times
    )
    mean = values.mean(axis=-1, keepdims=True)
    stretch = math.sqrt(count / (count - 1.0)) if count > 1 else 1.0
    return np.asarray(mean + stretch * ((values - mean) @ (shares.T / count)))


def agree(difference: Estimate, tolerance: float) -> bool | None:
    """Return whether two numbers agree, which needs evidence either way.

    True if the interval of their difference lies within ± tolerance; false if the difference is
    beyond the tolerance and its interval leaves out 0; else, and with fewer than five
    replications, not known: `None`.
    """
    low, high = float(difference.low), float(difference.high)
    if difference.pairs < FEW or not math.isfinite(high - low):
        return None
    if -tolerance <= low and high <= tolerance:
        return True
    if abs(difference.value) > tolerance and not low <= 0.0 <= high:
        return False
    return None
