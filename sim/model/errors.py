"""The one error for bad input: it names the thing, the rule, the value and the remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

Path = tuple[str, ...]
"""Where a value stands in the model: `("flows", "experiment", "stages", "run", "units")`."""

_THINGS = {
    "pools": "pool",
    "skills": "skill",
    "feedback": "feedback law",
    "oversight": "oversight policy",
    "stocks": "stock",
    "flows": "flow",
    "interventions": "intervention",
    "factors": "factor",
    "outcomes": "outcome",
}


_RUN_SETTINGS = {
    *("task", "seed", "replications", "engine", "workers", "results", "figures", "html"),
    *("report", "run", "execute", "study", "folder", "sql", "export", "watch", "point"),
    *("replication", *"abcdefgh"),
}


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Characters that would break a line or disturb a terminal."""


class InputError(ValueError):
    """Input that breaks a rule of the model; the message is complete and meant for the user.

    It is one line, whatever the user wrote.
    """

    def __init__(self, message: str) -> None:
        super().__init__(_CONTROL.sub(lambda found: repr(found[0])[1:-1], message))


def invalid(path: Path, rule: str, value: Any = None, remedy: str | None = None) -> InputError:
    """Return the error for `value` at `path`, which should have kept `rule`.

    Parameters
    ----------
    path
        Place of the value in the model.
    rule
        What must hold, as a phrase that follows the field's name: `must be >= 1`.
    value
        What was found; `None` prints as `null`, as in YAML.
    remedy
        What to do; by default, to set the value at this path.
    """
    thing, field = _split(path)
    name = f"{thing}: {field} " if field else f"{thing} "
    return InputError(f"{name}{rule}, got {show(value)}; {remedy or 'set ' + '.'.join(path)}")


def problem(path: Path, statement: str, remedy: str) -> InputError:
    """Return the error for a whole thing (not one value) that breaks a rule."""
    thing, field = _split(path)
    name = f"{thing}: {field} " if field else f"{thing}: "
    return InputError(f"{name}{statement}; {remedy}")


def unknown(path: Path, what: str, name: Any, choices: Iterable[str]) -> InputError:
    """Return the error for a name that is none of `choices`, naming the closest one."""
    thing, field = _split(path)
    where = f"{thing}: {field} names an" if field else f"{thing}:"
    remedy = "" if path and path[-1] == name else f"; set {'.'.join(path)}"
    return InputError(f"{where} {unknown_name(what, name, choices)}{remedy}")


def unknown_key(path: Path, key: str, choices: Iterable[str]) -> InputError:
    """Return the error for a key that the mapping at `path` does not have."""
    thing, field = _split((*path, key))
    where = f" in {field.removesuffix(key).rstrip('.')}" if field != key and field else ""
    known = list(choices)
    sentence = unknown_name("key", key, known) if known else f"unknown key {show(key)}; it has none"
    return InputError(f"{thing}: {sentence.replace(';', where + ';', 1)}")


def known(path: Path, what: str, name: str | None, choices: Iterable[str]) -> None:
    """Raise `InputError` unless the name, if there is one, is among the choices."""
    if name is not None and name not in choices:
        raise unknown(path, what, name, choices)


def unknown_name(what: str, name: Any, choices: Iterable[str]) -> str:
    """Return the sentence that says a name is none of `choices`."""
    known = list(choices)
    near = closest(name, known)
    hint = f"did you mean '{near}'? " if near else ""
    listing = ", ".join(map(str, known)) if known else "none are defined"
    return f"unknown {what} {show(name)}; {hint}choices: {listing}"


def closest(name: Any, choices: Iterable[str]) -> str | None:
    """Return the choice most like `name`, or `None` if nothing is near."""
    matches = difflib.get_close_matches(str(name), list(choices), n=1, cutoff=0.55)
    return matches[0] if matches else None


def show(value: Any) -> str:
    """Return `value` as a user would have written it in YAML."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        text = repr(value) if isinstance(value, str) else str(value)
    except (ValueError, RecursionError):  # thousands of digits, or nested without end
        text = f"a {type(value).__name__} too large to show"
    return text if len(text) <= 60 else text[:57] + "..."


def _split(path: Path) -> tuple[str, str]:
    """Split a path into the thing it belongs to, in words, and the field within it."""
    if len(path) >= 4 and path[0] == "flows" and path[2] == "stages":
        return f"stage '{path[3]}' of flow '{path[1]}'", ".".join(path[4:])
    if len(path) >= 2 and path[0] in _THINGS:
        return f"{_THINGS[path[0]]} '{path[1]}'", ".".join(path[2:])
    if path and path[0] in _RUN_SETTINGS:
        return "run", ".".join(path)
    return "model", ".".join(path)
