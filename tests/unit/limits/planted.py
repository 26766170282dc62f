"""Runs of a study of limits whose truth is planted."""

import numpy as np
import pandas as pd

from sim.limits.lifted import Lifted

HORIZON = 400.0


def lifted(dates=(), times=(), **outcomes):
    """Runs from outcomes by name, each a dict from levels to values by replication."""
    levels = list(next(iter(outcomes.values())))
    number = max(len(values) for values in outcomes.values() for values in values.values())
    columns = {
        name: np.concatenate([np.asarray(values[level], dtype=float) for level in levels])
        for name, values in outcomes.items()
    }
    runs = pd.DataFrame({
        "point": np.repeat(np.arange(len(levels)), number),
        "replication": np.tile(np.arange(number), len(levels)),
        "end_reason": "horizon", "end_time": HORIZON, **columns, "error": "",
    })  # fmt: skip
    return Lifted(
        runs=runs, levels={level: i for i, level in enumerate(levels)}, horizon=HORIZON,
        dates=frozenset(dates), times=frozenset([*dates, *times]),
    )


def luck(number, seed=0, spread=1.0):
    """What the same luck adds to all levels."""
    return np.random.default_rng(seed).normal(0, spread, number)
