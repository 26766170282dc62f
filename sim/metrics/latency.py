"""Latencies of the inner loop: from idea to result, and from failure to fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.metrics.censored import kaplan_meier
from sim.metrics.items import incident_flows, items
from sim.metrics.timeline import Ends, ends_of, replications_of
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("idea to result", "failure to fix")
CAUSES = ("research", "failed run", "interruption", "incident")
"""What takes the time: the first is the one cause of the first measure, the rest of the second."""

LEVELS = (0.1, 0.5, 0.9)


def durations(visits: pd.DataFrame, model: Model, *, ends: Ends | None = None) -> pd.DataFrame:
    """Return how long each idea took to its result, and each failure to its fix.

    ============== ====================================================================
    research       item of research: its first request to its result
    failed run     a failed compute job: its end to the start of the next attempt
    interruption   an interrupted training run: its end to the start of the next attempt
    incident       item of an incident flow: its first request to its end
    ============== ====================================================================

    What ended before t = 0 does not count. Clock time, nights and waiting included.

    Parameters
    ----------
    visits
        Table of a run or an ensemble, in order of `row` within each replication.
    model
        The model that was run.
    ends
        When replications ended that ended before the horizon, days.

    Returns
    -------
    DataFrame
        `replication`, `generation` (being built when the item began), `measure` (`MEASURES`),
        `cause` (`CAUSES`), `begin`, `days` and `open`: whether it had not ended when the
        replication did; `days` then last until there.
    """
    import pandas as pd

    known = items(visits)
    parts = [
        ("research", known[known["flow"].isin(model.research_flows)]),
        *_failures(visits),
        ("incident", known[known["flow"].isin(incident_flows(model))]),
    ]
    columns = ["replication", "generation", "begin", "end"]
    table = pd.concat([part[columns] for _, part in parts], ignore_index=True)
    causes = np.repeat([CAUSES.index(cause) for cause, _ in parts], [len(p) for _, p in parts])
    table["measure"] = pd.Categorical.from_codes(np.minimum(causes, 1), categories=list(MEASURES))
    table["cause"] = pd.Categorical.from_codes(causes, categories=list(CAUSES))
    table["open"] = table["end"].isna()
    replications = replications_of(visits)
    last = ends_of(replications, model, ends)
    of = np.searchsorted(replications, table["replication"].to_numpy())
    end = np.where(table["open"], last[of], table.pop("end"))
    table["days"] = end - table["begin"]
    return table[end >= 0].reset_index(drop=True)


def by_generation(
    visits: pd.DataFrame, model: Model, *, by: str = "measure", ends: Ends | None = None
) -> pd.DataFrame:
    """Return the latencies while each generation was built.

    Of what began shortly before the end of the run only the quick part has ended. So quantiles
    are those of `sim.metrics.censored`, and the mean is missing unless all have ended.

    Parameters
    ----------
    visits, model, ends
        As in `durations`.
    by
        `measure`, or `cause` to tell failures apart.

    Returns
    -------
    DataFrame
        One row per replication, generation and measure (or cause) that occurred: `count` (that
        ended), `open` (that had not), `mean`, `p10`, `p50` and `p90` (days; NaN where the run
        ended too early to tell).
    """
    return _spread(durations(visits, model, ends=ends), ["replication", "generation", by])


def pooled(table: pd.DataFrame) -> pd.DataFrame:
    """Return the latencies by cause while each generation was built, all replications together.

    Causes are not put together: a median over restarts of minutes and debugging of days says
    nothing.

    Parameters
    ----------
    table
        The result of `durations`.

    Returns
    -------
    DataFrame
        One row per generation (from 1) and cause that occurred: `count`, `open`, `mean`, `p10`,
        `p50` and `p90` as in `by_generation`, and `replications`: in how many it occurred.
    """
    keys = ["generation", "cause"]
    table = table[(table["generation"] >= 1).to_numpy()]
    each = table.groupby(keys, observed=True)["replication"].nunique()
    return _spread(table, keys).join(each.rename("replications"), on=keys)


def _spread(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return numbers, means and quantiles of durations, by these columns."""
    import pandas as pd

    days, is_open = table["days"].to_numpy(), table["open"].to_numpy()
    groups = table.groupby(keys, observed=True, sort=True)
    rows = []
    for key, at in groups.indices.items():
        going_on = is_open[at]
        ended, lasting = days[at][~going_on], days[at][going_on]
        mean = np.nan if len(lasting) else ended.mean()
        quantiles = kaplan_meier(ended, lasting).quantiles(LEVELS)
        quantiles[np.isinf(quantiles)] = np.nan
        rows.append((*key, len(ended), len(lasting), mean, *quantiles))
    names = ["count", "open", "mean", *(f"p{round(100 * level)}" for level in LEVELS)]
    return pd.DataFrame(rows, columns=[*keys, *names]).astype({keys[-1]: table[keys[-1]].dtype})


def _failures(visits: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return failed and interrupted runs: `begin` is their end, `end` the next attempt's start."""
    columns = [
        *("replication", "generation", "item", "stage", "visit", "started", "finished", "outcome"),
    ]
    runs = visits[columns][(visits["activity"] == "run").to_numpy()]
    visit = runs.groupby(["replication", "item", "stage", "visit"], observed=True, sort=False)
    runs = runs.assign(begin=runs["finished"], end=visit["started"].shift(-1))
    return [
        ("failed run", runs[(runs["outcome"] == "failed").to_numpy()]),
        ("interruption", runs[(runs["outcome"] == "interrupted").to_numpy()]),
    ]
