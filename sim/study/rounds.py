"""Rounds: which runs come next, and how they are cut into batches.

A study of fixed size has one round. With a stopping rule a round adds replications where the rule
is not met yet, and what it adds depends on all rounds before it: on their runs alone, not on how
or when these were made.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from sim import store
from sim.study.batch import Rows, Span, Ticket, replicate
from sim.study.plan import Plan

SECONDS = 2.0
"""Work in a batch, about."""
TRIALS = 3
"""Points that are tried to find out how long a run takes."""
ENOUGH = 0.1
"""Seconds that this takes, or more: of short runs many are tried."""
MOST_ROUNDS = 99
LEAST_BATCHES = 8
"""Batches that each worker gets, if there are runs enough: so all are busy up to the end."""


def runs_per_batch(plan: Plan, workers: int) -> int:
    """Return how many runs to put into a batch, from the processor time that a few of them take."""
    chosen = np.unique(np.linspace(0, len(plan.points) - 1, TRIALS).astype(int)).tolist()
    rows = Rows(plan.study.outcomes)
    started, tried = time.process_time(), 0
    replicate(plan, Span(chosen[0], 0, 1), rows)  # it also loads what all of them need
    if time.process_time() - started > SECONDS:
        return 1
    started = time.process_time()
    while (spent := time.process_time() - started) < ENOUGH:
        for point in chosen:
            replicate(plan, Span(point, 0, 1), rows)
        tried += len(chosen)
    each = spent / tried
    fair = plan.runs // (LEAST_BATCHES * max(workers, 1))
    return max(1, min(int(SECONDS / each), fair))


def first_round(plan: Plan) -> Iterator[Span]:
    """Yield the runs that are made whatever comes out."""
    for point in range(len(plan.points)):
        yield Span(point, 0, plan.study.replications)


def next_round(plan: Plan, shards: Sequence[store.studies.Shard]) -> list[Span]:
    """Return the runs that the stopping rule asks for after these; none if it is met."""
    stop = plan.study.stop
    if stop is None:
        return []
    from sim.study.statistics import more_replications

    wanted = ["point", "replication", "end_reason", "end_time", stop.outcome]
    found = []
    for table in store.studies.rows_in_order(shards):  # a table holds all runs of its points
        runs = table.select(wanted).to_pandas()
        done = runs.groupby("point").size()
        more = more_replications(runs, stop, stop.at_most, level=stop.level)
        found += [Span(int(p), int(done[p]), int(n)) for p, n in more.items() if n > 0]
    return found


def tickets(spans: Iterable[Span], round: int, most: int) -> Iterator[Ticket]:
    """Cut runs into batches of at most so many; a point stays whole if it can."""
    number, held, runs = 0, list[Span](), 0
    for span in spans:
        for part in _cut(span, most):
            if held and runs + part.count > most:
                yield Ticket(round, number, tuple(held))
                number, held, runs = number + 1, [], 0
            held.append(part)
            runs += part.count
    if held:
        yield Ticket(round, number, tuple(held))


def _cut(span: Span, most: int) -> Iterator[Span]:
    end = span.first + span.count
    for first in range(span.first, end, most):
        yield Span(span.point, first, min(most, end - first))
