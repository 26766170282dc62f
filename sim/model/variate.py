"""Random amounts in a model: work, sizes, intervals, each with a distribution.

In YAML an amount is a plain quantity (`"2 d"`), a mapping with a `kind`, or one string
such as `"lognormal(median=2 d, p95=9 d)"` that replaces whatever stood there whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.laws.distributions import DISTRIBUTIONS
from sim.laws.registry import Distribution, Form
from sim.model.calls import parse_call
from sim.model.errors import Path, closest, invalid, problem, unknown
from sim.model.fields import Context, Reader
from sim.model.units import Measure

LARGEST = 1e100
"""Largest parameter of a distribution: squares of it must be numbers, too."""


@dataclass(frozen=True, kw_only=True)
class Variate:
    """A random amount: a distribution and its parameters as the user gave them."""

    kind: str
    """Name of the distribution in the registry."""
    parameters: dict[str, Any]
    """The parameters as given, in days (or pure numbers)."""
    law: tuple[float, ...]
    """The distribution's own parameters, what its quantile function takes."""

    @property
    def distribution(self) -> Distribution:
        """The distribution."""
        return DISTRIBUTIONS.lookup(self.kind)

    def mean(self) -> float:
        """Return the mean, in days (or a pure number)."""
        return self.distribution.mean(self.law)

    def sd(self) -> float:
        """Return the standard deviation."""
        return self.distribution.sd(self.law)


@dataclass(frozen=True)
class Amount(Reader):
    """Reads a `Variate`; `measure` is `person`, `unit`, `clock` or `pure`."""

    measure: str

    def read(self, value: Any, path: Path, context: Context) -> Variate:
        """Return the variate."""
        measure = None if self.measure == "pure" else getattr(context, self.measure)
        value = parse_call(value, path)
        if not isinstance(value, Mapping):
            value = {"kind": "deterministic", "value": value}
        kind = value.get("kind")
        if kind not in DISTRIBUTIONS:
            raise unknown((*path, "kind"), "distribution", kind, DISTRIBUTIONS.names)
        given = {name: item for name, item in value.items() if name != "kind" and item is not None}
        entry = DISTRIBUTIONS.lookup(kind)
        form = _form(entry, given, path)
        parameters = {
            p.name: _parameter(p.unit, given[p.name], (*path, p.name), measure)
            for p in form.parameters
            if p.name in given
        }
        try:
            parameters = form.check(parameters)
            law = form.law_parameters(parameters)
            if any(LARGEST < abs(value) < math.inf for value in law):
                raise ValueError(f"leaves the range of numbers that can be computed with: {law}")
        except ValueError as error:
            raise problem(path, f"({kind}) {error}", "set " + ".".join(path)) from None
        return Variate(kind=kind, parameters=parameters, law=law)

    def write(self, value: Variate) -> dict[str, Any]:
        """Return the mapping that reads back to the same variate."""
        form = _form(value.distribution, value.parameters, ())
        units = {p.name: p.unit for p in form.parameters}
        return {"kind": value.kind} | {
            name: self._written(units[name], item) for name, item in value.parameters.items()
        }

    def _written(self, unit: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._written(unit, item) for key, item in value.items()}
        return value if self.measure == "pure" or unit != "value" else Measure.write(value)


def _form(entry: Distribution, given: Mapping[str, Any], path: Path) -> Form:
    """Return the parametrisation of the distribution that uses exactly the given names."""
    for form in entry.forms:
        if form.matches(given):
            return form
    names = set(given)
    choices = " or ".join(
        f"{entry.name}({', '.join(f'{p.name}=…' for p in form.parameters)})"
        for form in entry.forms
    )
    known = {p.name for form in entry.forms for p in form.parameters}
    foreign = sorted(names - known)
    if foreign:
        near = closest(foreign[0], known)
        hint = f"; did you mean '{near}'?" if near else ""
        rule = f"has a key '{foreign[0]}' that {entry.name} does not take{hint}"
    else:
        rule = f"must give one complete set of parameters of {entry.name}"
    raise invalid(
        path,
        rule,
        dict(given),
        f"write the whole distribution as one string, which replaces what stood there: {choices}",
    )


def _parameter(unit: str, value: Any, path: Path, measure: Measure | None) -> Any:
    """Return one parameter as a number (or, for tables, a mapping of numbers)."""
    if isinstance(value, Mapping):
        return {
            plain_number(key, path): _parameter(unit, item, path, measure)
            for key, item in value.items()
        }
    if unit == "value" and measure is not None:
        return measure.read(value, path)
    return plain_number(value, path)


def plain_number(value: Any, path: Path) -> float:
    """Return `value` as a float, or raise `InputError`: no unit may follow it."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise invalid(path, "must be a plain number", value) from None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise invalid(path, "must be a plain number", value)
    try:
        number = float(value)
    except OverflowError:
        number = math.nan
    if math.isnan(number):
        raise invalid(path, "must be a plain number", value)
    return number
