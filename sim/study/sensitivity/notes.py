"""What must be said with the numbers of a sensitivity analysis, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.study.sensitivity.layout import Layout
from sim.study.sensitivity.sobol import Indices

VISIBLE = 0.01
"""A first index that is so much above its total is pointed out; less is what rounding may do."""


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
    return found


def of_indices(outcome: str, factors: Sequence[str], found: Indices) -> list[str]:
    """Return what holds for the Sobol' indices of an outcome."""
    notes = []
    if found.dropped:
        notes.append(
            f"{outcome}: {found.dropped} of {found.rows + found.dropped} rows are left out, as a "
            "run of theirs is not done or has no such outcome."
        )
    if found.parameters == 0:
        notes.append(f"{outcome}: is the same at all points; nothing can be told.")
    elif np.isnan(found.first.low).any():
        notes.append(
            f"{outcome}: its variance between points cannot be told from luck; set more rows or "
            "replications."
        )
    above = [
        f"{name} ({first:.2f} above {total:.2f})"
        for name, first, total in zip(factors, found.first.value, found.total.value, strict=True)
        if first - total > VISIBLE
    ]
    if above:
        notes.append(
            f"{outcome}: no first index can be above its total; that of {', '.join(above)} is, by "
            "the error of a sample: read the two as the same; more rows bring them together."
        )
    return notes
