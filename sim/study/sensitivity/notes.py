"""What must be said with the numbers of a sensitivity analysis, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.study.sensitivity.layout import Layout
from sim.study.sensitivity.sobol import Indices

if TYPE_CHECKING:
    import pandas as pd

VISIBLE = 0.01
"""A first index that is so much above its total is pointed out; less is what rounding may do."""

ENOUGH, MANY = 64, 512
"""Rows below which intervals are too narrow; and where luck is most of the variance."""
MOSTLY = 0.3
"""Share of the variance that parameters make, below which luck counts as most."""
NAMED = 3
"""Of them, how many are named."""


def of_layout(layout: Layout) -> list[str]:
    """Return what holds for all outcomes of a study."""
    found, study = [], layout.results.study
    if layout.method != "sample" and study.random_numbers == "common":
        found.append(
            "All rows have the same luck (random_numbers: common), and no interval shows it; set "
            "random_numbers: rows."
        )
    if layout.replications == 1:
        found.append(
            "One replication cannot tell luck from parameters: set replications to 2 or more, "
            "unless there is no luck."
        )
    for (a, b), rho in study.correlations.items():
        found.append(
            f"{a} and {b} are drawn together ({rho:g}): the distance, the correlation and the "
            "direction of each hold some of what the other does, which may hide its own."
        )
    return found


def of_indices(outcome: str, found: Indices) -> list[str]:
    """Return what holds for the Sobol' indices of an outcome."""
    notes = []
    if found.dropped:
        notes.append(
            f"{outcome}: {found.dropped} of {found.rows + found.dropped} rows are left out, as a "
            "run of theirs is not done or has no such outcome."
        )
    little_luck = not found.share.low < MOSTLY
    if found.rows < ENOUGH or (found.rows < MANY and not little_luck):
        notes.append(
            f"{outcome}: {found.rows} rows are few"
            f"{'' if little_luck else ' for so much luck'}: intervals hold less often than they "
            f"say; set rows={MANY if not little_luck else 2 * ENOUGH}."
        )
    if found.parameters == 0:
        notes.append(f"{outcome}: is the same at all points; nothing can be told.")
    elif np.isnan(found.first.low).any():
        notes.append(
            f"{outcome}: its variance between points cannot be told from luck; set more rows or "
            "replications."
        )
    return notes


def of_table(indices: pd.DataFrame) -> list[str]:
    """Return what holds for the Sobol' indices of all outcomes together."""
    apart = (indices["first"] - indices["total"]).sort_values(ascending=False, kind="stable")
    rows = indices.loc[apart.index[apart > VISIBLE]]
    if rows.empty:
        return []
    named = [
        f"{row['factor']} for {row['outcome']} ({row['first']:.2f} above {row['total']:.2f})"
        for _, row in rows.head(NAMED).iterrows()
    ]
    more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    return [
        "No first index can be above its total, but by the error of a sample this is so of "
        f"{', '.join(named)}{more}: read the two as the same; more rows bring them together."
    ]
