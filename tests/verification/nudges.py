"""Nudges: small changes of one value of a model's plain data, by its type and unit."""

import math
import re


def nudges(path, value):
    """Values to try in place of `value`, the smallest changes first.

    Numbers and durations go 20% down and up, then far; counts one up and down; words and flags
    switch. What the model refuses is passed over by the caller.
    """
    name = path.rpartition(".")[2]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, dict):
        first = next(iter(value))
        return [{**value, first: other} for other in nudges(first, value[first])]
    if isinstance(value, str):
        return _of_text(name, value)
    if name.endswith("priority"):
        return [p for p in (value - 1, value + 1, 0, 9) if p != value]
    if math.isinf(value):
        return [10.0, 1.0, 0.1]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if value == 0.0:
        return [0.1, 1.0, 5.0]
    return [x for x in (0.8 * value, 1.25 * value, 0.1 * value, 10 * value, 1.0) if x != value]


def _of_text(name, value):
    if name == "start_date":
        return ["2026-02-06"]
    if name == "hours":
        return ["mon-fri 09:00-16:30"]
    if value == "optimal":
        return ["1 h"]
    number, unit = re.fullmatch(r"(\S+) ([dh])", value).groups()
    size = float(number)
    return [f"{factor * size!r} {unit}" for factor in (0.8, 1.25, 0.1, 10)] if size else ["1 d"]

