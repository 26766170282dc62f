"""Differences between points: paired on common random numbers, or of independent samples.

Both are those of `sim.study.paired.difference`, and of Welch, for all points at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model import InputError
from sim.model.errors import show, unknown_name
from sim.study.statistics.intervals import intervals
from sim.study.statistics.sample import Floats, Ints, Sample, check, in_order, sample_of

if TYPE_CHECKING:
    import pandas as pd

TOLD = {"mean", "difference", "low", "high", "variance", "freedom"}
"""First words of the columns that tell something."""


def paired(
    runs: pd.DataFrame, outcomes: Sequence[str], against: Any, *, random_numbers: str = "common",
    dates: Collection[str] = (), horizon: Any = None,
) -> pd.DataFrame:
    """Return differences between points, replication by replication, on common random numbers.

    Parameters
    ----------
    runs, outcomes, dates, horizon
        As in `per_point`.
    against
        The baseline: the number of a point, against which all others stand; or a Series, by point,
        of the point that each stands against (see `counterparts`).
    random_numbers
        Those of the study; differences are paired only if they are `common`.

    Returns
    -------
    DataFrame
        One row per pair of points and outcome: `point`, `against`, `outcome`; `measure`: "mean",
        or "restricted mean" where a date is censored (see `sim.study.statistics.sample`), or
        "none" where it is and the horizons differ: nothing is told then; `mean` and `mean_against`
        over all that is known; `difference` of the pairs, with `low_90`, `high_90`, `low_99`,
        `high_99` (Student's t); `pairs` and `missing` (replications of either that are no pair);
        `variance_ratio`: below 1 the common random numbers save replications by this factor.

    Raises
    ------
    InputError
        If random numbers are independent, the baseline has no runs, or as in `per_point`.

    References
    ----------
    A. M. Law, *Simulation Modeling and Analysis*, 5th ed., 2015, sections 10.2.1 and 11.2.
    """
    if random_numbers != "common":
        raise InputError(
            "statistics: paired differences need common random numbers, got random_numbers="
            f"{show(random_numbers)}; take unpaired differences, or set random_numbers: common"
        )
    return _all(runs, outcomes, against, dates, horizon, _paired)


def unpaired(
    runs: pd.DataFrame, outcomes: Sequence[str], against: Any, *, dates: Collection[str] = (),
    horizon: Any = None,
) -> pd.DataFrame:
    """Return differences between points as of independent samples, with Welch's intervals.

    Parameters and result as in `paired`, but for `n`, `n_against` (values known) and `freedom`
    (degrees of freedom) in place of `pairs`, `missing` and `variance_ratio`. On common random
    numbers these intervals are mostly too wide.

    References
    ----------
    B. L. Welch, "The generalization of 'Student's' problem when several different population
    variances are involved", Biometrika 34, 1947, https://doi.org/10.1093/biomet/34.1-2.28
    """
    return _all(runs, outcomes, against, dates, horizon, _welch)


def counterparts(points: pd.DataFrame, factor: str, level: Any) -> pd.Series:
    """Return, by point, the point that has `level` of a factor and is otherwise the same.

    Points at that level, and those that have no such counterpart, are left out.

    Raises
    ------
    InputError
        If there is no such factor or level, or no point with a counterpart.
    """
    import pandas as pd

    if factor not in points:
        raise InputError(f"statistics: {unknown_name('factor', factor, points.columns)}")
    base = (points[factor] == level).to_numpy()
    if not base.any():
        levels = map(str, points[factor].drop_duplicates())
        raise InputError(f"statistics: {unknown_name(f'level of {factor}', level, levels)}")
    others = [name for name in points.columns if name != factor]
    number = pd.Series(0, index=points.index)
    if others:
        number = points.groupby(others, sort=False, dropna=False).ngroup()
    baseline = number[base].drop_duplicates()
    of = pd.Series(baseline.index, index=baseline.to_numpy())
    found = number[~base].map(of).dropna().astype("int64")
    if found.empty:
        raise InputError(
            f"statistics: no two points differ only in '{factor}', got {len(points)} points; "
            "cross it with the others (levers=cross), or take main_effects"
        )
    return found.rename("against")


def _all(
    runs: pd.DataFrame, outcomes: Sequence[str], against: Any, dates: Collection[str],
    horizon: Any, of: Any,
) -> pd.DataFrame:
    import pandas as pd

    check(runs, outcomes)
    runs = in_order(runs)
    tables = []
    for outcome in outcomes:
        sample = sample_of(runs, outcome, dates=dates, horizon=horizon)
        this, that = _indices(sample, against)
        names = {"point": sample.points[this], "against": sample.points[that], "outcome": outcome}
        table = pd.DataFrame(names | of(sample, this, that, runs))
        told = [name for name in table.columns if name.split("_")[0] in TOLD]
        table.loc[table["measure"] == "none", told] = np.nan
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _indices(sample: Sample, against: Any) -> tuple[Ints, Ints]:
    """Return the points and the points that they stand against, as indices."""
    points = sample.points
    if np.ndim(against) == 0:
        if against not in points:
            raise InputError(
                f"statistics: the baseline must be a point with runs, got {show(against)}; "
                "choose one that has been run"
            )
        that = int(np.searchsorted(points, against))
        this = np.delete(np.arange(len(points)), that)
        return this, np.full(len(this), that)
    both = np.isin(against.index, points) & np.isin(against.to_numpy(), points)
    pairs = against[both]
    return np.searchsorted(points, pairs.index), np.searchsorted(points, pairs.to_numpy())


def _pairs(sample: Sample, this: Ints, that: Ints) -> tuple[Ints, Floats, Floats]:
    """Return the pairs of known values: which pair of points, first and second value."""
    width = int(sample.replication.max(initial=0)) + 1
    key = sample.of * width + sample.replication
    count = sample.count
    start = np.cumsum(count) - count
    pair = np.repeat(np.arange(len(this)), count[this])
    offset = np.arange(len(pair)) - np.repeat(np.cumsum(count[this]) - count[this], count[this])
    row = start[this][pair] + offset
    wanted = that[pair] * width + sample.replication[row]
    at = np.minimum(np.searchsorted(key, wanted), max(len(key) - 1, 0))
    found = key[at] == wanted if len(key) else np.zeros(0, dtype=bool)
    pair, row, at = pair[found], row[found], at[found]
    return pair, sample.value[row], sample.value[at]


def _paired(sample: Sample, this: Ints, that: Ints, runs: pd.DataFrame) -> dict[str, Any]:
    size = len(this)
    pair, x, y = _pairs(sample.restricted, this, that)
    count = np.bincount(pair, minlength=size)

    def variance(values: Floats) -> tuple[Floats, Floats]:
        mean = np.bincount(pair, weights=values, minlength=size) / count
        squares = np.bincount(pair, weights=(values - mean[pair]) ** 2, minlength=size)
        return mean, np.where(count > 1, squares / (count - 1), np.nan)

    with np.errstate(divide="ignore", invalid="ignore"):
        mean, spread = variance(x - y)
        apart = variance(x)[1] + variance(y)[1]
        ratio = np.where(apart > 0, spread / apart, np.nan)
        error = np.sqrt(spread / count)
    either = _either(runs, sample, this, that)
    return _means(sample, this, that) | {"difference": mean} | intervals(mean, error, count - 1) | {
        "pairs": count, "missing": either - count, "variance_ratio": ratio,
    }  # fmt: skip


def _either(runs: pd.DataFrame, sample: Sample, this: Ints, that: Ints) -> Ints:
    """Return the number of replications that either point of each pair has, known or not."""
    of = np.searchsorted(sample.points, runs["point"].to_numpy())
    width = int(runs["replication"].max()) + 1 if len(runs) else 1
    number = runs["replication"].to_numpy(np.int64)
    key = of * width + number
    start = np.cumsum(sample.runs) - sample.runs
    pair = np.repeat(np.arange(len(this)), sample.runs[this])
    first = np.repeat(np.cumsum(sample.runs[this]) - sample.runs[this], sample.runs[this])
    row = start[this][pair] + np.arange(len(pair)) - first
    both = np.isin(that[pair] * width + number[row], key)
    shared = np.bincount(pair[both], minlength=len(this))
    return sample.runs[this] + sample.runs[that] - shared


def _welch(sample: Sample, this: Ints, that: Ints, _: pd.DataFrame) -> dict[str, Any]:
    means = _means(sample, this, that)
    restricted = sample.restricted
    n, variance = restricted.count, restricted.variances
    with np.errstate(divide="ignore", invalid="ignore"):
        share = variance / n
        total = share[this] + share[that]
        parts = share[this] ** 2 / (n[this] - 1) + share[that] ** 2 / (n[that] - 1)
        freedom = np.where(total > 0, total**2 / parts, n[this] + n[that] - 2)
    difference = means["mean"] - means["mean_against"]
    return means | {"difference": difference} | intervals(
        difference, np.sqrt(total), freedom
    ) | {"n": n[this], "n_against": n[that], "freedom": freedom}  # fmt: skip


def _means(sample: Sample, this: Ints, that: Ints) -> dict[str, Any]:
    mean = sample.restricted.means
    censored = sample.sums(~sample.ended) > 0
    differ = sample.horizon[this] != sample.horizon[that]  # also of what is no date: NaN
    restricted = np.where(differ, "none", "restricted mean")
    measure = np.where(censored[this] | censored[that], restricted, "mean")
    return {"measure": measure, "mean": mean[this], "mean_against": mean[that]}
