"""Fields of the model's dataclasses: how each is read from plain data, checked and written.

A dataclass states each of its fields once, as `setting(reader, default)`; `read_record`
turns a mapping into the dataclass and `write_record` turns it back into plain data with
nothing left implicit.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sim.model.errors import Path, closest, invalid, show, unknown, unknown_key
from sim.model.units import CLOCK, UNIT_DAYS, Measure, person_days

T = TypeVar("T")
REQUIRED: Any = dataclasses.MISSING
_NAME = re.compile(r"[^\W\d][\w-]*")
MOST = 2**53
"""Largest whole number: up to here float64 counts exactly."""
LONGEST = 1e12
"""Longest duration, days: more is taken for a mistake."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What readers need to know of the whole model: the length of a person-day."""

    person: Measure
    clock: Measure = CLOCK
    unit: Measure = UNIT_DAYS

    @staticmethod
    def of(hours_per_person_day: float) -> Context:
        """Return the context of a model with such person-days."""
        return Context(person=person_days(hours_per_person_day))


class Reader:
    """Reads one kind of value; `write` is its inverse."""

    takes_null = False
    """Whether `null` is a value; else it means absent, and the field has its default."""

    def read(self, value: Any, path: Path, context: Context) -> Any:
        """Return the value as the model holds it, or raise `InputError`."""
        raise NotImplementedError

    def write(self, value: Any) -> Any:
        """Return the value as plain data that reads back to the same."""
        return value

    def lacks(self, value: Mapping[str, Any]) -> bool:
        """Return whether a mapping lacks what this reader requires."""
        return False


def setting(reader: Reader, default: Any = REQUIRED) -> Any:
    """Return a dataclass field that is read by `reader`; without a default it is required."""
    metadata = {"reader": reader}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=lambda: dict(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def _readers_of(record: Any) -> dict[str, tuple[Reader, bool]]:
    """Return each field's reader and whether the field is required."""
    return _cached_readers(record)


@cache
def _cached_readers(record: Any) -> dict[str, tuple[Reader, bool]]:
    return {
        field.name: (
            field.metadata["reader"],
            field.default is REQUIRED and field.default_factory is REQUIRED,
        )
        for field in dataclasses.fields(record)
        if "reader" in field.metadata
    }


def as_mapping(value: Any, path: Path) -> Mapping[str, Any]:
    """Return `value` if it is a mapping with text keys, else raise `InputError`."""
    if not isinstance(value, Mapping):
        raise invalid(path, "must be a mapping of names to values", value)
    for key in value:
        if not isinstance(key, str):
            raise invalid(path, "must have names as keys", key, f"quote it: '{show(key)}'")
    return value


def read_record(record: type[T], data: Any, path: Path, context: Context, **extra: Any) -> T:
    """Read a mapping into the dataclass `record`; `extra` are fields that are not read."""
    data = as_mapping(data, path)
    readers = _readers_of(record)
    for key in data:
        if key not in readers and key not in ("kind",):
            raise unknown_key(path, key, readers)
    if "kind" in data and "kind" not in readers and "kind" not in extra:
        raise unknown_key(path, "kind", readers)
    extra.pop("kind", None)
    values: dict[str, Any] = dict(extra)
    for name, (reader, required) in readers.items():
        absent = data.get(name) is None and not (required or reader.takes_null)
        if name in data and not absent:
            values[name] = reader.read(data[name], (*path, name), context)
        elif required:
            raise invalid((*path, name), "is required", None)
    return record(**values)


def write_record(record: Any) -> dict[str, Any]:
    """Return the dataclass as plain data; its kind, if it has one, comes first."""
    data: dict[str, Any] = {}
    kind = getattr(type(record), "KIND", None)
    if kind:
        data["kind"] = kind
    for name, (reader, _) in _readers_of(type(record)).items():
        data[name] = reader.write(getattr(record, name))
    return data


@dataclass(frozen=True)
class Number(Reader):
    """A number within bounds; `whole` for counts, `infinite` where `inf` has a meaning."""

    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    whole: bool = False
    infinite: bool = False

    def read(self, value: Any, path: Path, context: Context) -> Any:
        """Return an `int` if `whole`, else a `float`."""
        if isinstance(value, str) and value.strip().lower().lstrip("+") in ("inf", ".inf"):
            value = math.inf
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise invalid(path, f"must be {self.rule()}", value)
        if isinstance(value, int) and abs(value) > MOST:
            raise invalid(path, f"must be {self.rule()}, at most {MOST}", value)
        if math.isnan(value) or (math.isinf(value) and not self.infinite):
            raise invalid(path, f"must be {self.rule()}", value)
        if self.whole and not math.isinf(value) and abs(value) > MOST:
            raise invalid(path, f"must be {self.rule()}, at most {MOST}", value)
        if self.whole and not math.isinf(value) and value != int(value):
            raise invalid(path, f"must be {self.rule()}", value)
        if value < self.low or value > self.high or (self.above and value == self.low):
            raise invalid(path, f"must be {self.rule()}", value)
        return int(value) if self.whole and not math.isinf(value) else float(value)

    def rule(self) -> str:
        """Return the rule in words: `a whole number >= 1`."""
        what = "a whole number" if self.whole else "a number"
        if math.isfinite(self.low) and math.isfinite(self.high):
            what += f" in {'(' if self.above else '['}{self.low:g}, {self.high:g}]"
        elif math.isfinite(self.low):
            what += f" {'>' if self.above else '>='} {self.low:g}"
        return f"{what} or inf" if self.infinite else what


PROBABILITY = Number(0, 1)
COUNT = Number(1, whole=True)


@dataclass(frozen=True)
class Duration(Reader):
    """A length of clock time, held in days."""

    low: float = 0.0
    above: bool = False

    def read(self, value: Any, path: Path, context: Context) -> float:
        """Return days."""
        days = context.clock.read(value, path)
        if not math.isfinite(days):
            raise invalid(path, "must be a finite duration", value)
        if days > LONGEST:
            raise invalid(path, f"must be at most {LONGEST:.0e} d", value)
        if days < self.low or (self.above and days == self.low):
            raise invalid(path, f"must be {'>' if self.above else '>='} {self.low:g} d", value)
        return days

    def write(self, value: float) -> str:
        """Return text such as `14.0 d`."""
        return CLOCK.write(value)


@dataclass(frozen=True)
class Name(Reader):
    """A name: of a pool, a stage, a law (whether it exists is checked later)."""

    def read(self, value: Any, path: Path, context: Context) -> str:
        """Return the name."""
        if not isinstance(value, str) or not value:
            raise invalid(path, "must be a name", value)
        return value


@dataclass(frozen=True)
class Names(Reader):
    """One name or a list of names."""

    def read(self, value: Any, path: Path, context: Context) -> tuple[str, ...]:
        """Return the names."""
        if value is None:
            return ()
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, (list, tuple)) or not all(isinstance(n, str) for n in names):
            raise invalid(path, "must be a name or a list of names", value)
        return tuple(names)

    def write(self, value: tuple[str, ...]) -> Any:
        """Return the list of names, or `None`."""
        return list(value) or None


@dataclass(frozen=True)
class Choice(Reader):
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, value: Any, path: Path, context: Context) -> str:
        """Return the word."""
        if not isinstance(value, str) or value not in self.words:
            raise unknown(path, path[-1], value, self.words)
        return value


@dataclass(frozen=True)
class Flag(Reader):
    """True or false."""

    def read(self, value: Any, path: Path, context: Context) -> bool:
        """Return the flag."""
        if not isinstance(value, bool):
            raise invalid(path, "must be true or false", value)
        return value


@dataclass(frozen=True)
class Optional(Reader):
    """A value or `null` for none."""

    inner: Reader
    takes_null = True

    def read(self, value: Any, path: Path, context: Context) -> Any:
        """Return the inner value or `None`."""
        return None if value is None else self.inner.read(value, path, context)

    def write(self, value: Any) -> Any:
        """Return the inner value written, or `None`."""
        return None if value is None else self.inner.write(value)


@dataclass(frozen=True)
class Record(Reader):
    """A mapping read into a dataclass."""

    record: type

    def read(self, value: Any, path: Path, context: Context) -> Any:
        """Return the dataclass."""
        return read_record(self.record, value, path, context)

    def write(self, value: Any) -> Any:
        """Return the mapping."""
        return write_record(value)

    def lacks(self, value: Mapping[str, Any]) -> bool:
        """Return whether a required field is missing."""
        return any(needed and n not in value for n, (_, needed) in _readers_of(self.record).items())


@dataclass(frozen=True)
class Variant(Reader):
    """A mapping whose `kind` says which dataclass it is read into."""

    kinds: Callable[[], Mapping[str, type]]

    def read(self, value: Any, path: Path, context: Context) -> Any:
        """Return the dataclass of the named kind."""
        kinds = self.kinds()
        if not isinstance(value, Mapping):
            words = ", ".join(kinds)
            raise invalid(path, f"must be a mapping with a kind ({words})", value)
        value = as_mapping(value, path)
        kind = value.get("kind")
        if not isinstance(kind, str) or kind not in kinds:
            raise unknown((*path, "kind"), "kind", kind, kinds)
        own = _readers_of(kinds[kind])
        foreign = {name for other in kinds.values() for name in _readers_of(other)} - set(own)
        # Merged mappings keep the keys of the kind that stood there; `null` takes them away.
        left = [name for name, item in value.items() if name in foreign and item is not None]
        if left:
            remedy = " ".join(f"{'.'.join((*path, name))}=null" for name in left)
            raise invalid(
                (*path, left[0]), f"does not belong to kind '{kind}'", value[left[0]],
                f"set {remedy}",
            )
        data = {name: item for name, item in value.items() if name not in foreign}
        return read_record(kinds[kind], data, path, context, kind=kind)

    def write(self, value: Any) -> Any:
        """Return the mapping with its kind."""
        return write_record(value)

    def lacks(self, value: Mapping[str, Any]) -> bool:
        """Return whether the kind is missing."""
        return "kind" not in value


@dataclass(frozen=True)
class Named(Reader):
    """A mapping from names to things, kept in the order written: the *model order*."""

    inner: Reader

    def read(self, value: Any, path: Path, context: Context) -> dict[str, Any]:
        """Return the dictionary."""
        data = as_mapping(value, path)
        for name, item in data.items():
            if not _NAME.fullmatch(name):
                raise invalid(
                    path, "must have names of letters, digits, _ and - (not first)", name,
                    "choose another name",
                )
            # A misspelt name on the command line makes a thing with hardly any fields.
            others = [other for other in data if other != name]
            if isinstance(item, Mapping) and self.inner.lacks(item) and closest(name, others):
                raise unknown((*path, name), "name", name, others)
        return {
            name: self.inner.read(item, (*path, name), context)
            for name, item in data.items()
            if item is not None
        }

    def write(self, value: Any) -> Any:
        """Return the mapping."""
        return {name: self.inner.write(item) for name, item in value.items()}
