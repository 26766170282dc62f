"""Readouts: METR's time horizon and benchmark scores of models, by their capability.

What a model of some capability would score is an assumption of the model (`Model.readouts`);
nothing in a run depends on it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import growth
from sim.model import Model
from sim.model.readouts import RELIABLE

if TYPE_CHECKING:
    import pandas as pd

NOTE = (
    f"METR calls measurements above {RELIABLE:g} h unreliable: its suite has hardly any tasks that "
    "long"
)
"""What to say beside a horizon (https://metr.org/time-horizons/, note of 2026-05-08)."""

HORIZON = "metr_horizon"
"""Column of METR's horizon; the columns of benchmarks are called `score_` and their name."""


def meaning(model: Model) -> dict[str, str]:
    """Return what the columns of `at` mean, with their units."""
    return {
        HORIZON: "length of tasks that the model gets right half the time (METR), hours of a "
        "person's work",
        "metr_reliable": f"whether it is at most {RELIABLE:g} h: {NOTE}",
        **{
            f"score_{name}": f"share of the tasks of {name.replace('_', ' ')} that it solves"
            for name in model.readouts.benchmarks
        },
    }


def at(capability: Any, model: Model) -> pd.DataFrame:
    """Return the readouts of models of given capabilities.

    Parameters
    ----------
    capability
        Capabilities, OOM above generation 0; NaN where there is no model.
    model
        The model with its `readouts`.

    Returns
    -------
    DataFrame
        A row per capability: `metr_horizon` (hours of a person's work that a task takes which the
        model gets right half the time; NaN if the model does not read it out), `metr_reliable`
        (whether METR's tasks reach that far, see `NOTE`) and `score_` with the name of each
        benchmark (share of its tasks solved). The laws are in `sim.laws.readouts`.
    """
    import pandas as pd

    levels = np.asarray(capability, dtype=float).ravel().tolist()
    horizon = model.readouts.metr_horizon
    hours = np.array([horizon.at(c) if horizon else math.nan for c in levels], dtype=float)
    scores = {
        f"score_{name}": np.array([benchmark.at(c) for c in levels], dtype=float)
        for name, benchmark in model.readouts.benchmarks.items()
    }
    return pd.DataFrame({HORIZON: hours, "metr_reliable": hours <= RELIABLE, **scores})


def by_generation(generations: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Return the readouts of each released generation.

    Parameters
    ----------
    generations
        Table of a run or an ensemble.
    model
        The model that was run.

    Returns
    -------
    DataFrame
        `replication`, `generation`, `time` (of release, days), `date`, `capability` (OOM), and the
        columns of `at`; by replication and time, generation 0 at t = 0 first.
    """
    import pandas as pd

    steps = growth.trajectory(generations, model)
    return pd.concat([steps, at(steps["capability"], model)], axis=1)
