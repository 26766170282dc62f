"""Which rows of the log are of a kind that takes more than one column to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.model import Model
from sim.model.training import Training

if TYPE_CHECKING:
    import pandas as pd

Mask = NDArray[np.bool_]


def of_training(visits: pd.DataFrame, model: Model) -> Mask:
    """Return which rows belong to a training stage: its runs, repairs and units held on."""
    found = np.zeros(len(visits), dtype=bool)
    for flow_name, flow in model.flows.items():
        for stage_name, stage in flow.stages.items():
            if isinstance(stage, Training):
                at = (visits["flow"] == flow_name) & (visits["stage"] == stage_name)
                found |= at.to_numpy()
    return found


def joined_a_queue(visits: pd.DataFrame, model: Model) -> Mask:
    """Return which rows are requests that joined a pool's queue at t >= 0.

    Not the repair of a training run or its further attempts, whose units are held, nor hostages.
    """
    queued = visits["pool"].notna() & (visits["requested"] >= 0)
    queued &= ~visits["activity"].isin(["repair", "hold", "hostage"])
    again = (visits["activity"] == "run") & (visits["attempt"] > 1)
    return np.asarray(queued & ~(again & of_training(visits, model)))
