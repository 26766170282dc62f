"""The parameter catalogue: where each default comes from, read from `configs/catalogue.yaml`.

The catalogue states provenance by path; the defaults themselves are read from a model's plain
data and joined here, so that the two cannot drift apart. `configs/catalogue_scenarios.yaml` does
the same for the values in which a scenario differs; for that scenario it goes first.

>>> lookup("flows.experiment.stages.run.failure").tag
'sourced'
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sim.model.catalogue_entries import TAGS, Entry, distinct, read_entry, read_items, wrong
from sim.paths import configs

STRUCTURE = {
    *("name", "kind", "source"),
    *("first", "next", "after", "on_failure", "repair", "diagnosis", "hold_until"),
    *("pool", "review_pool", "skill", "flow", "lender", "borrower"),
    *("share", "speedup", "quality", "steering", "taste", "span", "oversight"),
    *("reviewer", "agent_catch", "law", "tools", "donor", "to", "pause", "resume"),
}
"""Keys whose *text* (or list of texts) names a part or a kind: design, not a parameter.

A number under the same key is a value: `pools.agents.share`, chances of `next`.
"""

_NOT_TAKEN = {
    "human": {"slots_per_unit", "elasticity"},
    "compute": {"slots_per_unit", "elasticity", "hours"},
    "agent": {"hours"},
}
"""Settings that a pool of this kind may not change (validation rejects it): no assumptions."""

Names = tuple[str, ...]
ANY = "*"

_MEANING = ("symbol", "unit", "range", "sentence")
_SETTING = re.compile(r"^interventions\.[^.]+\.set\.")


@dataclass(frozen=True, kw_only=True)
class Assumption(Entry):
    """One value of a model with its provenance; `path` is the value's own."""

    default: Any
    """The value, as it stands in the model's plain data."""


@cache
def load(file: Path | None = None) -> tuple[Entry, ...]:
    """Return all entries, in the order of the file.

    Parameters
    ----------
    file
        A catalogue; by default the shipped one.

    Raises
    ------
    InputError
        If the file cannot be read, or an entry is incomplete, malformed or given twice.
    """
    data = read_items(file or configs() / "catalogue.yaml")
    return distinct(read_entry(item, number) for number, item in enumerate(data, 1))


@cache
def load_scenarios(file: Path | None = None) -> dict[str, tuple[Entry, ...]]:
    """Return the entries for values in which scenarios differ, by name of the scenario.

    An entry names its `scenarios`. What it does not say of a value's meaning (symbol, unit, range,
    sentence) is what the default's entry for the same path says (in an intervention: for the path
    that it sets).

    Parameters
    ----------
    file
        A catalogue; by default the shipped one.

    Raises
    ------
    InputError
        If the file cannot be read, or an entry is incomplete, malformed or given twice.
    """
    found: dict[str, list[Entry]] = {}
    for number, item in enumerate(read_items(file or configs() / "catalogue_scenarios.yaml"), 1):
        if not isinstance(item, Mapping) or not isinstance(item.get("scenarios"), list):
            raise wrong(f"{number}", "must name its scenarios", item, "write 'scenarios: [name]'")
        own = {name: value for name, value in item.items() if name != "scenarios"}
        general = lookup(_SETTING.sub("", str(own.get("path"))))
        meaning = {name: getattr(general, name) for name in _MEANING} if general else {}
        entry = read_entry({**meaning, **own}, number)
        for scenario in item["scenarios"]:
            found.setdefault(str(scenario), []).append(entry)
    return {scenario: distinct(entries) for scenario, entries in found.items()}


def lookup(path: str, scenario: str | None = None) -> Entry | None:
    """Return the most specific entry that matches the path, or `None`.

    Those of the scenario, if one is named, go before those of the default. Fewer `*` are more
    specific; of equally many, those that come later.
    """
    names = tuple(path.split("."))
    for whose in dict.fromkeys((scenario, None)):
        for pattern, entry in _patterns(whose).get(len(names), ()):
            if matches(pattern, names):
                return entry
    return None


def matches(pattern: Names, names: Names) -> bool:
    """Return whether a path matches a pattern, both split at their dots."""
    return len(pattern) == len(names) and all(
        p in (ANY, n) for p, n in zip(pattern, names, strict=True)
    )


def leaves(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return every value of a model by path: numbers, durations, hours, dates, flags.

    Left out are absent values (`null`), what `STRUCTURE` calls design, and what a pool of its
    kind may not change. A fixed amount counts as one value at its own path, whether written
    `0.2 h` or as a deterministic distribution; so does a table.

    Parameters
    ----------
    model
        Plain data: `Model.to_dict()` (nothing implicit), or a composed configuration.
    """
    return {
        ".".join(names): value
        for names, value in _walk(model, ()) if not _is_structure(names, value)
    }


def settings(model: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that a model states by path: its `leaves` and its design, but not its name."""
    return {".".join(names): value for names, value in _walk(model, ()) if names != ("name",)}


def entries(model: Mapping[str, Any]) -> tuple[Assumption, ...]:
    """Return the catalogued values of a model with their provenance, in model order.

    The model's name tells which scenario's entries go first.
    """
    name = model.get("name")
    found = ((path, value, lookup(path, name)) for path, value in leaves(model).items())
    return tuple(
        Assumption(**{**vars(entry), "path": path, "default": value})
        for path, value, entry in found
        if entry is not None
    )


def missing(model: Mapping[str, Any]) -> list[str]:
    """Return the paths of a model's values that the catalogue says nothing about."""
    return [path for path in leaves(model) if lookup(path, model.get("name")) is None]


def counts(model: Mapping[str, Any]) -> dict[str, int]:
    """Return how many of a model's values have each tag; those in `missing` have none."""
    tags = [assumption.tag for assumption in entries(model)]
    return {tag: tags.count(tag) for tag in TAGS}


def specificity(pattern: Names) -> tuple[int, ...]:
    """Return the sort key of a pattern: the most specific first."""
    places = [-place for place, name in enumerate(pattern) if name == ANY]
    return (len(places), *places)


@cache
def _patterns(scenario: str | None = None) -> dict[int, list[tuple[Names, Entry]]]:
    """Return the entries by number of keys in their path, the most specific first."""
    patterns: dict[int, list[tuple[Names, Entry]]] = {}
    for entry in load() if scenario is None else load_scenarios().get(scenario, ()):
        pattern = tuple(entry.path.split("."))
        patterns.setdefault(len(pattern), []).append((pattern, entry))
    for group in patterns.values():
        group.sort(key=lambda item: specificity(item[0]))
    return patterns


# --- values of a model --------------------------------------------------------------------------


def _walk(value: Any, names: Names) -> Iterator[tuple[Names, Any]]:
    if isinstance(value, Mapping) and not _is_table(value):
        if set(value) == {"kind", "value"} and value["kind"] in ("deterministic", "constant"):
            yield names, value["value"]
            return
        is_pool = len(names) == 2 and names[0] == "pools"
        idle = _NOT_TAKEN.get(value.get("kind", ""), set()) if is_pool else set()
        for name, item in value.items():
            if name not in idle:
                yield from _walk(item, (*names, str(name)))
    elif value is not None:
        yield names, value


def _is_table(value: Mapping[Any, Any]) -> bool:
    """Return whether the keys are quantities (`90 d`, `0.5`), not names."""
    return bool(value) and all(re.match(r"[-+.\d]", str(key)) for key in value)


def _is_structure(names: Names, value: Any) -> bool:
    texts = value if isinstance(value, (list, tuple)) else [value]
    return bool(names) and names[-1] in STRUCTURE and all(isinstance(text, str) for text in texts)
