"""A study on the terminal: how it stands, what came out of it, what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console

from sim import store
from sim.plots.words import count_of
from sim.study.batch import FAILED
from sim.study.results import Results
from sim.tasks.found import command
from sim.tasks.study_tables import luck_table, point_tables
from sim.tasks.terminal import rate, time_left

if TYPE_CHECKING:
    import pandas as pd

MOST_POINTS = 20
"""Points of the table of outcomes."""
MOST_ERRORS = 3
"""Errors of failed runs that are shown, the most frequent first."""
MOST_RUNS = 200_000
"""Runs of the largest study whose answer is worked out here, which takes seconds."""
LATE = 5.0
"""Seconds after which it is said how old the word on progress is."""


def show(results: Results, screen: Console) -> None:
    """Print a study."""
    screen.print(heading(results), style="bold")
    screen.print(standing(results), style="dim", soft_wrap=True)
    findings(results, screen)
    screen.print("\nwhat next", style="bold")
    for what, line in _next(results):
        screen.print(f"  {what}: {line}", soft_wrap=True)


def findings(results: Results, screen: Console) -> None:
    """Print the answer, the outcomes by point, and which runs ended early or failed."""
    runs = results.runs
    if not len(runs):
        return
    whole = store.studies.status(results.folder) == "finished"
    if whole and len(runs) <= MOST_RUNS:  # parts of a design mislead
        from sim.plots.study import Studied
        from sim.report.study_answer import sentences

        for sentence in sentences(Studied(results)):
            screen.print(f"\n{sentence}", style="bold")
    _tables(results, screen)
    for line in (*_ends(runs), *_errors(results, runs)):
        screen.print(line, style="yellow", soft_wrap=True)


def heading(results: Results) -> str:
    """Return 'two_levers: 9 points × 5 replications. Do more engineers help?'."""
    study, points = results.study, count_of(len(results.points), "point")
    often = count_of(study.replications, "replication")
    if study.stop:
        often = f"{study.replications} to {study.stop.at_most} replications"
    return f"{study.name}: {points} × {often}. {study.question}".rstrip()


def standing(results: Results) -> str:
    """Return how a study stands: 'finished: 45 of 45 runs, begun 2026-01-31T12-00-00'."""
    entry = store.entry_of(results.folder)
    assert entry is not None
    done = len(results.runs)
    total = max(entry.total or 0, done)
    begun = f", begun {entry.started}"
    if entry.status == "running":
        return f"{progress_line(results.folder)}{begun}"
    return f"{entry.status}: {done:,} of {total:,} runs{begun}"


def progress_line(folder: Any, now: float | None = None) -> str:
    """Return how far a study is: 'running: 45 of 72 runs (62%), 32 runs/s, 12 s left'.

    Parameters
    ----------
    now
        Seconds since 1970, to tell how old the last word is.
    """
    said = store.studies.progress_of(folder)
    done, total = said.get("done", 0), said.get("total", 0)
    if not total:
        return "running: the first runs are being made"
    parts = [f"running: {done:,} of {total:,} runs ({done / total:.0%})"]
    speed = said.get("rate", 0.0)
    if speed > 0:
        parts += [rate(speed, "run"), f"{time_left((total - done) / speed)} left"]
    if now is not None and now - said.get("at", now) > LATE:
        parts.append(f"as of {time_left(now - said['at'])} ago")
    return ", ".join(parts)


def _tables(results: Results, screen: Console) -> None:
    from sim.study.statistics import luck_and_parameters, per_point

    runs, study = results.runs, results.study
    dates = [name for name, outcome in study.outcomes.items() if outcome.date]
    known: dict[str, Any] = {"dates": dates, "horizon": results.horizon}
    first = np.unique(runs["point"].to_numpy())[:MOST_POINTS]
    part = runs.iloc[: int(np.searchsorted(runs["point"].to_numpy(), first[-1], side="right"))]
    found = per_point(part, list(study.outcomes), **known)
    for table in point_tables(results, found, screen.width):
        screen.print()
        screen.print(table)
    notes = ["means with 90% intervals; of dates the median, and the share that reaches them"]
    if len(first) < len(results.points):
        notes.insert(0, f"the first {len(first)} of {count_of(len(results.points), 'point')}")
    screen.print("\n".join(notes), style="dim")
    split = luck_and_parameters(
        runs, list(study.outcomes), random_numbers=study.random_numbers,
        rows=study.row_length, **known
    )
    screen.print()
    screen.print(luck_table(split))


def _ends(runs: pd.DataFrame) -> Iterator[str]:
    """Yield a line about the runs that ended early."""
    counts = runs["end_reason"].value_counts()
    others = {name: n for name, n in counts.items() if name not in ("horizon", FAILED)}
    if others:
        said = ", ".join(f"{name} ({n:,})" for name, n in others.items())
        yield f"runs that ended before the horizon: {said}"


def _errors(results: Results, runs: pd.DataFrame) -> Iterator[str]:
    """Yield lines about the runs that failed."""
    failed = runs[(runs["end_reason"] == FAILED).to_numpy()]
    if not len(failed):
        return
    yield f"{count_of(len(failed), 'run')} of {len(runs):,} failed:"
    counts = failed["error"].value_counts()
    for text, number in counts.head(MOST_ERRORS).items():
        one = failed[(failed["error"] == text).to_numpy()].iloc[0]
        where = f"point {one['point']}, replication {one['replication']}"
        yield f"  {number:,} × {text} (first: {where})"
    if len(counts) > MOST_ERRORS:
        yield f"  and {count_of(len(counts) - MOST_ERRORS, 'other error')}"


def _next(results: Results) -> Iterator[tuple[str, str]]:
    """Yield what there is to do, with the command that does it."""
    folder, status = f"study={results.folder}", store.studies.status(results.folder)
    if status == "running":
        yield "watch", command("task=results", folder, "watch=true")
    elif status != "finished":
        yield "the runs that are missing", command("task=study", folder)
    if not len(results.runs):
        return
    page = results.folder / "report.html"
    if page.is_file():
        yield "report", str(page)
    yield "sql", command("task=results", folder, f"sql={_question(results)}")
    yield "export", command("task=results", folder, "export=runs.csv")
    failed = results.runs[(results.runs["end_reason"] == FAILED).to_numpy()]
    row = (failed if len(failed) else results.runs).iloc[0]
    yield "the full log of a run", command(
        "task=replay", folder, f"point={row['point']}", f"replication={row['replication']}"
    )


def _question(results: Results) -> str:
    """Return an example of a question in SQL."""
    factors, outcome = results.study.factors, next(iter(results.study.outcomes))
    chosen = next((name for name, factor in factors.items() if factor.kind != "uncertainty"), None)
    if chosen is None:
        return f"select point, avg({outcome}) from runs group by point order by point"
    return f"select {chosen}, avg({outcome}) from results group by {chosen} order by {chosen}"
