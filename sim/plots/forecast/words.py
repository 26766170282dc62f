"""Words of forecasts: chances with their intervals."""

from __future__ import annotations

import math


def share(middle: float, low: float, high: float) -> str:
    """Return '57% [51, 63]'; of what is not known '–'.

    >>> share(0.57, 0.512, 0.634), share(0.004, 0.001, 0.02)
    ('57% [51, 63]', '0.4% [0.1, 2]')
    """
    if math.isnan(middle):
        return "–"
    return f"{percent(middle)} [{percent(low)[:-1]}, {percent(high)[:-1]}]"


def percent(chance: float) -> str:
    """Return '57%', '0.3%': near to 0 and to 1 with a digit more.

    >>> percent(0.571), percent(0.0031), percent(1.0), percent(1e-5), percent(float("nan"))
    ('57%', '0.3%', '100%', '0%', '–')
    """
    if math.isnan(chance):
        return "–"
    near = min(chance, 1.0 - chance)
    return f"{chance:.1%}" if 0.0005 <= near < 0.02 else f"{chance:.0%}"
