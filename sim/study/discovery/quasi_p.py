"""Which ends of a box matter: the quasi-p-value of each.

Take one end away: T' points are in the wider box, of mean weight q. If the end told nothing, the T
points of the box itself would be as good as drawn from these, and the sum of their weights H as
large or larger with chance P(X >= H), X binomial (T, q): the quasi-p. Weights between 0 and 1 vary
less than zeros and ones of the same mean, by a factor f < 1 (their variance over q (1 - q)): then T
and H count 1/f times. Between whole numbers the tail is that of the beta distribution,
I_q(H, T - H + 1), which equals the binomial's at them.

"Quasi", as the same points chose the end: noise that was peeled looks better than it is. So a small
value is no proof (that is what held-out points are for), but a large one is enough to drop an end.

B. P. Bryant, R. J. Lempert, "Thinking inside the box", Technological Forecasting and Social Change
77, 2010, appendix, https://doi.org/10.1016/j.techfore.2009.08.002
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.study.discovery.box import Box, Columns

if TYPE_CHECKING:
    import pandas as pd

WEAK = 0.05
"""Quasi-p from which on an end is dropped."""


def quasi_p(box: Box, points: pd.DataFrame | Columns, weights: Any) -> dict[tuple[str, str], float]:
    """Return the quasi-p-value of each end of a box, by factor and end."""
    weights = np.asarray(weights, dtype=float)
    inside = weights[box.holds(points)]
    return {
        (factor, end): _tail(inside, weights[box.without(factor, end).holds(points)])
        for factor, end in box.ends()
    }


def without_weak(
    box: Box, points: pd.DataFrame | Columns, weights: Any, *, weak: float = WEAK
) -> Box:
    """Return the box without ends that may as well be noise, the weakest dropped first."""
    while found := quasi_p(box, points, weights):
        worst = max(found, key=lambda end: found[end])
        if found[worst] < weak:
            break
        box = box.without(*worst)
    return box


def _tail(inside: Any, wider: Any) -> float:
    from scipy.special import betainc

    chance = float(wider.mean())
    if not 0 < chance < 1 or not inside.sum() > 0:
        return 1.0
    spread = min(max(float(wider.var()) / (chance * (1.0 - chance)), 1e-6), 1.0)
    size, held = len(inside) / spread, float(inside.sum()) / spread
    return float(betainc(held, size - held + 1.0, chance))
