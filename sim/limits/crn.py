"""What common random numbers are worth: variances of paired and of independent differences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.limits.attribution import BASE
from sim.limits.lifted import Lifted

if TYPE_CHECKING:
    import pandas as pd


def variances(
    lifted: Lifted, names: Sequence[str], outcomes: Sequence[str]
) -> pd.DataFrame:
    """Return how uncertain effects are on the same and on independent random numbers.

    Parameters
    ----------
    lifted, outcomes
        As in `sim.limits.attribution.attribution`.
    names
        Names of levels, each of which stands against `base`.

    Returns
    -------
    DataFrame
        One row per outcome and level: `outcome`, `level`, `pairs`; `paired`, the variance of a
        difference between two runs on the same numbers, Var(x - y); `independent`, that of two on
        numbers of their own, Var x + Var y; `ratio` of these, the share of the replications that
        the same numbers still need (NaN where nothing varies).

    References
    ----------
    A. M. Law, *Simulation Modeling and Analysis*, 5th ed., 2015, section 11.2.
    """
    import pandas as pd

    rows = []
    for outcome in outcomes:
        for name in names:
            x, y = lifted.values([name, BASE], outcome).value
            some = len(x) > 1
            paired = float((x - y).var(ddof=1)) if some else math.nan
            apart = float(x.var(ddof=1) + y.var(ddof=1)) if some else math.nan
            rows.append({
                "outcome": outcome, "level": name, "pairs": len(x), "paired": paired,
                "independent": apart, "ratio": paired / apart if apart > 0 else math.nan,
            })  # fmt: skip
    return pd.DataFrame(rows)
