"""Batches: a second or more of runs, done by one worker and put down as one shard."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import store
from sim.engines.summary import Floats, Summary
from sim.model import InputError, Model
from sim.study.outcomes import Outcome
from sim.study.plan import Plan, to_do

if TYPE_CHECKING:
    import pyarrow as pa

FAILED = "failed"
"""End reason of a run that raised an error."""
MACHINE = (MemoryError, OSError, ImportError)
"""Errors that tell of the machine, not of the run."""
LONGEST_ERROR = 300
"""Characters of an error that are kept."""


@dataclass(frozen=True)
class Span:
    """Replications `first`, ..., `first + count - 1` of one point."""

    point: int
    first: int
    count: int


@dataclass(frozen=True)
class Ticket:
    """What a worker is asked to do: runs, and the name of their shard."""

    round: int
    number: int
    spans: tuple[Span, ...]

    @property
    def runs(self) -> int:
        """How many runs."""
        return sum(span.count for span in self.spans)

    @property
    def digest(self) -> str:
        """Digest of which runs they are."""
        spans = [(span.point, span.first, span.count) for span in self.spans]
        return hashlib.sha256(repr(spans).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Receipt:
    """What comes back: the rows themselves are in the shard."""

    round: int
    number: int
    runs: int
    failed: int
    """Runs that raised an error."""
    error: str
    """The first of their errors."""


def work(folder: str, plan_hash: str, ticket: Ticket) -> Receipt:
    """Do the runs of a ticket and write its shard; any worker that sees the folder can.

    Raises
    ------
    InputError
        If the plan in the folder is not this one, or not of these sources, or the shard cannot be
        written.
    KeyboardInterrupt
        On Ctrl-C, without a shard.
    """
    place = Path(folder)
    plan = to_do(place, plan_hash)
    rows = Rows(plan.study.outcomes)
    logs = Logs() if plan.study.logs == "all" else None
    try:
        for span in ticket.spans:
            replicate(plan, span, rows, logs)
    except MACHINE as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise InputError(
            f"study: the machine could not go on ({why}); the same command does the rest, perhaps "
            "with fewer execute.workers"
        ) from None
    with store.writing_to(place):
        if logs:
            store.studies.write_logs(place, ticket.round, ticket.number, logs.tables())
        store.studies.write_shard(
            place, ticket.round, ticket.number, ticket.digest, rows.table(), plan_hash
        )
    return Receipt(ticket.round, ticket.number, ticket.runs, rows.failed, rows.error)


def replicate(plan: Plan, span: Span, rows: Rows, logs: Logs | None = None) -> None:
    """Do some replications of a point; one that raises an error becomes a row that says so.

    Errors of the machine are no results: they are raised.
    """
    try:
        model = plan.model(span.point)
    except MACHINE:
        raise
    except Exception as error:  # what a design brings about is recorded, not raised
        for replication in range(span.first, span.first + span.count):
            rows.fail(span.point, replication, error)
        return
    times = sampled_at(plan.study.outcomes, model.horizon)
    for replication in range(span.first, span.first + span.count):
        number = plan.random_numbers(span.point, replication)
        try:
            summary = summarised(model, plan.study.seed, number, times)
            if logs:
                logs.add(span.point, replication, model, plan.study.seed, number)
            rows.add(span.point, replication, summary)  # last: a run has one row
        except MACHINE:
            raise
        except Exception as error:
            rows.fail(span.point, replication, error)


def sampled_at(outcomes: Mapping[str, Outcome], horizon: float = 0.0) -> Floats:
    """Return the times at which outcomes ask for the state of a run, ascending, days.

    Up to the horizon, for outcomes that ask for all of a run.
    """
    times = {time for outcome in outcomes.values() for time in outcome.times}
    for every in {outcome.measure.every for outcome in outcomes.values()} - {0.0}:
        times |= set((np.arange(int(horizon / every) + 1) * every).tolist())
    return np.array(sorted(times))


def summarised(model: Model, seed: int, replication: int, times: Floats) -> Summary:
    """Return what a run came to, its trajectory sampled at these times alone."""
    from sim.engines.compiled import summarise

    summary = summarise(model, seed=seed, replication=replication, times=times)
    if summary.end.reason == "interrupted":
        raise KeyboardInterrupt
    return summary


class Rows:
    """Rows of the table of runs, as they are collected."""

    def __init__(self, outcomes: Any) -> None:
        self.outcomes = outcomes
        self.columns: dict[str, list[Any]] = {name: [] for name in names(outcomes)}
        self.failed = 0
        self.error = ""

    def add(self, point: int, replication: int, summary: Summary) -> None:
        """Add a run."""
        values = {name: outcome.of(summary) for name, outcome in self.outcomes.items()}
        self._append(point, replication, summary.end.reason, summary.end.time, values, "")

    def fail(self, point: int, replication: int, error: Exception) -> None:
        """Add a run that raised an error."""
        kind = "" if isinstance(error, InputError) else f"{type(error).__name__}: "
        text = " ".join(f"{kind}{error}".split())[:LONGEST_ERROR]
        self._append(point, replication, FAILED, np.nan, dict.fromkeys(self.outcomes, np.nan), text)
        self.failed += 1
        self.error = self.error or text

    def _append(
        self, point: int, replication: int, reason: str, time: float, values: dict[str, float],
        error: str,
    ) -> None:  # fmt: skip
        row = (point, replication, reason, time, *values.values(), error)
        for column, value in zip(self.columns.values(), row, strict=True):
            column.append(value)

    def table(self) -> pa.Table:
        """Return them."""
        import pyarrow as pa

        return pa.table(self.columns, schema=schema(self.outcomes))


def names(outcomes: Sequence[str] | Any) -> list[str]:
    """Return the columns of the table of runs."""
    return ["point", "replication", "end_reason", "end_time", *outcomes, "error"]


def schema(outcomes: Sequence[str] | Any) -> pa.Schema:
    """Return the columns of the table of runs with their types."""
    import pyarrow as pa

    types = [pa.int64(), pa.int32(), pa.string(), pa.float64()]
    types += [pa.float64() for _ in outcomes] + [pa.string()]
    return pa.schema(list(zip(names(outcomes), types, strict=True)))


class Logs:
    """Full logs of runs, for those who ask for them."""

    def __init__(self) -> None:
        self.parts: dict[str, list[pa.Table]] = {"visits": [], "generations": [], "changes": []}

    def add(self, point: int, replication: int, model: Model, seed: int, number: int) -> None:
        """Add the log of a run."""
        import pyarrow as pa

        from sim.engines.compiled import simulate

        run = simulate(model, seed=seed, replication=number)
        if run.end.reason == "interrupted":
            raise KeyboardInterrupt
        for name, parts in self.parts.items():
            frame = getattr(run, name).assign(replication=np.int32(replication))
            frame.insert(0, "point", np.int64(point))
            parts.append(pa.Table.from_pandas(frame, preserve_index=False))

    def tables(self) -> dict[str, pa.Table]:
        """Return the tables of all of them."""
        import pyarrow as pa

        return {
            name: pa.concat_tables([part.unify_dictionaries() for part in parts])
            for name, parts in self.parts.items() if parts
        }  # fmt: skip
