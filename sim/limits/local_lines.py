"""Local straight lines: slopes and smoothed values at uneven places, as matrices.

J. Fan & I. Gijbels, *Local Polynomial Modelling and Its Applications*, 1996, section 2.3.
"""

from __future__ import annotations

from typing import Any

import numpy as np

WINDOW = float(np.log(1.5))
"""Neighbours up to this factor away count, in logarithms; where cells are further apart, the next
on either side."""

Array = np.ndarray[Any, np.dtype[np.float64]]


def slopes(x: Array) -> Array:
    """Return the matrix that turns values at x into the slopes of local straight lines."""
    return _local(x)[1]


def means(x: Array) -> Array:
    """Return the matrix that turns values at x into those of local straight lines."""
    return _local(x)[0]


def _local(x: Array) -> tuple[Array, Array]:
    """Return the matrices of values and slopes of local straight lines."""
    away = x[None, :] - x[:, None]
    gaps = np.diff(x)
    nearest = np.maximum(np.append(gaps, gaps[-1]), np.insert(gaps, 0, gaps[0]))
    width = np.maximum(WINDOW, 1.5 * nearest)[:, None]
    weight = np.maximum(1.0 - (away / width) ** 2, 0.0)
    zero, one, two = ((weight * away**k).sum(axis=1, keepdims=True) for k in range(3))
    least = zero * two - one**2
    return weight * (two - away * one) / least, weight * (away * zero - one) / least
