"""A sweep: a study from its plan to the table of all runs, beside the bare engine.

The bare engine makes the same runs in as many processes, on models made beforehand, and keeps
nothing. Its processes take the points one by one, so that they end together.
"""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from apart import apart, clock, main
from bare import bare_runs, run_point
from ratios import Spread
from studies import REPLICATIONS, benchmark

from sim.engines import prepare
from sim.engines.lowering import latest
from sim.execute.local import Local
from sim.execute.settings import cores
from sim.store import studies as store
from sim.study.batch import Rows, Ticket, sampled_at, schema, summarised, work
from sim.study.conduct import conduct
from sim.study.plan import Plan, begin
from sim.study.rounds import runs_per_batch

SAMPLE = 100
"""Points, at most, over which the study's own work is looked at."""
TICKETS = 50
"""Tickets without runs, to see what a ticket takes."""


def study(points: str) -> dict[str, float]:
    """Do the study on all cores, from planned to joined."""
    prepare("compiled")
    plan = benchmark(int(points))
    with tempfile.TemporaryDirectory(prefix="recursim-") as name:
        with clock() as used, Local(cores()) as executor:
            done = conduct(plan, Path(name) / "study", executor)
        if (done.status, done.done, done.failed) != ("finished", plan.runs, 0):
            raise SystemExit(f"the study is not what it should be: {done}")
    return {"wall": used.wall, "cpu": used.cpu}


def bare(points: str) -> dict[str, float]:
    """Make its runs, and nothing else."""
    return bare_runs(benchmark, int(points))


def inside(points: str) -> dict[str, float]:
    """Take the study apart; return seconds of the processor by part."""
    prepare("compiled")
    plan = benchmark(int(points))
    sample = range(0, int(points), max(int(points) // SAMPLE, 1))
    share = int(points) / len(sample)
    parts = dict.fromkeys(("engine", "models", "outcomes", "tables"), 0.0)
    rows, times = Rows(plan.study.outcomes), sampled_at(plan.study.outcomes)
    run_point(plan, 0, plan.model(0))
    for point in sample:
        with clock() as used:
            model = plan.model(point)
        parts["models"] += used.cpu * share
        for replication in range(plan.study.replications):
            with clock() as used:
                summary = summarised(model, plan.study.seed, replication, times)
            parts["engine"] += used.cpu * share
            with clock() as used:
                rows.add(point, replication, summary)
            parts["outcomes"] += used.cpu * share
    with clock() as used:
        table = rows.table()
    parts["tables"] += used.cpu * share
    lowering = 0.0
    for point in sample:
        model = plan.model(point)
        with clock() as used:
            latest(model)
        lowering += used.cpu * share
    return {**parts, "lowering, of the engine": lowering, **_around(plan, table)}


def _around(plan: Plan, table: Any) -> dict[str, float]:
    """Return what else there is to a study but its runs, in seconds of the processor."""
    with tempfile.TemporaryDirectory(prefix="recursim-") as name:
        folder = Path(name)
        with clock() as planned:
            size = runs_per_batch(plan, cores())
            begin(plan, folder, {"runs_per_batch": size})
        tickets = -(-plan.runs // size)
        idle = partial(work, name, plan.hash)
        (folder / "shards").mkdir()
        with clock() as started, Local(1) as executor:
            list(executor.run(idle, [Ticket(0, 0, ())]))
        with clock() as told, Local(1) as executor:
            list(executor.run(idle, [Ticket(0, n, ()) for n in range(TICKETS)]))
        ticket = (told.cpu - started.cpu) / (TICKETS - 1)
        parts = [table.slice(at, size) for at in range(0, len(table), size)]
        for number, part in enumerate(parts):
            store.write_shard(folder, 0, number, "made", part, plan.hash)
        shards, _ = store.finished(folder, plan.hash)
        with clock() as joined:
            store.compacted(folder, shards, schema(plan.study.outcomes), plan.hash)
        return {
            "start of workers": cores() * started.cpu,
            "plan and trial": planned.cpu,
            "tickets and shards": ticket * tickets,
            "joining": joined.cpu * plan.runs / len(table),
        }


def show(repeats: int, points: int) -> None:
    """Print the ratios, and where the rest goes."""
    runs = points * REPLICATIONS
    print(f"a study of {points:,} points x {REPLICATIONS} on {cores()} workers / bare engine")
    found: dict[str, list[dict[str, float]]] = {"study": [], "bare": []}
    for turn in range(repeats):
        for name in sorted(found, reverse=bool(turn % 2)):  # each comes first at times
            found[name].append(apart(__file__, name, points))
        one, other = found["study"][-1], found["bare"][-1]
        ratios = [one[key] / other[key] for key in ("wall", "cpu")]
        load = os.getloadavg()[0]
        print(f"  turn {turn + 1}: {ratios[0]:.3f} by the clock, {ratios[1]:.3f} by the processor; "
              f"load {load:.1f}", flush=True)
    for clock_, what in (("wall", "clock"), ("cpu", "processor")):
        pairs = zip(found["study"], found["bare"], strict=True)
        ratio = Spread(tuple(a[clock_] / b[clock_] for a, b in pairs))
        seconds = {n: Spread(tuple(t[clock_] for t in turns)) for n, turns in found.items()}
        print(f"  {what}: {ratio}")
        for name, spread in seconds.items():
            print(f"    {name}, s: {spread}; {runs / spread.median:.0f} runs/s", flush=True)
    print("  where it goes, % of the engine's time on the processor")
    turns = [apart(__file__, "inside", points) for _ in range(repeats)]
    for part in [name for name in turns[0] if name not in ("peak", "engine")]:
        shares = Spread(tuple(100 * turn[part] / turn["engine"] for turn in turns))
        print(f"    {part}: {shares}", flush=True)


if __name__ == "__main__":
    main({"study": study, "bare": bare, "inside": inside})
