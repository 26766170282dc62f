"""What one model assumes differently from another, value by value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.describe.parameters import shown
from sim.describe.walk import meaning
from sim.model import Model, catalogue

ABSENT = "–"
"""What is shown for a value that a model does not have."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One value in which two models differ."""

    path: str
    value: str
    """In the one, with its unit; `ABSENT` if it has none."""
    against: str
    """In the other."""
    sentence: str
    """What it is: by the catalogue, or by the setting's own description."""


def changes(model: Model, against: Model) -> list[Change]:
    """Return every value in which a model differs from another, in model order.

    Values that only the other one has come last.
    """
    ours, theirs = (catalogue.settings(one.to_dict()) for one in (model, against))
    return [
        _change(path, model if path in ours else against, ours, theirs)
        for path in {**ours, **theirs}
        if path not in ours or path not in theirs or ours[path] != theirs[path]
    ]


def _change(path: str, model: Model, ours: dict[str, Any], theirs: dict[str, Any]) -> Change:
    entry = catalogue.lookup(path, model.name)
    unit = entry.unit if entry else ""
    value, other = (
        shown(values[path], unit) if path in values else ABSENT for values in (ours, theirs)
    )
    return Change(
        path=path, value=value, against=other,
        sentence=entry.sentence if entry else meaning(model, path).replace("`", "'"),
    )
