"""What figures and sentences of a sensitivity analysis are made from: its tables, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots.study.words import listed
from sim.plots.words import count_of, plain, upper_first

if TYPE_CHECKING:
    import pandas as pd

SOBOL, MORRIS, SAMPLE = "sobol", "morris", "sample"
"""Methods of `sim.study.sensitivity`."""
SMALL = 0.05
"""A value hardly matters if the interval of its total index ends below."""
DATE = "min(date, horizon)"
"""The measure of a date that some runs do not reach."""


def outcomes(found: Any) -> list[str]:
    """Return the outcomes that what is not known moves, in order.

    Their variance says so; where one replication cannot tell it from luck, distances do.
    """
    table = found.variance
    moved = set(table["outcome"][table["parameters"].to_numpy(float) > 0])  # so neither NaN
    if found.results.study.replications == 1:
        untold = set(table["outcome"][table["parameters"].isna().to_numpy()])
        seen = found.pawn["outcome"][found.pawn["beyond_noise"].to_numpy(bool)]
        moved |= untold & set(seen)
    return [str(name) for name in table["outcome"] if name in moved]


def variance(found: Any, outcome: str) -> Any:
    """Return the row of an outcome: what of its variance is luck, and what is not known."""
    return found.variance[(found.variance["outcome"] == outcome).to_numpy()].iloc[0]


def indices(found: Any, outcome: str) -> pd.DataFrame:
    """Return Sobol' indices of an outcome, the largest total first."""
    return _of(found.first_and_total, outcome, "total")


def walks(found: Any, outcome: str) -> pd.DataFrame:
    """Return Morris' measures of an outcome, the largest mu* first."""
    return _of(found.morris, outcome, "mu_star")


def distances(found: Any, outcome: str) -> pd.DataFrame:
    """Return the PAWN distances of an outcome, the largest median first."""
    return _of(found.pawn, outcome, "median")


def ranked(found: Any, outcome: str) -> pd.DataFrame:
    """Return what the method tells of each factor, as `factor`, `value`, `low`, `high`."""
    table, name = {
        SOBOL: (found.first_and_total, "total"), MORRIS: (found.morris, "mu_star"),
        SAMPLE: (found.pawn, "median"),
    }[found.method]
    return renamed(_of(table, outcome, name), name)


def renamed(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a column and its ends as `factor`, `value`, `low`, `high`."""
    columns = {name: "value", f"{name}_low": "low", f"{name}_high": "high"}
    return table[["factor", *columns]].rename(columns=columns)


def leaders(table: pd.DataFrame) -> list[str]:
    """Return the factors that may be the largest: none is surely smaller than the first.

    Parameters
    ----------
    table
        As `ranked` returns it.
    """
    top = table.iloc[0]
    return [str(row.factor) for row in table.itertuples() if not row.high < top["low"]]


def leading(table: pd.DataFrame, one: str, several: str) -> str:
    """Return 'hit matters', 'hit and beta matter', or of more than three 'no single value …'.

    Parameters
    ----------
    table
        As `ranked` returns it.
    one, several
        The verb.
    """
    names = [plain(name) for name in leaders(table)]
    if len(names) > 3:
        return f"no single value surely {one}"
    return f"{listed(names)} {one if len(names) == 1 else several}"


def hardly(found: Any, outcome: str) -> list[str]:
    """Return the factors that hardly matter: surely little, or not told from noise in any way."""
    if found.method == SOBOL:
        table = indices(found, outcome)
        small = table["total_high"].to_numpy(float) < SMALL
    elif found.method == MORRIS:
        table = walks(found, outcome)
        small = table["mu_star_high"].to_numpy(float) < SMALL * float(table["mu_star"].max())
    else:
        table = distances(found, outcome)
        still = np.array([direction(found, outcome, name) == 0 for name in table["factor"]])
        small = ~table["beyond_noise"].to_numpy(bool) & still
    return [str(name) for name in table["factor"][small]]


def direction(found: Any, outcome: str, factor: str) -> int:
    """Return 1 if a higher value goes with more of the outcome, -1 with less, 0 if it is not told.

    Of trajectories that is the sign of mu, of other designs of the rank correlation, if its
    interval is surely on one side of 0. On the whole: in parts of its range a value may do
    otherwise.
    """
    table, name = found.rank_correlations, ""
    if found.method == MORRIS:
        table, name = found.morris, "mu_"
    own = table[((table["outcome"] == outcome) & (table["factor"] == factor)).to_numpy()]
    if own.empty:  # its levels are names
        return 0
    row = own.iloc[0]
    return int(row[f"{name}low"] > 0) - int(row[f"{name}high"] < 0)


def is_date(found: Any, outcome: str) -> bool:
    """Return whether an outcome is a date."""
    return bool(found.results.study.outcomes[outcome].date)


def label(found: Any, outcome: str) -> str:
    """Return 'capability (OOM)'."""
    unit, name = found.results.study.outcomes[outcome].unit, plain(outcome)
    return f"{name} ({unit})" if unit and unit != name else name


def meaning(found: Any, outcome: str) -> str:
    """Return 'one oom: time until a model of 1 OOM is released'; empty if the name says it."""
    one = found.results.study.outcomes[outcome]
    return "" if plain(outcome) == plain(one.kind) else f"{plain(outcome)}: {one.meaning}"


def index(middle: float, low: float, high: float) -> str:
    """Return an index with its interval: '0.52 [0.46, 0.58]'.

    >>> index(0.523, 0.461, 0.584), index(-0.001, np.nan, np.nan)
    ('0.52 [0.46, 0.58]', '0.00')
    """
    texts = [f"{x + 0.0:.2f}".replace("-0.00", "0.00") for x in (middle, low, high)]
    return texts[0] + (f" [{texts[1]}, {texts[2]}]" if np.isfinite(low) else "")


def percent(middle: float, low: float, high: float) -> str:
    """Return a share with its interval: '84% [80%, 88%]'.

    >>> percent(0.84, 0.8, 0.88)
    '84% [80%, 88%]'
    """
    texts = [f"{100 * x + 0.0:.0f}%".replace("-0%", "0%") for x in (middle, low, high)]
    return texts[0] + (f" [{texts[1]}, {texts[2]}]" if np.isfinite(low) else "")


def beneath(found: Any, how: str, shown: list[str]) -> str:
    """Return what stands beneath a title: how it is drawn, what outcomes are, how many runs."""
    parts = [how, *(text for name in shown if (text := meaning(found, name)))]
    if any(found.measure[name] == DATE for name in shown):
        parts.append("a date not reached counts as the horizon")
    points, runs = len(found.results.points), len(found.results.runs)
    parts.append(f"{count_of(points, 'point')}, {count_of(runs, 'run')}")
    return ". ".join(map(upper_first, parts)) + "."


def _of(table: pd.DataFrame, outcome: str, by: str) -> pd.DataFrame:
    own = table[(table["outcome"] == outcome).to_numpy()]
    return own.sort_values(by, ascending=False, kind="stable").reset_index(drop=True)
