"""The table of a large study: what it takes to open, ask, export and summarise a million rows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from apart import MEGA, apart, clock, main
from ratios import Spread
from studies import REPLICATIONS, tiny

from sim import store
from sim.store import studies
from sim.study import statistics
from sim.study.batch import schema
from sim.study.plan import Plan, begin
from sim.study.results import Results, open_study
from sim.study.sql import export

ROWS = 1_000_000
SHARDS = 100
GROUPS = """
    select floor(10 * work) as band, count(*) as runs, avg(busy) as mean,
        quantile_cont(busy, [0.05, 0.5, 0.95]) as quantiles
    from results group by band order by band
"""


def written(folder: str, rows: str) -> dict[str, float]:
    """Write a finished study of so many rows with made-up values, shard by shard."""
    place, count = Path(folder), int(rows)
    plan = tiny(count // REPLICATIONS)
    begin(plan, place, {"status": "running", "runs_per_batch": count // SHARDS})
    (place / "shards").mkdir()
    numbers = np.random.default_rng(0)
    bounds = np.linspace(0, plan.runs, SHARDS + 1).astype(int)
    for batch in range(SHARDS):
        rows_of_it = _rows(plan, *bounds[batch : batch + 2], numbers)
        studies.write_shard(place, 0, batch, "made", rows_of_it, plan.hash)
    with clock() as used:
        shards, _ = studies.finished(place, plan.hash)
        studies.compacted(place, shards, schema(plan.study.outcomes), plan.hash)
    studies.note(place, status="finished", runs_done=plan.runs, runs_failed=0)
    return {"wall": used.wall, "cpu": used.cpu}


def _rows(plan: Plan, first: int, end: int, numbers: np.random.Generator) -> Any:
    """Return rows of runs: luck around a line through the first factor."""
    import pyarrow as pa

    run = np.arange(first, end)
    point = run // REPLICATIONS
    line = plan.points.iloc[point, 0].to_numpy()
    columns: dict[str, Any] = {
        "point": point, "replication": run % REPLICATIONS,
        "end_reason": ["horizon"] * len(run), "end_time": np.full(len(run), 5.0),
        **{name: line + 0.3 * numbers.normal(size=len(run)) for name in plan.study.outcomes},
        "error": [""] * len(run),
    }
    return pa.table(columns).cast(schema(plan.study.outcomes))


def _statistic(name: str) -> Callable[[Results], Any]:
    how = getattr(statistics, name)
    return lambda found: how(found.runs, list(found.study.outcomes), horizon=found.horizon)


WAYS: dict[str, Callable[[Results], Any]] = {
    "open": lambda found: found.points,
    "read all runs": lambda found: found.runs,
    "SQL: quantiles by group": lambda found: found.sql(GROUPS),
    "export as CSV": lambda found: _exported(found, ".csv"),
    "export as Parquet": lambda found: _exported(found, ".parquet"),
    "per_point": _statistic("per_point"),
    "luck_and_parameters": _statistic("luck_and_parameters"),
}
"""What is done with a study once it is open; where runs are needed they are read first."""


def _exported(found: Results, ending: str) -> int:
    with tempfile.TemporaryDirectory(prefix="recursim-") as name:
        return export(found, "select * from results", Path(name) / f"table{ending}")


def used(folder: str, way: str) -> dict[str, float]:
    """Open a study and do one thing with it."""
    with clock() as spent:
        WAYS[way](open_study(folder))
    return {"wall": spent.wall, "cpu": spent.cpu}


def show(repeats: int, _: int = 0, rows: int = ROWS) -> None:
    """Print what each use takes."""
    print(f"a finished study of {rows:,} rows, each use in a process of its own")
    with tempfile.TemporaryDirectory(prefix="recursim-") as name:
        folder = Path(name) / "study"
        _tell(f"join {SHARDS} shards", [apart(__file__, "written", folder, rows)])
        size = (folder / store.studies.RUNS).stat().st_size / MEGA
        print(f"  size of {store.studies.RUNS}: {size:.1f} MB")
        for way in WAYS:
            _tell(way, [apart(__file__, "used", folder, way) for _ in range(repeats)])


def _tell(what: str, turns: list[dict[str, float]]) -> None:
    clock_, processor, memory = (
        Spread(tuple(turn[key] / scale for turn in turns))
        for key, scale in (("wall", 1.0), ("cpu", 1.0), ("peak", MEGA))
    )
    print(f"  {what}: s {clock_}; of the processor {processor.median:.3g}; "
          f"MB at the peak {memory.median:.0f}", flush=True)


if __name__ == "__main__":
    main({"written": written, "used": used})
