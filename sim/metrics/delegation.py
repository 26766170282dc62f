"""Delegation: what share of the tasks assistants did."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def share_by_generation(visits: pd.DataFrame) -> pd.Series:
    """Return the share of tasks that were given to an assistant, by generation being built.

    A task is a first attempt at a labour stage, asked for at t >= 0; one that found no free
    slot and was done by a person counts for the person.

    Parameters
    ----------
    visits
        Table of a run or an ensemble.

    Returns
    -------
    Series
        Shares in [0, 1], indexed by `generation`.
    """
    first = (visits["activity"] == "work") & (visits["attempt"] == 1)
    first &= (visits["requested"] >= 0) & (visits["outcome"] != "balked")
    tasks = visits.loc[first, ["generation", "executor"]]
    return (tasks["executor"] == "agent").groupby(tasks["generation"]).mean()
