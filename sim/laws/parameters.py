"""What a law is told: named parameters with units and ranges, and forms of them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a law: meaning, unit and range."""

    name: str
    """The name users write."""
    meaning: str
    """What it is, in field terms."""
    unit: str
    """`"value"` (the unit of what the law yields), `"pure"`, `"OOM"`, `"1/OOM"`, …"""
    low: float = -math.inf
    """Smallest value allowed."""
    high: float = math.inf
    """Largest value allowed."""
    low_open: bool = False
    """Whether `low` itself is forbidden."""
    high_open: bool = False
    """Whether `high` itself is forbidden."""
    infinite: bool = False
    """Whether an infinite value is allowed. NaN never is."""
    default: float | None = None
    """Value when it is not given; None means it must be given."""
    keys: "Parameter | None" = None
    """For a table, what its keys are: the value is then a mapping from keys to numbers."""

    def check(self, value: object) -> float:
        """Return the value as a float, or raise ValueError that says what it must be."""
        if isinstance(value, bool) or not isinstance(value, Real):
            raise ValueError(f"{self.name} must be a number, got {value!r}")
        number = float(value)
        if math.isnan(number) or (math.isinf(number) and not self.infinite):
            raise ValueError(f"{self.name} must be a finite number, got {value}")
        if number < self.low or (self.low_open and number == self.low):
            sign = ">" if self.low_open else ">="
            raise ValueError(f"{self.name} must be {sign} {self.low:g}, got {value}")
        if number > self.high or (self.high_open and number == self.high):
            sign = "<" if self.high_open else "<="
            raise ValueError(f"{self.name} must be {sign} {self.high:g}, got {value}")
        return number

    def check_table(self, table: object) -> dict[float, float]:
        """Return a table as floats, or raise ValueError; its keys must ascend."""
        if self.keys is None:
            raise TypeError(f"{self.name} is a number, not a table")
        if not isinstance(table, Mapping) or not table:
            raise ValueError(f"{self.name} must map {self.keys.name} to {self.name}, got {table!r}")
        checked: dict[float, float] = {}
        last = -math.inf
        for raw, value in table.items():
            # YAML and command lines may deliver the keys as text.
            key = self.keys.check(_number_if_text(raw))
            if key <= last:
                raise ValueError(
                    f"{self.keys.name} of {self.name} must ascend, got {key:g} after {last:g}"
                )
            checked[key] = self.check(value)
            last = key
        return checked


@dataclass(frozen=True, kw_only=True)
class Form:
    """One way to state a law's parameters, such as (mean, cv) or (shape, scale)."""

    parameters: tuple[Parameter, ...]
    """The parameters users give."""
    to_law: Callable[..., tuple[float, ...]]
    """Turns them, checked and by name, into the parameters the law itself takes."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in order."""
        return tuple(parameter.name for parameter in self.parameters)

    def matches(self, given: Mapping[str, object]) -> bool:
        """Whether these are this form's names, all that lack a default among them."""
        needed = {p.name for p in self.parameters if p.default is None}
        return needed <= set(given) <= set(self.names)

    def check(self, given: Mapping[str, object]) -> dict[str, float | dict[float, float]]:
        """Return all parameters as floats, defaults filled in.

        Raises
        ------
        ValueError
            For a name missing or unknown, or a value outside its range; the message
            starts with the name, so that the caller can put the path before it.
        """
        if not self.matches(given):
            raise ValueError(f"takes {self}, got {listed(given)}")
        checked: dict[str, float | dict[float, float]] = {}
        for parameter in self.parameters:
            if parameter.name not in given:
                assert parameter.default is not None
                checked[parameter.name] = parameter.default
            elif parameter.keys is not None:
                checked[parameter.name] = parameter.check_table(given[parameter.name])
            else:
                checked[parameter.name] = parameter.check(given[parameter.name])
        return checked

    def law_parameters(self, given: Mapping[str, object]) -> tuple[float, ...]:
        """Check what is given and return the law's own parameters."""
        values = tuple(float(value) for value in self.to_law(**self.check(given)))
        if any(math.isnan(value) for value in values):
            shown = ", ".join(f"{name}={value}" for name, value in given.items())
            raise ValueError(f"{shown} leaves the range of floating-point numbers")
        return values

    def __str__(self) -> str:
        return listed(self.names)


def listed(names: Mapping[str, object] | tuple[str, ...]) -> str:
    """Names in parentheses, as messages show them."""
    return f"({', '.join(names)})"


def _number_if_text(key: object) -> object:
    if isinstance(key, str):
        try:
            return float(key)
        except ValueError:
            return key
    return key
