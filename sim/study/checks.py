"""Everything that is wrong with a study is said before anything runs.

What its data alone tells, `Study.from_dict` has refused; here it meets its base models. No model is
run, but those at chosen points are read: where a factor is at an end of its range or at a level,
at the corners of the levers, and all points of a small study.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any

from sim.model import InputError, Model
from sim.model.errors import show
from sim.study.factors import Factor
from sim.study.paths import check_path, value_at
from sim.study.points import Bases, base_of, bases_of, model_data, plain, points_of
from sim.study.replace import put_all
from sim.study.study import Study

if TYPE_CHECKING:
    import pandas as pd

SMALL = 100
"""Points of a study all of which are tried."""
CORNERS = 64
"""Corners of levers that are tried, at most."""
LEVELS = 20
"""Levels of a factor that are tried, at most."""


def check(study: Study, bases: Bases, points: pd.DataFrame | None = None) -> None:
    """Raise `InputError` for whatever is wrong with a study of these base models.

    Parameters
    ----------
    study
        The study.
    bases
        Resolved models, as plain data, of all of `study.scenarios`.
    points
        The study's points, if they have been made already.
    """
    resolved = bases_of(study, bases)
    for name, base in resolved.items():
        _check_factors(study, name, base)
        model = Model.from_dict(base)
        for outcome in study.outcomes.values():
            outcome.check(model)
    _check_scenarios(study, resolved)
    table = points_of(study) if points is None else points
    for number in _tried(study, table):
        _try(study, resolved, {name: plain(table[name].iat[number]) for name in table}, number)
    for factor in study.factors.values():
        if factor.kind == "lever" and len(factor.levels) <= LEVELS:
            _check_levels(factor, resolved)


def _check_factors(study: Study, scenario: str, base: Mapping[str, Any]) -> None:
    """Raise `InputError` for unknown paths, and fractions of what is counted."""
    for name, factor in study.factors.items():
        for path in factor.paths:
            check_path(f"factor '{name}'", path, base, scenario)
        drawn = factor.distribution
        for path in factor.path if drawn and drawn.is_number and not drawn.whole else ():
            value = value_at(base, path)
            if isinstance(value, int) and not isinstance(value, bool):
                raise InputError(
                    f"factor '{name}': {path} must be a whole number (it is {value} in scenario "
                    f"'{scenario}'), got {drawn.text() if drawn else ''}; write for example "
                    f"integers(low={max(value // 2, 1)}, high={max(2 * value, 2)}), or scale it"
                )


def _check_scenarios(study: Study, bases: Mapping[str, Mapping[str, Any]]) -> None:
    for (first, one), (second, other) in combinations(bases.items(), 2):
        if {**one, "name": ""} == {**other, "name": ""}:
            raise InputError(
                f"study: scenarios '{first}' and '{second}' are the same model, so nothing would "
                "differ; leave one out"
            )


def _check_levels(factor: Factor, bases: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise `InputError` if two levels of a lever are the same model in every base."""
    found = [
        [put_all(base, factor.changes(level, base)) for base in bases.values()]
        for level in factor.levels
    ]
    for i, j in combinations(range(len(found)), 2):
        if found[i] == found[j]:
            first, second = (show(factor.levels[k]) for k in (i, j))
            why = ", as whole numbers are rounded" if factor.scale else ""
            raise InputError(
                f"factor '{factor.name}': levels {first} and {second} give the same model{why}; "
                "leave one out, or move them apart"
            )


def _tried(study: Study, points: pd.DataFrame) -> list[int]:
    """Return the numbers of the points whose models are read."""
    import numpy as np

    count = len(points)
    if count <= SMALL:
        return list(range(count))
    found = {0, count - 1}
    corner = np.ones(count, dtype=bool)
    levers = []
    for name, factor in study.factors.items():
        cells = points[name].to_numpy()
        if factor.is_number:
            found |= {int(cells.argmin()), int(cells.argmax())}
        if factor.levels:
            levers.append(name)
            ends = _ends(factor)
            corner &= np.isin(cells.astype(object) if not factor.is_number else cells, ends)
            chosen = np.linspace(0, len(factor.levels) - 1, min(LEVELS, len(factor.levels)))
            for level in (factor.levels[int(i)] for i in chosen):
                found |= set(np.flatnonzero(cells == level)[:1].tolist())
    if levers:
        corners = points.loc[corner, levers].drop_duplicates()
        found |= set(corners.index[:CORNERS].tolist())
    return sorted(found)


def _ends(factor: Factor) -> list[Any]:
    """Return the levels at the ends of a lever; of named ones all."""
    return [min(factor.levels), max(factor.levels)] if factor.is_number else list(factor.levels)


def _try(study: Study, bases: Bases, row: Mapping[str, Any], number: int) -> None:
    """Raise `InputError` if the model refuses a point; it names the factor, if one is to blame."""
    try:
        Model.from_dict(model_data(study, bases, row))
        return
    except InputError as error:
        refusal = error
    scenario = base_of(study, row)
    base = bases[scenario]
    for name, factor in study.factors.items():
        try:
            changes = factor.changes(row[name], base)
            Model.from_dict(put_all(base, changes))
        except InputError as error:
            if str(error).startswith("factor "):
                raise
            values = _shown(changes.items())
            unit = f" {factor.unit}" if factor.unit else ""
            if factor.kind == "lever":
                what, remedy = f"level {show(row[name])}{unit}", "change or leave out the level"
            else:
                what = f"value {row[name]:.6g}{unit}" if factor.is_number else str(row[name])
                remedy = "mend the distribution's unit or range (many take low and high)"
            raise InputError(
                f"factor '{name}': {what} does not fit scenario '{scenario}', which refuses "
                f"{values} ({error}); {remedy}"
            ) from None
    cells = _shown(row.items())
    raise InputError(
        f"study: point {number} ({cells}) is no model, though each value alone is one: {refusal}"
    )


def _shown(pairs: Iterable[tuple[str, Any]]) -> str:
    found = [f"{name}={show(value)}" for name, value in pairs]
    return ", ".join(found[:12]) + (", …" if len(found) > 12 else "")
