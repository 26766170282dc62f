"""Comparisons: scenarios on the same random numbers, and what differs between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import leverage, speedup
from sim.metrics.compared import COMPARED, Compared
from sim.model import InputError, Model
from sim.study.ensemble import Ensemble, ensemble
from sim.study.paired import LEVELS, difference

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Comparison:
    """Ensembles of two or more scenarios, replication by replication on the same random numbers.

    Attributes
    ----------
    differences
        One row per scenario after the first, and outcome in `COMPARED`: `outcome`, `scenario`,
        `against` (the first), `mean` and `mean_against` (over the pairs), `difference`, the ends
        of its 90 % and 99 % confidence intervals `low_90`, `high_90`, `low_99`, `high_99` (see
        `sim.study.paired`), `ratio` of the means with `ratio_low_90` and `ratio_high_90` (see
        `sim.metrics.speedup.ratio_of_means`), `pairs`, `missing` (pairs in which the outcome is
        not known on either side, left out) and `variance_ratio` (paired over independent).
    """

    ensembles: Mapping[str, Ensemble] = field(repr=False)
    """By name of the scenario, in the order given; those without a finished run included."""
    replications: int
    """Number that was asked for."""
    seed: int
    """Seed of all of them."""
    interrupted: bool = False
    """Whether Ctrl-C stopped it before all replications had been run."""

    @property
    def pairs(self) -> int:
        """Number of replications that all scenarios have."""
        runs = ({run.replication for run in e.runs} for e in self.ensembles.values())
        return len(set.intersection(*runs))

    @cached_property
    def differences(self) -> pd.DataFrame:
        """What differs, with intervals."""
        import pandas as pd

        first, *others = self.ensembles
        known = {name: _outcomes(found) for name, found in self.ensembles.items()}
        return pd.DataFrame(
            [
                {"outcome": outcome, "scenario": name, "against": first}
                | _row(COMPARED[outcome], *self._paired(name, first, outcome, known))
                for name in others
                for outcome in COMPARED
            ]
        )

    def _paired(
        self, name: str, first: str, outcome: str, known: Mapping[str, pd.DataFrame]
    ) -> tuple[Any, Any]:
        """Return an outcome of both scenarios, by the replications that both have."""
        one, other = known[name][outcome], known[first][outcome]
        both = one.index.intersection(other.index)
        if outcome == "cycle_time" and len(both):
            cycles = speedup.cycle_times(self.ensembles[name], self.ensembles[first])
            means = cycles.groupby("replication").mean().reindex(both)
            return means["first"], means["second"]
        return one[both], other[both]


def compare(
    models: Mapping[str, Model],
    *,
    replications: int,
    seed: int,
    engine: str = "auto",
    workers: int = 1,
    progress: Progress | None = None,
) -> Comparison:
    """Run scenarios on the same random numbers and compare them.

    Replication n of every scenario draws the same numbers for the same decisions, so that luck
    that strikes both does not count as a difference.

    Parameters
    ----------
    models
        Two or more models by name; the others are compared against the first.
    replications, seed, engine, workers
        As in `sim.ensemble`, of each scenario.
    progress
        Called with the name of the scenario and how many of its replications are done.

    Returns
    -------
    Comparison
        If Ctrl-C stopped it, with what was finished.

    Raises
    ------
    InputError
        For fewer than two models, different horizons, or a seed, engine or number out of range.
    """
    check(models)
    found: dict[str, Ensemble] = {}
    interrupted = False
    for name, model in models.items():
        if interrupted:
            found[name] = Ensemble(model, seed, (), interrupted=True)
            continue
        try:
            found[name] = ensemble(
                model, replications=replications, seed=seed, engine=engine, workers=workers,
                progress=_told(progress, name),
            )
        except KeyboardInterrupt:  # between the runs of one scenario and those of the next
            found[name] = Ensemble(model, seed, (), interrupted=True)
        interrupted = found[name].interrupted
    return Comparison(found, replications, seed, interrupted)


def _told(progress: Progress | None, name: str) -> Callable[[int], None] | None:
    return None if progress is None else lambda done: progress(name, done)


def check(models: Mapping[str, Model]) -> None:
    """Raise `InputError` unless there are two or more models that run equally long."""
    if len(models) < 2:
        raise InputError(
            f"compare: needs two or more scenarios, got {len(models)}; name another one"
        )
    (first, days), *others = ((name, model.horizon) for name, model in models.items())
    for name, other in others:
        if other != days:
            raise InputError(
                f"compare: scenarios must have the same horizon, got {days:g} days in '{first}' "
                f"and {other:g} days in '{name}'; set horizon=DURATION for all"
            )


def _outcomes(found: Ensemble) -> pd.DataFrame:
    """Return the outcomes that are compared, NaN where not known, by replication."""
    import pandas as pd

    if not found.runs:
        index = pd.Index([], dtype="int64", name="replication")
        return pd.DataFrame(index=index, columns=list(COMPARED), dtype="float64")
    table = found.outcomes.set_index("replication")
    people = leverage.by_replication(found.visits, found.model, 0.0).set_index("replication")
    table = table.join(people[["person_days", "output_per_person_day"]])
    short = ~table["end_reason"].isin(["horizon", "deadlock"])
    table = table[list(COMPARED)].astype("float64")
    table.loc[short, [name for name, what in COMPARED.items() if what.to_the_end]] = np.nan
    return table


def _row(what: Compared, first: Any, second: Any) -> dict[str, Any]:
    """Return the numbers of one row of `differences`."""
    x, y = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    known = ~(np.isnan(x) | np.isnan(y))
    x_known, y_known = x[known], y[known]
    found = difference(x, y)
    row = {
        "mean": float(x_known.mean()) if len(x_known) else np.nan,
        "mean_against": float(y_known.mean()) if len(y_known) else np.nan,
        "difference": found.mean,
    }
    for level, (low, high) in zip(LEVELS, found.intervals, strict=True):
        row |= {f"low_{100 * level:.0f}": low, f"high_{100 * level:.0f}": high}
    ratio = speedup.ratio_of_means(x_known, y_known)
    for name, value in (("", ratio.ratio), ("_low_90", ratio.low), ("_high_90", ratio.high)):
        row[f"ratio{name}"] = value if what.ratio else np.nan
    return row | {
        "pairs": found.pairs, "missing": found.missing, "variance_ratio": found.variance_ratio
    }
