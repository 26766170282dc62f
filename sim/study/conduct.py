"""Conduct a study: do every run of its plan that is not done yet, and join what came out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sim import store
from sim.execute import Executor, Lost
from sim.model import InputError
from sim.store.studies import RUNS, Damaged, Shard
from sim.study.batch import Receipt, Span, Ticket, schema, work
from sim.study.plan import Plan, begin, check_code
from sim.study.progress import Progress, Show
from sim.study.rounds import MOST_ROUNDS, first_round, next_round, runs_per_batch, tickets


@dataclass
class Conducted:
    """How it went."""

    status: str = "finished"
    """`finished`; `interrupted` by Ctrl-C; `incomplete`, as batches were given up."""
    done: int = 0
    """Runs that are done, those of earlier sessions included."""
    total: int = 0
    """Runs that are known to be wanted."""
    failed: int = 0
    """Runs of this session that raised an error."""
    error: str = ""
    """The first of these errors."""
    words: list[str] = field(default_factory=list)
    """What else the user should know, in sentences."""


def settle(plan: Plan, folder: Path) -> None:
    """Raise `InputError` if the folder is not for this plan; nothing in it is touched.

    The message says what differs.
    """
    if store.studies.is_empty(folder):
        return
    if not store.studies.is_study(folder):
        raise InputError(
            f"study: '{folder}' is not empty and no study's folder; set folder=NAME"
        )
    before = store.studies.plan_of(folder)
    if before["hash"] == plan.hash:
        return
    changes = "; ".join(store.studies.difference(before, plan.data))
    raise InputError(
        f"study: '{folder}' holds another plan, and runs of two plans are not mixed; set "
        f"folder=NAME for a second folder, or delete it; what differs: {changes}"
    )


def conduct(
    plan: Plan, folder: Path, executor: Executor, *, show: Show | None = None,
    told: Callable[[str], None] | None = None, about: Mapping[str, Any] | None = None,
) -> Conducted:  # fmt: skip
    """Do the runs of a study that are not done yet.

    Whatever ends it, what was finished stays: the same call does the rest.

    Parameters
    ----------
    plan
        What is to be done.
    folder
        Where; one that holds another plan is refused.
    executor
        Does the batches; used as it is, its `with` block is the caller's.
    show
        Called with the number of runs done and wanted.
    told
        Called with sentences about what was found among the shards.
    about
        What the manifest says besides.

    Raises
    ------
    InputError
        If the folder holds another plan, another process is at work on it, or it cannot be
        written.
    """
    settle(plan, folder)
    with store.studies.lock(folder):
        settle(plan, folder)  # again: another process may have begun it meanwhile
        if not store.studies.is_study(folder):
            begin(plan, folder, about or {})
        say = told or (lambda text: None)
        if _is_joined(plan, folder, say):
            store.studies.remove(folder, store.studies.readable(folder, plan.hash))
            return _finish(folder, Conducted())
        check_code(plan)
        store.studies.note(folder, status="running")
        result = Conducted()
        try:
            _run(plan, folder, executor, result, show, say)
        except KeyboardInterrupt:
            result.status = "interrupted"
        except BaseException:
            store.studies.leave(folder, "stopped")
            raise
        if result.status == "finished":
            return _finish(folder, result)
        store.studies.leave(folder, result.status)
        return result


def _is_joined(plan: Plan, folder: Path, told: Callable[[str], None]) -> bool:
    """Return whether all runs are done and joined; a damaged table is put aside."""
    if store.studies.joined(folder, plan.hash):
        try:
            store.studies.counts(folder)
            return True
        except Damaged as error:
            store.studies.put_aside(folder, error.path)
            told(str(error))
    elif (folder / RUNS).exists():
        store.studies.put_aside(folder, folder / RUNS)
        told(f"'{RUNS}' is damaged: put aside, all is done again")
    return False


def _run(
    plan: Plan, folder: Path, executor: Executor, result: Conducted, show: Show | None,
    told: Callable[[str], None],
) -> None:  # fmt: skip
    """Do the rounds one after the other, and join all when no more is wanted."""
    most = _batch_size(plan, folder, executor.workers)
    progress = Progress(folder, show)
    spans: Iterator[Span] = first_round(plan)
    wanted = {0: plan.runs}
    number = 0
    while True:
        shards, words = store.studies.finished(folder, plan.hash)
        for text in words:
            told(text)
        done = {shard.number: shard for shard in shards if shard.round == number}
        begun = sum(shard.rows for shard in shards if shard.round <= number)
        progress.begin(begun, sum(wanted.values()))
        result.total = progress.total
        try:
            _round(plan, folder, executor, result, progress, _left(
                tickets(spans, number, most), done
            ))
        finally:
            result.done = progress.done
            progress.end()
        if result.status != "finished":
            return
        for shard in done.values():  # no batch of this round: from a folder with other batches
            store.studies.put_aside(folder, shard.path)
            told(f"'{shard.path.name}' is no batch of this study: put aside")
        try:
            shards, _ = store.studies.finished(folder, plan.hash)
            shards = [shard for shard in shards if shard.round <= number]
            more = next_round(plan, shards) if number < MOST_ROUNDS else []
            if not more:
                store.studies.compacted(folder, shards, schema(plan.study.outcomes), plan.hash)
                return
        except Damaged as error:  # its batch is done again
            store.studies.put_aside(folder, error.path)
            told(str(error))
            number, spans, wanted = 0, first_round(plan), {0: plan.runs}
            continue
        number, spans = number + 1, iter(more)
        wanted[number] = sum(span.count for span in more)


def _batch_size(plan: Plan, folder: Path, workers: int) -> int:
    """Return how many runs are put into a batch, found out once for a study."""
    said = store.read_manifest(folder).get("runs_per_batch")
    if said is None:
        said = runs_per_batch(plan, workers)
        store.studies.note(folder, runs_per_batch=said)
    return int(said)


def _left(wanted: Iterator[Ticket], done: dict[int, Shard]) -> Iterator[Ticket]:
    """Yield the batches that are not done; those done are taken out of `done`."""
    for ticket in wanted:
        shard = done.pop(ticket.number, None)
        if shard is None or shard.runs != ticket.digest:
            yield ticket


def _round(
    plan: Plan, folder: Path, executor: Executor, result: Conducted, progress: Progress,
    wanted: Iterator[Ticket],
) -> None:  # fmt: skip
    """Do batches."""
    task: Callable[[Ticket], Receipt] = partial(work, str(folder.resolve()), plan.hash)
    for receipt in executor.run(task, wanted):
        if isinstance(receipt, Lost):
            ticket = receipt.ticket
            result.status = "incomplete"
            first, last = ticket.spans[0].point, ticket.spans[-1].point
            result.words.append(
                f"batch {ticket.number} of round {ticket.round} (points {first} to {last}) was "
                f"given up: {receipt.why}; the same command tries it again"
            )
            continue
        progress.add(receipt.runs)
        result.failed += receipt.failed
        result.error = result.error or receipt.error


def _finish(folder: Path, result: Conducted) -> Conducted:
    """Say in the manifest what the table of all runs holds."""
    rows, failed = store.studies.counts(folder)
    store.studies.note(folder, status="finished", runs_done=rows, runs_failed=failed)
    result.done = result.total = rows
    result.failed = failed
    return result
