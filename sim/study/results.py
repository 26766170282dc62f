"""Results of a study, as it stands in its folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import store
from sim.engines import Run, simulate
from sim.model import InputError, Model
from sim.study.batch import names, schema, summarised
from sim.study.plan import Plan, read
from sim.study.study import Study

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Results:
    """What came out of a study, finished or not: then of the runs that are done.

    Attributes
    ----------
    study
        What was asked.
    points
        The design: a row per point, a column per factor.
    runs
        A row per run, ordered by `point` and `replication`: `end_reason`, `end_time` (days), the
        outcomes (NaN: not known, or a date that was not reached), and `error` (empty if none).
    table
        `runs` with the factors of their points.
    """

    folder: Path
    plan: Plan = field(repr=False)
    manifest: dict[str, Any] = field(repr=False)
    """What was asked for, with which versions, and how it stands."""

    @property
    def study(self) -> Study:
        """What was asked."""
        return self.plan.study

    @property
    def points(self) -> pd.DataFrame:
        """The design."""
        return self.plan.points

    @property
    def horizon(self) -> Any:
        """Horizon of all runs, days; if scenarios differ in it, an array with that of each point."""
        return self.plan.horizon

    @cached_property
    def per_point(self) -> pd.DataFrame:
        """What is known of each outcome at each point (`sim.study.statistics.per_point`)."""
        from sim.study.statistics import per_point

        dates = [name for name, outcome in self.study.outcomes.items() if outcome.date]
        return per_point(
            self.runs, list(self.study.outcomes), dates=dates, horizon=self.horizon
        )

    @cached_property
    def files(self) -> list[Path]:
        """The files that hold the runs: one, or while it is not finished the shards."""
        if store.studies.joined(self.folder, self.plan.hash):
            return [self.folder / store.studies.RUNS]
        return [shard.path for shard in store.studies.readable(self.folder, self.plan.hash)]

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row per run."""
        import pyarrow as pa

        if [path.name for path in self.files] == [store.studies.RUNS]:
            types = dict.fromkeys(names(self.study.outcomes), "float64")
            return store.read_table(
                self.folder, "runs", types | {"end_reason": "str", "error": "str"}
            )
        shards = store.studies.readable(self.folder, self.plan.hash)
        tables = list(store.studies.rows_in_order(self.folder, shards))
        empty = schema(self.study.outcomes).empty_table()
        return pa.concat_tables([empty, *tables]).to_pandas()

    @cached_property
    def table(self) -> pd.DataFrame:
        """The runs with the factors of their points."""
        return self.runs.join(self.points, on="point")

    def model(self, point: int) -> Model:
        """Return the model of a point."""
        return self.plan.model(point)

    def row(self, point: int, replication: int) -> pd.Series:
        """Return what a run came to.

        Raises
        ------
        InputError
            If it was not made.
        """
        found = self.runs[(self.runs["point"] == point) & (self.runs["replication"] == replication)]
        if len(found) != 1:
            raise InputError(
                f"study: '{self.folder}' has no run of point {point}, replication {replication}; "
                f"points are 0 to {len(self.points) - 1}, replications from 0 on"
            )
        return found.iloc[0]

    def replay(self, point: int, replication: int) -> Run:
        """Run one run of the study again, with its full log.

        Raises
        ------
        InputError
            If it was not made, or comes to something else now (of another version of recursim).
        """
        row = self.row(point, replication)
        model, number = self.model(point), self.plan.random_numbers(point, replication)
        summary = summarised(model, self.study.seed, number)
        for name, outcome in self.study.outcomes.items():
            now, then = np.float64(outcome.of(summary)), np.float64(row[name])
            if now.tobytes() != then.tobytes() and not (np.isnan(now) and np.isnan(then)):
                raise InputError(
                    f"study: point {point}, replication {replication} no longer comes to the same "
                    f"({name}: {then!r}, now {now!r}); it was made by recursim "
                    f"{self.manifest.get('recursim')}: use that"
                )
        return simulate(model, seed=self.study.seed, replication=number)

    def sql(self, query: str) -> pd.DataFrame:
        """Answer a question in SQL (DuckDB's) about the tables `runs`, `points` and `results`.

        `results` is `runs` joined with the factors of `points`.

        Raises
        ------
        InputError
            If the query cannot be answered.
        """
        from sim.study.sql import answer

        return answer(self, query)


def open_study(path: Path | str) -> Results:
    """Return the results of the study whose folder this is, finished or not.

    Raises
    ------
    InputError
        If it is no study's folder, or a file of it is missing or damaged.
    """
    folder = Path(path)
    return Results(folder, read(folder), store.read_manifest(folder))
