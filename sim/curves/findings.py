"""What a study of curves found: rates at t = 0, paths, gaps and their parts."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.curves import explained, published
from sim.curves.explained import Grown
from sim.curves.laid import Laid, Own, laid, own_values
from sim.curves.matching import YEAR, match
from sim.curves.question import (
    BASE,
    HELD,
    LENDLESS,
    UNHELD,
    UNLENT,
    WINDOW,
    Question,
    asked,
    capability,
    named,
    output,
    software,
)
from sim.limits.jackknife import jackknife
from sim.limits.lifted import Lifted, columns
from sim.model import InputError, Model
from sim.study.results import Results, open_study
from sim.study.statistics.sample import WHOLE, Floats

if TYPE_CHECKING:
    import pandas as pd

BAND = (0.1, 0.5, 0.9)
"""Quantiles of a path."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What a study of curves found; each table is made when it is first asked for."""

    results: Results = field(repr=False)
    question: Question
    lifted: Lifted = field(repr=False)
    curves: tuple[Laid, ...] = field(repr=False)
    """The curves that are laid over the lab."""

    @property
    def model(self) -> Model:
        """The lab as it is."""
        return self.question.model

    @property
    def replications(self) -> int:
        """Replications of each level."""
        return self.results.study.replications

    @property
    def levels(self) -> tuple[str, ...]:
        """The lab as it is, with experiments held, then without ever more."""
        return (BASE, *self.question.cumulative)

    @property
    def ends(self) -> tuple[float, float]:
        """Half the horizon and its end, days."""
        return self.model.horizon / 2, self.model.horizon

    @cached_property
    def early(self) -> dict[str, tuple[int, float]]:
        """Levels some of whose runs ended before the horizon: how many, and the first end, days."""
        found = {}
        for level, point in self.lifted.levels.items():
            runs = self.results.runs[(self.results.runs["point"] == point).to_numpy()]
            cut = runs[~runs["end_reason"].isin(WHOLE).to_numpy()]
            if len(cut):
                found[level] = len(cut), float(cut["end_time"].min())
        return found

    def grown(self, level: str) -> Floats:
        """Return growth of ln software since t = 0: date × replication, NaN: the run had ended."""
        numbers = range(len(self.question.dates))
        table = np.stack([self.lifted.matrix([level], software(i))[0] for i in numbers])
        return np.asarray(table - table[0])

    @cached_property
    def compared(self) -> Grown:
        """Growth of the levels that a gap is parted by, over replications that reach the window.

        Raises
        ------
        InputError
            If none does.
        """
        dates = list(self.question.dates)
        own = np.stack([self.grown(level) for level in self.levels])
        window, later = own[:, dates.index(WINDOW)], own[:, [dates.index(t) for t in self.ends]]
        known = ~np.isnan(window).any(axis=0)
        if not known.any():
            raise InputError(
                f"curves: runs must last beyond {WINDOW:g} d, over which curves are matched, but "
                f"all ended before ({self._reasons}); choose another lab"
            )
        return Grown(
            levels=self.levels, window=window[:, known], dates=self.ends,
            later=np.swapaxes(later[:, :, known], 1, 2),
        )

    @cached_property
    def ending(self) -> tuple[float, float, float]:
        """Software of the lab as it is at the horizon with its 90% interval, doublings."""
        later = self.compared.later[:, :, -1]
        values = later[0][~np.isnan(later).any(axis=0)]
        if not len(values):
            return math.nan, math.nan, math.nan
        found = jackknife(lambda means: means, values / explained.LN2)
        return float(found.value), float(found.low), float(found.high)

    @cached_property
    def rates(self) -> pd.DataFrame:
        """How fast each lab grows over the window (`sim.curves.explained.rates`)."""
        return explained.rates(self.compared, WINDOW)

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """The gap of each curve, and its parts (`sim.curves.explained.gaps`)."""
        return explained.gaps(self.compared, self.curves, self.question.steps, WINDOW)

    @cached_property
    def rematched(self) -> pd.DataFrame:
        """The gap to each lab of the curve matched to it (`sim.curves.explained.rematched`)."""
        return explained.rematched(self.compared, self.curves, WINDOW)

    @cached_property
    def effects(self) -> pd.DataFrame:
        """What each removal does alone: `level`, `against`, `date`, `software`, `effect` with ends.

        Against the lab with experiments held; `no_retraining, nothing lent` against it with nothing
        lent, `no_retraining, not held` against the lab as it is. `held, nothing lent` tells what
        not to lend does. Ln units; `pairs` are the replications known at both.
        """
        import pandas as pd

        alone = [named((step,)) for step in self.question.steps]
        against = {level: HELD for level in (*alone, LENDLESS)} | {UNLENT: LENDLESS, UNHELD: BASE}
        dates, rows = list(self.question.dates), []
        for level, base in against.items():
            if level not in self.lifted.levels:
                continue
            for date in self.ends:
                both = np.stack([self.grown(name)[dates.index(date)] for name in (level, base)])
                known = both[:, ~np.isnan(both).any(axis=0)]
                found = jackknife(lambda m: np.stack([m[0], m[0] - m[1]]), known)
                one, two = (
                    replace(found, value=found.value[i], low=found.low[i], high=found.high[i])
                    for i in (0, 1)
                )
                rows.append({
                    "level": level, "against": base, "date": date,
                    **columns("software", one), **columns("effect", two), "pairs": found.pairs,
                })  # fmt: skip
        return pd.DataFrame(rows)

    @cached_property
    def own(self) -> Own | None:
        """What the lab states that curves have a parameter for."""
        return own_values(self.model)

    @cached_property
    def claims(self) -> pd.DataFrame:
        """What published models claim, matched or not (`sim.curves.published.claims`)."""
        curves = {curve.name: curve for curve in self.curves}
        growth = float(self.compared.window[0].mean())
        return published.claims(curves, self.own, growth, WINDOW)

    @cached_property
    def effort(self) -> float:
        """How many times the research output of the first part of the run the last one has."""
        last = len(self.question.parts) - 1
        first, later = (self.lifted.matrix([BASE], output(i))[0] for i in (0, last))
        known = ~np.isnan(later)
        before = float(first[known].mean()) if known.any() else 0.0
        return float(later[known].mean()) / before if before > 0 else math.nan

    @cached_property
    def paths(self) -> pd.DataFrame:
        """Ln software since t = 0 by date, and capability of what is deployed.

        One row per line and date: `line` (a level or a curve), `sort` (lab, curve), `date` (days),
        `software` (of labs the mean, of curves the curve at published midpoints), `low`, `median`,
        `high` (the middle 80% of replications, or of draws from published ranges), `capability`
        (mean, OOM; of labs with releases), `runs` (still going then). Of a level only dates up to
        the first early end; a curve that is out of all bounds is inf.
        """
        import pandas as pd

        growth = float(self.compared.window[0].mean())
        years = np.array(self.question.dates) / YEAR
        rows = [row for curve in self.curves for row in self._curve(curve, growth, years)]
        return pd.concat([self.labs, pd.DataFrame(rows)], ignore_index=True)

    @cached_property
    def labs(self) -> pd.DataFrame:
        """Those of the paths that are of labs."""
        import pandas as pd

        rows: list[dict[str, object]] = []
        for level in self.lifted.levels:
            table = self.grown(level)
            for i, date in enumerate(self.question.dates):
                value = table[i]
                if np.isnan(value).any():
                    break
                low, median, high = np.quantile(value, BAND).tolist()
                rows.append({
                    "line": level, "sort": "lab", "date": date, "software": float(value.mean()),
                    "low": low, "median": median, "high": high,
                    "capability": self._capability(level, i), "runs": len(value),
                })  # fmt: skip
        return pd.DataFrame(rows)

    def curve(self, name: str) -> Laid:
        """Return a curve by its name."""
        return next(curve for curve in self.curves if curve.name == name)

    def _curve(self, curve: Laid, growth: float, years: Floats) -> list[dict[str, object]]:
        middle = match(curve.build, growth, WINDOW / YEAR).path(years)
        drawn = np.array([match(b, growth, WINDOW / YEAR).path(years) for b in curve.draws])
        band = (
            np.quantile(drawn, BAND, axis=0, method="inverted_cdf")
            if len(drawn) else np.full((3, len(years)), math.nan)
        )  # fmt: skip
        return [
            {
                "line": curve.name, "sort": "curve", "date": date, "software": float(middle[i]),
                "low": float(band[0, i]), "median": float(band[1, i]), "high": float(band[2, i]),
                "capability": math.nan, "runs": len(drawn),
            }
            for i, date in enumerate(self.question.dates)
        ]

    def _capability(self, level: str, number: int) -> float:
        if not self.question.releases:
            return math.nan
        return float(self.lifted.matrix([level], capability(number))[0].mean())

    @property
    def _reasons(self) -> str:
        reasons = dict.fromkeys(self.results.runs["end_reason"].tolist())
        return ", ".join(reason for reason in reasons if reason not in WHOLE)


def findings(results: Results, question: Question | None = None) -> Findings:
    """Return what a study of curves found.

    Parameters
    ----------
    results
        The study.
    question
        What it answers, if it is at hand: to have it again takes pilot runs.

    Raises
    ------
    InputError
        If it is another kind of study.
    """
    question = question or asked(results)
    lifted = Lifted.of(results)
    same = {name: lifted.levels[other] for name, other in question.same.items()}
    return Findings(
        results=results, question=question,
        lifted=replace(lifted, levels={**lifted.levels, **same}),
        curves=laid(question.model, seed=results.study.seed),
    )


def open_findings(path: Path | str) -> Findings:
    """Return what the study of curves in a folder found; errors as `findings`."""
    return findings(open_study(path))

