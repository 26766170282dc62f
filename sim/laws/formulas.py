"""Formulas: what a scalar law computes, as one line that can be read, shown and checked.

A formula stands in one place, on the function that computes it; whoever shows it reads it
from there. It is a Python expression in the names of the function's parameters.
"""

import ast
import inspect
import re
from collections.abc import Callable
from typing import Any, TypeVar

Law = TypeVar("Law", bound=Callable[..., Any])

FORMULAS: dict[Callable[..., Any], str] = {}
"""The formula of each law that states one."""

FUNCTIONS = ("exp", "log", "log10", "sqrt", "min", "max", "floor", "ceil", "W")
"""Functions that formulas use; log is the natural one, W that of Lambert, its upper branch."""


def formula(text: str) -> Callable[[Law], Law]:
    """State the formula of a law: a decorator that leaves the function as it is."""

    def note(law: Law) -> Law:
        FORMULAS[law] = text
        return law

    return note


def stated(law: Callable[..., Any], **renamed: str) -> str:
    """Return the formula of a law, some of its parameters under other names.

    >>> from sim.laws.insight import ideas_left
    >>> stated(ideas_left, stock="algorithms")
    'exp(-beta * algorithms)'
    """
    text = FORMULAS[law]
    for name, other in renamed.items():
        text = re.sub(rf"\b{name}\b", other, text)
    return text


def names(text: str) -> set[str]:
    """Return the names in a formula, its functions left out."""
    found = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    return found - set(FUNCTIONS)


def reference(law: Callable[..., Any]) -> str:
    """Return the references that the law's docstring cites, or nothing."""
    _, _, cited = (inspect.getdoc(law) or "").partition("References\n----------\n")
    return " ".join(cited.split())
