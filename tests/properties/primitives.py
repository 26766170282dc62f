"""What a model is made of: all its primitives, read off the model's own classes.

A primitive is a kind of thing (a class of the model, a word that a setting may be, a distribution,
a law), a setting that may differ from its default (`Class.setting`), or a setting that an
intervention may change (`set Class.setting`). Nothing is listed by hand but what is left out: a
new setting that no random model uses fails a test.
"""

import dataclasses
import math
from functools import cache

from sim import Model
from sim.laws.distributions import DISTRIBUTIONS
from sim.laws.feedback import FEEDBACK_LAWS
from sim.model.feedback import Law
from sim.model.fields import Choice, Named, Number, Optional, Record, Variant
from sim.model.pool import Pool
from sim.model.rules.interventions import FIXED_FIELDS, SETTABLE
from sim.model.stage import Stage
from sim.model.stock import NAMES
from sim.model.variate import Variate

LEFT_OUT = {
    *("Model.name", "Model.people_per_unit", "Model.readouts"),  # no run depends on them
    *("Gate.after", "Release.next"),  # have one value only
    *("set Assistants.external", "set Release.next"),  # cannot be set
}
"""Settings that make no difference."""

FEATURES = (
    *(f"Variate {name}" for name in DISTRIBUTIONS.names),
    *(f"Law {name}" for name in FEEDBACK_LAWS.names),
    *(f"Stock {name}" for name in NAMES),
    *("Stage chances", "Stage join", "Checkpoints.interval optimal"),
    *("Intervention at a date", "Intervention at a generation"),
    *("Batch in a batch", "All amounts fixed"),
)
"""Kinds that the classes alone do not tell."""


# --- what there is ------------------------------------------------------------------------------


def every_kind():
    """Names of all classes, words and features."""
    words = {f"{name} {word}" for name, reader in _readers().items() for word in _words(reader)}
    return {record.__name__ for record in records(Model)} | words | set(FEATURES)


def every_setting():
    """Names of all settings, as `Class.setting`."""
    return set(_readers()) - LEFT_OUT


def every_change():
    """Names of all settings that an intervention may change, as `set Class.setting`."""
    roots = {field.name: _reader(field) for field in dataclasses.fields(Model)}
    found = {"set Law", "set Pool.share"}
    for record in {r for part in SETTABLE for r in _within(roots[part])} - {Pool}:
        for inner in records(record):
            found |= {
                f"set {inner.__name__}.{field.name}" for field in dataclasses.fields(inner)
                if field.name not in FIXED_FIELDS | {"stages"} and not _within(_reader(field))
            }
            if issubclass(inner, Stage):
                found.add(f"set {inner.__name__}.next")
    return found - LEFT_OUT


@cache
def records(record):
    """All classes of which instances of one may be made, itself included."""
    found = {record}
    for field in dataclasses.fields(record):
        if f"{record.__name__}.{field.name}" not in LEFT_OUT:
            for inner in _within(_reader(field)):
                found |= records(inner)
    return found


def _readers():
    return {f"{r.__name__}.{field.name}": _reader(field)
            for r in records(Model) for field in dataclasses.fields(r)}


def _reader(field):
    return field.metadata["reader"]


def _within(reader):
    """The classes that a reader makes."""
    if isinstance(reader, Record):
        return [reader.record]
    if isinstance(reader, Variant):
        return list(reader.kinds().values())
    return _within(reader.inner) if isinstance(reader, Optional | Named) else []


def _words(reader):
    """The words, infinity among them, that a setting may be."""
    if isinstance(reader, Optional):
        return _words(reader.inner)
    if isinstance(reader, Choice):
        return reader.words
    return ("inf",) if isinstance(reader, Number) and reader.infinite else ()


# --- what a model has ---------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Setting:
    """One setting of one thing in a model."""

    path: tuple
    owner: object
    field: dataclasses.Field
    value: object

    @property
    def name(self):
        """`Class.setting`."""
        return f"{type(self.owner).__name__}.{self.field.name}"

    @property
    def reader(self):
        """What reads it from plain data."""
        return _reader(self.field)


def settings_of(thing, path=()):
    """All settings of a model or a part of it, from the top down."""
    for field in dataclasses.fields(thing):
        value = getattr(thing, field.name)
        yield Setting((*path, field.name), thing, field, value)
        if dataclasses.is_dataclass(value) and type(value) in records(Model):
            yield from settings_of(value, (*path, field.name))
        elif isinstance(value, dict):
            for name, item in value.items():
                if type(item) in records(Model):
                    yield from settings_of(item, (*path, field.name, name))


def primitives(model):
    """All that a model uses: kinds, settings other than by default, and settings that change."""
    found = {f"Stock {name}" for name in model.stocks}
    if any(flow.spawns() for flow in model.flows.values() if flow.source.KIND == "batch"):
        found.add("Batch in a batch")
    names = {}
    for setting in settings_of(model):
        names[setting.path] = setting.name
        found |= {type(setting.owner).__name__, *_features(setting.owner)}
        if type(setting.value) in records(Model):
            found.add(type(setting.value).__name__)
        if setting.value != _default(setting.field):
            found.add(setting.name)
        if setting.value in _words(setting.reader):
            found.add(f"{setting.name} {setting.value}")
        if setting.value == math.inf and "inf" in _words(setting.reader):
            found.add(f"{setting.name} inf")
        values = setting.value.values() if isinstance(setting.value, dict) else [setting.value]
        found |= {f"{type(v).__name__} {v.kind}" for v in values if isinstance(v, Law | Variate)}
    if not any(name.startswith("Variate") for name in found - {"Variate deterministic"}):
        found.add("All amounts fixed")
    for change in model.interventions.values():
        found |= {f"set {names_at(names, path)}" for path in leaves(change.set)}
    return found


def leaves(plain, path=()):
    """The paths of all values of nested plain data."""
    for key, value in plain.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key)


def names_at(names, path):
    """The name of the setting at a path, or of the nearest above it."""
    if path[0] == "feedback":
        return "Law"
    return next(names[path[:n]] for n in range(len(path), 0, -1) if path[:n] in names)


def _features(value):
    if isinstance(value, Stage):
        if len(value.next) > 1:
            yield "Stage chances"
        if len(value.after) > 1:
            yield "Stage join"
    if getattr(value, "interval", None) == "optimal":
        yield "Checkpoints.interval optimal"
    if hasattr(value, "generation") and hasattr(value, "resume"):
        yield f"Intervention at a {'date' if value.generation is None else 'generation'}"


def _default(field):
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default
