"""Rank correlations between uncertainties, by a Gaussian copula.

Uniform numbers u become normal ones z, which are mixed linearly and turned back. Normal numbers of
Pearson correlation r have the rank correlation rho = (6 / pi) asin(r / 2): H. Cramer, Mathematical
Methods of Statistics, 1946; K. Pearson, 1907.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from sim.model import InputError
from sim.model.errors import unknown_name
from sim.study.distributions import Floats
from sim.study.refusals import mapping_of, refused
from sim.study.uncertainties import quantity

Correlations = Mapping[tuple[str, str], float]
"""Spearman's rank correlation by pair of factors."""


def read(value: Any, uncertainties: Sequence[str], others: Sequence[str]) -> dict[Any, float]:
    """Return the correlations that plain data states, or raise `InputError`.

    Parameters
    ----------
    value
        `{difficulty: {gain: 0.5}}`.
    uncertainties
        Names of the factors that can be correlated.
    others
        Those of the other factors.
    """
    thing, remedy = "study: correlations", "write for example {difficulty: {gain: 0.5}}"
    found: dict[Any, float] = {}
    for first, row in mapping_of(value, thing, remedy).items():
        for second, rho in mapping_of(row, f"{thing} of '{first}'", remedy).items():
            for name in (first, second):
                if name in others:
                    raise InputError(
                        f"{thing} are of uncertainties, and '{name}' is a lever or a scenario; "
                        "leave it out"
                    )
                if name not in uncertainties:
                    raise InputError(f"{thing}: {unknown_name('factor', name, uncertainties)}")
            if first == second:
                raise InputError(f"{thing} are of two factors, got '{first}' twice; leave it out")
            if (second, first) in found:
                raise InputError(
                    f"{thing}: '{first}' and '{second}' are given twice; leave one out"
                )
            number = quantity(rho)
            if number is None or isinstance(rho, str) or not -1 < number[0] < 1:
                raise refused(
                    f"{thing}: of '{first}' and '{second}'", "must be a number in (-1, 1)", rho,
                    "choose one, such as 0.5",
                )
            if number[0]:
                found[first, second] = number[0]
    check_possible(found)
    return found


def matrix(names: Sequence[str], correlations: Correlations) -> Floats:
    """Return Pearson's correlations of the normal numbers, r = 2 sin(pi rho / 6)."""
    found = np.eye(len(names))
    for (first, second), rho in correlations.items():
        i, j = names.index(first), names.index(second)
        found[i, j] = found[j, i] = 2.0 * math.sin(math.pi * rho / 6.0)
    return found


def check_possible(correlations: Correlations) -> None:
    """Raise `InputError` unless all these correlations can hold at once.

    That is, unless their matrix is positive definite. The message names the fewest pairs without
    which it would be.
    """
    if _possible(correlations):
        return
    pairs = list(correlations)
    tried = [c for size in (1, 2) for c in combinations(pairs, size)] if len(pairs) < 60 else []
    blamed = next(
        (few for few in tried
         if _possible({p: r for p, r in correlations.items() if p not in few})), None,
    )  # fmt: skip
    size = len(blamed) if blamed else 0
    alike = [few for few in tried if len(few) == size and _possible(
        {p: r for p, r in correlations.items() if p not in few}
    )]  # fmt: skip
    said = " or ".join(
        " and ".join(f"{a} with {b} ({correlations[a, b]:g})" for a, b in few) for few in alike[:4]
    ) or ", ".join(f"{a} with {b} ({rho:g})" for (a, b), rho in correlations.items())
    raise InputError(
        "study: correlations cannot hold all at once (their matrix is not positive definite); "
        f"bring nearer to 0 {said}"
    )


def _possible(correlations: Correlations) -> bool:
    names = list(dict.fromkeys(name for pair in correlations for name in pair))
    if not names:
        return True
    return float(np.linalg.eigvalsh(matrix(names, correlations))[0]) > 1e-10


def correlated(cube: Floats, names: Sequence[str], correlations: Correlations) -> Floats:
    """Return a sample in the unit cube with rank correlations; what it has of each factor stays.

    Every column keeps its values, in another order: that of normal numbers, freed of the
    correlations that they have by chance and mixed. So a Latin hypercube stays one. R. L. Iman,
    W. J. Conover, Communications in Statistics B 11, 1982,
    https://doi.org/10.1080/03610918208812265

    Parameters
    ----------
    cube
        A row per point, a column per factor; values in (0, 1).
    names
        Names of the columns.
    correlations
        Rank correlations of some pairs; the others are 0.
    """
    from scipy.special import ndtri

    known = list(dict.fromkeys(name for pair in correlations for name in pair))
    at = [names.index(name) for name in known]
    scores = ndtri(cube[:, at])
    if len(cube) > 2 * len(at):
        scores = scores @ np.linalg.inv(np.linalg.cholesky(np.corrcoef(scores, rowvar=False))).T
    mixed = scores @ np.linalg.cholesky(matrix(known, correlations)).T
    changed = cube.copy()
    for j, column in zip(at, mixed.T, strict=True):
        changed[np.argsort(column, kind="stable"), j] = np.sort(cube[:, j])
    return changed
