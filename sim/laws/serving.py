"""Serving: compute that a release draws, and when it comes back."""

from .formulas import formula
from .portable import INFINITY, log


@formula("decay * log(units / (units - k + 1 / 2))")
def back_after(units: float, k: float, decay: float) -> float:
    """When so many of the units that serve a surge are back; days after the release.

    Demand falls as exp(-t / decay), and a unit comes back when the demand, rounded to whole
    units, no longer needs it.

    Parameters
    ----------
    units : float
        Units that the surge took.
    k : float
        How many of them, 1 <= k <= units.
    decay : float
        Time constant of the demand, days.
    """
    return decay * log(units / (units - k + 0.5))


@formula("queued / capacity")
def waiting(queued: float, capacity: float) -> float:
    """Queued unit-time per capacity-time, w; infinite if all wait for nothing.

    Parameters
    ----------
    queued : float
        Units asked for and not granted, summed over time, unit-days.
    capacity : float
        Capacity summed over time, unit-days.
    """
    if capacity > 0.0:
        return queued / capacity
    return INFINITY if queued > 0.0 else 0.0
