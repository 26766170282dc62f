"""Words of a description: numbers, amounts, durations, and settings of any kind of part."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from sim.model.fields import write_record
from sim.model.units import DAYS_PER_YEAR
from sim.model.variate import Variate


def number(value: float) -> str:
    """Return `12`, `0.055`, `1,280`, `unlimited`."""
    if math.isinf(value):
        return "unlimited"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    return f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def rough(value: float) -> str:
    """Return a number that is an estimate, to three digits."""
    if not math.isfinite(value):
        return "unlimited"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def percent(share: float) -> str:
    """Return `45%`, `0.5%`."""
    return f"{100 * share:.3g}%"


def days(length: float) -> str:
    """Return `2 y`, `90 d`, `0.5 d`."""
    if length >= DAYS_PER_YEAR and math.isclose(
        length % (DAYS_PER_YEAR / 2), 0, abs_tol=1e-9
    ):
        return f"{length / DAYS_PER_YEAR:g} y"
    return f"{length:.4g} d"


def amount(variate: Variate, unit: str) -> str:
    """Return the mean and the standard deviation of a random amount."""
    sd = variate.sd()
    return f"{variate.mean():.3g}{f' ± {sd:.3g}' if sd else ''} {unit}"


def settings(part: Any) -> str:
    """Return the settings of any part, as its class lists them: for kinds nobody wrote words for.

    >>> from sim.model.stage import Checkpoints
    >>> settings(Checkpoints(interval="optimal", cost=0.5))
    'interval optimal, cost 0.5 d'
    """
    return plain({k: v for k, v in write_record(part).items() if k != "kind"})


def plain(value: Any) -> str:
    """Return plain data as words: `1,280`, `yes`, `chance 0.2, per_defect 0`."""
    if isinstance(value, Mapping) and all(re.match(r"[-+.\d]", str(key)) for key in value):
        return ", ".join(f"{quantity(str(key))}: {plain(item)}" for key, item in value.items())
    if isinstance(value, Mapping):
        return ", ".join(
            f"{key} ({plain(item)})" if isinstance(item, Mapping) else f"{key} {plain(item)}"
            for key, item in value.items()
            if item is not None and item is not False and item not in ({}, (), [])
        )
    if isinstance(value, (list, tuple)):
        return " + ".join(plain(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return number(value)
    return quantity(str(value))


def quantity(text: str) -> str:
    """Return a written quantity with its number shortened: `0.0333333 d` for 12 digits."""
    match = re.fullmatch(r"(\S+) ([dh])", text)
    return f"{float(match[1]):.6g} {match[2]}" if match else text


def listed(names: list[str], most: int = 4) -> str:
    """Return the names, all or the first few."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if names[most:] else "")
