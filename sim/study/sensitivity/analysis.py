"""Sensitivity of a study's outcomes, by the method that its design is made for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.study.statistics.intervals import LEVEL

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.results import Results


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """Which factors make the outcomes of a study vary.

    Tables have a row per outcome, or per outcome and factor; factors in the order of the study.
    All intervals are percentile intervals of a bootstrap over rows, trajectories or draws.
    """

    results: Results = field(repr=False)
    """The study."""
    method: str
    """"sobol" (design saltelli), "morris", or "sample" (any other design)."""
    level: float
    """Level of all intervals."""
    outcomes: tuple[str, ...]
    """Names of the outcomes, in order."""
    factors: tuple[str, ...]
    """Names of the factors that move, in order."""
    measure: Mapping[str, str]
    """What was taken of each outcome: "value", or "min(date, horizon)" where a date is censored."""
    variance: pd.DataFrame = field(repr=False)
    """Luck and parameters: `outcome`, `measure`, `mean` (over the factors' ranges), `luck` and
    `parameters` (variances), `share` of the parameters in their sum with `share_low`,
    `share_high`; `runs`, `points` and `rows` that it is made of (rows: 0 without rows), `dropped`
    (rows, or points, left out as a run of theirs has no outcome). Of method "sobol" also
    `sum_first` and `interactions`, 1 - sum_first, each with `_low`, `_high`; else NaN."""
    first_and_total: pd.DataFrame | None = field(repr=False)
    """Sobol' indices of the expected outcome, of method "sobol": `outcome`, `factor`; `first`,
    `total` and `interactions` (total - first), each with `_low`, `_high`; `first_of_all` and
    `total_of_all`, the first two as shares of all variance, luck included: beside them a bar
    `1 - share` of `variance` is luck."""
    morris: pd.DataFrame | None = field(repr=False)
    """Elementary effects, of method "morris", in units of the outcome per whole range of the
    factor (0 to 1 in probability): `outcome`, `factor`, `mu`, `mu_low`, `mu_high`, `mu_star`,
    `mu_star_low`, `mu_star_high`, `sigma` (without luck), `luck` (standard deviation that luck
    gives one mean effect), `trajectories`."""
    pawn: pd.DataFrame = field(repr=False)
    """PAWN indices, of all designs: `outcome`, `factor`, `median`, `median_low`, `median_high`,
    `maximum`, `maximum_low`, `maximum_high` (Kolmogorov-Smirnov distances over slices), `slices`,
    `dummy` (95% quantile of the median of a factor that does nothing), `beyond_noise` (median above
    it), `dummy_maximum`."""
    rank_correlations: pd.DataFrame = field(repr=False)
    """`sim.study.statistics.rank_correlations`, of all designs."""
    notes: tuple[str, ...] = ()
    """What must be said with the numbers, in sentences."""


def analyse(
    results: Results, outcomes: Sequence[str] | None = None, *, level: float = LEVEL, seed: int = 0
) -> Sensitivity:
    """Return the sensitivity of outcomes to the factors of a study.

    Parameters
    ----------
    results
        A study's; one that is not finished will do.
    outcomes
        Names; absent, all of the study's.
    level
        Level of the intervals.
    seed
        Of the bootstrap.
    """
    raise NotImplementedError
