"""The points of a study, and the model at each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.model import InputError, Model
from sim.study.paths import check_path
from sim.study.replace import put_all
from sim.study.study import Study

if TYPE_CHECKING:
    import pandas as pd

MOST_POINTS, MOST_RUNS = 10_000_000, 100_000_000
"""Largest study: more is taken for a mistake."""

Bases = Mapping[str, Mapping[str, Any]]
"""Plain data of models (`Model.to_dict()`) by scenario, as `Study.scenarios` names them."""


def points_of(study: Study) -> pd.DataFrame:
    """Return the points: the same for the same study.

    Returns
    -------
    DataFrame
        One row per point, the index `point` from 0; one column per factor: a number in the factor's
        unit (float64 or int64), or text.

    Raises
    ------
    InputError
        If the design does not fit the factors, or the study is larger than anybody can mean.
    """
    import pandas as pd

    check_size(study)
    factors = list(study.factors.values())
    columns = study.design.columns(factors, study.correlations, study.seed)
    return pd.DataFrame(columns, index=pd.RangeIndex(study.size, name="point"))


def check_size(study: Study) -> None:
    """Raise `InputError` for more points or runs than anybody can mean; it makes no point."""
    if study.size > MOST_POINTS:
        raise InputError(
            f"study: must have at most {MOST_POINTS:,} points, got {study.size:,}; choose fewer "
            "levels, or a sample: design: latin_hypercube(points=1000, levers=sample)"
        )
    if study.most_runs > MOST_RUNS:
        raise InputError(
            f"study: must have at most {MOST_RUNS:,} runs, got {study.most_runs:,} "
            f"({study.size:,} points); set fewer replications or points"
        )


def bases_of(study: Study, bases: Bases) -> dict[str, dict[str, Any]]:
    """Return the bases with the study's own changes (`set`), resolved.

    Parameters
    ----------
    bases
        Resolved models as plain data. Doing it twice does no harm.

    Raises
    ------
    InputError
        If a path is unknown or the model refuses a value.
    """
    found = {}
    for name in study.scenarios:
        for path in study.set:
            check_path("study: set", path, bases[name], name)
        try:
            found[name] = Model.from_dict(put_all(bases[name], study.set)).to_dict()
        except InputError as error:
            raise InputError(f"study: set does not fit scenario '{name}': {error}") from None
    return found


def base_of(study: Study, row: Mapping[str, Any]) -> str:
    """Return the name of the base at a point."""
    for name, factor in study.factors.items():
        if factor.kind == "scenario":
            return str(row[name])
    return study.scenario


def model_data(study: Study, bases: Bases, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the model at a point, as plain data for `Model.from_dict`.

    Parameters
    ----------
    bases
        As `bases_of` returns them. They stay as they are; what does not change is shared with them.
    row
        A row of the points, as a mapping or Series.

    Raises
    ------
    InputError
        If a base value cannot be scaled.
    """
    base = bases[base_of(study, row)]
    values: dict[str, Any] = {}
    for name, factor in study.factors.items():
        values |= factor.changes(plain(row[name]), base)
    return put_all(base, values)


def plain(cell: Any) -> Any:
    """Return a cell as a number or text of Python's own: models know no other."""
    return cell.item() if hasattr(cell, "item") else cell
