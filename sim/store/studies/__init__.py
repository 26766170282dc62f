"""Studies on disk: one folder for each, in which any number of runs are put down safely.

`results/study/<name>/` holds `manifest.json`, the plan (`study.yaml`, the resolved base models in
`models/`, `points.parquet`), while it runs `progress.json` and `shards/`, and in the end
`runs.parquet`, `summary.csv`, `figures/` and `report.html`. A *shard* holds the rows of one batch
of runs: it is whole or not there, so what is done is what has a shard.
"""

from sim.store.studies.compaction import (
    RUNS,
    Damaged,
    compacted,
    counts,
    joined,
    remove,
    rows_in_order,
)
from sim.store.studies.folder import (
    begin_study,
    diary,
    difference,
    is_empty,
    is_study,
    keep_summary,
    keep_table,
    leave,
    lock,
    note,
    plan_of,
    progress_of,
    say_progress,
    status,
)
from sim.store.studies.shards import (
    Shard,
    finished,
    put_aside,
    readable,
    shard_path,
    write_logs,
    write_shard,
)

__all__ = [
    "RUNS", "Damaged", "Shard", "begin_study", "compacted", "counts", "diary", "difference",
    "finished", "is_empty", "is_study", "joined", "keep_summary", "keep_table", "leave", "lock",
    "note", "plan_of", "progress_of", "put_aside", "readable", "remove", "rows_in_order",
    "say_progress", "shard_path", "status", "write_logs", "write_shard",
]
