"""Nudges: small changes of one value of a model's plain data, by its type and unit."""

import copy
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
    days = float(re.fullmatch(r"(\S+) d", value)[1])
    return [f"{factor * days!r} d" for factor in (0.8, 1.25, 0.1, 10)] if days else ["1 d"]


def put(data, path, value):
    """A copy of plain data with one value replaced; another share of the same sum makes up."""
    data = copy.deepcopy(data)
    *parents, name = path.split(".")
    node = data
    for parent in parents:
        node = node[parent]
    partner = _partner(data, node, parents, name)
    if partner:
        holder, key = partner
        holder[key] -= value - node[name]
    node[name] = value
    return data


def _partner(data, node, parents, name):
    """Where the first other share of a sum of 1 stands, as (mapping, key), if it is one."""
    if parents[-1:] in (["targets"], ["next"]):
        return next(((node, other) for other in node if other != name), None)
    if parents[-2:-1] == ["pools"] and name == "share":
        pools = data
        for parent in parents[:-1]:
            pools = pools[parent]
        others = (p for p in pools.values() if p["share"] is not None and p is not node)
        return next(((p, "share") for p in others), None)
    return None
