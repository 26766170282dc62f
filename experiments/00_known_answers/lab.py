"""The loop's parts: delegation, review, batches, training."""

from __future__ import annotations

from typing import Any

import numpy as np
from panels import Curve, Panel, Series, point, replicate, theory

RUNS = 40


def route_times(run: Any, flow: str, count: int) -> Any:
    """Time from the first request to the last end of the first items of a flow."""
    rows = run.visits[run.visits["flow"] == flow]
    times = rows.groupby("item").agg(
        begin=("requested", "min"), end=("finished", lambda t: t.max(skipna=False))
    )
    times = times.sort_values("begin").head(count)
    assert len(times) == count and times["end"].notna().all(), "the run is too short"
    return (times["end"] - times["begin"]).to_numpy()


def amdahl() -> Panel:
    """Speed-up of the whole by that of the part, on the same work."""
    base = ("scenario=amdahl", "horizon=500d")
    before = [
        route_times(run, "task", 400).mean()
        for run in replicate(RUNS, *base, "assistants.source=none")
    ]
    grid = np.geomspace(1, 100, 80)
    series, curves = [], []
    for delegated in (1.0, 0.5):
        share = 0.6 * delegated
        points = []
        for speedup in (1.0, 2.0, 5.0, 20.0, 100.0):
            runs = replicate(
                RUNS, *base, f"feedback.share={delegated}", f"feedback.speedup={speedup}"
            )
            after = [route_times(run, "task", 400).mean() for run in runs]
            # The ratio of means, with the scatter of its linear part (delta method).
            ratio = np.mean(before) / np.mean(after)
            linear = ratio + (np.array(before) - ratio * np.array(after)) / np.mean(after)
            points.append(point(speedup, linear, theory.amdahl(share, speedup)))
        line = [theory.amdahl(share, speedup) for speedup in grid]
        series.append(Series(f"{share:.0%} of the work", points, (grid, line)))
        limit = np.full(len(grid), 1 / (1 - share))
        curves.append(Curve("" if curves else "limits", grid, limit))
    return Panel(
        "Amdahl's law", "part of the work goes faster (amdahl)",
        "speed-up of that part", "speed-up of the whole", series, curves, log="x",
    )


def retries() -> Panel:
    """Attempts, takeovers and escapes by quality."""
    grid = np.linspace(0.05, 1.0, 60)
    found: dict[str, list[Any]] = {"attempts": [], "takeovers": [], "escapes": []}
    for quality in (0.1, 0.3, 0.5, 0.7, 0.9):
        rows = []
        for run in replicate(RUNS, "scenario=delegation", f"feedback.quality={quality}"):
            visits = run.visits[run.visits["item"] < 1000]
            assert visits["finished"].notna().all()
            agents = visits[visits["executor"] == "agent"]
            escaped = (agents["outcome"] == "escaped").sum()
            taken = (visits["activity"] == "takeover").sum()
            rows.append(np.array([len(agents), taken, escaped]) / 1000)
        answers = theory.delegation(quality, review=0.8, catch=0.9, tries=3)
        for (name, points), column in zip(found.items(), np.transpose(rows), strict=True):
            points.append(point(quality, column, answers[name]))
    lines = {
        name: [theory.delegation(q, review=0.8, catch=0.9, tries=3)[name] for q in grid]
        for name in found
    }
    return Panel(
        "Delegation with retries",
        "80% reviewed, 90% of the wrong caught, three attempts (delegation)",
        "chance that an attempt is right", "mean number per task",
        [
            Series(label, points, (grid, lines[name]))
            for label, (name, points) in zip(
                ("attempts", "takeovers", "escaped defects"), found.items(), strict=True
            )
        ],
    )


def ceiling() -> Panel:
    """Throughput by the number of workstreams, people only review."""
    per_item, work = theory.reviews_per_item(0.4, 3), 0.15625
    grid = np.unique(np.geomspace(1, 64, 60).astype(int))
    hours = "+pools.reviewers.hours='mon-fri 09:00-17:00'"
    series, curves = [], []
    for label, extra, share in (("always open", [], 1.0), ("office hours", [hours], 40 / 168)):
        most = 2 * share / (work * per_item)
        points = []
        # In office hours there is no known answer below the ceiling. A round of reviews of all
        # workstreams takes n / 12.8 d, and n / 3.05 d in office hours: six are left out.
        for streams in (24, 32, 40) if extra else (2, 4, 8, 16, 32, 56):
            begin, end = (84, 364) if extra else (28, 182)
            rows = []
            for run in replicate(
                RUNS, "scenario=review_ceiling", f"horizon={end}d",
                f"flows.task.source.workstreams={streams}", *extra,
            ):
                ends = run.visits[run.visits["flow"] == "task"].groupby("item")["finished"]
                ends = ends.max()[ends.count() == ends.size()]  # those that are done
                rows.append((ends > begin).sum() / (end - begin))
            answer = theory.mean_values(streams, per_item, [work * per_item], [2])[-1][0]
            points.append(point(streams, rows, most if extra else answer))
        exact = [theory.mean_values(n, per_item, [work * per_item], [2])[-1][0] for n in grid]
        line = (np.array([24, 40]), [most, most]) if extra else (grid, exact)
        series.append(Series(label, points, line))
        curves.append(Curve("" if curves else "ceilings", grid, np.full(len(grid), most)))
    return Panel(
        "The review ceiling", "people only review: two of them (review_ceiling); exact mean values",
        "workstreams, each with its assistant", "tasks per day", series, curves, log="x",
    )


def batches() -> Panel:
    """Time of a batch by its size."""
    sizes = (1, 2, 3, 5, 8, 12, 20)
    points = []
    for count in sizes:
        runs = replicate(RUNS, "scenario=batch_join", f"flows.suite.stages.tests.count={count}")
        means = [route_times(run, "suite", 340).mean() for run in runs]
        points.append(point(count, means, 2.0 * theory.harmonic(count)))
    grid = range(1, 21)
    return Panel(
        "A batch waits for its last", "tests of 2 d on average, side by side (batch_join)",
        "tests in the batch", "mean time of the batch (days)",
        [Series("2 H(n) days", points, (grid, [2.0 * theory.harmonic(n) for n in grid]))],
    )


def training() -> Panel:
    """Time of training by the interval between checkpoints."""
    # Intervals that divide the work, so that the last segment is as long as the others.
    counts = np.array([200, 120, 80, 50, 30, 20, 12, 8])
    series = []
    for label, restart in (("restart in 6 h", 0.25), ("restart in 2 d", 2.0)):
        points = []
        for count in counts:
            runs = replicate(
                200, "scenario=training_interruptions",
                f"flows.generation.stages.train.interruptions.restart='{restart} d'",
                f"flows.generation.stages.train.checkpoints.interval='{50 / count} d'",
                "horizon=100000d",
            )
            times = []
            for run in runs:
                row = run.generations.iloc[1]
                assert row["outcome"] == "released"
                times.append(row["left_train"] - row["entered_train"])
            answer = theory.training_time(50, 50 / count, 0.05, 2.0, restart)
            points.append(point(50 / count, times, answer))
        whole = 50 / np.arange(8, 201)
        line = [theory.training_time(50, tau, 0.05, 2.0, restart) for tau in whole]
        series.append(Series(label, points, (whole, line)))
    best = theory.best_interval(2.0, 0.05)
    return Panel(
        "Training with interruptions",
        "50 d of work, an interruption every 2 d (training_interruptions)",
        "work between checkpoints (days)", "mean time of the run (days)", series,
        [Curve(f"best interval, {best:.2f} d", [best, best], [50, 260])], log="xy",
    )


PANELS = (amdahl, retries, ceiling, batches, training)
