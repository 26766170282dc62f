"""Arrivals at a rate that changes now and then: a Poisson process, reached threshold by threshold.

The next arrival comes when the integral of the rate reaches a threshold, an Exp(1) number: with
that the counts in disjoint spans are independent and Poisson, their means the integrals of the
rate (P. A. W. Lewis, G. S. Shedler, Naval Research Logistics Quarterly 26, 1979,
doi:10.1002/nav.3800260304).
"""

from .formulas import formula
from .portable import INFINITY, log1p


@formula("rate * factor + per_defect * defects")
def arrival_rate(rate: float, factor: float, per_defect: float, defects: float) -> float:
    """Arrivals per day.

    Parameters
    ----------
    rate : float
        Arrivals per day at factor 1, without defects, >= 0.
    factor : float
        What a law of capability makes of it, >= 0.
    per_defect : float
        Further arrivals per day for each escaped defect, >= 0.
    defects : float
        Escaped defects, >= 0.
    """
    return rate * factor + per_defect * defects


def threshold(u: float) -> float:
    """``-log(1 - u)``: what the integral of the rate must reach, Exp(1)."""
    return -log1p(-u)


def threshold_left(left: float, rate: float, elapsed: float) -> float:
    """``max(0, left - rate * elapsed)``: what is left of a threshold after a time at one rate."""
    after = left - rate * elapsed
    return after if after > 0.0 else 0.0


def time_to_arrival(left: float, rate: float) -> float:
    """``left / rate``, days until the rest of a threshold is reached; infinite at rate 0."""
    return left / rate if rate > 0.0 else INFINITY
