"""Semi-endogenous growth: ideas get harder to find, against research that grows.

With a = ln A the level of software, L inputs to research that grow by themselves (people, or people
and compute together), and research that grows with its own results as well,

    da/dt = rate · (L/L0)^returns · exp((phi − beta) a),    L = L0 exp(growth t)

so that, with x = beta − phi and T(t) = (exp(returns growth t) − 1) / (returns growth), T = t if
inputs are constant,

    a(t) = ln(1 + x rate T(t)) / x,    a = rate T(t) if x = 0.

In the words of this simulator rate = gain × rate of successful experiments at t = 0, beta is that
of the stock of algorithms, and phi the exponent with which experiments speed up (recursion without
waiting). In those of Jones, dA/dt = theta L^lambda A^phi_J, it is returns = lambda,
beta − phi = 1 − phi_J. Bloom et al. estimate beta for many fields, with returns = 1, phi = 0;
returns / beta is what others call the returns to research, r.

x > 0: power law of T; for growing inputs the rate tends to returns growth / x, whatever it was at
first. x = 0: exponential. x < 0: out of all bounds at a finite time.

C. I. Jones, "R&D-based models of economic growth", Journal of Political Economy 103, 1995,
https://doi.org/10.1086/262002

N. Bloom, C. I. Jones, J. Van Reenen, M. Webb, "Are ideas getting harder to find?", American
Economic Review 110, 2020, https://doi.org/10.1257/aer.20180338
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from sim.growth.curve import Floats, require, since_start


@dataclass(frozen=True, kw_only=True)
class SemiEndogenous:
    """Growth of software where ideas get harder, in closed form.

    The unit of time is that of the rates: years in an overlay, any other elsewhere.
    """

    title: ClassVar[str] = "semi-endogenous"

    rate: float
    """d ln software / dt at t = 0, per year; > 0."""
    beta: float
    """How fast ideas get harder: research per unit of ln software grows as exp(beta a)."""
    phi: float = 0.0
    """How fast research grows with its own results, as exp(phi a)."""
    growth: float = 0.0
    """Growth rate of inputs that does not depend on software, per year; >= 0."""
    returns: float = 1.0
    """Exponent of those inputs (lambda of Jones): below 1 researchers duplicate work; > 0."""

    def __post_init__(self) -> None:
        """Check the parameters."""
        for field, value in (("beta", self.beta), ("phi", self.phi)):
            require("semi-endogenous growth", field, "must be finite", value, math.isfinite(value))
        for field, value in (("rate", self.rate), ("returns", self.returns)):
            holds = 0 < value < math.inf
            require("semi-endogenous growth", field, "must be > 0 and finite", value, holds)
        holds = 0 <= self.growth < math.inf
        require("semi-endogenous growth", "growth", "must be >= 0 and finite", self.growth, holds)

    @classmethod
    def matched(
        cls, rate: float, *, beta: float, phi: float = 0.0, growth: float = 0.0,
        returns: float = 1.0,
    ) -> Self:
        """Return the curve with this slope at t = 0, which is a parameter of its own."""
        return cls(rate=rate, beta=beta, phi=phi, growth=growth, returns=returns)

    @classmethod
    def jones(
        cls, *, theta: float, labour: float, returns: float, phi: float, growth: float = 0.0
    ) -> Self:
        """Return the curve of dA/dt = theta L^returns A^phi, L = labour exp(growth t), A(0) = 1."""
        rate = theta * labour**returns
        return cls(rate=rate, beta=1.0 - phi, growth=growth, returns=returns)

    @property
    def initial_rate(self) -> float:
        """Slope at t = 0, per year."""
        return self.rate

    @property
    def harder(self) -> float:
        """Exponent x = beta − phi: > 0 power law, 0 exponential, < 0 out of all bounds."""
        return self.beta - self.phi

    @property
    def long_run_rate(self) -> float:
        """Rate to which growth tends: returns growth / x; inf if x <= 0 while inputs grow."""
        if self.harder > 0:
            return self.returns * self.growth / self.harder
        return math.inf if self.growth or self.harder < 0 else self.rate

    @property
    def blow_up(self) -> float:
        """Time at which it leaves all bounds; inf if never.

        T(t*) = 1 / ((phi − beta) rate).
        """
        return self._time(-1 / (self.harder * self.rate)) if self.harder < 0 else math.inf

    def path(self, years: ArrayLike) -> Floats:
        """Return ln software at so many years since t = 0; inf from the blow-up on."""
        effort = self.rate * self._effort(since_start(years))
        x = self.harder
        if x == 0:
            return effort
        with np.errstate(divide="ignore"):
            return np.log1p(np.maximum(x * effort, -1.0)) / x

    def rate_at(self, years: ArrayLike) -> Floats:
        """Return d ln software / dt at these times, per year; inf from the blow-up on."""
        times = since_start(years)
        inputs = np.exp(self.returns * self.growth * times)
        left = np.maximum(1 + self.harder * self.rate * self._effort(times), 0.0)
        with np.errstate(divide="ignore"):
            return self.rate * inputs / left

    def time_to(self, level: float) -> float:
        """Return when ln software reaches a level >= 0: T = (exp(x a) − 1) / (x rate).

        Infinite if it never does, or after more years than a number can hold.
        """
        require("semi-endogenous growth", "level", "must be >= 0", level, level >= 0)
        x = self.harder
        with np.errstate(over="ignore"):
            effort = float(np.expm1(x * level)) / x if x else level
        return self._time(effort / self.rate)

    def doubling_time(self, level: float = 0.0) -> float:
        """Return how long the doubling takes that begins at a level of ln software."""
        return self.time_to(level + math.log(2)) - self.time_to(level)

    def _effort(self, times: Floats) -> Floats:
        """T(t): research up to then, in units of that of a year at t = 0, were ideas as easy."""
        speed = self.returns * self.growth
        return np.expm1(speed * times) / speed if speed else times

    def _time(self, effort: float) -> float:
        """Return when T(t) reaches a value."""
        speed = self.returns * self.growth
        return math.log1p(speed * effort) / speed if speed else effort
