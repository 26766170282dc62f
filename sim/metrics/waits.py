"""Waits: how long requests wait for a pool, as a distribution.

Requests made at t >= 0 count, those of all replications together. They wait from `requested` to
`started`, nights and week ends included. Those that still wait when the log ends are censored
there (see `sim.metrics.censored`); a request that balked was not served, and its wait is unknown.

Where waits grow while a lab runs the late ones are cut off more than the early ones: then the
estimate leans towards the early ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics.censored import Survival, kaplan_meier
from sim.metrics.rows import joined_a_queue
from sim.metrics.timeline import Ends, ends_of, replications_of
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd


def quantiles(
    visits: pd.DataFrame, model: Model, levels: Sequence[float] = (0.1, 0.5, 0.9, 0.99),
    *, ends: Ends | None = None,
) -> pd.DataFrame:
    """Return quantiles of the waiting time for each pool.

    Parameters
    ----------
    visits
        Table of a run or an ensemble.
    model
        The model that was run.
    levels
        Levels of the quantiles, in [0, 1].
    ends
        When replications ended that ended before the horizon, days.

    Returns
    -------
    DataFrame
        One row per pool: `pool`, `requests`, `balked` and `still_waiting` (numbers), `at_once`
        (share of requests, but for balked ones, that did not wait), and a column for each level:
        days; `inf` where the log ends too early to tell, NaN without requests.
    """
    import pandas as pd

    rows = []
    for name, waits, balked in _by_pool(visits, model, ends):
        served, waiting = waits
        curve = kaplan_meier(served, waiting)
        count = len(served) + len(waiting)
        at_once = 1.0 - float(curve.at(0.0)) if count else np.nan
        rows.append(
            (name, count + balked, balked, len(waiting), at_once, *curve.quantiles(levels))
        )
    columns = ["pool", "requests", "balked", "still_waiting", "at_once", *levels]
    table = pd.DataFrame(rows, columns=columns)
    table["pool"] = pd.Categorical(table["pool"], categories=list(model.pools))
    return table


def distribution(
    visits: pd.DataFrame, model: Model, times: Any, *, ends: Ends | None = None
) -> pd.DataFrame:
    """Return P(W > t): the share of each pool's requests that wait longer than each time.

    In a queue with c servers, Poisson arrivals at rate lambda and exponential services at rate
    mu it is C exp(-(c mu - lambda) t), C the chance to wait: A. K. Erlang, Post Office Electrical
    Engineers' Journal 10, 1917.

    Parameters
    ----------
    visits, model, ends
        As in `quantiles`.
    times
        Times t, days, >= 0.

    Returns
    -------
    DataFrame
        One row per pool and time: `pool`, `time` (days) and `longer` (share in [0, 1]; NaN beyond
        the longest wait seen if it was cut off, and for a pool without requests).
    """
    import pandas as pd

    times = np.asarray(times, dtype=float)
    longer = np.full((len(model.pools), len(times)), np.nan)
    for i, (_, waits, _) in enumerate(_by_pool(visits, model, ends)):
        curve: Survival = kaplan_meier(*waits)
        if curve.known >= 0:
            longer[i] = curve.at(times)
    pools = np.repeat(np.arange(len(model.pools)), len(times))
    return pd.DataFrame({
        "pool": pd.Categorical.from_codes(pools, categories=list(model.pools)),
        "time": np.tile(times, len(model.pools)),
        "longer": longer.ravel(),
    })


def _by_pool(
    visits: pd.DataFrame, model: Model, ends: Ends | None
) -> Iterator[tuple[str, tuple[Any, Any], int]]:
    """Yield each pool, the waits of those served and of those that still wait, and who balked."""
    queued = joined_a_queue(visits, model)
    replications = replications_of(visits)
    last = ends_of(replications, model, ends)
    balked = (visits["outcome"] == "balked").to_numpy()
    requested, started = visits["requested"].to_numpy(), visits["started"].to_numpy()
    waiting = np.isnan(started)
    for name in model.pools:
        here = queued & (visits["pool"] == name).to_numpy()
        open_rows = np.flatnonzero(here & waiting & ~balked)
        of = np.searchsorted(replications, visits["replication"].to_numpy()[open_rows])
        served = (started - requested)[here & ~waiting]
        yield name, (served, last[of] - requested[open_rows]), int((here & balked).sum())
