"""Registries: what kinds of law there are, and one function that calls any of them.

A new law is one file that defines it and one line that exports it; engines and tests
find it here and need no edit.
"""

import difflib
import functools
import hashlib
import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any, Generic, TypeVar

from .parameters import Form, Parameter, listed
from .types import Vector

__all__ = ["Distribution", "FeedbackLaw", "Form", "Parameter", "Registry", "dispatcher"]

# The parameter a law function begins with, then its own parameters as scalars, or, for a
# variadic law, (values, offset, count) of a flat array.
Law = Callable[..., float]


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """A probability distribution, sampled by inversion of one uniform number."""

    name: str
    """Its `kind`."""
    summary: str
    """What it is good for, in one line."""
    formula: str
    """Its quantile function."""
    source: str
    """Where it is defined."""
    forms: tuple[Form, ...]
    """The ways to state its parameters."""
    quantile: Law
    """`quantile(u, *parameters)`, non-decreasing in u."""
    mean: Callable[[Sequence[float]], float]
    """Exact mean, given the law's parameters."""
    sd: Callable[[Sequence[float]], float]
    """Exact standard deviation, given the law's parameters."""
    variadic: bool = False
    """Whether the law takes a flat array of any length: `quantile(u, p, o, n)`."""

    @property
    def function(self) -> Law:
        """The scalar law."""
        return self.quantile

    def form(self, given: Mapping[str, object]) -> Form:
        """Return the form that has these names; ValueError lists the forms there are."""
        for form in self.forms:
            if form.matches(given):
                return form
        choices = " or ".join(str(form) for form in self.forms)
        raise ValueError(f"{self.name} takes {choices}, got {listed(given)}")

    def law_parameters(self, given: Mapping[str, object]) -> tuple[float, ...]:
        """Check what is given, in whichever form, and return the law's own parameters."""
        return self.form(given).law_parameters(given)


@dataclass(frozen=True, kw_only=True)
class FeedbackLaw:
    """How something depends on capability: a scalar function of c, in OOM."""

    name: str
    """Its `kind`."""
    summary: str
    """What it is good for, in one line."""
    formula: str
    """The function of c."""
    source: str
    """Where its shape comes from."""
    parameters: tuple[Parameter, ...]
    """Its parameters, in the order of the function's arguments."""
    function: Law
    """`function(c, *parameters)`."""
    probability_bound: Callable[[Sequence[float]], tuple[float, float]]
    """Infimum and supremum over all c, given the law's parameters: a law for a
    probability must keep both in [0, 1]."""
    variadic: bool = False
    """Whether the law takes a flat array of any length: `function(c, p, o, n)`."""

    @property
    def form(self) -> Form:
        """The one way to state its parameters."""
        return Form(parameters=self.parameters, to_law=_flat)

    def law_parameters(self, given: Mapping[str, object]) -> tuple[float, ...]:
        """Check what is given and return the law's own parameters."""
        if not self.form.matches(given):
            raise ValueError(f"{self.name} takes {self.form}, got {listed(given)}")
        return self.form.law_parameters(given)


def _flat(**given: float | Mapping[float, float]) -> tuple[float, ...]:
    """Parameters in order; a table as its keys, then its values."""
    values: list[float] = []
    for value in given.values():
        if isinstance(value, Mapping):
            values.extend(value.keys())
            values.extend(value.values())
        else:
            values.append(value)
    return tuple(values)


Entry = TypeVar("Entry", Distribution, FeedbackLaw)


class Registry(Generic[Entry]):
    """Named laws of one sort, in the order of their names.

    Parameters
    ----------
    kind : str
        What the entries are, for messages: `"distribution"`, `"feedback law"`.
    entries : iterable of Distribution or FeedbackLaw
        The laws. An entry's integer id is its position among the sorted names.
    """

    def __init__(self, kind: str, entries: Iterable[Entry]) -> None:
        self.kind = kind
        self._entries: tuple[Entry, ...] = tuple(sorted(entries, key=lambda entry: entry.name))
        self.names: tuple[str, ...] = tuple(entry.name for entry in self._entries)
        for first, second in itertools.pairwise(self.names):
            if first == second:
                raise ValueError(f"two entries for {kind} {first!r}")

    def lookup(self, name: str) -> Entry:
        """Return the law of this name; ValueError lists the choices and the closest."""
        return self._entries[self.id(name)]

    def id(self, name: str) -> int:
        """Return the integer id of a name, as `dispatcher` takes it."""
        if name in self.names:
            return self.names.index(name)
        close = difflib.get_close_matches(str(name), self.names, n=1, cutoff=0.5)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise ValueError(f"unknown {self.kind} {name!r}; {hint}choices: {', '.join(self.names)}")

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, name: object) -> bool:
        return name in self.names


@functools.cache
def dispatcher(registry: Registry[Any]) -> Callable[[int, float, Sequence[float], int, int], float]:
    """Return ``sample(kind, x, p, o, n)``: the law with this id at x.

    The function is generated from the registry as plain scalar Python, so it runs as it
    is and `compiled` can compile it; an engine of flat arrays that calls it dispatches to
    every law there is.

    Parameters
    ----------
    registry : Registry
        The laws. The same registry always gives the same function.

    Returns
    -------
    function
        Takes the id of the law, x (a uniform number, or c in OOM), an array p that holds
        the parameters of many laws, and where this law's begin (o) and how many there
        are (n). An unknown id gives NaN.
    """
    laws: dict[str, Law] = {}
    lines = ["def sample(kind: int, x: float, p: Vector, o: int, n: int) -> float:"]
    for number, entry in enumerate(registry):
        name = f"{entry.name}_{number}"
        laws[name] = entry.function
        if entry.variadic:
            arguments = "x, p, o, n"
        else:
            scalars = (f"p[o + {i}]" for i in range(law_arity(entry)))
            arguments = ", ".join(("x", *scalars))
        lines += [f"    if kind == {number}:", f"        return {name}({arguments})"]
    lines += ["    return NAN", ""]
    source = "\n".join(lines)
    namespace: dict[str, Any] = {
        "__name__": __name__,
        "Vector": Vector,
        "NAN": float("nan"),
        **laws,
    }
    exec(compile(source, f"<dispatcher of {registry.kind}>", "exec"), namespace)
    sample: FunctionType = namespace["sample"]
    # Compiled code is cached under the qualified name: it must tell registries apart.
    sample.__qualname__ = f"sample_{hashlib.sha256(source.encode()).hexdigest()[:16]}"
    sample.__doc__ = f"Value of the {registry.kind} with id `kind` at x."
    return sample


def law_arity(entry: Distribution | FeedbackLaw) -> int:
    """Return how many parameters of its own a law takes; not for variadic ones."""
    return len(inspect.signature(entry.function).parameters) - 1
