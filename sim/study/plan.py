"""The plan of a study: every run that is to be made, known before the first one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import __version__, store
from sim.model import InputError, Model
from sim.study.checks import check
from sim.study.points import bases_of, model_data, points_of
from sim.study.study import Study

if TYPE_CHECKING:
    import pandas as pd

SOURCES = (
    "laws", "model", "engines", "metrics", "log.py", "study/batch.py", "study/by_date.py",
    "study/designs/design.py", "study/designs/morris.py", "study/designs/saltelli.py",
    "study/factors.py", "study/measures.py", "study/outcomes.py", "study/pace.py",
    "study/paths.py", "study/plan.py", "study/points.py", "study/readers.py",
    "study/replace.py", "study/rounds.py", "study/scaling.py",
    "study/statistics/intervals.py", "study/statistics/precision.py", "study/statistics/sample.py",
    "study/uncertainties.py",
)
"""What decides, of the sources of sim, which rows a study has and what they are."""


WORDS = ("name", "question")
"""Keys of a study on which no run depends."""


@dataclass(frozen=True)
class Plan:
    """A study, the models it starts from, and its points.

    A run is known by its point and the number of its replication; what it comes to depends on
    nothing else.
    """

    study: Study
    bases: Mapping[str, dict[str, Any]] = field(repr=False)
    """Plain data of the resolved models that points start from, by scenario."""
    points: pd.DataFrame = field(repr=False)
    """The design: a row for each point, a column for each factor."""
    code: str = field(repr=False)
    """Digest of the sources that decide what the rows are."""
    written: Mapping[str, Any] | None = field(default=None, repr=False)
    """What stands in the folder that it was read from, perhaps by another version."""

    @cached_property
    def data(self) -> dict[str, Any]:
        """All that the runs depend on, as plain data, with its digest as `hash`."""
        if self.written is not None:
            return dict(self.written)
        known: dict[str, Any] = {
            "recursim": __version__, "code": self.code, "study": self.study.to_dict(),
            "models": dict(self.bases), "points": _digest(self.points),
        }
        asked = {key: value for key, value in known["study"].items() if key not in WORDS}
        decisive = json.dumps({**known, "study": asked})
        return {"hash": hashlib.sha256(decisive.encode()).hexdigest()[:24], **known}

    @property
    def hash(self) -> str:
        """Digest of all that the runs depend on."""
        return str(self.data["hash"])

    @property
    def runs(self) -> int:
        """Runs of the first round: of a study without stopping rule, all of them."""
        return len(self.points) * self.study.replications

    @cached_property
    def horizon(self) -> Any:
        """Horizon of all runs, days; if bases differ in it, an array with that of each point."""
        days = {name: Model.from_dict(data).horizon for name, data in self.bases.items()}
        if len(set(days.values())) == 1:
            return next(iter(days.values()))
        for name, factor in self.study.factors.items():
            if factor.kind == "scenario":
                return self.points[name].map(days).to_numpy(dtype=float)
        raise AssertionError("several bases, but no factor tells which")

    def model(self, point: int) -> Model:
        """Return the model of a point.

        Raises
        ------
        InputError
            If there is no such point, or the model refuses its values.
        """
        if not 0 <= point < len(self.points):
            raise InputError(
                f"study: point must be one of 0 to {len(self.points) - 1}, got {point}; set "
                "point=NUMBER"
            )
        row = {name: column[point] for name, column in self._columns.items()}
        return Model.from_dict(model_data(self.study, self.bases, row))

    def random_numbers(self, point: int, replication: int) -> int:
        """Return which stream of random numbers a run draws from: the replication of the engine."""
        if self.study.random_numbers == "common":
            return replication
        if length := self._row_length:
            return point // length * self.study.replications + replication
        stop = self.study.stop
        return point * (stop.at_most if stop else self.study.replications) + replication

    @cached_property
    def _row_length(self) -> int | None:
        """Points that share their random numbers; None if each has its own."""
        return self.study.row_length if self.study.random_numbers == "rows" else None

    @cached_property
    def _columns(self) -> dict[str, Any]:
        return {name: self.points[name].tolist() for name in self.points}


def plan(study: Study, models: Mapping[str, Model]) -> Plan:
    """Return the plan of a study, checked: nothing in it will be refused for its form later.

    Parameters
    ----------
    study
        What is asked.
    models
        The models that points start from, by scenario as `Study.scenarios` names them.

    Raises
    ------
    InputError
        If a factor, the design or an outcome does not fit the models.
    """
    bases = bases_of(study, {name: model.to_dict() for name, model in models.items()})
    points = points_of(study)
    check(study, bases, points)
    return Plan(study, bases, points, code())


def begin(plan: Plan, folder: Path, about: Mapping[str, Any]) -> None:
    """Write a plan into the folder of its study."""
    store.studies.begin_study(folder, plan.data, plan.points, {
        "plan_hash": plan.hash, "points": len(plan.points),
        "runs": plan.runs, **about,
    })


def check_code(plan: Plan) -> None:
    """Raise `InputError` if other sources than these made a plan: runs of two are not mixed."""
    made, here = (plan.code, plan.data["recursim"]), (code(), __version__)
    if made != here:
        raise InputError(
            f"study: was planned by other sources of recursim ({' of '.join(made)}; here: "
            f"{' of '.join(here)}), and runs of two are not mixed; use those, or set folder=NAME "
            "to run the study anew"
        )


@lru_cache(maxsize=2)
def to_do(folder: Path, plan_hash: str) -> Plan:
    """Return the plan in a folder, whose runs are to be made here; it is read once.

    Raises
    ------
    InputError
        As `read`, and if other sources than these planned it: runs of two are not mixed.
    """
    plan = read(folder, plan_hash)
    check_code(plan)
    return plan


def read(folder: Path, plan_hash: str = "") -> Plan:
    """Return the plan that stands in a folder; with a hash, only if it is that one.

    Raises
    ------
    InputError
        If it is missing, damaged, or another one.
    """
    data = store.studies.plan_of(folder)
    if plan_hash and data["hash"] != plan_hash:
        raise InputError(f"study: the plan in '{folder}' was changed meanwhile; start it again")
    points = store.read_table(folder, "points", {})
    if _digest(points) != data["points"]:
        raise InputError(
            f"study: '{folder}/points.parquet' is not the design that was planned; restore it, or "
            "set folder=NAME to run the study anew"
        )
    return Plan(Study.from_dict(data["study"]), data["models"], points, data["code"], data)


def code() -> str:
    """Return a digest of the sources that decide what the rows of a study are."""
    package = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for part in SOURCES:
        place = package / part
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(path.relative_to(package).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _digest(points: pd.DataFrame) -> str:
    """Return a digest of a design: names, and values to the bit."""
    digest = hashlib.sha256(json.dumps([list(points), len(points)]).encode())
    for name in points:
        values = points[name]
        if values.dtype.kind in "if":
            digest.update(values.to_numpy().tobytes())
        else:
            digest.update(json.dumps(values.tolist()).encode())
    return digest.hexdigest()[:24]
