"""Luck and parameters: how much of an outcome's variance over a design each makes.

*Luck* is the variance between replications at one point, averaged over points; *parameters* the
variance between the points' expected outcomes. With x̄_p and s²_p the mean and sample variance of
the n_p replications of point p, m points:

    luck       = mean of s²_p
    parameters = S²(x̄) - m / (m - 1) (mean of s²_p / n_p - V)

S²(x̄) is the sample variance of the points' means, and V the variance that luck gives to the mean
over all points (`contrast.luck_of`): common luck, which moves all points together, is not taken off
twice. With independent random numbers, V is 1 / m of the mean of s²_p / n_p, and what is taken off
s²/n. In a balanced study that is the analysis of variance of random effects: one-way, (MSB - MSW) /
n, with independent random numbers; two-way, (MSP - MSE) / n, with common ones. With unequal
replications the points' means count alike (unweighted means) and the mean of 1 / n_p, not n0, says
how much luck is left in them: unlike MSW and n0 that is unbiased also where luck differs
from point to point, and where those with more luck have more replications (a stopping rule); with
common random numbers and unequal replications it is approximate.

S. R. Searle, G. Casella, C. E. McCulloch, *Variance Components*, 1992,
https://doi.org/10.1002/9780470316856, chapters 3 (one-way), 4 (two-way) and 5 (unweighted means)

P. E. Shrout, J. L. Fleiss, "Intraclass correlations: uses in assessing rater reliability",
Psychological Bulletin 86, 1979, https://doi.org/10.1037/0033-2909.86.2.420 (the share and its
interval: ICC(1,1), one-way; ICC(2,1), two-way)

S. Weerahandi, "Generalized confidence intervals", Journal of the American Statistical
Association 88, 1993, https://doi.org/10.1080/01621459.1993.10476355

B. Efron, R. J. Tibshirani, *An Introduction to the Bootstrap*, 1993, chapter 13
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model import InputError
from sim.study.statistics.contrast import luck_of
from sim.study.statistics.intervals import LEVEL
from sim.study.statistics.sample import Floats, Ints, Sample, check, in_order, sample_of

if TYPE_CHECKING:
    import pandas as pd

RESAMPLES = 1000
"""Of the bootstrap."""
DRAWS = 10_000
"""Of generalised intervals."""


def luck_and_parameters(
    runs: pd.DataFrame, outcomes: Sequence[str], *, random_numbers: str = "common",
    dates: Collection[str] = (), horizon: Any = None, level: float = LEVEL, seed: int = 0,
    rows: int | None = None,
) -> pd.DataFrame:
    """Return how much of each outcome's variance is luck and how much parameters.

    Parameters
    ----------
    runs, outcomes, dates, horizon
        As in `per_point`; of dates min(date, horizon) is taken.
    random_numbers
        `common`, `independent` or `rows`, as in the study.
    rows
        Points of a row of the design (`Study.row_length`), if it has rows; resamples
        are then of rows.
    level
        Level of the interval.
    seed
        Of the draws of generalised intervals and of the bootstrap.

    Returns
    -------
    DataFrame
        One row per outcome: `outcome`; `measure` ("value", or "min(date, horizon)" where a date is
        censored); `points` (those with two known replications or more; the others are left out:
        `left_out`), `runs`; `luck` and `parameters` (variances); `negative`, whether the estimate
        of `parameters` was below 0, where 0 is put; `share`, that of the parameters in their sum,
        `share_low` and `share_high`, its interval; `method` of that: if every point has the same
        number of replications "F" (independent random numbers, exact for normal effects) or
        "generalised" (common ones), else, or with rows, "bootstrap" over points or rows; "none"
        with fewer than three points.

    Raises
    ------
    InputError
        As in `per_point`.
    """
    import pandas as pd

    if random_numbers == "rows" and rows is None:
        raise InputError(
            "statistics: random_numbers=rows needs to know how many points a row has, got null; "
            "give rows=study.row_length"
        )
    check(runs, outcomes)
    runs = in_order(runs)
    table = []
    for outcome in outcomes:
        sample = sample_of(runs, outcome, dates=dates, horizon=horizon).restricted
        row = _split(sample, random_numbers, level, seed, rows)
        measure = "value" if sample.ended.all() else "min(date, horizon)"
        table.append({"outcome": outcome, "measure": measure} | row)
    return pd.DataFrame(table)


def _split(
    sample: Sample, random_numbers: str, level: float, seed: int, rows: int | None
) -> dict[str, Any]:
    """Return the row of one outcome."""
    enough = sample.count > 1
    sample = sample.only(enough[sample.of])
    count, means = sample.count[enough], sample.means[enough]
    variances = sample.variances[enough]
    points = len(count)
    found = {"points": points, "left_out": int((~enough).sum()), "runs": int(count.sum())}
    none = dict.fromkeys(("share", "share_low", "share_high"), np.nan)
    if points < 2:
        luck = float(variances.mean()) if points else np.nan
        return found | {"luck": luck, "parameters": np.nan, "negative": False} | none | {
            "method": "none"
        }
    own = float((variances / count).mean())
    common, row = random_numbers == "common", sample.points // rows if rows else None
    shared = own / points
    if random_numbers != "independent":
        shared = luck_of(sample, enough / points, True, None if common else row)
    left = points / (points - 1) * (own - shared)
    luck, parameters = float(variances.mean()), float(means.var(ddof=1)) - left
    negative, parameters = parameters < 0, max(parameters, 0.0)
    total = luck + parameters
    share = parameters / total if total > 0 else np.nan
    method, ends = "none", (np.nan, np.nan)
    if total > 0 and points > 2:
        block = None if row is None else row[enough]
        method, ends = _interval(
            sample, count, means, variances, shared, common, level, seed, block
        )
    return found | {
        "luck": luck, "parameters": parameters, "negative": negative, "share": share,
        "share_low": ends[0], "share_high": ends[1], "method": method,
    }  # fmt: skip


def _interval(
    sample: Sample, count: Any, means: Floats, variances: Floats, shared: float, common: bool,
    level: float, seed: int, row: Ints | None,
) -> tuple[str, tuple[float, float]]:
    """Return how the interval of the parameters' share is made, and its ends."""
    points, n = len(count), int(count[0])
    balanced = bool((count == n).all())
    if row is not None:
        return "bootstrap", _bootstrap(count, means, variances, shared, common, level, seed, row)
    if balanced and common:
        balanced = len(np.unique(sample.replication)) == n
    if not balanced:
        return "bootstrap", _bootstrap(count, means, variances, shared, common, level, seed)
    between = n * float(means.var(ddof=1))
    if not common:
        return "F", _one_way(between, float(variances.mean()), points, n, level)
    luck = n * points * shared  # mean square of replications
    within = (float(variances.mean()) * points - luck) / (points - 1)
    ends = _two_way(between, luck, max(within, 0.0), points, n, level, seed)
    return "generalised", ends


def _one_way(
    between: float, within: float, points: int, n: int, level: float
) -> tuple[float, float]:
    """Return the exact interval of the share, ICC(1,1), from the two mean squares."""
    from scipy.special import fdtri

    if within == 0:
        return 1.0, 1.0
    f, tails = between / within, ((1 + level) / 2, (1 - level) / 2)
    freedom = (points - 1, points * (n - 1))
    low, high = (f / float(fdtri(*freedom, p)) for p in tails)
    return tuple(float(np.clip((x - 1) / (x + n - 1), 0.0, 1.0)) for x in (low, high))  # type: ignore[return-value]


def _two_way(
    between: float, luck: float, within: float, points: int, n: int, level: float, seed: int
) -> tuple[float, float]:
    """Return the generalised interval of the share, ICC(2,1), from three mean squares.

    `between` points, of replications (`luck`, common to all points) and of what is left (`within`):
    each expected mean square is drawn as the one found times f / chi²(f), f its degrees of freedom,
    and the share computed from each draw. With few replications that covers the share where
    intervals by approximate F do not.
    """
    random, m = np.random.default_rng(seed), points
    freedoms = (m - 1, n - 1, (m - 1) * (n - 1))
    a, b, c = (
        square * f / random.chisquare(f, DRAWS)
        for square, f in zip((between, luck, within), freedoms, strict=True)
    )
    parameters = np.maximum(a - c, 0.0) / n
    total = parameters + np.maximum(b - c, 0.0) / m + c
    low, high = np.quantile(parameters / total, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _bootstrap(
    count: Any, means: Floats, variances: Floats, shared: float, common: bool, level: float,
    seed: int, row: Ints | None = None,
) -> tuple[float, float]:
    """Return the percentile interval of the share over resamples of points, or of their rows.

    Common luck, which resampling points does not vary, is drawn besides: its variance, found with f
    degrees of freedom, times f / chi²(f), as in `_two_way`.
    """
    random, points = np.random.default_rng(seed), len(count)
    own = variances / count
    covariance, variance, freedom = 0.0, 0.0, 1.0
    if common:
        covariance = max((points * shared - float(own.mean())) / (points - 1), 0.0)
        weight, freedom = _overlap(count)
        variance = covariance / weight
    apart = means - means.mean()
    columns = np.stack([np.ones(points), variances, own, apart, apart**2])
    if row is not None:
        of = np.unique(row, return_inverse=True)[1]
        columns = np.stack([np.bincount(of, weights=column) for column in columns])
    blocks = columns.shape[1]
    shares = np.empty(RESAMPLES)
    for i in range(RESAMPLES):
        times = np.bincount(random.integers(0, blocks, blocks), minlength=blocks)
        number, *sums = columns @ times
        luck, left, mean, square = np.array(sums) / number
        luck = max(luck + variance * (freedom / random.chisquare(freedom) - 1.0), 0.0)
        # Once for n - 1, once more as a resample repeats points: (m - 1) / m of their variance.
        spread = (square - mean**2) * (blocks / (blocks - 1)) ** 2
        parameters = max(spread - (left - covariance), 0.0)
        shares[i] = parameters / (luck + parameters) if luck + parameters > 0 else np.nan
    low, high = np.nanquantile(shares, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _overlap(count: Any) -> tuple[float, float]:
    """Return what common luck is told by, if points have the first so many replications each.

    The mean of 1 / max(n_p, n_q) over pairs of points, which is the covariance of their means for a
    common variance of 1; and the degrees of freedom of that variance, averaged over points: two of
    them share those of the shorter, so it is 1 / mean of 1 / (max(n_p, n_q) - 1), p = q included.
    """
    ordered, points = np.sort(count), len(count)
    below = np.arange(points)  # of how many others this is the longer one
    weight = float((2 * below / ordered).sum()) / (points * (points - 1))
    freedom = points**2 / float(((2 * below + 1) / (ordered - 1)).sum())
    return weight, freedom
