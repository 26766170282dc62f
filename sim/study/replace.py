"""One value of a model's plain data, replaced by another."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

Data = dict[str, Any]


def put(data: Mapping[str, Any], path: str, value: Any) -> Data:
    """Return a copy of plain data with the value at a path replaced.

    Of shares that sum to 1 (`pools.*.share`, `targets`, the chances of `next`) the others make up
    for it in proportion to what they have.

    Parameters
    ----------
    data
        `Model.to_dict()`.
    path
        Where, as on the command line: `pools.agents.share`.
    value
        The new value, as plain data.
    """
    changed = copy.deepcopy(dict(data))
    *parents, name = path.split(".")
    holder: Any = changed
    for parent in parents:
        holder = holder[parent]
    others = _others(changed, parents, name)
    rest = sum(mapping[key] for mapping, key in others)
    for mapping, key in others:
        part = mapping[key] / rest if rest else 1 / len(others)
        mapping[key] -= part * (value - holder[name])
    holder[name] = value
    return changed


def _others(data: Any, parents: list[str], name: str) -> list[tuple[Data, str]]:
    """Return where the other shares of a sum of 1 stand, as (mapping, key), if it is one."""
    if parents[-1:] in (["targets"], ["next"]):
        node = _at(data, parents)
        return [(node, other) for other in node if other != name]
    if parents[-2:-1] == ["pools"] and name == "share":
        pools = _at(data, parents[:-1])
        return [
            (pool, name) for other, pool in pools.items()
            if other != parents[-1] and pool[name] is not None
        ]  # fmt: skip
    return []


def _at(data: Any, names: list[str]) -> Any:
    for name in names:
        data = data[name]
    return data
