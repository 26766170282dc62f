"""When enough replications of a point have been run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A stopping rule: replications are added until an outcome's mean is known well enough."""

    outcome: str
    """Outcome whose mean is to be known."""
    half_width: float
    """Half width of its confidence interval that is enough, in the outcome's unit."""
    at_most: int
    """Replications of a point, at most."""
    level: float = 0.90
    """Level of the interval."""
