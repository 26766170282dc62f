"""Elasticities: by what per cent progress changes where a driver changes by one.

A driver X (compute, people, speed of assistants, …) is set a little higher and a little lower than
in the lab as it is, on the same random numbers. With Y the outcome,

    E = s (ln mean Y_up - ln mean Y_down) / (ln X_up - ln X_down),

s = 1 for what progress is measured by, and s = -1 for a time, as progress is then 1 / time. An
elasticity of 1 means in proportion, of 0 not at all. The central difference errs with the square of
the step: half the step tells whether that matters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.limits.jackknife import agree, jackknife
from sim.limits.lifted import Lifted, columns
from sim.study.statistics.sample import Floats

if TYPE_CHECKING:
    import pandas as pd

MARGIN = 0.1
"""Differences of elasticities up to this size mean nothing."""
UP, DOWN = "{} up", "{} down"
HALF_UP, HALF_DOWN = "{} half up", "{} half down"
"""Names of levels: a driver a step (or half a step) above and below its value."""


def elasticity(means: Floats, step: float, sign: float = 1.0) -> Floats:
    """Return the elasticity of means up and down, of a driver with `step` = ln X_up - ln X_down.

    NaN where a mean is not above 0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        up, down = np.log(np.where(means > 0, means, np.nan))
    return np.asarray(sign * (up - down) / step)


def elasticities(
    lifted: Lifted, steps: Mapping[str, float], outcomes: Sequence[str], *,
    half_steps: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return the elasticity of progress to each driver, by outcome.

    Parameters
    ----------
    lifted
        Runs with the levels `DRIVER up` and `DRIVER down`, perhaps `DRIVER half up`,
        `DRIVER half down`.
    steps
        ln X_up - ln X_down of each driver, exactly as it was changed.
    outcomes
        Names of outcomes, say one per generation or window: what progress is measured by, or times
        (`lifted.times`), of which 1 / time is progress.
    half_steps
        The same of the half steps.

    Returns
    -------
    DataFrame
        One row per outcome and driver: `outcome`, `driver`, `measure`, `elasticity` with `_low` and
        `_high`, `replications` known at both levels, `missing`; `half_step`, the elasticity of half
        the step (NaN if it was not run), `change`, that less `elasticity`, with its interval; and
        `steady`: whether the two agree within 0.1 or half the width of the elasticity's interval,
        whichever is larger: true, false, or `None`, not known (see `jackknife.agree`). Intervals
        hold with 90%. NaN where a mean is not above 0.

    Raises
    ------
    InputError
        If a level or outcome is unknown.
    """
    import pandas as pd

    rows = []
    for outcome in outcomes:
        sign = lifted.sign(outcome)
        for driver, step in steps.items():
            found = lifted.values([UP.format(driver), DOWN.format(driver)], outcome)
            whole = jackknife(partial(elasticity, step=step, sign=sign), found.value)
            half = (half_steps or {}).get(driver)
            rows.append({
                "outcome": outcome, "driver": driver, "measure": found.measure,
                **columns("elasticity", whole), "replications": whole.pairs,
                "missing": found.missing,
                **_check(lifted, driver, outcome, step, half, float(whole.half)),
            })  # fmt: skip
    return pd.DataFrame(rows)


def _check(
    lifted: Lifted, driver: str, outcome: str, step: float, half: float | None, width: float
) -> dict[str, object]:
    """Return what half the step says."""
    names = [name.format(driver) for name in (UP, DOWN, HALF_UP, HALF_DOWN)]
    if half is None or not set(names) <= set(lifted.levels):
        nothing = dict.fromkeys(("half_step", "change", "change_low", "change_high"), math.nan)
        return {**nothing, "steady": None}
    sign, value = lifted.sign(outcome), lifted.values(names, outcome).value
    change = jackknife(
        lambda m: elasticity(m[2:], half, sign) - elasticity(m[:2], step, sign), value
    )
    small = jackknife(lambda m: elasticity(m[2:], half, sign), value)
    return {
        "half_step": float(small.value), **columns("change", change),
        "steady": agree(change, max(MARGIN, width)),
    }  # fmt: skip
