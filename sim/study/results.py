"""Results of a study, as it stands in its folder."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import store
from sim.engines import Run, simulate
from sim.model import InputError, Model
from sim.study.batch import names, sampled_at, schema, summarised
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
        """Horizon of all runs, days; if bases differ in it, an array with that of each point."""
        return self.plan.horizon

    @cached_property
    def per_point(self) -> pd.DataFrame:
        """What is known of each outcome at each point (`sim.study.statistics.per_point`)."""
        from sim.study.statistics import per_point

        dates = [name for name, outcome in self.study.outcomes.items() if outcome.date]
        return per_point(
            self.runs, list(self.study.outcomes), dates=dates, horizon=self.horizon
        )

    @property
    def files(self) -> list[Path]:
        """The files that hold the runs now: one, or while it is not finished the shards."""
        if store.studies.joined(self.folder, self.plan.hash):
            return [self.folder / store.studies.RUNS]
        return [shard.path for shard in store.studies.readable(self.folder, self.plan.hash)]

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row per run; of those that were done when it was read first."""
        if not store.studies.joined(self.folder, self.plan.hash):
            with suppress(FileNotFoundError):  # it is finished just now
                return self._of_shards(self.files)
        types = dict.fromkeys(names(self.study.outcomes), "float64")
        return store.read_table(self.folder, "runs", types | {"end_reason": "str", "error": "str"})

    def _of_shards(self, files: Sequence[Path]) -> pd.DataFrame:
        """Return the runs of a study that is not finished; nothing in its folder is touched."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        wanted = schema(self.study.outcomes)
        if not files:
            return wanted.empty_table().to_pandas()
        try:
            found = pq.read_table(files, schema=wanted, page_checksum_verification=True)
        except FileNotFoundError:
            raise
        except (OSError, ValueError, pa.ArrowException) as error:
            why = " ".join(str(error).split())[:100]
            raise InputError(
                f"study: a batch in '{self.folder}' is damaged ({why}); go on with the study, "
                f"which does it again: recursim task=study study={self.folder}"
            ) from None
        if self.study.stop:  # rounds follow each other, in each of which all is in order
            found = found.sort_by([("point", "ascending"), ("replication", "ascending")])
        return found.to_pandas(split_blocks=True, self_destruct=True)

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
        last = len(self.points) - 1
        if not 0 <= point <= last:
            raise InputError(f"study: point must be one of 0 to {last}, got {point}; set point")
        numbers = self.runs["point"].to_numpy()
        first, end = np.searchsorted(numbers, [point, point + 1])
        own = self.runs.iloc[first:end]
        found = own[(own["replication"] == replication).to_numpy()]
        if len(found) == 1:
            return found.iloc[0]
        if not len(own):
            raise InputError(
                f"study: no run of point {point} is done yet, got replication {replication}; "
                f"finish the study first: recursim task=study study={self.folder}"
            )
        raise InputError(
            f"study: point {point} has the replications {own['replication'].min()} to "
            f"{own['replication'].max()}, got {replication}; set replication"
        )

    def replay(self, point: int, replication: int) -> Run:
        """Run one run of the study again, with its full log.

        A run that failed fails again, with the same exception.

        Raises
        ------
        InputError
            If it was not made, or comes to something else now (of another version of recursim).
        """
        row = self.row(point, replication)
        model, number = self.model(point), self.plan.random_numbers(point, replication)
        times = sampled_at(self.study.outcomes, model.horizon)
        summary = summarised(model, self.study.seed, number, times)
        now: dict[str, Any] = {"end_reason": summary.end.reason, "end_time": summary.end.time}
        now |= {name: outcome.of(summary) for name, outcome in self.study.outcomes.items()}
        for name, value in now.items():
            if not _same(value, row[name]):
                raise InputError(
                    f"study: point {point}, replication {replication} no longer comes to the same "
                    f"({name}: {row[name]}, now {value}); it was made by recursim "
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


def _same(now: Any, then: Any) -> bool:
    """Return whether two values are the same, numbers to the bit."""
    if isinstance(now, str):
        return bool(now == then)
    one, other = np.float64(now), np.float64(then)
    return one.tobytes() == other.tobytes() or bool(np.isnan(one) and np.isnan(other))
