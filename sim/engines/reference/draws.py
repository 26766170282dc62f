"""Random numbers and laws of one replication, bound to its seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from sim.laws import random
from sim.laws.compiled import compiled
from sim.laws.random import name_key
from sim.model.feedback import Law
from sim.model.variate import Variate

Function = Callable[[float], float]

PURPOSES = {
    name: name_key(name)
    for name in (
        "work", "generation", "delegate", "steering", "steering work", "right", "review",
        "review work", "catch", "harm", "failure", "fraction", "route", "duration", "target",
        "hit", "noise", "interruption", "manual", "restart", "interval", "agent catch", "audit",
    )
}
"""What a draw decides, and its word in the random numbers' key."""

_uniform = compiled(random.uniform)


class Draws:
    """Uniform numbers, each a pure function of what it decides."""

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication

    def visit(self, visit: Any, purpose: str, attempt: int = 0) -> float:
        """Return the number for a purpose of one visit (and attempt)."""
        return _uniform(
            self.seed, self.replication, visit.item.word, visit.stage.word,
            (visit.number << 32) + attempt, PURPOSES[purpose],
        )

    def chance(self, visit: Any, purpose: str, chance: float, attempt: int = 0) -> bool:
        """Return whether something of this chance happens; certainty needs no draw."""
        if chance <= 0.0:
            return False
        return chance >= 1.0 or self.visit(visit, purpose, attempt) < chance

    def item(self, word: int, purpose: str) -> float:
        """Return the number for a purpose of one item as a whole, known by its key."""
        return _uniform(self.seed, self.replication, word, 0, 0, PURPOSES[purpose])


def sampler(variate: Variate) -> Function:
    """Return the function from a uniform number to the amount."""
    entry = variate.distribution
    return _bound(entry.quantile, variate.law, entry.variadic)


def law_of(law: Law) -> Function:
    """Return the law as a function of capability (OOM)."""
    return _bound(law.entry.function, law.law, law.entry.variadic)


def _bound(function: Callable[..., float], parameters: tuple[float, ...], table: bool) -> Function:
    fast = compiled(function)
    if table:
        array = np.array(parameters)
        return lambda x: fast(x, array, 0, len(parameters))
    return lambda x: fast(x, *parameters)


def pick(chances: Mapping[str, float], u: float) -> str:
    """Return the name that a uniform number falls on, names in the order written."""
    reached = 0.0
    chosen = ""
    for name, chance in chances.items():
        chosen = name
        reached += chance
        if u < reached:
            break
    return chosen
