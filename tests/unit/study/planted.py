"""Runs of studies whose truth is planted, for the tests of statistics."""

import numpy as np
import pandas as pd

HORIZON = 365.25


def runs_of(values, *, replications=None, **columns):
    """Return runs of a matrix of values, a row per point and a column per replication.

    `replications` says how many of each point there are; columns hold more outcomes as matrices.
    """
    values = np.asarray(values, dtype=float)
    points, number = values.shape
    table = pd.DataFrame(
        {
            "point": np.repeat(np.arange(points), number),
            "replication": np.tile(np.arange(number, dtype="int32"), points),
            "end_reason": "horizon",
            "end_time": HORIZON,
            "y": values.ravel(),
            "error": "",
        }
        | {name: np.asarray(column, dtype=float).ravel() for name, column in columns.items()}
    )
    if replications is not None:
        table = table[table["replication"] < np.repeat(replications, number)]
    return table.reset_index(drop=True)


def planted(random, points, number, *, parameters, own, shared=0.0):
    """Return values of points and replications whose variances are known.

    `parameters` between points, `own` of each run, `shared` by all points in one replication.
    """
    between = random.normal(0, np.sqrt(parameters), (points, 1))
    common = random.normal(0, np.sqrt(shared), (1, number))
    return between + common + random.normal(0, np.sqrt(own), (points, number))
