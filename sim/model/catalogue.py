"""The parameter catalogue: where each default comes from, read from `configs/catalogue.yaml`.

The catalogue states provenance by path; the defaults themselves are read from a model's plain
data and joined here, so that the two cannot drift apart. `configs/catalogue_scenarios.yaml` does the
same for the values in which a scenario differs; there they go first.

>>> lookup("flows.experiment.stages.run.failure").tag
'sourced'
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sim.model.errors import InputError, show, unknown
from sim.paths import configs

TAGS = ("sourced", "fitted", "guess")
"""Stated by a source; chosen to meet stylised facts; neither."""

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


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The provenance of the values at one path."""

    path: str
    """Config path; `*` matches exactly one key."""
    symbol: str | None
    """Symbol in the model description, if it has one."""
    unit: str
    """Unit of the value and of the range."""
    range: tuple[float, float] | str
    """What is plausible: least and greatest value, or words."""
    source: str
    """Citation with URL or DOI; the stylised facts it is fitted to; why it is a guess."""
    date: str
    """Date of the source (ISO or year); of the choice, where there is no source."""
    tag: str
    """One of `TAGS`."""
    sentence: str
    """What it means, in one sentence for a non-specialist."""
    self_reported: bool = False
    """Whether the number rests on what a company says of itself, unchecked by others."""


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
    data = _read(file or configs() / "catalogue.yaml")
    return _once(_entry(item, number) for number, item in enumerate(data, 1))


@cache
def load_scenarios(file: Path | None = None) -> dict[str, tuple[Entry, ...]]:
    """Return the entries for values in which scenarios differ, by name of the scenario.

    An entry names its `scenarios`. What it says of a value's meaning (symbol, unit, range, sentence)
    is, unless it is given, what the default's entry for the same path says; in an intervention, for
    the path that it sets.

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
    for number, item in enumerate(_read(file or configs() / "catalogue_scenarios.yaml"), 1):
        if not isinstance(item, Mapping) or not isinstance(item.get("scenarios"), list):
            raise _wrong(f"{number}", "must name its scenarios", item, "write 'scenarios: [name]'")
        own = {name: value for name, value in item.items() if name != "scenarios"}
        general = lookup(_INTERVENTION.sub("", str(own.get("path"))))
        meaning = {name: getattr(general, name) for name in _MEANING} if general else {}
        entry = _entry({**meaning, **own}, number)
        for scenario in item["scenarios"]:
            found.setdefault(str(scenario), []).append(entry)
    return {scenario: _once(entries) for scenario, entries in found.items()}


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
    return {".".join(names): value for names, value in _walk(model, ())}


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
    elif value is not None and not _is_structure(names, value):
        yield names, value


def _is_table(value: Mapping[Any, Any]) -> bool:
    """Return whether the keys are quantities (`90 d`, `0.5`), not names."""
    return bool(value) and all(re.match(r"[-+.\d]", str(key)) for key in value)


def _is_structure(names: Names, value: Any) -> bool:
    texts = value if isinstance(value, (list, tuple)) else [value]
    return bool(names) and names[-1] in STRUCTURE and all(isinstance(text, str) for text in texts)


# --- reading entries ----------------------------------------------------------------------------

_TEXTS = ("path", "unit", "source", "sentence")
_MEANING = ("symbol", "unit", "range", "sentence")
_INTERVENTION = re.compile(r"^interventions\.[^.]+\.set\.")


def _read(file: Path) -> list[Any]:
    """Return the items of a catalogue's file."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        data = yaml.load(file.read_bytes(), Loader=loader)
    except OSError as error:
        raise InputError(
            f"catalogue: cannot read '{file}' ({error.strerror}); reinstall recursim"
        ) from None
    except yaml.YAMLError as error:
        text = " ".join(str(error).split())
        raise InputError(f"catalogue: '{file}' is not valid YAML: {text}; mend the file") from None
    if not isinstance(data, list):
        raise InputError(f"catalogue: '{file}' must be a list; start each entry with '- path:'")
    return data


def _once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries, each path of which must be given once."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.path in found:
            raise InputError(f"catalogue: path '{entry.path}' has two entries; remove one")
        found[entry.path] = entry
    return tuple(found.values())


def _entry(item: Any, number: int) -> Entry:
    """Return one entry of the file, the `number`-th, checked."""
    if not isinstance(item, Mapping):
        raise _wrong(f"{number}", "must be a mapping", item, "start it with '- path:'")
    where = f"'{item.get('path', number)}'"
    known = {field.name: field for field in fields(Entry)}
    for key in item:
        if key not in known:
            raise unknown((f"catalogue entry {where}",), "key", key, known)
    for name, field in known.items():
        if name not in item and field.default is MISSING:
            raise _wrong(where, f"needs the key '{name}'", None, f"write '{name}: …'")
    for name in _TEXTS:
        if not isinstance(item[name], str) or not item[name].strip():
            raise _wrong(where, f"{name} must be text", item[name], "write some, quoted")
    symbol, reported = item["symbol"], item.get("self_reported", False)
    if symbol is not None and (not isinstance(symbol, str) or not symbol):
        raise _wrong(where, "symbol must be text or null", symbol, "quote it")
    if not isinstance(reported, bool):
        raise _wrong(where, "self_reported must be true or false", reported, "write true or false")
    if item["tag"] not in TAGS:
        raise _wrong(where, f"tag must be one of {', '.join(TAGS)}", item["tag"], "choose one")
    checked = {"range": _range(item["range"], where), "date": _date(item["date"], where)}
    return Entry(**{**item, **checked})


def _range(value: Any, where: str) -> tuple[float, float] | str:
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, list) and len(value) == 2:
        numbers = [float(x) for x in value if type(x) in (int, float)]
        if len(numbers) == 2 and numbers[0] <= numbers[1]:
            return numbers[0], numbers[1]
    raise _wrong(where, "range must be [low, high] or words", value, "write for example [0, 1]")


def _date(value: Any, where: str) -> str:
    text = value.isoformat() if isinstance(value, datetime.date) else str(value)
    try:
        return f"{datetime.date.fromisoformat(text):%Y-%m-%d}"
    except ValueError:
        if re.fullmatch(r"(19|20)\d\d", text):
            return text
    raise _wrong(where, "date must be a date or a year", value, "write for example 2026-02-05")


def _wrong(where: str, rule: str, value: Any, remedy: str) -> InputError:
    return InputError(f"catalogue entry {where}: {rule}, got {show(value)}; {remedy}")
