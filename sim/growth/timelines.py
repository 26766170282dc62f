"""METR's simpler timelines model: the automated share of AI research rises with effective compute.

Software S grows with human labour L on the tasks that are left, 1 − f of them, and compute C:

    dS/dt = k (L / (1 − f))^alpha C^zeta S^(1 − beta),    f = logistic(v ln(C S / E))

with S = C = L = 1 at t = 0. E follows from the share f0 then, k from the growth of software then:

    ln E = −logit(f0) / v,    k = (1 − f0)^alpha · rate,    rate = d ln S / dt at t = 0

Labour doubles yearly to 2029, then grows by 10%; compute grows 2.6-fold yearly to 2029, doubles to
2030, then its yearly factor falls linearly from 2 to 1.25 within 28 years. Within a year growth is
exponential. People hold no automated tasks up, and tasks do not replace each other.

T. Kwa, "A simpler AI timelines model predicts 99% AI R&D automation in ~2032", METR, 2026,
https://metr.org/notes/2026-02-10-simpler-ai-timelines-model/
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from sim.growth.curve import Floats, require, since_start


@dataclass(frozen=True)
class Schedule:
    """Inputs that grow by a yearly factor, exponentially within each year."""

    factors: tuple[tuple[float, float], ...]
    """(year from which on, factor per year), in order; the first holds before it, too."""

    def __post_init__(self) -> None:
        """Check the factors."""
        years = [year for year, _ in self.factors]
        rising = len(years) > 0 and all(a < b for a, b in pairwise(years))
        require("schedule", "years", "must be given and rise", years, rising)
        values = [factor for _, factor in self.factors]
        require("schedule", "factors", "must be > 0", values, min(values) > 0)

    @cached_property
    def _pieces(self) -> tuple[Floats, Floats, Floats]:
        """Years from which on, ln of the factors, and ln of the level at those years."""
        year, factor = np.array(self.factors, dtype=np.float64).T
        slope = np.log(factor)
        return year, slope, np.concatenate([[0.0], np.cumsum(slope[:-1] * np.diff(year))])

    def log(self, dates: Any) -> Any:
        """Return ln of the level at dates (years A.D., a number or an array), up to a constant."""
        year, slope, level = self._pieces
        piece = np.maximum(year.searchsorted(dates, side="right") - 1, 0)
        return level[piece] + slope[piece] * (dates - year[piece])


LABOUR = Schedule(((2026.0, 2.0), (2029.0, 1.1)))
COMPUTE = Schedule(
    ((2026.0, 2.6), (2029.0, 2.0), *((2030.0 + n, 2.0 - 0.75 * n / 28) for n in range(29)))
)
"""Published growth of labour and compute."""

_FAR = 700.0
"""ln software from which on it counts as out of all bounds."""
_FAST = 100.0
"""ln of the slope, over that at t = 0, which no step of a solver can follow."""
_HORIZON = 200.0
"""Years after which a share is taken not to be reached."""


@dataclass(frozen=True)
class Equation:
    """The differential equation of x = ln S, of one draw of the parameters or many at once."""

    folds: Any
    """1/v: a number, or an array with a value per draw; so are those that follow."""
    f0: Any
    labour_share: Any
    returns: Any
    beta: Any
    rate: float
    start: float
    labour: Schedule
    compute: Schedule

    def odds(self, time: Any, level: Any) -> Any:
        """Return logit f = v ln(C S / E) at a time (years since t = 0)."""
        return logit(self.f0) + (_grown(self.compute, self.start, time) + level) / self.folds

    def slope(self, time: Any, level: Any) -> Any:
        """Return dx/dt."""
        alpha = self.labour_share * self.returns
        compute = _grown(self.compute, self.start, time)
        # 1 / (1 − f) = 1 + exp(odds); k makes it all `rate` at t = 0.
        odds = logit(self.f0) + (compute + level) / self.folds
        left = np.logaddexp(0.0, odds) + np.log1p(-self.f0)
        by_people = alpha * (_grown(self.labour, self.start, time) + left)
        by_compute = (self.returns - alpha) * compute
        return self.rate * np.exp(np.minimum(by_people + by_compute - self.beta * level, _FAST))


@dataclass(frozen=True, kw_only=True)
class Timelines:
    """One run of the model, by default at the midpoints of the published ranges."""

    title: ClassVar[str] = "simpler timelines"

    folds: float = 2.85
    """1/v: e-folds of effective compute that take f from 0.5 to 0.73; > 0."""
    f0: float = 0.375
    """Automated share of tasks at t = 0, 0 < f0 < 1."""
    labour_share: float = 0.235
    """alpha / (alpha + zeta), within [0, 1]."""
    returns: float = 0.9
    """alpha + zeta: returns to all inputs together; > 0."""
    beta: float = 0.65
    """How fast software gets harder to improve."""
    rate: float = math.log(5)
    """d ln S / dt at t = 0, per year; > 0."""
    start: float = 2026.0
    """Date of t = 0, years A.D.: it places the schedules, and the dates that are returned."""
    labour: Schedule = LABOUR
    """Growth of people in research."""
    compute: Schedule = COMPUTE
    """Growth of compute."""

    def __post_init__(self) -> None:
        """Check the parameters."""
        name = "timelines"
        for key in ("folds", "returns", "rate"):
            value = getattr(self, key)
            require(name, key, "must be > 0 and finite", value, 0 < value < math.inf)
        require(name, "f0", "must be > 0 and < 1", self.f0, 0 < self.f0 < 1)
        holds = 0 <= self.labour_share <= 1
        require(name, "labour_share", "must be within [0, 1]", self.labour_share, holds)
        for key in ("beta", "start"):
            value = getattr(self, key)
            require(name, key, "must be finite", value, math.isfinite(value))

    @classmethod
    def matched(cls, rate: float, **own: Any) -> Self:
        """Return the curve with this slope at t = 0 (per year), by the choice of k."""
        return cls(rate=rate, **own)

    @property
    def initial_rate(self) -> float:
        """Slope at t = 0, per year."""
        return self.rate

    def path(self, years: ArrayLike) -> Floats:
        """Return ln S at so many years since t = 0; inf where it has left all bounds."""
        times = since_start(years)
        level = np.full(times.shape, np.inf)
        for piece in self._solve(float(times.max(initial=0.0)) or 1.0):
            inside = (times >= piece.t[0]) & (times <= piece.t[-1])
            if inside.any():
                level[inside] = piece.sol(times[inside])[0]
        return level

    def share(self, years: ArrayLike) -> Floats:
        """Return f, the automated share of tasks, at so many years since t = 0."""
        times = since_start(years)
        return 1 / (1 + np.exp(-self.equation.odds(times, self.path(times))))

    def date_of(self, share: float) -> float:
        """Return the date (years A.D.) when the automated share first rises to `share`.

        t = 0 if it is as high then; inf if it is not within 200 years.
        """
        require("timelines", "share", "must be > 0 and < 1", share, 0 < share < 1)
        if share <= self.f0:
            return self.start
        for piece in self._solve(_HORIZON, share):
            if len(piece.t_events[0]):
                return self.start + float(piece.t_events[0][0])
        return math.inf

    @property
    def equation(self) -> Equation:
        """What is solved."""
        return Equation(
            self.folds, self.f0, self.labour_share, self.returns, self.beta, self.rate,
            self.start, self.labour, self.compute,
        )

    def _solve(self, until: float, share: float | None = None) -> Iterator[Any]:
        """Solve for x up to a time, the rise of f to a share, or the end of all bounds.

        Piece by piece: at the dates between them growth of the inputs turns, which a solver would
        have to feel its way around.
        """
        from scipy.integrate import solve_ivp

        equation = self.equation

        def risen(time: float, level: Floats) -> float:
            return float(equation.odds(time, level[0]) - logit(share)) if share else -1.0

        def far(time: float, level: Floats) -> float:
            return float(level[0] - _FAR)

        for event in (risen, far):
            event.terminal, event.direction = True, 1.0  # type: ignore[attr-defined]
        turns = {year - self.start for year, _ in (*self.labour.factors, *self.compute.factors)}
        level = [0.0]
        for begin, end in pairwise([0.0, *sorted(t for t in turns if 0 < t < until), until]):
            piece = solve_ivp(
                equation.slope, (begin, end), level, method="DOP853", dense_output=True,
                rtol=1e-9, atol=1e-9, events=(risen, far),
            )
            if len(piece.t) > 1:
                yield piece
            if piece.status != 0:  # ended by an event, or so fast that no step is small enough
                return
            level = piece.y[:, -1]


def _grown(schedule: Schedule, start: float, time: Any) -> Any:
    """Return ln of an input at a time since the start, where it is 1."""
    return schedule.log(start + time) - schedule.log(start)


def logit(share: Any) -> Any:
    """Return ln of the odds."""
    return np.log(share) - np.log1p(-share)
