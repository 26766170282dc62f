"""Bars of lifted limits: which are drawn, where, how far, and what stands at their ends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.plots.limits import phrases

if TYPE_CHECKING:
    import pandas as pd

GAP = 0.6
"""Room above the groups; rows are 1 apart."""
ROOM = 1.25
"""Longest bar of a single limit, to which axes are cut, as a multiple."""


def tables(found: Any) -> dict[str, pd.DataFrame]:
    """Return effects by limit, of the main outcome first, then of what else tells something."""
    effects, main = found.effects, found.question.main
    others = [name for name in ("cycle_1", "research_output") if name != main]
    names = [main, *(n for n in others if n in set(effects["outcome"]))]
    tables = {name: effects[(effects["outcome"] == name).to_numpy()] for name in names}
    return {name: t for name, t in tables.items() if name == main or (t["pairs"] > 0).any()}


def places(found: Any, tables: dict[str, pd.DataFrame]) -> dict[str, float]:
    """Return where each limit stands, groups below single ones."""
    y = {name: float(i) for i, name in enumerate(found.ranking["limit"])}
    below = len(y) + GAP
    known = set(next(iter(tables.values()))["limit"])
    groups = [name for name in found.question.groups if name in known]
    return y | {name: below + i for i, name in enumerate(groups)}


def mark(row: Any) -> str:
    """Return 'saturated', 'lower bound' or 'unknown': what lifting twice as far says of a bar."""
    if not row.pairs or not (row.effect or row.further):
        return "saturated"
    if row.saturated is None or (isinstance(row.saturated, float) and math.isnan(row.saturated)):
        return "unknown"
    return "saturated" if row.saturated else "lower bound"


def end(row: Any, value: float, percent: bool) -> str:
    """Return what stands at the end of a bar."""
    if not row.pairs or not math.isfinite(value):
        return "not known"
    text = phrases.signed(value) + ("%" if percent and phrases.signed(value) != "0" else "")
    if mark(row) == "lower bound" and not percent:
        same = np.sign(row.further) == np.sign(row.effect)
        text += f" (×20: {'more' if same else 'less'})"
    return text


def span(found: Any, table: pd.DataFrame, prefix: str) -> tuple[float, float]:
    """Return the ends that bars are cut to: of single limits, or a little further."""
    single = table[table["limit"].isin(found.question.limits).to_numpy()]
    ends = single[[prefix, f"{prefix}_low", f"{prefix}_high"]].to_numpy(float)
    every = table[prefix].to_numpy(float)
    most = ROOM * float(np.nanmax(np.abs(ends), initial=0.0)) or 1.0
    near = np.abs(every)[np.abs(every) <= 2 * most]
    most = max(most, float(near.max(initial=0.0)))
    low = max(-most, float(np.nanmin(np.append(every, np.nanmin(ends, initial=0.0)))))
    high = min(most, float(np.nanmax(np.append(every, np.nanmax(ends, initial=0.0)))))
    return min(low, 0.0), max(high, 0.0)
