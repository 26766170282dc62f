"""An equation of a model as data.

A formula is a Python expression. Its names are settings of the part it belongs to, settings of
other parts (`elsewhere`), local symbols (`where`), or quantities that change while a model runs
(`sim.model.symbols`). What a shared law computes is not written again: `stated` reads it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.model.lab import Model


def _always(part: Any, model: Model) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Equation:
    """How one quantity follows from others."""

    name: str
    """What it is, in words."""
    result: str
    """The symbol on its left-hand side, or what the formula decides."""
    formula: str
    """Python expression for the right-hand side."""
    unit: str
    """Unit of the result."""
    where: Mapping[str, str] = field(default_factory=dict)
    """Meaning of symbols of this equation alone."""
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    """Paths of settings of other parts, by the name in the formula that is or needs them; `*`
    stands for any keys."""
    law: Callable[..., Any] | None = None
    """The shared law behind it, whose docstring cites its source."""
    when: Callable[[Any, Model], bool] = _always
    """Whether it plays a role: a function of the part and the model."""


PERSON_DAY = {"hours_per_person_day": "hours_per_person_day"}
"""The setting elsewhere that turns person-days into clock time."""
