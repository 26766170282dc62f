"""Entries of the parameter catalogue: what each must say, and how they are read."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from sim.model.errors import InputError, show, unknown

TAGS = ("sourced", "fitted", "guess")
"""Stated by a source; chosen to meet stylised facts; neither."""


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


# --- reading entries ----------------------------------------------------------------------------

_TEXTS = ("path", "unit", "source", "sentence")


def read_items(file: Path) -> list[Any]:
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


def distinct(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries, each path of which must be given once."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.path in found:
            raise InputError(f"catalogue: path '{entry.path}' has two entries; remove one")
        found[entry.path] = entry
    return tuple(found.values())


def read_entry(item: Any, number: int) -> Entry:
    """Return one entry of the file, the `number`-th, checked."""
    if not isinstance(item, Mapping):
        raise wrong(f"{number}", "must be a mapping", item, "start it with '- path:'")
    where = f"'{item.get('path', number)}'"
    known = {field.name: field for field in fields(Entry)}
    for key in item:
        if key not in known:
            raise unknown((f"catalogue entry {where}",), "key", key, known)
    for name, field in known.items():
        if name not in item and field.default is MISSING:
            raise wrong(where, f"needs the key '{name}'", None, f"write '{name}: …'")
    for name in _TEXTS:
        if not isinstance(item[name], str) or not item[name].strip():
            raise wrong(where, f"{name} must be text", item[name], "write some, quoted")
    symbol, reported = item["symbol"], item.get("self_reported", False)
    if symbol is not None and (not isinstance(symbol, str) or not symbol):
        raise wrong(where, "symbol must be text or null", symbol, "quote it")
    if not isinstance(reported, bool):
        raise wrong(where, "self_reported must be true or false", reported, "write true or false")
    if item["tag"] not in TAGS:
        raise wrong(where, f"tag must be one of {', '.join(TAGS)}", item["tag"], "choose one")
    checked = {"range": _range(item["range"], where), "date": _date(item["date"], where)}
    return Entry(**{**item, **checked})


def _range(value: Any, where: str) -> tuple[float, float] | str:
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, (list, tuple)) and len(value) == 2:
        numbers = [float(x) for x in value if type(x) in (int, float)]
        if len(numbers) == 2 and numbers[0] <= numbers[1]:
            return numbers[0], numbers[1]
    raise wrong(where, "range must be [low, high] or words", value, "write for example [0, 1]")


def _date(value: Any, where: str) -> str:
    text = value.isoformat() if isinstance(value, datetime.date) else str(value)
    try:
        return f"{datetime.date.fromisoformat(text):%Y-%m-%d}"
    except ValueError:
        if re.fullmatch(r"(19|20)\d\d", text):
            return text
    raise wrong(where, "date must be a date or a year", value, "write for example 2026-02-05")


def wrong(where: str, rule: str, value: Any, remedy: str) -> InputError:
    """Return the error that an entry breaks a rule."""
    return InputError(f"catalogue entry {where}: {rule}, got {show(value)}; {remedy}")
