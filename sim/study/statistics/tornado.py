"""Tornado: how far one outcome swings as each factor goes from its low end to its high end."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.study.statistics.contrast import Design, Estimate, difference_of, mean_over
from sim.study.statistics.intervals import intervals
from sim.study.statistics.levels import BINS, Level, design_of, levels_of, runs_of
from sim.study.statistics.medians import median_over
from sim.study.statistics.sample import Floats, Sample, check, in_order, sample_of

if TYPE_CHECKING:
    import pandas as pd

FEW = 10
"""Draws per bin below which swings of drawn numbers come from a regression on ranks."""


@dataclass(frozen=True, kw_only=True)
class _Ends:
    """The two ends of a factor and what the outcome is there."""

    low: Any
    high: Any
    mean_low: float
    mean_high: float
    swing: Estimate
    method: str
    median_low: float = math.nan
    median_high: float = math.nan


def tornado(
    points: pd.DataFrame, runs: pd.DataFrame, outcome: str, *, sampled: Collection[str] = (),
    random_numbers: str = "common", dates: Collection[str] = (), horizon: Any = None,
    rows: int | None = None,
) -> pd.DataFrame:
    """Return the swing of an outcome between the two ends of each factor, the largest first.

    Numbers swing from their least to their greatest level, or from the lowest to the highest fifth
    of the points if they have more than five; texts from the level with the least mean to that with
    the greatest (with more than two levels that makes the swing a little too large, by luck). With
    fewer than 50 draws (but not with rows), a drawn number with more than five values swings by 0.8
    times its slope in the least-squares regression of the draws' means on the ranks (from 0 to 1)
    of all drawn numbers: from the middle of the lowest to that of the highest fifth, if the outcome
    is linear in ranks.

    Parameters
    ----------
    points, runs, sampled, random_numbers, dates, horizon, rows
        As in `main_effects`; of dates the restricted mean is taken.
    outcome
        Name of a column.

    Returns
    -------
    DataFrame
        One row per factor that has two levels or more: `factor`; `low` and `high`, the levels;
        `mean_low` and `mean_high`, the outcome there; `swing`, with `low_90`, `high_90`, `low_99`,
        `high_99`; `method`: "levels", "fifths" or "ranks"; `measure`: "mean", or "restricted mean"
        where a date is censored; `median_low` and `median_high`: of dates, the medians by
        Kaplan-Meier, but not of "ranks". Sorted by size of the swing; what cannot be told comes
        last.

    Raises
    ------
    InputError
        As in `main_effects`.

    References
    ----------
    R. L. Iman, W. J. Conover, "The use of the rank transform in regression", Technometrics 21,
    1979, https://doi.org/10.1080/00401706.1979.10489820
    """
    import pandas as pd

    check(runs, [outcome])
    runs = in_order(runs_of(points, runs))
    sample = sample_of(runs, outcome, dates=dates, horizon=horizon)
    design = design_of(points, sample, sampled, random_numbers, rows)
    at = points.index.get_indexer(sample.points)
    ranked = {} if rows else _ranked(points.iloc[at], sample.restricted, sampled, design)
    found = []
    for factor in points.columns:
        ends = ranked.get(factor) or _by_levels(
            sample, levels_of(points[factor]), at, design, outcome in dates
        )
        if ends:
            swing = ends.swing
            around = intervals(swing.mean, swing.variance**0.5, swing.freedom)
            row = {"factor": factor} | asdict(ends) | {"swing": swing.mean}
            found.append(row | {name: float(end) for name, end in around.items()})
    columns = ["factor", "low", "high", "mean_low", "mean_high", "swing", "low_90", "high_90"]
    columns += ["low_99", "high_99", "method", "median_low", "median_high"]
    table = pd.DataFrame(found, columns=columns)
    table["measure"] = "mean" if sample.ended.all() else "restricted mean"
    return table.sort_values("swing", key=lambda s: -s.abs(), kind="stable", ignore_index=True)


def _by_levels(
    sample: Sample, levels: list[Level], at: Any, design: Design, date: bool
) -> _Ends | None:
    """Return the ends of a factor by what the outcome is at its lowest and highest level."""
    if len(levels) < 2:
        return None
    restricted, masks = sample.restricted, [level.of[at] for level in levels]
    means = [mean_over(restricted, mask, design).mean for mask in masks]
    low, high = 0, len(levels) - 1
    if math.isnan(levels[0].value) and len(levels) > 2 and not all(map(math.isnan, means)):
        low, high = int(np.nanargmin(means)), int(np.nanargmax(means))
    medians: tuple[float, ...] = (math.nan, math.nan)
    if date:
        medians = tuple(median_over(sample, masks[end], design)[0] for end in (low, high))
    return _Ends(
        low=levels[low].level, high=levels[high].level, mean_low=means[low],
        mean_high=means[high], swing=difference_of(restricted, masks[high], masks[low], design),
        method="fifths" if levels[0].low < levels[0].high else "levels",
        median_low=medians[0], median_high=medians[1],
    )  # fmt: skip


def _ranked(
    points: pd.DataFrame, sample: Sample, sampled: Collection[str], design: Design
) -> dict[str, _Ends]:
    """Return the ends of drawn numbers by regression on ranks, if there are few draws."""
    import pandas as pd

    if design.draws is None or len(np.unique(design.draws)) >= FEW * BINS:
        return {}
    numbers = [name for name in sampled if pd.api.types.is_numeric_dtype(points[name])]
    wanted = [name for name in numbers if points[name].nunique() > BINS]
    known = sample.count > 0
    if not wanted or not known.any():
        return {}
    values = points[numbers].assign(mean=sample.means)[known]
    drawn = values.groupby(design.draws[known]).mean()
    ranks = (drawn[numbers].rank() - 0.5) / len(drawn)
    slopes = _slopes(ranks.to_numpy(), drawn["mean"].to_numpy())
    middle, found = float(drawn["mean"].mean()), {}
    for name in wanted:
        slope, reach = slopes[numbers.index(name)], 1.0 - 1.0 / BINS
        swing = Estimate(reach * slope.mean, reach**2 * slope.variance, slope.freedom)
        low, *_, high = levels_of(drawn[name])
        found[name] = _Ends(
            low=low.level, high=high.level, mean_low=middle - swing.mean / 2,
            mean_high=middle + swing.mean / 2, swing=swing, method="ranks",
        )  # fmt: skip
    return found


def _slopes(ranks: Floats, outcome: Floats) -> list[Estimate]:
    """Return the slopes of least squares with their classical variances."""
    number, factors = ranks.shape
    freedom = number - factors - 1
    if freedom < 1:
        return [Estimate(math.nan, math.nan, math.nan)] * factors
    matrix = np.column_stack([np.ones(number), ranks])
    inverse = np.linalg.pinv(matrix.T @ matrix)
    slopes = inverse @ (matrix.T @ outcome)
    left = float(((outcome - matrix @ slopes) ** 2).sum()) / freedom
    return [
        Estimate(float(slope), left * float(inverse[i, i]), float(freedom))
        for i, slope in enumerate(slopes)
    ][1:]
