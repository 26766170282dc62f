"""The equations of a model: one line each, and the parameters that appear in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from sim.describe.sections import Section, Table
from sim.describe.walk import Names, parts
from sim.describe.words import plain
from sim.laws.formulas import names, reference
from sim.model import Model, catalogue
from sim.model.equation import Equation
from sim.model.equations import EQUATIONS
from sim.model.feedback import Law
from sim.model.symbols import STATE
from sim.model.variate import Variate


@dataclass(kw_only=True)
class Statement:
    """An equation as it holds in one model."""

    name: str
    line: str
    """`result = formula`."""
    unit: str
    source: str
    parameters: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Paths of the values that appear in it, by their name in the formula."""
    symbols: dict[str, str] = field(default_factory=dict)
    """Meaning of the other names in it."""


def statements(model: Model) -> list[Statement]:
    """Return the equations that play a role in a model, in model order."""
    leaves = list(catalogue.leaves(model.to_dict()))
    found: dict[Any, Statement] = {}
    for place, part in parts(model):
        if isinstance(part, Law):
            _law(found, place, part, leaves)
        elif isinstance(part, Variate):
            _distribution(found, place, part, leaves)
        else:
            for equation in EQUATIONS.get(type(part), ()):
                if equation.when(part, model):
                    _equation(found, place, part, equation, model, leaves)
    return sorted(found.values(), key=lambda s: s.name.startswith("distribution"))


def _equation(
    found: dict[Any, Statement], place: Names, part: Any, equation: Equation, model: Model,
    leaves: list[str],
) -> None:
    statement = found.setdefault(
        (type(part), equation.name),
        Statement(
            name=equation.name, line=f"{equation.result} = {equation.formula}", unit=equation.unit,
            source=reference(equation.law) if equation.law else "",
        ),
    )
    if equation.result == "opens":
        statement.line = equation.formula
    for name in sorted(names(equation.formula)):
        pattern = equation.elsewhere.get(name)
        if pattern:
            paths = [path for path in leaves if fnmatchcase(path, pattern)]
        else:
            paths = _of_field(place, part, name, model, leaves)
        if name in equation.where:
            statement.symbols[name] = equation.where[name]
        elif name in STATE and not hasattr(part, name):
            statement.symbols[name] = STATE[name]
        known = statement.parameters[name]
        known += [path for path in paths if path not in known]


def _of_field(place: Names, part: Any, name: str, model: Model, leaves: list[str]) -> list[str]:
    """Return the values at or under a setting; of a law that it names, the law's."""
    value = getattr(part, name, None)
    if isinstance(value, str) and value in model.feedback:
        return _under(("feedback", value), leaves)
    return _under((*place, name), leaves)


def _law(found: dict[Any, Statement], place: Names, law: Law, leaves: list[str]) -> None:
    entry, name = law.entry, ".".join(place)
    found[name] = Statement(
        name=f"law {name}", line=f"{place[-1]}(c) = {entry.formula}", unit="",
        source=entry.source, symbols={"c": STATE["c"]},
    )
    for parameter in law.parameters:
        found[name].parameters[parameter] = _under((*place, parameter), leaves) or _under(
            place, leaves
        )


def _distribution(
    found: dict[Any, Statement], place: Names, variate: Variate, leaves: list[str]
) -> None:
    entry = variate.distribution
    statement = found.setdefault(
        entry.name,
        Statement(
            name=f"distribution {entry.name}", line=entry.formula, unit="",
            source=entry.source, symbols={"u": "uniform random number in (0, 1)"},
        ),
    )
    for parameter in variate.parameters:
        statement.parameters[parameter] += _under((*place, parameter), leaves) or _under(
            place, leaves
        )


def _under(place: Names, leaves: list[str]) -> list[str]:
    path = ".".join(place)
    return [leaf for leaf in leaves if leaf == path or leaf.startswith(f"{path}.")]


# --- shown --------------------------------------------------------------------------------------


def sections(model: Model) -> list[Section]:
    """Return the sections with the equations, and with the symbols in them that change."""
    found = statements(model)
    values = catalogue.leaves(model.to_dict())
    rows = tuple(
        (s.name, s.unit, readable(s.line), "; ".join(_shown(s, values)), s.source)
        for s in found
    )
    equations = Section(
        title="Equations",
        lines=(
            "the names are those of the settings; * stands for each part that has the setting, a "
            "number in brackets for how many have it",
        ),
        tables=(
            Table(
                columns=("what", "unit", "equation", "parameters", "source"), rows=rows, below=3
            ),
        ),
    )
    return [equations, _symbols(found)]


def _shown(statement: Statement, values: Mapping[str, Any]) -> Iterator[str]:
    """Say which values stand behind each name in the formula."""
    for name, paths in statement.parameters.items():
        merged = patterns(paths, values)
        own = all(path.rpartition(".")[2] == name for path in paths)
        if merged:
            yield ", ".join(merged) if own else f"{name}: {', '.join(merged)}"


def patterns(paths: Iterable[str], values: Mapping[str, Any]) -> list[str]:
    """Return paths with their values, those that differ in a key merged.

    >>> patterns(["pools.a.share", "pools.b.share"], {"pools.a.share": 0.5, "pools.b.share": 0.5})
    ['pools.*.share = 0.5 (2)']
    """
    groups: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for path in paths:
        groups[path.count("."), path.split(".")[0], path.split(".")[-1]].append(path)
    merged = []
    for group in groups.values():
        keys = zip(*(path.split(".") for path in group), strict=True)
        text = ".".join(k[0] if len(set(k)) == 1 else "*" for k in keys)
        shown = {plain(values[path]) for path in group}
        if len(shown) == 1:
            text += f" = {shown.pop()}"
        merged.append(text + (f" ({len(group)})" if len(group) > 1 else ""))
    return merged


def _symbols(found: list[Statement]) -> Section:
    state: set[str] = set()
    local: dict[tuple[str, str], list[str]] = defaultdict(list)
    for statement in found:
        for name, text in statement.symbols.items():
            if STATE.get(name) == text:
                state.add(name)
            else:
                local[name, text].append(statement.name)
    rows = [(name, text) for name, text in STATE.items() if name in state]
    rows += [(name, f"{text} (in: {'; '.join(where)})") for (name, text), where in local.items()]
    return Section(
        title="Symbols",
        lines=("quantities in the equations that change in a run, or stand for a part of it",),
        tables=(Table(columns=("symbol", "meaning"), rows=tuple(rows)),),
    )


_OPERATORS = {"**": "^", "*": "×", "<=": "≤", ">=": "≥"}


def readable(line: str) -> str:
    """Return an expression with the operators of a formula, not of a program."""
    for written, shown in _OPERATORS.items():
        line = line.replace(f" {written} ", f" {shown} ").replace(f"{written}(", f"{shown}(")
    return line.replace(" ^ ", "^").replace("**", "^")
