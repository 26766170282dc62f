"""What makes the difference between a curve and a lab: the gap, and what of it vanishes.

With a the growth of ln software since t = 0, of the lab as it is (base), with experiments held
(held), and without ever more (1, 2, …, n):

    curve − base = (held − base) + (1 − held) + (2 − 1) + … + (n − (n − 1)) + (curve − n)

The curve is matched to the base. A lab without waiting is faster from the first day on, too, while
the curve has the waiting of the first quarter in its slope; so what is left is told once more with
the curve matched anew, to the lab without it (`rematched`).

All are functions of means over the same replications: intervals are the jackknife's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.curves.laid import Laid
from sim.curves.matching import YEAR, heights
from sim.limits.jackknife import Estimate, jackknife
from sim.limits.lifted import columns
from sim.study.statistics.sample import Floats

if TYPE_CHECKING:
    import pandas as pd

GAP, HOLDING, REMAINING = "gap", "holding", "remaining"
"""Parts of a gap beside the steps: the whole, what holding experiments does, what is left."""
LN2 = math.log(2)


@dataclass(frozen=True, kw_only=True)
class Grown:
    """Growth of ln software since t = 0 of some labs, replication by replication."""

    levels: tuple[str, ...]
    """The lab as it is, with experiments held, then without ever more."""
    window: Floats = field(repr=False)
    """By the end of the window: a row per level, a column per replication; all known."""
    dates: tuple[float, ...]
    """Further dates, days."""
    later: Floats = field(repr=False)
    """By these dates: level × replication × date; NaN if the run had ended."""


def gaps(
    grown: Grown, curves: Sequence[Laid], steps: Sequence[str], window: float
) -> pd.DataFrame:
    """Return the gap of each curve at each date, and its parts, which add up to it.

    Parameters
    ----------
    grown
        What the labs came to.
    curves
        Curves to lay over the first of them.
    steps
        What is removed from one level to the next, from the second level on.
    window
        Days over which curves are matched.

    Returns
    -------
    DataFrame
        One row per curve, date and part: `curve`, `date` (days), `part` (gap, holding, steps,
        remaining), `value`, `value_low`, `value_high` (ln units), `doublings` with its ends, and
        `pairs`, the replications known at all levels. Intervals are 90%.
    """
    import pandas as pd

    parts = (GAP, HOLDING, *steps, REMAINING)
    rows = []
    for at, date in enumerate(grown.dates):
        values = _known(grown, at)
        for curve in curves:
            found = _parts(curve, values, window, date)
            for i, part in enumerate(parts):
                rows.append({"curve": curve.name, "date": date, "part": part, **_row(found, i)})
    return pd.DataFrame(rows)


def rematched(grown: Grown, curves: Sequence[Laid], window: float) -> pd.DataFrame:
    """Return how far each curve is from each lab to which it is matched anew.

    Returns
    -------
    DataFrame
        One row per curve, level and date: `curve`, `level`, `date` (days), and `value` (ln units),
        `doublings` with their ends, `pairs`, as in `gaps`.
    """
    import pandas as pd

    rows = []
    for at, date in enumerate(grown.dates):
        values = _known(grown, at)
        for curve in curves:
            for number, level in enumerate(grown.levels):
                own = values[:, [number]]

                def apart(
                    means: Floats, curve: Laid = curve, date: float = date
                ) -> Floats:
                    above = heights(curve.build, means[0, 0], window / YEAR, [date / YEAR])
                    return np.asarray(above - means[1])

                found = _estimate(apart, own)
                rows.append(
                    {"curve": curve.name, "level": level, "date": date, **_row(found, 0)}
                )
    return pd.DataFrame(rows)


def rates(grown: Grown, window: float) -> pd.DataFrame:
    """Return how fast each lab grows over the window: ln units and doublings per year.

    Returns
    -------
    DataFrame
        One row per level: `level`, `value` (ln units per year), `doublings` (per year), with their
        ends, and `pairs`.
    """
    import pandas as pd

    found = jackknife(lambda means: means, grown.window * (YEAR / window))
    return pd.DataFrame([
        {"level": level, **_row(found, i)} for i, level in enumerate(grown.levels)
    ])


def _known(grown: Grown, at: int) -> Floats:
    """Return window and later growth, 2 × level × replication, of replications known at all."""
    later = grown.later[:, :, at]
    known = ~np.isnan(later).any(axis=0)
    return np.stack([grown.window[:, known], later[:, known]])


def _parts(curve: Laid, values: Floats, window: float, date: float) -> Estimate:
    def split(means: Floats) -> Floats:
        above = heights(curve.build, means[0, 0], window / YEAR, [date / YEAR])
        later = means[1]
        with np.errstate(invalid="ignore"):
            return np.concatenate([above - later[:1], np.diff(later, axis=0), above - later[-1:]])

    return _estimate(split, values)


def _estimate(function: object, values: Floats) -> Estimate:
    """Return the jackknife's estimate; without replications nothing is known."""
    if values.shape[-1]:
        return jackknife(function, values)  # type: ignore[arg-type]
    nothing = np.full(values.shape[1] + 1, math.nan)
    return Estimate(value=nothing, low=nothing, high=nothing, pairs=0)


def _row(found: Estimate, i: int) -> dict[str, float]:
    one = Estimate(value=found.value[i], low=found.low[i], high=found.high[i], pairs=found.pairs)
    doubled = Estimate(
        value=one.value / LN2, low=one.low / LN2, high=one.high / LN2, pairs=one.pairs
    )
    return {**columns("value", one), **columns("doublings", doubled), "pairs": found.pairs}
