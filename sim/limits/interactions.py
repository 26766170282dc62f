"""Interactions: two limits lifted together against the sum of what each does alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.limits.attribution import BASE, SHARE
from sim.limits.jackknife import FEW, Estimate, jackknife
from sim.limits.lifted import Lifted, columns
from sim.study.statistics.sample import Floats

if TYPE_CHECKING:
    import pandas as pd

JOINT = "{} + {}"
"""Name of the level at which two limits are lifted together."""
WORDS = {
    "synergy": "together they do more than the sum: each alone is held back by the other",
    "overlap": "together they do less than the sum: what one saves, the other cannot save again",
    "additive": "together they do about the sum of what each does alone",
    "undecided": "the replications do not tell whether together they do more or less than the sum",
}
"""Kinds of interactions, in words."""


COLUMNS = (
    "outcome", "first_limit", "second_limit", "measure",
    *(f"{what}{end}" for what in ("first", "second", "joint", "interaction")
      for end in ("", "_low", "_high")),
    "replications", "missing", "kind", "words",
)  # fmt: skip
"""Columns of `interactions`."""


def interactions(
    lifted: Lifted, pairs: Sequence[tuple[str, str]], outcomes: Sequence[str]
) -> pd.DataFrame:
    """Return what two limits do together beyond the sum of what each does alone.

    Parameters
    ----------
    lifted
        Runs with the levels `base`, each limit by its name, and `FIRST + SECOND`.
    pairs
        Names of two limits each, in the order in which their joint level names them.
    outcomes
        Names of outcomes.

    Returns
    -------
    DataFrame
        One row per outcome and pair: `outcome`, `first_limit`, `second_limit`, `measure`; their
        effects alone, `first` and `second`; `joint`, that of both; `interaction` = joint - (first +
        second), each with `_low` and `_high`; `replications` known at all four levels, `missing`;
        `kind`: "additive" if the interval of the interaction lies within a tenth of the sum or the
        joint effect, whichever is larger; else, if it leaves out 0, "synergy" if it goes the way of
        that larger one and "overlap" if it goes the other way; else, and with fewer than five
        replications, "undecided"; `words` for that. Intervals hold with 90%.

    Raises
    ------
    InputError
        If a level or outcome is unknown.
    """
    import pandas as pd

    rows = []
    for outcome in outcomes:
        for one, other in pairs:
            found = lifted.values([BASE, one, other, JOINT.format(one, other)], outcome)
            first = jackknife(lambda m: m[1] - m[0], found.value)
            second = jackknife(lambda m: m[2] - m[0], found.value)
            joint = jackknife(lambda m: m[3] - m[0], found.value)
            beyond = jackknife(_beyond, found.value)
            largest = max(float(joint.value), float(first.value + second.value), key=abs)
            kind = _kind(beyond, largest)
            rows.append({
                "outcome": outcome, "first_limit": one, "second_limit": other,
                "measure": found.measure, **columns("first", first), **columns("second", second),
                **columns("joint", joint), **columns("interaction", beyond),
                "replications": beyond.pairs, "missing": found.missing, "kind": kind,
                "words": WORDS[kind],
            })  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def _beyond(means: Floats) -> Floats:
    return means[3] - means[1] - means[2] + means[0]


def _kind(beyond: Estimate, largest: float) -> str:
    """Return the kind; more than the sum is what goes the way of the largest of the two."""
    tolerance, sign = SHARE * abs(largest), math.copysign(1.0, largest)
    low, high = sorted((sign * float(beyond.low), sign * float(beyond.high)))
    if beyond.pairs < FEW or math.isnan(low):
        return "undecided"
    if -tolerance <= low and high <= tolerance:
        return "additive"
    if low > 0.0:
        return "synergy"
    return "overlap" if high < 0.0 else "undecided"
