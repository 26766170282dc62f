"""Values of a model's plain data, replaced by others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Data = dict[str, Any]
Place = tuple[str, ...]


def put(data: Mapping[str, Any], path: str, value: Any) -> Data:
    """Return plain data with the value at a path replaced; see `put_all`.

    Parameters
    ----------
    data
        `Model.to_dict()`.
    path
        Where, as on the command line: `pools.agents.share`.
    value
        The new value, as plain data.
    """
    return put_all(data, {path: value})


def put_all(data: Mapping[str, Any], values: Mapping[str, Any]) -> Data:
    """Return plain data with the values at some paths replaced.

    Of shares that sum to 1 (`pools.*.share`, `targets`, the chances of `next`) the others, whose
    paths are not given, make up for it in proportion to what they have.

    Parameters
    ----------
    data
        `Model.to_dict()`. It stays as it is; mappings in which nothing changes are shared with
        what is returned.
    values
        New values, as plain data, by path.

    Raises
    ------
    KeyError, TypeError
        If there is no mapping to hold a value.
    """
    changed = dict(data)
    fresh: dict[Place, Data] = {(): changed}
    sums: dict[Place, dict[Place, float]] = {}
    for path, value in values.items():
        place = tuple(path.split("."))
        holder, name = _own(fresh, place[:-1]), place[-1]
        if (whole := _sum_of(place)) and _both_numbers(holder.get(name), value):
            sums.setdefault(whole, {})[place] = value - holder[name]
        holder[name] = value
    for whole, moved in sums.items():
        _make_up(fresh, [p for p in _places(changed, whole) if p not in moved], sum(moved.values()))
    return changed


def _own(fresh: dict[Place, Data], place: Place) -> Data:
    """Return the mapping at this place of the new data, copied once so that it may change."""
    if place not in fresh:
        holder = _own(fresh, place[:-1])
        fresh[place] = holder[place[-1]] = dict(holder[place[-1]])
    return fresh[place]


def _sum_of(place: Place) -> Place:
    """Return where the shares stand that this one sums to 1 with; empty if it is no share."""
    if place[-2:-1] in (("targets",), ("next",)):
        return place[:-1]
    return place[:-2] if place[-3:-2] == ("pools",) and place[-1] == "share" else ()


def _places(data: Data, whole: Place) -> list[Place]:
    """Return the places of all shares of a sum."""
    node: Any = data
    for name in whole:
        node = node[name]
    if whole[-1] != "pools":
        return [(*whole, name) for name in node]
    return [
        (*whole, name, "share") for name, pool in node.items() if pool.get("share") is not None
    ]


def _make_up(fresh: dict[Place, Data], others: list[Place], moved: float) -> None:
    rest = sum(_own(fresh, place[:-1])[place[-1]] for place in others)
    for place in others:
        holder, name = _own(fresh, place[:-1]), place[-1]
        holder[name] -= (holder[name] / rest if rest else 1 / len(others)) * moved


def _both_numbers(*values: Any) -> bool:
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
