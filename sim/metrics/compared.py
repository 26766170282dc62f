"""Outcomes that scenarios are compared by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

ROUNDING = 1e-9
"""Differences below this are rounding."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One outcome that is compared."""

    label: str
    """For people."""
    unit: str
    """Unit of means and differences in tables; empty if `note` says it."""
    to_the_end: bool = True
    """Whether it is known only of replications that ran to the horizon (or into a deadlock,
    after which nothing changes)."""
    ratio: bool = True
    """Whether it makes sense to divide it."""
    per: float = 1.0
    """Tables show it times this, so that its numbers can be read."""
    note: str = ""
    """What it is, where the label cannot say it: shown once beneath a table."""


COMPARED: dict[str, Compared] = {
    "capability": Compared(label="capability", unit="OOM", ratio=False),
    "releases": Compared(label="releases", unit="generations"),
    "first_cycle_time": Compared(label="first cycle time", unit="days", to_the_end=False),
    "cycle_time": Compared(
        label="cycle time, shared", unit="days", to_the_end=False
    ),
    "research_output": Compared(
        label="research output", unit="",
        note="Research output: the sum of the outputs of research's successes, in natural-log "
        "units of know-how before ideas get harder.",
    ),
    "experiments": Compared(label="results of research", unit="results"),
    "escaped_defects": Compared(label="escaped defects", unit="defects"),
    "person_days": Compared(label="work of people", unit="person-days"),
    "output_per_person_day": Compared(
        label="output per 1,000 person-days", unit="", per=1000.0
    ),
}
"""What is compared. Shared cycle times are of the generations that both released in a replication;
what was not released within the horizon is not known. The ratio of research output is the speed-up
of the lab, that of output per person-day its leverage."""


def same(differences: pd.DataFrame) -> bool:
    """Return whether no outcome differs in any pair, of those that are known.

    Parameters
    ----------
    differences
        As in `sim.study.compare.Comparison`, of one scenario.
    """
    known = differences[(differences["pairs"] > 0).to_numpy()]
    ends = np.nan_to_num(known[["difference", "low_90", "high_90"]].to_numpy(dtype=float))
    per = np.array([COMPARED[outcome].per for outcome in known["outcome"]])
    return len(known) > 0 and bool((np.abs(ends) * per[:, None] < ROUNDING).all())
