"""Release dates: when each generation is out, over the replications.

A generation that is not out when its replication ends may still come: it is censored there (see
`sim.metrics.censored`). After a deadlock nothing comes any more: what is not out then is known not
to be out up to the horizon. Where replications end early because they are fast (at a target), fast
ones are cut off first, and what is estimated beyond leans towards slow ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.metrics.censored import Survival, kaplan_meier
from sim.metrics.timeline import Ends, ends_of, replications_of
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd

Reasons = Mapping[int, str]
"""Why replications ended that ended before the horizon (an end reason), by replication."""


def quantiles(
    generations: pd.DataFrame, model: Model, levels: Sequence[float] = (0.1, 0.5, 0.9),
    *, ends: Ends | None = None, reasons: Reasons | None = None,
) -> pd.DataFrame:
    """Return quantiles of the release date of each generation that any replication released.

    Parameters
    ----------
    generations
        Table of a run or an ensemble.
    model
        The model that was run.
    levels
        Levels of the quantiles, in [0, 1].
    ends
        When replications ended that ended before the horizon, days.
    reasons
        Why those did; `deadlock` is as good as the horizon.

    Returns
    -------
    DataFrame
        One row per generation (the index, from 1): `replications` and `released` (numbers),
        `share` (estimate of the share that is out by the end of what is known), and a
        column for each level: days after t = 0; `inf` where it is later than that.
    """
    import pandas as pd

    rows = []
    for generation, curve, count in _curves(generations, model, ends, reasons):
        share = 1.0 - float(curve.at(curve.known))
        rows.append((generation, count, len(curve.times), share, *curve.quantiles(levels)))
    columns = ["generation", "replications", "released", "share", *levels]
    return pd.DataFrame(rows, columns=columns).set_index("generation")


def distribution(
    generations: pd.DataFrame, model: Model, times: Any, *, ends: Ends | None = None,
    reasons: Reasons | None = None,
) -> pd.DataFrame:
    """Return the share of replications in which each generation is out by each time.

    Parameters
    ----------
    generations, model, ends, reasons
        As in `quantiles`.
    times
        Times, days.

    Returns
    -------
    DataFrame
        One row per time (the index), one column per generation, from 1: shares in [0, 1]; NaN
        after the end of what is known, unless all have released it.
    """
    import pandas as pd

    times = np.asarray(times, dtype=float)
    curves = _curves(generations, model, ends, reasons)
    shares = {g: 1.0 - curve.at(times) for g, curve, _ in curves}
    table = pd.DataFrame(shares, index=pd.Index(times, name="time"), dtype=float)
    return table.rename_axis(columns="generation")


def _curves(
    generations: pd.DataFrame, model: Model, ends: Ends | None, reasons: Reasons | None
) -> list[tuple[int, Survival, int]]:
    """Return each generation, the estimate for its release date and the number of replications."""
    replications = replications_of(generations)
    last = ends_of(replications, model, _open_ends(ends or {}, reasons or {}))
    out = generations[(generations["outcome"] == "released").to_numpy()]
    out = out[(out["generation"] > 0).to_numpy()]
    number, released = out["generation"].to_numpy(), out["released"].to_numpy()
    of = np.searchsorted(replications, out["replication"].to_numpy())
    found = []
    for generation in range(1, int(number.max(initial=0)) + 1):
        here = number == generation
        missing = np.ones(len(replications), dtype=bool)
        missing[of[here]] = False
        curve = kaplan_meier(released[here], last[missing])
        found.append((generation, curve, len(replications)))
    return found


def _open_ends(ends: Ends, reasons: Reasons) -> Ends:
    """Return those ends after which a release might still have come."""
    return {r: end for r, end in ends.items() if reasons.get(r) != "deadlock"}
