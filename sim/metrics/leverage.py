"""Leverage: what a person's day of work brings, with assistants and without."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sim.log import EXECUTOR
from sim.metrics.speedup.lab import research_output
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd


def by_replication(
    visits: pd.DataFrame, model: Model, begin: float = 0.0, end: float = math.inf
) -> pd.DataFrame:
    """Return research output per person-day that people work, by replication.

    Person-days are the service times of all that people do, in whatever flow (work, steering,
    review, audit, takeover), counted where the service ends in [begin, end), times the people that
    a unit of a pool stands for. The leverage of assistants is this over the same without them, on
    the same random numbers.

    Parameters
    ----------
    visits
        Table of a run or an ensemble.
    model
        The model that was run.
    begin, end
        Window of time, days.

    Returns
    -------
    DataFrame
        `replication`, `research_output` (natural-log units), `person_days` and
        `output_per_person_day` (missing if nobody worked).
    """
    output = research_output(visits, model, begin, end)
    finished = visits["finished"].to_numpy()
    chosen = (finished >= begin) & (finished < end)
    chosen &= visits["executor"].cat.codes.to_numpy() == EXECUTOR["human"]
    place = np.searchsorted(output.index, visits["replication"].to_numpy()[chosen])
    worked = np.bincount(place, visits["worked"].to_numpy()[chosen], len(output))
    days = worked * 24 / model.hours_per_person_day * model.people_per_unit
    table = output.reset_index().assign(person_days=days)
    share = np.divide(output.to_numpy(), days, out=np.full(len(days), math.nan), where=days > 0)
    return table.assign(output_per_person_day=share)
