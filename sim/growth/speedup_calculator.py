"""Forethought's speed-up calculator: how much faster software grows once research is automated.

For the case without a software intelligence explosion. Software grows as

    d ln S / dt ∝ L^alpha C^(1 − alpha) S^(−1/r_all),    r_all = r / alpha

with L research labour, C compute. Both sides grow at constant rates on the balanced path, so that
g_S = r_all (alpha g_L + (1 − alpha) g_C):

    before    g_S = r g_L + r (1 − alpha)/alpha g_C                 people, who grow by themselves
    after     g_L = (1 + gamma) g_C + g_S, so
              g_S = (1/alpha + gamma) r/(1 − r) g_C                 AI researchers

since automated researchers are as many as compute for inference allows, each as good as software
and training compute make it, S C^gamma.

T. Houlden, T. Davidson, "Accelerated AI progress", Forethought, the tab "Speed-Up Calculator",
https://thoulden.github.io/Accelerated_AI_Progress/
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.growth.curve import require


@dataclass(frozen=True, kw_only=True)
class SpeedUp:
    """Growth of software on the balanced path before and after research is automated."""

    alpha: float = 0.4
    """Share of labour in research, 0 < alpha < 1; compute has the rest."""
    gamma: float = 1.0
    """Doublings of an AI researcher's productivity per doubling of training compute; >= 0."""
    r: float = 0.5
    """Returns to cognitive labour: doublings of software per doubling of it; 0 < r < 1.

    From 1 on software alone would explode, and there is no balanced path.
    """
    labour_growth: float = 0.7
    """g_L: growth rate of people in research before, per year."""
    compute_growth: float = 1.1
    """g_C: growth rate of compute, before and after, per year."""

    def __post_init__(self) -> None:
        """Check the parameters."""
        holds = 0 < self.alpha < 1
        require("speed-up calculator", "alpha", "must be > 0 and < 1", self.alpha, holds)
        require("speed-up calculator", "gamma", "must be >= 0", self.gamma, self.gamma >= 0)
        require("speed-up calculator", "r", "must be > 0 and < 1", self.r, 0 < self.r < 1)

    @property
    def before(self) -> float:
        """Growth rate of software with people, per year."""
        by_compute = (1 - self.alpha) / self.alpha * self.compute_growth
        return self.r * (self.labour_growth + by_compute)

    @property
    def after(self) -> float:
        """Growth rate of software with automated researchers, per year."""
        return (1 / self.alpha + self.gamma) * self.r / (1 - self.r) * self.compute_growth

    @property
    def ratio(self) -> float:
        """How many times faster software grows after than before."""
        require(
            "speed-up calculator", "growth before", "must be > 0 for a ratio", self.before,
            self.before > 0,
        )
        return self.after / self.before
