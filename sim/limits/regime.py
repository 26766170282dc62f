"""Regimes: whether compute or the loop limits progress.

D = E_compute - E_loop says by how much more progress gains from a per cent more compute than from a
loop that is a per cent quicker (see `sim.limits.elasticities`). What the same luck does to both is
accounted for: the interval is that of the difference.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sim.limits.elasticities import DOWN, MARGIN, UP, elasticity
from sim.limits.jackknife import FEW, Estimate, jackknife
from sim.limits.lifted import Lifted, columns
from sim.study.statistics.sample import Floats

if TYPE_CHECKING:
    import pandas as pd

REGIMES = {
    "compute": "compute-limited", "loop": "loop-limited", "balanced": "balanced",
    "undecided": "undecided",
}  # fmt: skip
"""Regimes, in words."""


def regimes(
    lifted: Lifted, first: str, second: str, steps: Mapping[str, float], outcomes: Sequence[str]
) -> pd.DataFrame:
    """Return the regime in each generation or window.

    Parameters
    ----------
    lifted, steps
        As in `sim.limits.elasticities.elasticities`.
    first, second
        The drivers: that of compute, and that of the loop.
    outcomes
        Names of outcomes, one per generation or window.

    Returns
    -------
    DataFrame
        One row per outcome: `outcome`, `measure`, `first` and `second`, the elasticities, and
        `difference` with `difference_low` and `difference_high` (90%), all over the `replications`
        known at all four levels; `missing`; `regime` (see `regime_of`).

    Raises
    ------
    InputError
        If a level or outcome is unknown.
    """
    import pandas as pd

    names = levels(first, second)
    one, other = steps[first], steps[second]
    rows = []
    for outcome in outcomes:
        found, sign = lifted.values(names, outcome), lifted.sign(outcome)
        apart = jackknife(partial(difference, first=one, second=other, sign=sign), found.value)
        compute = jackknife(partial(elasticity, step=one, sign=sign), found.value[:2])
        loop = jackknife(partial(elasticity, step=other, sign=sign), found.value[2:])
        rows.append({
            "outcome": outcome, "measure": found.measure, "first": float(compute.value),
            "second": float(loop.value), **columns("difference", apart),
            "replications": apart.pairs, "missing": found.missing,
            "regime": regime_of(apart, compute, loop),
        })  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = (
    "outcome", "measure", "first", "second", "difference", "difference_low", "difference_high",
    "replications", "missing", "regime",
)
"""Columns of `regimes`."""


def regime_of(
    apart: Estimate, compute: Estimate | None = None, loop: Estimate | None = None,
    margin: float = MARGIN,
) -> str:  # fmt: skip
    """Return the regime that D = E_compute - E_loop shows.

    "balanced" if its interval lies within ± margin, else "compute" if it lies above 0 and "loop" if
    below, where more of that is sure to bring anything; else, and with fewer than five
    replications, "undecided".

    Parameters
    ----------
    apart
        D.
    compute, loop
        The two elasticities, if they are asked to be above 0.
    margin
        Differences up to this size mean nothing.
    """
    low, high = float(apart.low), float(apart.high)
    if apart.pairs < FEW or math.isnan(low) or math.isnan(high):
        return "undecided"
    if -margin <= low and high <= margin:
        return "balanced"
    if low > 0.0 and (compute is None or float(compute.low) > 0.0):
        return "compute"
    if high < 0.0 and (loop is None or float(loop.low) > 0.0):
        return "loop"
    return "undecided"


def difference(means: Floats, first: float, second: float, sign: float = 1.0) -> Floats:
    """Return D of the means up and down of compute, then up and down of the loop."""
    return elasticity(means[:2], first, sign) - elasticity(means[2:], second, sign)


def levels(first: str, second: str) -> list[str]:
    """Return the names of the levels that D needs, in their order."""
    return [name.format(driver) for driver in (first, second) for name in (UP, DOWN)]
