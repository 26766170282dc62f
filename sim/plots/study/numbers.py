"""Estimates that figures of studies draw, group by group."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics.censored import Survival, kaplan_meier
from sim.plots.study import words as wording
from sim.plots.study.studied import Studied
from sim.plots.words import plain

if TYPE_CHECKING:
    import pandas as pd

def survival(found: Studied, outcome: str) -> Survival:
    times = found.runs[outcome].to_numpy()
    out = np.isfinite(times)
    last = np.where(
        found.runs["end_reason"].isin(["horizon", "deadlock"]).to_numpy(),
        found.days, found.runs["end_time"].to_numpy(),
    )
    return kaplan_meier(times[out], last[~out])


def estimate(found: Studied, outcome: str) -> dict[str, Any]:
    """Stand-in."""
    values = found.runs[outcome].to_numpy()
    known = values[np.isfinite(values)]
    row = {"points": len(found.ran), "runs": len(values), "reached": len(known)}
    if found.outcomes[outcome].date:
        v = np.where(np.isfinite(values), values, np.inf)
        if not len(v):
            return row | {"value": np.nan, "low": np.nan, "high": np.nan}
        v = np.sort(v)
        n = len(v)
        k = 1.645 * math.sqrt(n) / 2
        i, j = int(max(0, np.floor(n / 2 - k))), int(min(n - 1, np.ceil(n / 2 + k)))
        return row | {"value": v[(n - 1) // 2], "low": v[i], "high": v[j]}
    if len(found.ran) > 1:
        by = "point" if found.uncertainties else "replication"
        known = found.runs.groupby(by)[outcome].mean().dropna().to_numpy()
    if len(known) < 2:
        return row | {"value": known.mean() if len(known) else np.nan, "low": np.nan, "high": np.nan}
    from scipy.special import stdtrit
    half = float(stdtrit(len(known) - 1, 0.95)) * known.std(ddof=1) / math.sqrt(len(known))
    return row | {"value": known.mean(), "low": known.mean() - half, "high": known.mean() + half}


def by_level(found: Studied, outcome: str, factor: str) -> pd.DataFrame:
    import pandas as pd
    if factor in found.uncertainties:
        ranks = pd.qcut(found.ran[factor], min(5, max(2, len(found.ran) // 6)), labels=False)
        rows = []
        for k in sorted(ranks.unique()):
            part = _part(found, ranks[ranks == k].index)
            rows.append({"level": float(part.points[factor].mean())} | estimate(part, outcome))
        return pd.DataFrame(rows)
    return pd.DataFrame([
        {"level": level} | estimate(found.of(**{factor: level}), outcome)
        for level in found.levels(factor)
    ])


def _part(found, index):
    from sim.plots.study.studied import Part
    return Part(found, found.points.loc[index])


def swings(found: Studied, outcome: str, factors: Sequence[str] | None = None) -> pd.DataFrame:
    import pandas as pd
    rows = []
    for factor in factors or found.moved:
        t = by_level(found, outcome, factor)
        if found.is_number(factor):
            low, high = t.iloc[0], t.iloc[-1]
        else:
            low, high = t.loc[t["value"].idxmin()], t.loc[t["value"].idxmax()]
        se = math.hypot((low["high"] - low["low"]), (high["high"] - high["low"])) / 2
        swing = high["value"] - low["value"]
        rows.append({"factor": factor, "low_level": low["level"], "high_level": high["level"],
            "low_value": low["value"], "high_value": high["value"],
            "low_from": low["low"], "low_to": low["high"], "high_from": high["low"], "high_to": high["high"],
            "swing": swing, "low": swing - se, "high": swing + se})
    table = pd.DataFrame(rows)
    return table.iloc[(-table["swing"].abs()).argsort(kind="stable")].reset_index(drop=True)


def told(found: Studied, outcome: str, factor: str, *, brief: bool = False) -> str:
    """Return 'capability rises from 1.2 to 1.6 OOM as compute goes from 20 to 80'."""
    row = swings(found, outcome, [factor]).iloc[0]
    unit = found.outcomes[outcome].unit
    low, high = wording.alike(row["low_value"], row["high_value"])
    unsure = not (row["low"] > 0 or row["high"] < 0)
    what = "" if brief else f"{plain(outcome)} "
    ends = f" as {plain(factor)} goes from {wording.value(row['low_level'])} to {wording.value(row['high_level'])}"
    if unsure:
        text = f"does not change for sure (from {low} to {high} {unit})"
    else:
        text = f"{'rises' if row['swing'] > 0 else 'falls'} from {low} to {high} {unit}"
    return f"{what}{text}" + ("" if brief else ends)


def swing_text(row: Any, unit: str) -> str:
    """Return '+0.25 [0.10, 0.40] OOM'."""
    texts = wording.alike(row["swing"], row["low"], row["high"])
    sign = "+" if row["swing"] > 0 and not texts[0].startswith("-") else ""
    ends = f" [{texts[1]}, {texts[2]}]" if np.isfinite(row["low"]) else ""
    return f"{sign}{texts[0]}{ends}" + (f" {unit}" if unit else "")
