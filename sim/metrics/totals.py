"""Totals of days by kind of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.metrics.kinds import KINDS
from sim.metrics.timeline import Floats, Ints

if TYPE_CHECKING:
    import pandas as pd

OFF_HOURS = list(KINDS).index("off_hours")


def by_kind(
    groups: pd.DataFrame, of: Ints, kind: Ints, days: Floats, off_hours: Floats
) -> pd.DataFrame:
    """Return the days of each kind in each group: all kinds, nights and weekends on their own.

    Parameters
    ----------
    groups
        What is known of the groups, one row each.
    of
        Number of the group that each segment belongs to.
    kind
        Code of its kind, in order of `KINDS`.
    days
        Its length.
    off_hours
        The part of it in which people are off: it counts as `off_hours`, not for the kind.

    Returns
    -------
    DataFrame
        `groups`, each repeated for every kind, with `kind` and `days`.
    """
    import pandas as pd

    count = len(KINDS)
    total = np.bincount(of * count + kind, days - off_hours, len(groups) * count)
    total = total.reshape(len(groups), count)
    total[:, OFF_HOURS] += np.bincount(of, off_hours, len(groups))
    table = groups.loc[groups.index.repeat(count)].reset_index(drop=True)
    table["kind"] = pd.Categorical.from_codes(
        np.tile(np.arange(count), len(groups)), categories=list(KINDS)
    )
    table["days"] = total.ravel()
    return table
