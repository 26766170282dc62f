"""Terminal tables of results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from sim.metrics import queues
from sim.report.tables import LATE, or_dash, summary
from sim.study.ensemble import Ensemble

HEADERS = (
    "gen", "runs", "release", "day", "cycle\nd", "c\nOOM", "effective\ncompute",
    "algo-\nrithms ×", "by as-\nsistants", "its\ndefects",
)
NOTES = """\
c: log10 of effective training compute, which is in multiples of generation 0.
by assistants: tasks they did while it was made. its defects: in it, uncaught."""


def result_table(result: Ensemble, changed: Sequence[str]) -> Table:
    """Return the table that sums up a run: its generations, or else its waiting times."""
    count = len(result.runs)
    title = result.model.name + (f" with {', '.join(changed)}" if changed else "")
    title += f" ({count} replications)" if count > 1 else ""
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1), pad_edge=False)
    if result.model.generation_flow:
        _fill_generations(table, result)
    else:
        _fill_waits(table, result)
    return table


def _fill_generations(table: Table, result: Ensemble) -> None:
    count = len(result.runs)
    for name in HEADERS if count > 1 else [h for h in HEADERS if h != "runs"]:
        table.add_column(name, justify="right", no_wrap=True)
    for row in summary(result.visits, result.generations, result.model).itertuples():
        table.add_row(
            str(row.generation),
            *([str(row.runs)] if count > 1 else []),
            row.date.isoformat(),
            f"{row.released:.0f}",
            or_dash(row.cycle_time, ".0f"),
            f"{row.capability:.2f}",
            f"{row.effective_compute:.3g}",
            f"{row.algorithms:.2f}",
            or_dash(row.delegated, ".0%"),
            or_dash(row.defects, ".1f"),
        )


def notes(result: Ensemble) -> Iterator[str]:
    """Yield what must be known to read the table of generations."""
    if not result.model.generation_flow:
        return
    yield NOTES
    released = result.generations[result.generations["outcome"] == "released"]
    if released.groupby("generation").size().min() < len(result.runs):
        yield LATE


def _fill_waits(table: Table, result: Ensemble) -> None:
    for name in ("pool", "flow", "stage", "activity"):
        table.add_column(name)
    for name in ("requests", "mean wait\nd"):
        table.add_column(name, justify="right")
    for row in queues.waiting_time(result.visits, result.model).itertuples():
        wait = or_dash(row.mean_wait, ".4g")
        table.add_row(row.pool, row.flow, row.stage, row.activity, str(row.requests), wait)


def endings(result: Ensemble) -> Iterator[str]:
    """Yield a line for every reason, other than the horizon, for which runs ended."""
    reasons: dict[str, list[Any]] = {}
    for run in result.runs:
        if run.end.reason != "horizon":
            reasons.setdefault(run.end.reason, []).append(run)
    for reason, runs in reasons.items():
        end = runs[0].end
        several = len(result.runs) > 1
        which = f"{len(runs)} of {len(result.runs)} replications" if several else "the run"
        detail = f" ({end.detail})" if end.detail else ""
        yield f"{which} ended early, first on day {end.time:.4g}: {reason}{detail}; {end.advice}"
    if result.interrupted:
        kept = len(result.runs)
        by = f"for want of memory ({result.stopped})" if result.stopped else "by Ctrl-C"
        yield f"stopped {by} after {kept} replication{'' if kept == 1 else 's'}; kept"

