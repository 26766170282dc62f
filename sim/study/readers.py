"""Readers of what measures take: each returns the value, or raises `InputError` with the remedy."""

from __future__ import annotations

import math
from typing import Any

from sim.model import InputError
from sim.model.units import CLOCK, WORKING_TIME
from sim.study.refusals import refused


def name(value: Any, thing: str) -> str:
    """Return a name of a part of the model."""
    if not isinstance(value, str) or not value:
        raise refused(thing, "must be a name", value, "name a part of the model")
    return value


def number(value: Any, thing: str) -> float:
    """Return a finite number."""
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise refused(thing, "must be a number", value, "write for example 1")
    return found


def above_zero(value: Any, thing: str) -> float:
    """Return a number above zero."""
    found = number(value, thing)
    if found <= 0:
        raise refused(thing, "must be a number > 0", value, "write for example 3")
    return found


def multiple(value: Any, thing: str) -> float:
    """Return how many times as much something is: more than once."""
    found = number(value, thing)
    if found <= 1:
        raise refused(thing, "must be a number > 1", value, "write for example 2")
    return found


def generation(value: Any, thing: str) -> int:
    """Return the number of a generation after the initial one."""
    found = number(value, thing)
    if found != int(found) or not 1 <= found <= 10**6:
        raise refused(thing, "must be a whole number >= 1", value, "write for example 1")
    return int(found)


def days(value: Any, thing: str) -> float:
    """Return a time from t = 0 on, days."""
    found = _measured(CLOCK, value, thing, "write for example 1 y")
    if not 0 <= found < math.inf:
        raise refused(thing, "must be a time >= 0 d", value, "write for example 1 y")
    return found


def hours(value: Any, thing: str) -> float:
    """Return an amount of work, hours."""
    found = _measured(WORKING_TIME, value, thing, "write for example 8 h")
    if not 0 < found < math.inf:
        raise refused(thing, "must be > 0 h", value, "write for example 8 h")
    return found


def _measured(measure: Any, value: Any, thing: str, remedy: str) -> float:
    try:
        return float(measure.read(value, ()))
    except InputError:
        rule = f"must be {measure.name} with a unit ({', '.join(measure.units)})"
        raise refused(thing, rule, value, remedy) from None
