"""Factors: what differs between the points of a study.

A factor's value at a point becomes changes of the base model's plain data: of the value at a path
(or several), of base values scaled by powers of a number, of a bundle of values with a name, or of
the whole scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.model import InputError
from sim.study import uncertainties
from sim.study.paths import value_at
from sim.study.refusals import check_keys, mapping_of, refused
from sim.study.scaling import scaled
from sim.study.uncertainties import UNITS, Uncertainty, quantity

Cell = float | int | str
"""What a table of points holds: a number (in the factor's unit), or a name."""

KEYS = ("path", "scale", "scenario", "lever", "uncertainty", "unit")
FEW = "give two or more, or put the value under set"


@dataclass(frozen=True, kw_only=True)
class Factor:
    """One thing that differs between points."""

    name: str
    """Name of its column."""
    kind: str
    """`lever` (a choice), `uncertainty` (a value that is not known) or `scenario`."""
    path: tuple[str, ...] = ()
    """Paths that get the value as it is."""
    scale: Mapping[str, float] = field(default_factory=dict)
    """Paths whose base value is multiplied by the value to this power."""
    named: Mapping[str, Any] = field(default_factory=dict)
    """What names of levels stand for: a value of `path`, or values by path."""
    levels: tuple[Cell, ...] = ()
    """The levels of a lever, or the scenarios."""
    distribution: Uncertainty | None = None
    """How likely the values of an uncertainty are; absent where points are stated."""
    unit: str = ""
    """Unit of the values; empty for plain numbers."""

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths that it changes at some level."""
        if self.path or self.scale:
            return (*self.path, *self.scale)
        return tuple(dict.fromkeys(path for bundle in self.named.values() for path in bundle))

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers."""
        if self.distribution is not None:
            return self.distribution.is_number
        return not any(isinstance(level, str) for level in self.levels)

    @property
    def stated(self) -> bool:
        """Whether its values stand in the design: it has neither levels nor a distribution."""
        return not self.levels and self.distribution is None

    def changes(self, cell: Cell, base: Mapping[str, Any]) -> dict[str, Any]:
        """Return the changes of a base model at one point: new values by path.

        Parameters
        ----------
        cell
            The factor's value in the table of points.
        base
            The resolved base, `Model.to_dict()`.

        Raises
        ------
        InputError
            If a base value cannot be scaled.
        """
        if self.kind == "scenario":
            return {}
        if self.scale:
            return {p: self._scaled(p, power, cell, base) for p, power in self.scale.items()}
        if self.named:
            value = self.named[str(cell)]
            return dict.fromkeys(self.path, value) if self.path else dict(value)
        return dict.fromkeys(self.path, f"{cell!r} {self.unit}" if self.unit else cell)

    def _scaled(self, path: str, power: float, cell: Cell, base: Mapping[str, Any]) -> Any:
        """Return a base value times cell**power, or raise `InputError`."""
        value = value_at(base, path)
        found = scaled(value, float(cell) ** power)
        if found is None:
            raise refused(
                f"factor '{self.name}': scale", f"needs a number or amount in the base at {path}",
                value, "give the values themselves with path",
            )
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return the factor as plain data."""
        if self.kind == "scenario":
            return {"scenario": list(self.levels)}
        data: dict[str, Any] = {}
        if self.path:
            data["path"] = self.path[0] if len(self.path) == 1 else list(self.path)
        if self.scale:
            data["scale"] = dict(self.scale)
        if self.distribution is not None:
            return data | {"uncertainty": self.distribution.to_plain()}
        if self.named:
            return data | {"lever": dict(self.named)}
        if self.stated:
            return data | ({"unit": self.unit} if self.unit else {})
        unit = f" {self.unit}" if self.unit else ""
        return data | {"lever": [f"{v!r}{unit}" if unit else v for v in self.levels]}


def read(name: str, value: Any) -> Factor:
    """Return the factor that plain data describes, or raise `InputError`."""
    thing = f"factor '{name}'"
    data = mapping_of(value, thing, "write for example {path: compute.units, lever: [20, 40]}")
    data = {key: item for key, item in data.items() if item is not None}
    check_keys(data, KEYS, thing)
    if "scenario" in data:
        return _scenarios(name, data)
    if ("path" in data and "scale" in data) or ("lever" in data and "uncertainty" in data):
        both = "path and scale" if "scale" in data and "path" in data else "lever and uncertainty"
        raise InputError(f"{thing} must not have both {both}; leave one out")
    path, scale = _paths(thing, data.get("path")), _scale(thing, data.get("scale"))
    if not (path or scale) and not isinstance(data.get("lever"), Mapping):
        raise InputError(
            f"{thing} must say what it changes; give a path, a scale, or a lever with values by "
            "path under the name of each level"
        )
    if "unit" in data and ("lever" in data or "uncertainty" in data or not path):
        raise InputError(
            f"{thing}: unit is for a path whose values stand in the design; write the unit after "
            "the values instead"
        )
    parts: dict[str, Any] = {"name": name, "path": path, "scale": scale}
    if "uncertainty" in data:
        found = uncertainties.read(data["uncertainty"], name)
        factor = Factor(kind="uncertainty", distribution=found, unit=found.unit, **parts)
    elif "lever" in data:
        factor = _lever(thing, data["lever"], parts)
    else:
        factor = Factor(kind="uncertainty", unit=_unit(thing, data.get("unit", "")), **parts)
    if scale:
        _check_scaling(thing, factor)
    return factor


def _scenarios(name: str, data: Mapping[str, Any]) -> Factor:
    thing = f"factor '{name}'"
    check_keys(data, ("scenario",), f"{thing} (of scenarios)")
    given = data["scenario"]
    if not isinstance(given, list) or not all(isinstance(s, str) and s.strip() for s in given):
        raise refused(
            f"{thing}: scenario", "must be a list of scenarios, each perhaps with overrides", given,
            "write for example [gpt53_codex, 'people_only compute.units=80']",
        )
    levels = tuple(" ".join(text.split()) for text in given)
    _check_levels(f"{thing}: scenario", levels)
    return Factor(name=name, kind="scenario", levels=levels)


def _lever(thing: str, given: Any, parts: dict[str, Any]) -> Factor:
    path, scale = parts["path"], parts["scale"]
    if isinstance(given, Mapping):
        named = mapping_of(given, f"{thing}: lever", "write names with what they stand for")
        if scale:
            raise InputError(f"{thing}: lever of a scale must be a list of numbers; write a list")
        if not path:
            for level, bundle in named.items():
                where = f"{thing}: level '{level}'"
                remedy = "write paths with their values, or {} for the base as it is"
                named[level] = mapping_of(bundle, where, remedy)
        _check_levels(f"{thing}: lever", tuple(named))
        return Factor(kind="lever", levels=tuple(named), named=named, **parts)
    if not isinstance(given, list):
        raise refused(
            f"{thing}: lever", "must be a list of values, or names with what they stand for",
            given, "write for example [4, 8, 16]",
        )
    found = [quantity(value) for value in given]
    units = {unit for one in found if one for _, unit in [one]}
    if found and all(one is not None for one in found) and len(units) == 1:
        numbers = [one[0] for one in found if one]
        whole = all(isinstance(v, int) or (isinstance(v, str) and v.split()[0].isdigit())
                    for v in given)  # fmt: skip
        levels = tuple(int(v) if whole else v for v in numbers)
        _check_levels(f"{thing}: lever", levels)
        return Factor(kind="lever", levels=levels, unit=units.pop(), **parts)
    if len(units - {""}) > 0 and all(one is not None for one in found):
        raise refused(f"{thing}: lever", "must have all its values in one unit", given,
                      "write them in one")  # fmt: skip
    named = {_label(value): value for value in given}
    if len(named) < len(given):
        raise refused(f"{thing}: lever", "must not have a value twice", given, "leave one out")
    _check_levels(f"{thing}: lever", tuple(named))
    return Factor(kind="lever", levels=tuple(named), named=named, **parts)


def _label(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


def _check_levels(thing: str, levels: tuple[Cell, ...]) -> None:
    if len(levels) < 2:
        raise refused(thing, "must have two or more values", list(levels), FEW)
    if len(set(levels)) < len(levels):
        raise refused(thing, "must not have a value twice", list(levels), "leave one out")


def _paths(thing: str, given: Any) -> tuple[str, ...]:
    paths = [given] if isinstance(given, str) else [] if given is None else given
    if not isinstance(paths, list) or not all(isinstance(p, str) and p for p in paths) or (
        given is not None and not paths
    ):  # fmt: skip
        raise refused(
            f"{thing}: path", "must be a path or a list of paths", given,
            "write for example pools.engineers.capacity",
        )
    return tuple(paths)


def _scale(thing: str, given: Any) -> dict[str, float]:
    if given is None:
        return {}
    remedy = "write for example {compute.units: 1, initial_training: -1}"
    powers = mapping_of(given, f"{thing}: scale", remedy)
    for path, power in powers.items():
        found = quantity(power)
        if found is None or isinstance(power, str) or not 0 < abs(found[0]) <= 100:
            raise refused(
                f"{thing}: power of {path}", "must be a number, not 0, in [-100, 100]", power,
                remedy,
            )
    if not powers:
        raise refused(f"{thing}: scale", "must name a path", powers, remedy)
    return powers


def _check_scaling(thing: str, factor: Factor) -> None:
    """Raise `InputError` unless what scales is a number above 0."""
    values = list(factor.levels)
    if factor.distribution is not None:
        values = [factor.distribution.quantile(0.0).item()]
    # A distribution may come as near to 0 as it likes.
    drawn = factor.distribution is not None
    if factor.unit or not factor.is_number or any(
        isinstance(v, str) or v < 0 or (v == 0 and not drawn) for v in values
    ):  # fmt: skip
        raise refused(
            f"{thing}: scale", "needs numbers > 0 without a unit", values,
            "choose values > 0 (log_uniform, lognormal), or give the values themselves with path",
        )


def _unit(thing: str, given: Any) -> str:
    if given and given not in UNITS:
        raise refused(f"{thing}: unit", f"must be one of {', '.join(UNITS)}", given, "choose one")
    return str(given)
