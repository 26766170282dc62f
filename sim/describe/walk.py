"""The parts of a model by path, and what the docstring under each of their fields says."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
import re
import textwrap
from collections.abc import Container, Iterator, Mapping
from functools import cache
from typing import Any

from sim.describe.words import plain
from sim.model import Model
from sim.model.feedback import Law
from sim.model.variate import Variate

Names = tuple[str, ...]


def parts(value: Any, names: Names = ()) -> Iterator[tuple[Names, Any]]:
    """Return every dataclass in a model with its path, the model itself first."""
    if dataclasses.is_dataclass(value):
        yield names, value
        for field in dataclasses.fields(value):
            if "reader" in field.metadata:
                yield from parts(getattr(value, field.name), (*names, field.name))
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from parts(item, (*names, str(name)))


def field_docs(record: Any) -> dict[str, str]:
    """Return the docstring under each field of a dataclass, inherited fields included."""
    return _field_docs(record)


@cache
def _field_docs(record: Any) -> dict[str, str]:
    docs: dict[str, str] = {}
    for cls in reversed(record.__mro__[:-1]):
        try:
            source = textwrap.dedent(inspect.getsource(cls))
        except (OSError, TypeError):  # an installation without source files
            continue
        body = getattr(ast.parse(source).body[0], "body", [])
        for statement, after in itertools.pairwise(body):
            if (
                isinstance(statement, ast.AnnAssign)
                and isinstance(statement.target, ast.Name)
                and isinstance(after, ast.Expr)
                and isinstance(after.value, ast.Constant)
            ):
                docs[statement.target.id] = " ".join(str(after.value.value).split())
    return docs


def extras(part: Any, told: Container[str]) -> Iterator[str]:
    """Say what else is set in a part: each setting that is not the default, and what it means.

    So that a new kind of setting is described before anybody writes words for it.
    """
    docs = field_docs(type(part))
    for item in dataclasses.fields(part):
        value = getattr(part, item.name)
        default = item.default_factory() if callable(item.default_factory) else item.default
        if item.name not in told and "reader" in item.metadata and value != default:
            shown = plain(item.metadata["reader"].write(value))
            yield f"{item.name}: {shown}. {docs.get(item.name, '')}".strip()


def meaning(model: Model, path: str) -> str:
    """Return what the setting at a path means, by the docstring of the field that holds it.

    For the parameter of a law or distribution: what the registry says of it.
    """
    changed = re.fullmatch(r"interventions\.[^.]+\.set\.(.+)", path)
    if changed:
        return f"New value. {meaning(model, changed[1])}"
    place: Any = model
    found = ""
    for name in path.split("."):
        if isinstance(place, Law):
            told = {p.name: p.meaning for p in place.entry.parameters}
            return f"Law {place.kind}: {told.get(name, name)}."
        if isinstance(place, Variate):
            told = {p.name: p.meaning for form in place.distribution.forms for p in form.parameters}
            return f"{found} Here: {told.get(name, name)}."
        if dataclasses.is_dataclass(place):
            found = field_docs(type(place)).get(name, found)
            place = getattr(place, name, None)
        elif isinstance(place, Mapping):
            place = place.get(name)
    return found
