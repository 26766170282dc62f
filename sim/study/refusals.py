"""How a study's errors are worded: thing, rule, value, remedy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sim.model import InputError
from sim.model.errors import show, unknown_name

RESERVED = ("point", "replication", "end_reason", "end_time", "error", "outcome", "index")
"""Columns of tables of studies: no factor or outcome may be called so."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def refused(thing: str, rule: str, value: Any, remedy: str) -> InputError:
    """Return the error for a value of a study that breaks a rule."""
    return InputError(f"{thing} {rule}, got {show(value)}; {remedy}")


def mapping_of(value: Any, thing: str, remedy: str) -> dict[str, Any]:
    """Return `value` as a dictionary with text keys, or raise `InputError`."""
    if not isinstance(value, Mapping):
        raise refused(thing, "must be a mapping of names to values", value, remedy)
    for key in value:
        if not isinstance(key, str):
            raise refused(thing, "must have names as keys", key, f"quote it: '{show(key)}'")
    return dict(value)


def check_keys(data: Mapping[str, Any], known: Iterable[str], thing: str) -> None:
    """Raise `InputError` for a key that is none of those known."""
    known = list(known)
    for key in data:
        if key not in known:
            raise InputError(f"{thing} has an {unknown_name('key', key, known)}")


def check_names(names: Iterable[str], what: str, taken: Mapping[str, str]) -> None:
    """Raise `InputError` unless the names can be columns; `taken` says what has a name already.

    SQL does not tell capitals: two names must differ in more.
    """
    used = dict(taken)
    for name in names:
        if not _NAME.fullmatch(name):
            raise refused(
                f"study: {what}", "must have a name of letters, digits and _ (a digit not first)",
                name, "choose another name",
            )
        if name.lower() in RESERVED:
            raise refused(
                f"study: {what}", "must not be called like a column of the tables of studies",
                name, f"choose another name than {', '.join(RESERVED)}",
            )
        if name.lower() in used:
            raise refused(
                f"study: {what}",
                f"must have a name of its own, and capitals make none, but {used[name.lower()]} "
                "has it", name, "choose another name",
            )
        used[name.lower()] = f"{what} '{name}'"
