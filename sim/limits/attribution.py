"""Attribution: how much each limit does, by what changes when it alone is lifted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.limits.jackknife import FEW, agree, jackknife, resampled
from sim.limits.lifted import Lifted, columns
from sim.study.statistics.sample import Floats

if TYPE_CHECKING:
    import pandas as pd

BASE = "base"
"""Name of the level at which nothing is changed."""
FURTHER = "{} x20"
"""Name of the level at which a limit is lifted twice as far."""
SHARE = 0.1
"""Share of an effect within which one that is lifted further must agree."""
TIMES = 2000
"""Samples of the bootstrap."""


def attribution(
    lifted: Lifted, limits: Sequence[str], outcomes: Sequence[str], *,
    ranked: Sequence[str] | None = None, seed: int = 0,
) -> pd.DataFrame:
    """Return what lifting each limit does to each outcome.

    Effects of several limits do not add up: see `sim.limits.interactions`.

    Parameters
    ----------
    lifted
        Runs with the levels `base`, each limit by its name, and perhaps `LIMIT x20`.
    limits
        Names of limits, or of groups of them.
    outcomes
        Names of outcomes.
    ranked
        The limits that compete for being the first; all of them if not said. Groups should not.
    seed
        Of the bootstrap.

    Returns
    -------
    DataFrame
        One row per outcome and limit: `outcome`, `limit`; `measure` (see `Values`); `base`, the
        mean without the change; `effect`, mean with the limit lifted less `base`, with
        `effect_low` and `effect_high`; `percent` of `base`, with its interval (NaN
        if a mean is not above 0); `pairs` and
        `missing` replications; `further`, what lifting twice as far adds, with its interval (NaN if
        it was not run), and `saturated`: whether that agrees with nothing, within a tenth of the
        effect or half its interval's width, whichever is larger: true, false, or `None`, not known
        (see `jackknife.agree`); `first`: in what share of bootstrap samples of the replications
        lifting this limit helps, and the most (NaN where not ranked, or with few replications).
        Intervals hold with 90%.

    Notes
    -----
    A date that is not reached counts as the horizon, at every level (restricted means: see
    `sim.study.statistics.sample`), so effects on dates are rather too small. A cycle time of a
    generation that was not released at both levels is left out, and counted in `missing`.

    Raises
    ------
    InputError
        If a level or outcome is unknown.
    """
    import pandas as pd

    rows = []
    for outcome in outcomes:
        chances = first(lifted, list(limits if ranked is None else ranked), outcome, seed=seed)
        for limit in limits:
            found = lifted.values([BASE, limit], outcome)
            effect = jackknife(lambda m: m[1] - m[0], found.value)
            percent = jackknife(log_ratio, found.value)
            rows.append({
                "outcome": outcome, "limit": limit, "measure": found.measure,
                "base": found.value[0].mean() if effect.pairs else math.nan,
                **columns("effect", effect),
                **{name: 100.0 * math.expm1(x) for name, x in columns("percent", percent).items()},
                "pairs": effect.pairs, "missing": found.missing,
                **_further(lifted, limit, outcome, float(effect.value), float(effect.half)),
                "first": chances.get(limit, math.nan),
            })  # fmt: skip
    return pd.DataFrame(rows)


def log_ratio(means: Floats) -> Floats:
    """Return the logarithm of the second mean over the first; NaN if one is not above 0.

    A ratio's interval is symmetric on this scale.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        base, lifted = np.log(np.where(means > 0, means, np.nan))
    return np.asarray(lifted - base)


def _further(
    lifted: Lifted, limit: str, outcome: str, effect: float, half: float
) -> dict[str, object]:
    """Return what lifting a limit twice as far adds."""
    name = FURTHER.format(limit)
    if name not in lifted.levels:
        unknown = dict.fromkeys(("further", "further_low", "further_high"), math.nan)
        return {**unknown, "saturated": None}
    more = jackknife(lambda m: m[1] - m[0], lifted.values([limit, name], outcome).value)
    tolerance = max(SHARE * abs(effect), half)
    return {**columns("further", more), "saturated": agree(more, tolerance)}


def first(
    lifted: Lifted, limits: Sequence[str], outcome: str, *, times: int = TIMES, seed: int = 0
) -> dict[str, float]:
    """Return in what share of bootstrap samples each limit helps the most.

    Replications are drawn anew, the same at all levels; limits that help alike share, and one that
    does not help is not the first: what the shares lack of 1 is the share in which none helps. With
    fewer than five replications known at all levels nothing is said, NaN.
    """
    found = lifted.values([BASE, *limits], outcome)
    if found.value.shape[1] < FEW or not limits:
        return dict.fromkeys(limits, math.nan)
    means: Floats = resampled(found.value, times, seed)
    helps = lifted.sign(outcome) * (means[1:] - means[0])
    best = helps >= helps.max(axis=0) - 1e-12 * np.abs(means[0])
    best = np.where(helps > 0.0, best / best.sum(axis=0), 0.0)
    return dict(zip(limits, best.mean(axis=1).tolist(), strict=True))
