"""Straight lines between the knots of a table."""

from .types import Vector


def interpolate(x: float, p: Vector, o: int, n: int) -> float:
    """Value at x of the broken line through a table's knots, constant outside them.

    Parameters
    ----------
    x : float
        Where.
    p : Vector
        Flat array that holds the table: first its n/2 knots, ascending, then its n/2
        values.
    o, n : int
        Where the table begins in p, and how many numbers it has.
    """
    half = n // 2
    if x <= p[o]:
        return p[o + half]
    if x >= p[o + half - 1]:
        return p[o + n - 1]
    low = 0
    high = half - 1
    while high - low > 1:
        middle = (low + high) // 2
        if p[o + middle] <= x:
            low = middle
        else:
            high = middle
    left = p[o + low]
    before = p[o + half + low]
    after = p[o + half + high]
    share = (x - left) / (p[o + high] - left)
    # Two weights, not before + share * difference: the line then ends exactly on its knots.
    return before * (1.0 - share) + after * share
