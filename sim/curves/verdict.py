"""Whether a lab is ahead of a curve or behind it: one rule for all sentences and figures."""

from __future__ import annotations

import math
from typing import Any

AHEAD, BEHIND, LEVEL = "ahead", "behind", "level"
"""Where a lab stands: ahead of a curve, behind it, not surely apart from it."""
DECIMALS = 2
"""Of doublings, in all that is said."""


def standing(row: Any) -> str:
    """Return where the lab stands beside a curve: ahead, behind or level.

    It is ahead or behind where the 90% interval of curve less lab lies wholly to one side of 0 *as
    it is told*, in hundredths of a doubling: an interval that ends with 0.00 leaves it open.

    Parameters
    ----------
    row
        Of `sim.curves.explained.gaps` or `rematched`: `doublings` of the curve less the lab, with
        `doublings_low` and `doublings_high`. A curve that is out of all bounds (inf) is ahead.
    """
    middle, low, high = (float(row[f"doublings{end}"]) for end in ("", "_low", "_high"))
    if middle == math.inf:
        return BEHIND
    if round(low, DECIMALS) > 0.0:
        return BEHIND
    return AHEAD if round(high, DECIMALS) < 0.0 else LEVEL
