"""What figures of studies draw: estimates by level, swings, shares, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics.censored import log_log
from sim.plots.study import words as wording
from sim.plots.study.studied import Studied
from sim.plots.words import plain
from sim.study import statistics
from sim.study.statistics.intervals import LEVEL
from sim.study.statistics.levels import BINS, design_of
from sim.study.statistics.medians import curve_of, design_effect
from sim.study.statistics.sample import sample_of

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 4
"""Points of a sample that a bin holds at least."""
DRAW = "\N{WHITE SQUARE}"
"""Column of the number of the draw: no factor has this name."""
MOST_LEVELS = 6
"""Levels of a lever at each of which the swings of the others are judged."""
HELD = "others held, by regression on ranks"
"""How swings are measured where there are few draws."""
TIMES, EFFECTS = 40, 8
"""Times at which the share that has reached a date is estimated, and its design effect."""


def by_level(found: Studied, outcome: str, factor: str) -> pd.DataFrame:
    """Return what an outcome is at each level of a factor, or in bins of what was drawn.

    Returns
    -------
    DataFrame
        One row per level: `level`; `x`, the same as a number (of a bin its mean); `value`, the mean
        (of a date the median by Kaplan-Meier, `inf` where later) with the ends `low` and `high` of
        its 90% interval, and `points`, `runs` (see `sim.study.statistics.main_effects`).
    """
    return found.kept(
        f"by_level {outcome} {factor}", lambda part: _by_level(part, outcome, factor)
    )


def _by_level(found: Studied, outcome: str, factor: str) -> pd.DataFrame:
    bins = found.ran[factor].nunique()
    if factor in found.sampled and bins > BINS:
        bins = max(2, min(BINS, len(found.ran) // FEWEST))
    # Of the other factors that were drawn only one thing matters: which points share a draw.
    points, how = found.ran[[factor]], found.how
    if found.sampled:
        points = points.assign(**{DRAW: found.draws})
        how = how | {"sampled": [DRAW]}
    table = statistics.main_effects(points, found.runs, [outcome], bins=bins, **how)
    table = table[(table["factor"] == factor).to_numpy()].reset_index(drop=True)
    dated = {"median": "value", "median_low": "low", "median_high": "high"}
    names = dated if found.is_date(outcome) else {
        "mean": "value", "low_90": "low", "high_90": "high"}
    if not found.is_number(factor):
        table["value"] = np.nan
    table = table.rename(columns={"value": "x"} | names)
    return table[["level", "x", "value", "low", "high", "points", "runs"]]


def swings(found: Studied, outcome: str, factors: Sequence[str] | None = None) -> pd.DataFrame:
    """Return how far an outcome moves with each factor (`sim.study.statistics.tornado`)."""
    chosen = list(factors or found.moved)
    return found.kept(f"swings {outcome} {chosen}", lambda part: _swings(part, outcome, chosen))


def _swings(found: Studied, outcome: str, chosen: list[str]) -> pd.DataFrame:
    table = statistics.tornado(
        found.ran[_columns(found, chosen)], found.runs, outcome, **found.how
    )
    return table[table["factor"].isin(chosen).to_numpy()].reset_index(drop=True)


def within(found: Studied, outcome: str) -> list[dict[str, Any]]:
    """Return how far an outcome moves with each lever at each level of each other one.

    Returns
    -------
    list of dict
        Rows of `swings`, with `other` and `at`, the other lever and its level; the largest first.
        Empty of uncertainties, and of levers with more than `MOST_LEVELS` levels as the other one.
    """
    rows: list[dict[str, Any]] = []
    for other in found.levers if len(found.levers) > 1 else ():
        levels = found.levels(other)
        levers = [name for name in found.levers if name != other]
        for level in levels if len(levels) <= MOST_LEVELS else ():
            table = swings(found.of(**{other: level}), outcome, levers)
            rows += [row | {"other": other, "at": level} for row in table.to_dict("records")]
    rows = [row for row in rows if np.isfinite(row["swing"])]
    return sorted(rows, key=lambda row: -abs(row["swing"]))


def _columns(found: Studied, factors: Sequence[str]) -> list[str]:
    """Return factors, and those that tell which points share a draw."""
    return [name for name in found.points.columns if name in factors or name in found.sampled]


def shares(found: Studied) -> pd.DataFrame:
    """Return the split of each outcome's variance into luck and parameters."""
    how = {name: value for name, value in found.how.items() if name != "sampled"}
    return statistics.luck_and_parameters(found.runs, list(found.outcomes), **how)


def reached(found: Studied, outcome: str) -> pd.DataFrame:
    """Return the share of runs that have reached a date by each of `TIMES` times.

    By Kaplan-Meier, each point weighed alike. The interval is the one on the scale of log(-log)
    with Greenwood's variance, times how much more the share varies because runs share draws or
    random numbers (`sim.study.statistics.medians`; at least 1). A share never falls, so neither do
    its ends: each is at least what it was before.

    Returns
    -------
    DataFrame
        `time` (days), `share`, `low`, `high` (90%); up to the last time that is known.
    """
    return found.kept(f"reached {outcome}", lambda part: _reached(part, outcome))


def _reached(found: Studied, outcome: str) -> pd.DataFrame:
    import pandas as pd

    sample = sample_of(found.runs, outcome, dates=found.dates, horizon=found.results.horizon)
    if not len(sample.value):
        return pd.DataFrame({name: [] for name in ("time", "share", "low", "high")})
    weights = 1.0 / sample.count[sample.of]
    curve = curve_of(sample, weights)
    ended = curve.times[curve.ends > 0]
    times = np.unique(np.concatenate([np.linspace(0.0, curve.times[-1], TIMES), _few(ended)]))
    at = np.searchsorted(curve.times, times, side="right")
    longer, variance = np.append(1.0, curve.longer)[at], np.append(0.0, curve.greenwood)[at]
    number = np.append(0.0, np.cumsum(np.bincount(curve.at, weights=sample.ended)))[at]
    design = design_of(found.ran, sample, found.sampled, found.study.random_numbers,
                       found.study.row_length)
    some = _few(ended, EFFECTS) if len(ended) else np.zeros(1)
    effects = [max(design_effect(sample, curve, weights, time, design), 1.0) for time in some]
    more = np.interp(times, some, effects)
    low, high = log_log(longer, more * variance, np.maximum(number / more, 1.0), LEVEL)
    low, high = (np.fmin.accumulate(end) for end in (low, high))
    table = {"time": times, "share": 1.0 - longer, "low": 1.0 - high, "high": 1.0 - low}
    return pd.DataFrame(table)


def _few(times: Any, most: int = TIMES) -> Any:
    """Return times, evenly fewer if they are many; the first and the last among them."""
    return times[np.unique(np.linspace(0, len(times) - 1, most).round().astype(int))] if len(
        times) else times


def told(found: Studied, outcome: str, factor: str, *, brief: bool = False) -> str:
    """Return 'capability rises from 1.2 to 1.6 OOM with compute from 20 to 80'.

    The numbers are those of `by_level`, at its first and its last level. Where they are not those
    of the swing, they have their own intervals, and rise or fall if these do not overlap.
    """
    row, table = swings(found, outcome, [factor]).iloc[0], by_level(found, outcome, factor)
    first, last = table.iloc[0], table.iloc[-1]
    unit = found.outcomes[outcome].unit
    ends = [first["value"], last["value"]]
    if not np.allclose([row["mean_low"], row["mean_high"]], ends, rtol=1e-9, atol=0.0):
        return _between(found, outcome, factor, first, last, brief=brief)
    low, high = wording.alike(row["mean_low"], row["mean_high"])
    if row["low_90"] > 0 or row["high_90"] < 0:
        text = f"{'rises' if row['swing'] > 0 else 'falls'} from {low} to {high} {unit}".rstrip()
    else:
        text = f"changes by {swing_text(row, unit)}, perhaps not at all,"
    if brief:
        return text.rstrip(",")
    return f"{named(found, outcome, row)} {text} with {plain(factor)} {ends_text(row)}"


def _between(
    found: Studied, outcome: str, factor: str, first: Any, last: Any, *, brief: bool
) -> str:
    """Return the same of two levels by themselves, or of two bins."""
    rises, falls = last["low"] > first["high"], last["high"] < first["low"]
    verb = "rises" if rises else "falls" if falls else "goes"
    ends = [wording.interval(x["value"], x["low"], x["high"]) for x in (first, last)]
    text = f"{verb} from {ends[0]} to {ends[1]} {found.outcomes[outcome].unit}".rstrip()
    if np.isnan([first["value"], last["value"]]).any():
        text = "is not known"
    if brief:
        return text
    name = f"median {plain(outcome)}" if found.is_date(outcome) else plain(outcome)
    bins = isinstance(first["level"], str)
    levels = "from its lowest to its highest bin" if bins else (
        f"from {wording.value(first['level'])} to {wording.value(last['level'])}"
    )
    return f"{name} {text} with {plain(factor)} {levels}"


def best_and_worst(found: Studied, outcome: str, factor: str) -> str:
    """Return 'capability is highest in a (1.2 [1.1, 1.3] OOM) and lowest in b (0.8 OOM)'."""
    table, unit = by_level(found, outcome, factor), found.outcomes[outcome].unit
    table = table[table["value"].notna().to_numpy()]
    if table.empty:
        return f"{plain(outcome)} is known of no {plain(factor)}"
    swing = swings(found, outcome, [factor]).iloc[0]
    date, known = found.is_date(outcome), np.isfinite(table["value"]).to_numpy()
    top, bottom = table["value"].idxmax(), table["value"].idxmin()
    words = ("earliest", "latest") if date else ("highest", "lowest")
    if date:
        top, bottom = bottom, top
    if not (swing["low_90"] > 0 or swing["high_90"] < 0) and known.all():
        low, high = wording.alike(table["value"].min(), table["value"].max())
        return (
            f"{plain(outcome)} hardly differs by {plain(factor)}: from {low} to {high} {unit}, by "
            "no more than luck may"
        )
    parts = [
        f"{word} in {wording.value(row.level)} "
        f"({wording.interval(row.value, row.low, row.high, unit)})"
        for word, row in zip(words, (table.loc[top], table.loc[bottom]), strict=True)
    ]
    return f"{plain(outcome)} is {' and '.join(parts)}"


def named(found: Studied, outcome: str, row: Any) -> str:
    """Return 'capability', or of a censored date 'time up to the horizon of one oom'."""
    name = plain(outcome)
    return f"{name} (at most the horizon)" if row["measure"] == "restricted mean" else name


def ends_text(row: Any) -> str:
    """Return 'from 20 to 80', or 'from its lowest to its highest fifth', and what is held."""
    if row["method"] != "levels":
        held = f" ({HELD})" if row["method"] == "ranks" else ""
        return f"from its lowest to its highest fifth{held}"
    return f"from {wording.value(row['low'])} to {wording.value(row['high'])}"


def swing_text(row: Any, unit: str) -> str:
    """Return '+0.25 [0.10, 0.40] OOM'."""
    text = wording.interval(row["swing"], row["low_90"], row["high_90"], unit)
    return f"{'+' if row['swing'] > 0 and not text.startswith('-') else ''}{text}"
