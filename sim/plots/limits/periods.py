"""Parts of the run and generations with their regimes, and what is said of them."""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.limits.regime import REGIMES
from sim.plots.words import count_of, date

if TYPE_CHECKING:
    import pandas as pd

TWICE = 2
"""Parts of the run that must be decided on either side before a move is spoken of: one of eight is
decided by luck alone more often than not."""


def windows(found: Any) -> pd.DataFrame | None:
    """Return the parts of the run of which a regime is known; `None` if there are none."""
    return _known(found.by_window)


def generations(found: Any) -> pd.DataFrame | None:
    """Return the generations of which a regime and a date are known; `None` if there are none."""
    table = _known(found.by_generation)
    if table is None:
        return None
    table = table[np.isfinite(table["release"].to_numpy(float))]
    return table if len(table) else None


def _known(table: pd.DataFrame) -> pd.DataFrame | None:
    """Return the rows that have a difference; `None` if there are none."""
    if "difference" not in table:
        return None
    table = table[np.isfinite(table["difference"].to_numpy(float))]
    return table if len(table) else None


def middles(table: pd.DataFrame) -> Any:
    """Return the middle of each part, days."""
    return (table["begin"].to_numpy(float) + table["end"].to_numpy(float)) / 2


def runs(table: pd.DataFrame) -> list[tuple[str, float, float]]:
    """Return runs of parts in the same regime, with begin and end, days."""
    found = []
    for regime, some in groupby(table.itertuples(), key=lambda row: str(row.regime)):
        rows = list(some)
        found.append((regime, float(rows[0].begin), float(rows[-1].end)))
    return found


def told(found: Any, lab: str, windows: pd.DataFrame) -> str:
    """Say what limits research in the parts of the run, and when it moves if it surely does."""
    regimes = list(windows["regime"])
    decided = [regime for regime in regimes if regime in ("compute", "loop")]
    crossing = found.crossing
    if crossing is not None and math.isfinite(crossing.date) and len(set(decided)) == 2:
        before = "compute" if crossing.to == "loop" else "loop"
        surely = min(decided.count(before), decided.count(crossing.to)) >= TWICE
        if surely and decided == sorted(decided, reverse=before == "loop"):
            move = f"from {REGIMES[before]} to {REGIMES[crossing.to]}"
            return f"Research of {lab} moves {move}: {crossing_text(found)}"
    unknown = len(found.by_window) - len(windows)
    if len(set(regimes)) == 1 and decided and not unknown:
        return f"Research of {lab} is {REGIMES[regimes[0]]} throughout"
    said = f"Research of {lab} is {counted(windows, 'part')}".replace(
        f"{len(windows)} part", f"{len(windows)} known part" if unknown else f"{len(windows)} part")
    return said.replace("parts", "parts of the run", 1)


def counted(table: pd.DataFrame, noun: str) -> str:
    """Return 'compute-limited in 6 of 8 parts, undecided in 2'."""
    counts = table["regime"].value_counts()
    order = sorted(counts.items(), key=lambda one: (-one[1], list(REGIMES).index(one[0])))
    (first, most), *others = order
    parts = [f"{REGIMES[first]} in {most} of {count_of(len(table), noun)}"]
    return ", ".join([*parts, *(f"{REGIMES[name]} in {number}" for name, number in others)])


def crossing_text(found: Any) -> str:
    """Return '3 Nov 2026 (90%: 1 Oct to 5 Dec 2026)'; of ends beyond the run, in words."""
    crossing, model = found.crossing, found.model
    if not math.isfinite(crossing.date):
        return "no date within the horizon"
    low = "before" if crossing.low == -math.inf else date(model, crossing.low)
    high = "after the end" if crossing.high == math.inf else date(model, crossing.high)
    if low == "before":
        low = f"before {date(model, found.question.windows[0].middle)}"
    return f"{date(model, crossing.date)} (90%: {low} to {high})"
