"""Feedback laws in a model: how assistants of capability c (OOM) change the work.

The laws stand by name under `feedback`; skills refer to them, so that one change of
`feedback.speedup` reaches every skill that uses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.laws.feedback import FEEDBACK_LAWS
from sim.laws.registry import FeedbackLaw
from sim.model.calls import parse_call
from sim.model.errors import Path, invalid, problem, unknown
from sim.model.fields import Context, Reader, as_mapping
from sim.model.variate import plain_number


@dataclass(frozen=True, kw_only=True)
class Law:
    """A feedback law with its parameters."""

    kind: str
    """Name of the law in the registry."""
    parameters: dict[str, Any]
    """Parameters by name."""
    law: tuple[float, ...]
    """Parameters in the order the law's function takes them."""

    @property
    def entry(self) -> FeedbackLaw:
        """The law's registry entry."""
        return FEEDBACK_LAWS.lookup(self.kind)

    def at(self, c: float) -> float:
        """Return the law's value at capability c, OOM."""
        if self.entry.variadic:
            return self.entry.function(c, self.law, 0, len(self.law))
        return self.entry.function(c, *self.law)

    def bounds(self) -> tuple[float, float]:
        """Return the least and greatest value over all capabilities."""
        return self.entry.probability_bound(self.law)


@dataclass(frozen=True)
class LawReader(Reader):
    """Reads a `Law`; a plain number means the constant law."""

    def read(self, value: Any, path: Path, context: Context) -> Law:
        """Return the law."""
        value = parse_call(value, path)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            value = {"kind": "constant", "value": value}
        data = as_mapping(value, path)
        kind: Any = data.get("kind")
        if kind not in FEEDBACK_LAWS:
            raise unknown((*path, "kind"), "feedback law", kind, FEEDBACK_LAWS.names)
        entry = FEEDBACK_LAWS.lookup(kind)
        given = {name: item for name, item in data.items() if name != "kind" and item is not None}
        _refuse_foreign(entry, given, path)
        parameters = {
            name: {plain_number(k, path): plain_number(v, path) for k, v in item.items()}
            if isinstance(item, Mapping)
            else plain_number(item, (*path, name))
            for name, item in given.items()
        }
        try:
            complete = entry.form.check(parameters)
            law = entry.form.law_parameters(complete)
        except ValueError as error:
            raise problem(path, f"({kind}) {error}", "set " + ".".join(path)) from None
        return Law(kind=kind, parameters=complete, law=law)

    def write(self, value: Law) -> dict[str, Any]:
        """Return the mapping that reads back to the same law."""
        return {"kind": value.kind, **value.parameters}


def _refuse_foreign(entry: FeedbackLaw, given: Mapping[str, Any], path: Path) -> None:
    """Raise `InputError` for a key that the law does not take, left by another kind perhaps."""
    own = [p.name for p in entry.parameters]
    for name in given:
        if name not in own:
            whole = f"{entry.name}({', '.join(f'{p}=…' for p in own)})"
            raise invalid(
                path, f"has a key '{name}' that {entry.name} does not take", dict(given),
                f"write the whole law as one string, which replaces what stood there: {whole}",
            )
