"""Main effects: what outcomes are on average at each level of a factor, the others varying."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from sim.study.statistics.contrast import mean_over
from sim.study.statistics.intervals import intervals
from sim.study.statistics.levels import BINS, design_of, levels_of, runs_of
from sim.study.statistics.medians import median_over
from sim.study.statistics.sample import check, in_order, sample_of

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "factor", "level", "value", "from", "to", "outcome", "points", "runs", "measure", "mean",
    "low_90", "high_90", "low_99", "high_99", "median", "median_low", "median_high", "reached",
)  # fmt: skip
NO_DATE = (math.nan,) * 4


def main_effects(
    points: pd.DataFrame, runs: pd.DataFrame, outcomes: Sequence[str], *,
    sampled: Collection[str] = (), random_numbers: str = "common", dates: Collection[str] = (),
    horizon: Any = None, bins: int = BINS, rows: int | None = None,
) -> pd.DataFrame:
    """Return the mean of each outcome by level of each factor, over all points at that level.

    A level's points are weighed alike. What the interval covers depends on what is random: the
    luck of replications, and, where factors are drawn, that other values could have been drawn
    (see `sim.study.statistics.contrast`).

    Parameters
    ----------
    points
        Factors, by point; runs of other points are left out, so that a part of the points shows
        the effects within that part.
    runs, outcomes, dates, horizon
        As in `per_point`.
    sampled
        Factors whose values are drawn: uncertainties of a Latin hypercube, Sobol' sequence or
        Morris' trajectories, and levers sampled with them; not those of a grid or a list.
    random_numbers
        `common`, `independent` or `rows`, as in the study.
    rows
        Points of a row of the design (`Study.row_length`), if it has rows; each is then one draw.
    bins
        Numbers of more different values are put into so many bins with equally many points.

    Returns
    -------
    DataFrame
        One row per factor, level and outcome: `factor`; `level`, `value`, `from`, `to` (see
        `sim.study.statistics.levels.Level`); `outcome`; `points` with known values, `runs` (those
        values); `measure`: "mean", or "restricted mean" where a date is censored; `mean` with
        `low_90`, `high_90`, `low_99`, `high_99`; of dates, by Kaplan-Meier, `median` with
        `median_low` and `median_high` (90%), `inf` where later than what is known, and `reached`,
        the share by then.

    Raises
    ------
    InputError
        As in `per_point`, or if `sampled` names no factor.

    References
    ----------
    A. M. Law, *Simulation Modeling and Analysis*, 5th ed., 2015, section 12.2 (main effects).
    """
    import pandas as pd

    check(runs, outcomes)
    runs = in_order(runs_of(points, runs))
    groups = {name: levels_of(points[name], bins) for name in points.columns}
    lines = []
    for outcome in outcomes:
        sample = sample_of(runs, outcome, dates=dates, horizon=horizon)
        restricted = sample.restricted
        design = design_of(points, sample, sampled, random_numbers, rows)
        at = points.index.get_indexer(sample.points)
        some, censored = restricted.count > 0, sample.sums(~sample.ended) > 0
        for factor, levels in groups.items():
            for level in levels:
                here = level.of[at]
                found = mean_over(restricted, here, design)
                ends = intervals(found.mean, found.variance**0.5, found.freedom)
                measure = "restricted mean" if censored[here].any() else "mean"
                row: tuple[Any, ...] = (factor, level.level, level.value, level.low, level.high)
                row += (outcome, int((some & here).sum()), int(restricted.count[here].sum()))
                row += (measure, found.mean, *map(float, ends.values()))
                dated = median_over(sample, here, design) if outcome in dates else NO_DATE
                lines.append(row + dated)
    table = pd.DataFrame(lines, columns=list(COLUMNS))
    order = {name: number for number, name in enumerate(groups)}
    return table.sort_values("factor", key=lambda f: f.map(order), kind="stable", ignore_index=True)
