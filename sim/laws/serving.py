"""Serving: compute that a release draws, and when it comes back."""

from .portable import INFINITY, log


def back_after(units: float, k: float, decay: float) -> float:
    """When so many of the units that serve a surge are back; days after the release.

    ``decay * ln(S / (S - k + 1/2))``: demand falls as exp(-t / decay), and a unit comes back
    when the demand, rounded to whole units, no longer needs it.

    Parameters
    ----------
    units : float
        Units S that the surge took.
    k : float
        How many of them, 1 <= k <= S.
    decay : float
        Time constant of the demand, days.
    """
    return decay * log(units / (units - k + 0.5))


def waiting(queued: float, capacity: float) -> float:
    """Return w, queued unit-time per capacity-time; infinite if all wait for nothing.

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
