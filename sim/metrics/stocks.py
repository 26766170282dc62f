"""Stocks: the know-how that research has accumulated, by date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics import growth
from sim.metrics.timeline import Ends, Floats, replications_of
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd


def trajectory(changes: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Return the steps of all stocks: a row for each rise, and one for the start at 0.

    A level x means a factor exp(x): of training efficiency (`algorithms`: so many times less
    compute does the same), or of what a unit of compute does (`infrastructure`).

    Parameters
    ----------
    changes
        Table of a run or an ensemble.
    model
        The model that was run.

    Returns
    -------
    DataFrame
        `stock`, `replication`, `time` (days), `date`, `level` (natural-log units) and `factor`,
        by stock (model order), replication and time. A level holds from its time to the next.
    """
    import pandas as pd

    names = list(model.stocks)
    replications = replications_of(changes)
    here = changes[((changes["kind"] == "stock") & changes["name"].isin(names)).to_numpy()]
    number = np.array([names.index(n) if n in names else -1 for n in here["name"].cat.categories])
    first = np.indices((len(names), len(replications))).reshape(2, -1)
    stock = np.concatenate([first[0], number[here["name"].cat.codes]])
    replication = np.concatenate([replications[first[1]], here["replication"].to_numpy()])
    nothing = np.zeros(first.shape[1])
    time = np.concatenate([nothing - model.prehistory, here["time"].to_numpy()])
    level = np.concatenate([nothing, here["after"].to_numpy()])
    order = np.lexsort((time, replication, stock))  # of equal times the later row comes last
    with np.errstate(over="ignore"):  # a stock that blew up
        factor = np.exp(level[order])
    return pd.DataFrame({
        "stock": pd.Categorical.from_codes(stock[order], categories=names),
        "replication": replication[order],
        "time": time[order],
        "date": growth.dates(model, time[order]),
        "level": level[order],
        "factor": factor,
    })


def sample(
    steps: pd.DataFrame, stock: str, times: Any, *, ends: Ends | None = None,
    column: str = "level",
) -> Floats:
    """Return a stock of each replication at each time, as `growth.sample` does the capability.

    Parameters
    ----------
    steps
        Result of `trajectory`.
    stock
        Name of the stock.
    times, ends
        As in `growth.sample`.
    column
        `level` (natural-log units) or `factor`.

    Returns
    -------
    array of shape (replications, times)
    """
    return growth.sample(_of(steps, stock), times, ends=ends, column=column)


def quantiles(
    steps: pd.DataFrame, stock: str, times: Any, levels: Sequence[float] = (0.1, 0.5, 0.9),
    *, ends: Ends | None = None, column: str = "level",
) -> pd.DataFrame:
    """Return quantiles of a stock over the replications, as `growth.quantiles` of capability.

    Parameters
    ----------
    steps, stock, column
        As in `sample`.
    times, levels, ends
        As in `growth.quantiles`.

    Returns
    -------
    DataFrame
        One row per time (the index), one column per level.
    """
    return growth.quantiles(_of(steps, stock), times, levels, ends=ends, column=column)


def _of(steps: pd.DataFrame, stock: str) -> pd.DataFrame:
    """Return the steps of one stock."""
    return steps[(steps["stock"] == stock).to_numpy()]
