"""Paths into a model's plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.model import InputError
from sim.model.errors import closest


def value_at(data: Mapping[str, Any], path: str) -> Any:
    """Return the value at a path; KeyError or TypeError if there is none."""
    node: Any = data
    for name in path.split("."):
        node = node[name]
    return node


def check_path(thing: str, path: str, base: Mapping[str, Any], scenario: str) -> None:
    """Raise `InputError` unless a base has a value (or a place for one) at this path.

    Interventions may be new: they are given whole, and the model checks what they hold.
    """
    node: Any = base
    names = path.split(".")
    if len(names) == 2 and names[0] == "interventions" and names[1]:
        return
    for depth, name in enumerate(names):
        if isinstance(node, Mapping) and name in node:
            node = node[name]
            continue
        near = closest(path, _paths(base))
        hint = f"did you mean '{near}'? " if near else ""
        above = ".".join(names[:depth]) or "the model"
        has = ", ".join(node) if isinstance(node, Mapping) and node else "no parts"
        raise InputError(
            f"{thing}: unknown path '{path}' in scenario '{scenario}'; {hint}{above} has {has}"
        )


def _paths(data: Mapping[str, Any], above: str = "") -> list[str]:
    """Return all paths of plain data."""
    found = []
    for name, item in data.items():
        found.append(above + name)
        if isinstance(item, Mapping):
            found += _paths(item, f"{above}{name}.")
    return found
