"""Bins of time: how long they are in figures of so much time, and what that is called."""

from __future__ import annotations

import math

import numpy as np

MOST_BINS = 120
STEPS = (1 / 24, 0.25, 1.0, 7.0)
"""Lengths of bins to choose from, days; beyond them whole weeks."""

WAITS = np.geomspace(1 / 1440, 36525.0, 155)
"""Times at which waits are compared: a minute to a century, 20 a decade; days."""


def step_for(horizon: float) -> float:
    """Return the length of a bin that gives at most `MOST_BINS`, days."""
    for step in STEPS:
        if horizon / step <= MOST_BINS:
            return step
    return 7.0 * math.ceil(horizon / MOST_BINS / 7)


def name_of(step: float) -> str:
    """Return the length of a bin in words: '1 week', '6 hours'."""
    for unit, days in (("week", 7.0), ("day", 1.0), ("hour", 1 / 24)):
        if step >= days:
            count = round(step / days)
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    raise ValueError(step)
