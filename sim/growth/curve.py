"""What all curves of software growth share, so that any can be laid over a simulated lab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.model import InputError

Floats = NDArray[np.float64]


class Curve(Protocol):
    """Growth of software from t = 0, without noise.

    Each curve has a constructor `matched(rate, **own)` that gives it the slope `rate` at t = 0,
    whatever its own parameters.
    """

    title: ClassVar[str]
    """Name for tables and legends."""

    @property
    def initial_rate(self) -> float:
        """Slope d ln software / dt at t = 0, per year."""

    def path(self, years: ArrayLike) -> Floats:
        """Return ln software at so many years since t = 0, where it is 0.

        Infinite from the date on at which the curve leaves all bounds.
        """


@dataclass(frozen=True, kw_only=True)
class Exponential:
    """Growth at the initial rate for ever: no loop, and ideas do not get harder."""

    title: ClassVar[str] = "exponential"

    rate: float
    """d ln software / dt, per year."""

    def __post_init__(self) -> None:
        """Check the rate."""
        require("exponential", "rate", "must be finite", self.rate, np.isfinite(self.rate))

    @classmethod
    def matched(cls, rate: float) -> Self:
        """Return the curve with this slope."""
        return cls(rate=rate)

    @property
    def initial_rate(self) -> float:
        """Slope at t = 0, per year."""
        return self.rate

    def path(self, years: ArrayLike) -> Floats:
        """Return ln software at so many years since t = 0: rate × t."""
        return self.rate * since_start(years)


def since_start(years: ArrayLike) -> Floats:
    """Return times as an array; they must not lie before t = 0, where no curve is defined."""
    times = np.asarray(years, dtype=np.float64)
    if not (times >= 0).all():
        wrong = float(times[~(times >= 0)].flat[0])
        raise InputError(f"curve: years since t = 0 must be >= 0, got {wrong!r}; set years")
    return times


def require(curve: str, field: str, rule: str, value: object, holds: bool | np.bool_) -> None:
    """Raise the error for a parameter of a curve unless it keeps its rule."""
    if not holds:
        raise InputError(f"{curve}: {field} {rule}, got {value!r}; set {field}")
