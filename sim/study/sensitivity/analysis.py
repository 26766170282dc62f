"""Sensitivity of a study's outcomes, by the method that its design is made for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.study.sensitivity import morris, notes, pawn, sobol
from sim.study.sensitivity.layout import Layout, layout_of
from sim.study.sensitivity.resampling import Interval
from sim.study.statistics import luck_and_parameters, rank_correlations
from sim.study.statistics.intervals import LEVEL
from sim.study.statistics.sample import check

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.results import Results

OF_FIRST = (
    "sum_first", "sum_first_low", "sum_first_high", "interactions", "interactions_low",
    "interactions_high",
)  # fmt: skip
VARIANCE = (
    "outcome", "measure", "mean", "p10", "p90", "luck", "parameters", "share", "share_low",
    "share_high", *OF_FIRST, "runs", "points", "rows", "dropped",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Sensitivity:
    """Which factors make the outcomes of a study vary.

    Tables have a row per outcome, or per outcome and factor; factors in the order of the study.
    What an interval is like, `sobol`, `morris` and `pawn` say.
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
    """Luck and parameters: `outcome`, `measure`, `mean` (over the factors' ranges), `p10` and
    `p90` (what a tenth of the runs is below, and above; NaN unless values are drawn as likely as
    they are: of trajectories and levels they are not), `luck` and `parameters` (variances), `share`
    of the parameters in their sum with `share_low`, `share_high`; `runs`, `points` and `rows` that
    it is made of (rows: 0 without rows), `dropped` (rows, or points, left out as a run of theirs
    has no outcome). Of method "sobol" also `sum_first` and `interactions`, 1 - sum_first, each with
    `_low`, `_high`; else NaN."""
    first_and_total: pd.DataFrame | None = field(repr=False)
    """Sobol' indices of the expected outcome, of method "sobol": `outcome`, `factor`; `first`,
    `total` and `interactions` (total - first), each with `_low`, `_high`; `first_of_all` and
    `total_of_all`, the first two as shares of all variance, luck included: beside them a bar
    `1 - share` of `variance` is luck."""
    morris: pd.DataFrame | None = field(repr=False)
    """Elementary effects, of method "morris", in units of the outcome per whole range of the
    factor (0 to 1 in probability): `outcome`, `factor`, `mu`, `mu_low`, `mu_high`, `mu_star`,
    `mu_star_low`, `mu_star_high`, `sigma` (without luck), `luck` (standard deviation that luck
    gives one effect), `mu_star_luck` (what mu_star would be of a factor that does nothing),
    `trajectories`, `dropped`. Levers crossed with the trajectories are averaged over."""
    pawn: pd.DataFrame = field(repr=False)
    """PAWN indices, of all designs: `outcome`, `factor`, `median`, `median_low`, `median_high`,
    `maximum`, `maximum_low`, `maximum_high` (Kolmogorov-Smirnov distances over slices), `slices`,
    `dummy` (95% quantile of the median of a factor that does nothing), `beyond_noise` (median above
    it), `dummy_maximum`. Levers that are crossed with a sample have rows, too."""
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

    Raises
    ------
    InputError
        If an outcome is unknown, or too few rows or trajectories have it.
    """
    import pandas as pd

    study = results.study
    names = tuple(study.outcomes) if outcomes is None else tuple(outcomes)
    check(results.runs, names)
    layout = layout_of(results)
    moved = [name for name in study.factors if results.points[name].nunique() > 1]
    found = _Tables(layout, tuple(moved), level, seed)
    for name in names:
        found.add(name)
    how = {"dates": layout.dates, "horizon": results.horizon, "level": level}
    frames = {key: pd.DataFrame(rows) if rows else None for key, rows in found.tables.items()}
    if (indices := frames["first_and_total"]) is not None:
        found.notes += notes.of_table(indices)
    variance = frames["variance"]
    if variance is None:
        variance = luck_and_parameters(
            results.runs, names, random_numbers=study.random_numbers, seed=seed,
            rows=study.row_length, **how,
        )
        variance = variance.rename(columns={"left_out": "dropped"}).assign(
            **dict.fromkeys(OF_FIRST, float("nan")), rows=layout.rows,
            mean=[layout.mean(name) for name in names],
            p10=[layout.quantile(name, 0.1) for name in names],
            p90=[layout.quantile(name, 0.9) for name in names],
        )
    return Sensitivity(
        results=results, method=layout.method, level=level, outcomes=names, factors=tuple(moved),
        measure=dict(zip(variance["outcome"], variance["measure"], strict=True)),
        variance=variance[list(VARIANCE)], first_and_total=frames["first_and_total"],
        morris=frames["morris"], pawn=pd.DataFrame(found.tables["pawn"]),
        rank_correlations=rank_correlations(
            results.points, results.runs, names, sampled=layout.sampled, rows=study.row_length,
            **how,
        ),
        notes=tuple(dict.fromkeys(found.notes)),
    )  # fmt: skip


class _Tables:
    """The tables, outcome by outcome."""

    def __init__(self, layout: Layout, factors: Sequence[str], level: float, seed: int) -> None:
        self.layout, self.factors = layout, factors
        self.how: dict[str, Any] = {"level": level, "seed": seed}
        self.tables: dict[str, list[dict[str, Any]]] = {
            "variance": [], "first_and_total": [], "morris": [], "pawn": [],
        }
        self.notes = notes.of_layout(layout)

    def add(self, outcome: str) -> None:
        """Add what is known of an outcome."""
        if self.layout.method == "sobol":
            self._sobol(outcome)
        elif self.layout.method == "morris":
            self._morris(outcome)
        self._pawn(outcome)

    def _sobol(self, outcome: str) -> None:
        layout = self.layout
        found = sobol.indices(layout.array(outcome), **self.how)
        share = float(found.share.value)
        self.tables["variance"].append({
            "outcome": outcome, "measure": layout.measure(outcome), "mean": found.mean,
            "p10": layout.quantile(outcome, 0.1), "p90": layout.quantile(outcome, 0.9),
            "luck": found.luck, "parameters": found.parameters, **_ends("share", found.share),
            **_ends("sum_first", found.sum_first), **_ends("interactions", found.interactions),
            "runs": found.rows * layout.length * layout.replications,
            "points": found.rows * layout.length, "rows": found.rows, "dropped": found.dropped,
        })  # fmt: skip
        for i, factor in enumerate(layout.drawn):
            row: dict[str, Any] = {"outcome": outcome, "factor": factor}
            parts = {
                "first": found.first, "total": found.total, "interactions": found.with_others
            }
            for key, interval in parts.items():
                row |= _ends(key, interval.part(i))
            row["first_of_all"] = row["first"] * share
            row["total_of_all"] = row["total"] * share
            self.tables["first_and_total"].append(row)
        self.notes += notes.of_indices(outcome, found)

    def _morris(self, outcome: str) -> None:
        layout = self.layout
        found = morris.effects(layout.array(outcome), layout.cube, **self.how)
        for i, factor in enumerate(layout.drawn):
            self.tables["morris"].append({
                "outcome": outcome, "factor": factor, **_ends("mu", found.mu.part(i)),
                **_ends("mu_star", found.mu_star.part(i)), "sigma": float(found.sigma[i]),
                "luck": float(found.luck[i]), "mu_star_luck": float(found.mu_star_luck[i]),
                "trajectories": found.trajectories, "dropped": found.dropped,
            })  # fmt: skip

    def _pawn(self, outcome: str) -> None:
        of, y = self.layout.runs(outcome)
        for factor in self.factors:
            cells = self.layout.results.points[factor].to_numpy()
            found = pawn.distances(cells, self.layout.block, of, y, **self.how)
            self.tables["pawn"].append({
                "outcome": outcome, "factor": factor, **vars(found),
                "beyond_noise": found.median > found.dummy,
            })  # fmt: skip


def _ends(name: str, interval: Interval) -> dict[str, float]:
    """Return an estimate and its interval as cells of a table."""
    return {
        name: float(interval.value), f"{name}_low": float(interval.low),
        f"{name}_high": float(interval.high),
    }  # fmt: skip
