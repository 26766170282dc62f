"""Uncertainties: how likely a parameter's values are, as distributions.

Each is given by its quantile function, so that any design in the unit cube can sample it. A
distribution is written as in a model, `"normal(mean=0.5, sd=0.2)"`; values may have a unit,
`"uniform(low=30 d, high=90 d)"`, the same for all of them: it is passed on to the model.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.laws.parameters import Form, listed
from sim.model import InputError
from sim.model.calls import parse_call
from sim.model.errors import unknown_name
from sim.study.distributions import KINDS, Floats
from sim.study.refusals import mapping_of, refused

UNITS = ("s", "min", "h", "d", "w", "y")
"""Units that values of a model may have; which of them is up to the parameter."""

MOST = 10**300
"""Largest whole number that is taken for one."""

_QUANTITY = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?inf)\s*([A-Za-z]*)\s*")



def quantity(value: Any) -> tuple[float, str] | None:
    """Return a number (or text such as `30 d`) as number and unit; `None` if it is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return (float(value), "") if abs(value) <= MOST or isinstance(value, float) else None
    match = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if match and (not match[2] or match[2] in UNITS):
        return float(match[1]), match[2]
    return None


def brief(number: float) -> str:
    """Return a number as text that reads back to it: `4`, not `4.0`."""
    return f"{number:.0f}" if number == round(number, 0) and abs(number) < 1e15 else repr(number)


@dataclass(frozen=True, kw_only=True)
class Uncertainty:
    """The distribution of a parameter's value."""

    kind: str
    """Name of the distribution."""
    parameters: Mapping[str, Any]
    """As given: numbers, without their unit."""
    unit: str = ""
    """Unit of the values; empty for plain numbers."""

    @property
    def whole(self) -> bool:
        """Whether all values are whole numbers."""
        if self.kind == "choice":
            return all(isinstance(v, int) for v in self.parameters["values"])
        return KINDS[self.kind].whole

    @property
    def is_number(self) -> bool:
        """Whether the values are numbers (of a unit), not text."""
        return self.kind != "choice" or not any(
            isinstance(v, str) for v in self.parameters["values"]
        )

    def quantile(self, u: Any) -> Any:
        """Return the values at levels u in [0, 1], as an array; at 0 and 1 they may be infinite."""
        u = np.asarray(u, dtype=float)
        if self.kind == "choice":
            return _choice(u, self.parameters["values"], self.is_number, self.whole)
        kind = KINDS[self.kind]
        form = next(form for form in kind.forms if form.matches(self.parameters))
        with np.errstate(divide="ignore", over="ignore"):
            values = kind.quantile(u, *form.law_parameters(self.parameters))
        return values.astype("int64") if kind.whole else values

    def to_plain(self) -> Any:
        """Return the distribution as plain data: `read`'s inverse."""
        if self.kind != "choice":
            return self.text()
        unit = f" {self.unit}" if self.unit else ""
        weights = self.parameters["values"].items()
        return {"kind": "choice", "values": {
            f"{value}{unit}" if unit else value: weight for value, weight in weights
        }}  # fmt: skip

    def text(self) -> str:
        """Return the distribution in a line."""
        unit = f" {self.unit}" if self.unit else ""
        if self.kind == "choice":
            weights = self.parameters["values"].items()
            pairs = (f"{value}{unit}: {brief(weight)}" for value, weight in weights)
            return f"choice(values={{{', '.join(pairs)}}})"
        units = {p.name: p.unit for form in KINDS[self.kind].forms for p in form.parameters}
        given = (
            f"{name}={brief(value)}"
            f"{unit if units[name] == 'value' and math.isfinite(value) else ''}"
            for name, value in self.parameters.items()
        )
        return f"{self.kind}({', '.join(given)})"


def read(value: Any, factor: str) -> Uncertainty:
    """Return the distribution that is written so, or raise `InputError`.

    Parameters
    ----------
    value
        `"normal(mean=0.5, sd=0.2)"`, or a mapping with a `kind`.
    factor
        Whose it is, for messages.
    """
    thing = f"factor '{factor}': uncertainty"
    remedy = "write for example 'uniform(low=0.2, high=0.8)'"
    data = parse_call(value, ("factors", factor, "uncertainty"))
    if not isinstance(data, Mapping):
        raise refused(thing, "must be a distribution with its parameters", value, remedy)
    given = mapping_of(data, thing, remedy)
    name = given.pop("kind", None)
    if name == "choice":
        return _read_choice(given, thing)
    if not isinstance(name, str) or name not in KINDS:
        raise InputError(f"{thing}: {unknown_name('distribution', name, [*KINDS, 'choice'])}")
    forms = KINDS[name].forms
    form = next((form for form in forms if form.matches(given)), None)
    if form is None:
        choices = " or ".join(f"{name}({_names(form)})" for form in forms)
        raise InputError(
            f"{thing} must give one complete set of parameters, got {name}{listed(given)}; "
            f"write {choices}"
        )
    parameters, unit = _measured(form, given, thing)
    try:
        form.law_parameters(parameters)
    except ValueError as error:
        raise InputError(f"{thing} ({name}): {error}; mend the distribution") from None
    return Uncertainty(kind=name, parameters=parameters, unit=unit)


def _names(form: Form) -> str:
    """Return the names of a form's parameters, those in brackets that may be left out."""
    needed = ", ".join(p.name for p in form.parameters if p.default is None)
    perhaps = ", ".join(p.name for p in form.parameters if p.default is not None)
    return f"{needed}[, {perhaps}]" if perhaps else needed


def _measured(form: Form, given: Mapping[str, Any], thing: str) -> tuple[dict[str, float], str]:
    """Return the parameters as numbers, and their common unit."""
    numbers: dict[str, float] = {}
    units: dict[str, str] = {}
    for parameter in form.parameters:
        if parameter.name not in given:
            continue
        found = quantity(given[parameter.name])
        if found is None:
            raise refused(
                f"{thing}: {parameter.name}", f"must be a number, or one with a unit "
                f"({', '.join(UNITS)})", given[parameter.name], "write for example 30 d",
            )
        number, unit = found
        if unit and parameter.unit != "value":
            raise refused(
                f"{thing}: {parameter.name}", "must be a number without a unit",
                given[parameter.name], "leave the unit out",
            )
        numbers[parameter.name] = number
        # Zero and infinity need none.
        if parameter.unit == "value" and (unit or (number and math.isfinite(number))):
            units[parameter.name] = unit
    if len(set(units.values())) > 1:
        raise refused(
            thing, "must have all its values in one unit",
            ", ".join(f"{name}={given[name]}" for name in units), "write them in one",
        )
    return numbers, next(iter(units.values()), "")


def _read_choice(given: dict[str, Any], thing: str) -> Uncertainty:
    remedy = "write for example 'choice(values={4: 0.3, 8: 0.7})': values with their weights"
    if set(given) != {"values"} or not isinstance(given["values"], Mapping) or not given["values"]:
        raise refused(thing, "must give values with their weights", given, remedy)
    weights: dict[Any, float] = {}
    units = set()
    for item, weight in given["values"].items():
        found, share = quantity(item), quantity(weight)
        if share is None or share[1] or not 0 < share[0] < math.inf:
            raise refused(f"{thing}: weight of {item}", "must be a number > 0", weight, remedy)
        if found is not None and math.isfinite(found[0]):
            number, unit = found
            units.add(unit)
            whole = re.fullmatch(r"\s*[-+]?\d+\s*[A-Za-z]*\s*", str(item))
            weights[int(number) if whole else number] = share[0]
        else:
            units.add("text")
            weights[str(item)] = share[0]
    if len(units) > 1 or len(weights) < len(given["values"]):
        raise refused(
            thing, "must have different values of one sort and unit", list(given["values"]), remedy
        )
    unit = units.pop()
    return Uncertainty(
        kind="choice", parameters={"values": weights}, unit="" if unit == "text" else unit
    )


def _choice(u: Floats, weights: Mapping[Any, float], number: bool, whole: bool) -> Any:
    cumulated = np.cumsum(list(weights.values()))
    at = np.searchsorted(cumulated / cumulated[-1], u, side="right")
    kind = ("int64" if whole else "float64") if number else object
    return np.array(list(weights), dtype=kind)[np.minimum(at, len(weights) - 1)]
