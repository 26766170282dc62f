"""Whether a task uses the newest generation: decided without an exponential where it is plain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf, nextafter

import numpy as np

from sim.laws.capability import adoption_chance, adopts

Case = tuple[float, float, float, float]
"""Uniform number, days since the release, time constant of adoption, access."""


def _cases() -> Iterator[Case]:
    """Random cases of all sizes; of each also the uniform numbers right at the chance."""
    random = np.random.default_rng(6)
    for _ in range(5_000):
        adoption, access = 10.0 ** random.uniform(-3, 3), random.choice([1.0, random.uniform()])
        elapsed = adoption * 10.0 ** random.uniform(-12, 3)
        yield from _around((elapsed, float(adoption), float(access)), random.uniform())
    for elapsed in (0.0, 1e-300, 1.0, 1e300):
        for adoption in (0.0, 5e-324, 1.0, 1e300):
            for access in (0.0, 0.3, 1.0):
                yield from _around((elapsed, adoption, access), 0.5)


def _around(rest: tuple[float, float, float], u: float) -> Iterator[Case]:
    chance = adoption_chance(*rest)
    numbers = (u, 0.0, chance, nextafter(chance, -inf), nextafter(chance, inf), rest[2])
    yield from ((number, *rest) for number in numbers if 0.0 <= number < 1.0)


def _errors(decides: Callable[[float, float, float, float], bool]) -> int:
    return sum(decides(*case) != (case[0] < adoption_chance(*case[1:])) for case in _cases())


def _with_bound(cubic: float, margin: float) -> Callable[[float, float, float, float], bool]:
    """Return `adopts` with another bound."""

    def decides(u: float, elapsed: float, adoption: float, access: float) -> bool:
        if u >= access:
            return False
        if adoption <= 0.0:
            return True
        x = elapsed / adoption
        enough = 1.0 - 1.0 / (1.0 + x + x * x * 0.5 + x * x * x * cubic) - margin
        return u < access * enough or u < adoption_chance(elapsed, adoption, access)

    return decides


def test_it_is_decided_as_by_the_chance() -> None:
    assert _errors(adopts) == 0


def test_a_bound_above_the_chance_or_without_a_margin_would_be_noticed() -> None:
    assert _errors(_with_bound(0.16, 1e-9)) == 0
    assert _errors(_with_bound(0.17, 1e-9)) > 0  # 1/6 is the most
    assert _errors(_with_bound(0.16, 0.0)) > 0  # rounding
