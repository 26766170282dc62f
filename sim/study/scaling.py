"""A value of a model's plain data, made larger or smaller."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sim.laws.distributions import DISTRIBUTIONS
from sim.study.uncertainties import UNITS

_QUANTITY = re.compile(r"([-+.\deE]+) ([A-Za-z]+)")


def scaled(value: Any, times: float) -> Any:
    """Return a value of a model's plain data times a number; `None` if that makes no sense.

    Whole numbers stay whole, and above 0; of a distribution all parameters in the unit of its
    values are multiplied.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return max(int(value * times + 0.5), 1) if value > 0 else value
    if isinstance(value, float):
        return value * times
    if isinstance(value, Mapping) and value.get("kind") in DISTRIBUTIONS:
        given = {name: item for name, item in value.items() if name != "kind"}
        form = DISTRIBUTIONS.lookup(value["kind"]).form(given)
        own = [p.name for p in form.parameters if p.unit == "value" and p.name in given]
        found = {
            name: {k: scaled(v, times) for k, v in given[name].items()}
            if isinstance(given[name], Mapping) else scaled(given[name], times)
            for name in own
        }
        return {**value, **found}
    match = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    return f"{float(match[1]) * times!r} {match[2]}" if match and match[2] in UNITS else None
