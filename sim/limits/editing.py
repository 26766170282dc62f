"""A model's plain data, changed in many places at once, and written down as new values by path.

A value may stand twice: in the model, and in interventions that set it anew while the lab runs.
Whoever lifts a limit has to change both, or the limit is back at the date of the intervention.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from sim.laws.distributions import DISTRIBUTIONS
from sim.model import InputError
from sim.model.calls import parse_call
from sim.model.errors import show

Data = dict[str, Any]
How = Callable[[Any, Any], Any]
"""From a value, and the one that the model states at the same place, to the new value."""

_QUANTITY = re.compile(r"\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*([A-Za-z]*)\s*")


def copied(data: Mapping[str, Any]) -> Data:
    """Return a copy that may be changed anywhere."""
    return copy.deepcopy(dict(data))


def at(data: Any, path: str) -> Any:
    """Return the value at a path; `None` if there is none."""
    for key in path.split("."):
        if not isinstance(data, Mapping):
            return None
        data = data.get(key)
    return data


def put(data: Data, path: str, value: Any) -> None:
    """Put a value where another one stands."""
    *above, last = path.split(".")
    for key in above:
        data = data[key]
    data[last] = value


def settings_of(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return what interventions set at a path, by the intervention's name."""
    found = {name: at(change["set"], path) for name, change in data["interventions"].items()}
    return {name: value for name, value in found.items() if value is not None}


def rewrite(data: Data, path: str, how: How) -> None:
    """Change a value wherever it stands: in the model, and in what interventions set."""
    base = at(data, path)
    if base is not None:
        put(data, path, how(base, base))
    for name, value in settings_of(data, path).items():
        put(data["interventions"][name]["set"], path, how(value, base))


def multiply(data: Data, path: str, factor: float) -> None:
    """Multiply a number, a duration or a distributed amount wherever it stands."""
    rewrite(data, path, lambda value, base: times(value, factor, base))


def _product(number: float, factor: float) -> float:
    """Return the product; by 1/10 it is the tenth, without the rounding of 0.1."""
    inverse = 1.0 / factor
    return number / inverse if inverse == math.floor(inverse) else number * factor


def times(value: Any, factor: float, base: Any = None) -> Any:
    """Return a value times a number, written so that it replaces the one it was.

    Parameters
    ----------
    value
        A number, a quantity (`2 d`), or a distribution: whole, as a call, or a part of one that is
        merged with the model's.
    factor
        How many times as much.
    base
        The model's own value, where `value` is what an intervention sets.

    Raises
    ------
    InputError
        If the value is nothing that can be multiplied.
    """
    called = isinstance(value, str)
    value = parse_call(value, ())
    if isinstance(value, Mapping):
        found = _distribution(value, factor, base)
        return call(found) if called else found
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _product(value, factor)
    match = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise InputError(
            f"limits: cannot multiply {show(value)}, which an intervention sets; write a quantity "
            "or a distribution there"
        )
    return f"{_product(float(match[1]), factor)!r} {match[2]}".strip()


def _distribution(value: Mapping[str, Any], factor: float, base: Any) -> Data:
    """Return a distribution, or a part of one, with all parameters that are amounts multiplied."""
    whole = {**base, **value} if isinstance(base, Mapping) and "kind" not in value else value
    kind = str(whole.get("kind"))
    if kind not in DISTRIBUTIONS:
        raise InputError(
            f"limits: cannot multiply {show(dict(value))}, which an intervention sets in part; "
            "write the whole distribution there"
        )
    given = {name: item for name, item in whole.items() if name != "kind" and item is not None}
    amounts = {p.name for p in DISTRIBUTIONS.lookup(kind).form(given).parameters
               if p.unit == "value"}  # fmt: skip
    return {name: _each(item, factor) if name in amounts else item for name, item in value.items()}


def _each(item: Any, factor: float) -> Any:
    if isinstance(item, Mapping):
        return {str(key): times(one, factor) for key, one in item.items()}
    return times(item, factor)


def call(value: Mapping[str, Any]) -> str:
    """Return a law or distribution as a call: in an intervention that replaces what stood there."""
    parts = []
    for name, item in value.items():
        if name == "kind" or item is None:
            continue
        if isinstance(item, Mapping):
            item = "{" + ", ".join(f"{key}: {one}" for key, one in item.items()) + "}"
        parts.append(f"{name}={item}")
    return f"{value['kind']}({', '.join(parts)})"


def whole(number: float) -> int:
    """Return the nearest whole number; halves go up."""
    return math.floor(number + 0.5)


# --- new values by path ---------------------------------------------------------------------------


def difference(base: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the new values by path that lead from one model's data to another's.

    What has no path of its own (tables, another kind of thing) is replaced as a whole. Shares of
    compute are named all or none, as they must sum to 1 without anybody making up for the rest.
    """
    found = dict(_differing(base, changed, ""))
    if any(path.startswith("pools.") and path.endswith(".share") for path in found):
        shares = {name: pool.get("share") for name, pool in changed["pools"].items()}
        found |= {f"pools.{name}.share": x for name, x in shares.items() if x is not None}
    return found


def _differing(base: Mapping[str, Any], changed: Mapping[str, Any], above: str) -> Any:
    for key, new in changed.items():
        path, old = above + key, base.get(key)
        if new == old:
            continue
        if isinstance(old, Mapping) and _walks(old, new, path):
            yield from _differing(old, new, f"{path}.")
        else:
            yield path, new


def _walks(old: Mapping[str, Any], new: Any, path: str) -> bool:
    """Return whether the things within a mapping have paths of their own."""
    if not isinstance(new, Mapping):
        return False
    plain = all(isinstance(key, str) and "." not in key for key in new)
    return plain and (set(old) == set(new) or path == "interventions")
