"""Stocks of know-how, in natural-log units, 0 when generation 0's recipe was frozen."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.model.fields import Number, setting

NAMES = ("algorithms", "infrastructure")
"""The stocks that the model knows: training efficiency, and what a unit of compute does."""


@dataclass(frozen=True, kw_only=True)
class Stock:
    """One stock: insights raise it, each by less the higher it is."""

    gain: float = setting(Number(0))
    """Mean gain of a success when the stock is 0, natural-log units."""
    beta: float = setting(Number(0), 0.0)
    """How fast ideas get harder, per natural-log unit."""
    ceiling: float = setting(Number(0, infinite=True), math.inf)
    """The stock never exceeds this."""
