"""Bottleneck: where research queues.

In a network of queues the jobs gather at the station that is busiest, the bottleneck; elsewhere
they hardly wait. So the resource that items of research wait for most is the one that sets their
pace, and a lab is called compute-limited or loop-limited by it. P. J. Denning and J. P. Buzen, "The
operational analysis of queueing network models", ACM Computing Surveys 10(3), 1978,
https://doi.org/10.1145/356733.356735

What a lifted limit would bring is another question, as the next one may be near.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.metrics.kinds import KINDS

if TYPE_CHECKING:
    import pandas as pd

COMPUTE = ("wait_compute",)
"""Waits for compute."""
LOOP = ("wait_people", "wait_review", "wait_slots")
"""Waits in the loop around it: for people, reviews, assistants."""
CLEAR = 2 / 3
"""Share of the waiting beyond which one side is called the limit."""


def waits(flow_time: pd.DataFrame) -> pd.DataFrame:
    """Return what research queued for, in days.

    A wait counts from the first moment on at which those waited for are on duty: then a request
    that nobody is ahead of starts. Nights and weekends after that count, as the queue makes them;
    so a week in a queue for people weighs as much as one for compute, which never sleeps.

    Parameters
    ----------
    flow_time
        Result of `flow_time.by_kind`.

    Returns
    -------
    DataFrame
        One row per `replication` and `generation` (being built when the items began), one column
        per kind of `COMPUTE` and `LOOP`: days that items queued, summed.
    """
    here = flow_time[flow_time["kind"].isin([*COMPUTE, *LOOP]).to_numpy()]
    days = here.groupby(["replication", "generation", "kind"], observed=True)["queued"].sum()
    return days.unstack("kind", fill_value=0.0).reindex(columns=[*COMPUTE, *LOOP], fill_value=0.0)


def side(days: pd.Series) -> str:
    """Return which side limits, by days of waiting: 'compute', 'loop', 'both' or 'neither'.

    Neither limits where nothing waits; both where no side has two thirds of the waiting.

    >>> import pandas as pd
    >>> side(pd.Series({"wait_compute": 3.0, "wait_people": 0.5, "wait_review": 0.5}))
    'compute'
    """
    compute = float(sum(days.get(kind, 0.0) for kind in COMPUTE))
    loop = float(sum(days.get(kind, 0.0) for kind in LOOP))
    if compute + loop <= 0:
        return "neither"
    share = compute / (compute + loop)
    return "compute" if share >= CLEAR else "loop" if share <= 1 - CLEAR else "both"


def label(kind: str) -> str:
    """Return what is waited for: 'compute', 'review'."""
    return KINDS[kind].label.removeprefix("waiting for ")
