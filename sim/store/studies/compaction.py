"""Compaction: shards become one table, sorted, and the same whatever the batches were."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.store.studies.shards import Shard, about, check_damage

if TYPE_CHECKING:
    import pyarrow as pa

RUNS = "runs.parquet"
ORDER = [("point", "ascending"), ("replication", "ascending")]
GROUP = 65_536
"""Rows of a row group: fixed, so that the file does not tell how the runs were batched."""


class Damaged(Exception):
    """A file of rows that cannot be read; `path` is where it stands."""

    def __init__(self, text: str, path: Path) -> None:
        super().__init__(text)
        self.path = path


def compacted(folder: Path, shards: Sequence[Shard], schema: pa.Schema, plan_hash: str) -> None:
    """Write `runs.parquet` from all shards, then remove them.

    Raises
    ------
    Damaged
        If a shard cannot be read: it is to be put aside, and its batch done again.
    """
    import pyarrow.parquet as pq

    path = folder / RUNS
    partial = path.with_name(f".{RUNS}.{os.getpid()}.partial")
    whole = schema.with_metadata({b"plan": plan_hash.encode()})
    try:
        with pq.ParquetWriter(partial, whole, write_page_checksum=True) as writer:
            for table in _groups(rows_in_order(shards), whole):
                writer.write_table(table, row_group_size=GROUP)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        with suppress(OSError):
            partial.unlink()
    remove(folder, shards)


def remove(folder: Path, shards: Iterable[Shard]) -> None:
    """Remove shards that the table of all runs has made needless."""
    for shard in shards:
        with suppress(OSError):
            shard.path.unlink()
    with suppress(OSError):
        (folder / "shards").rmdir()


def joined(folder: Path, plan_hash: str) -> bool:
    """Return whether the table of all runs is there, and of this plan."""
    known = about(folder / RUNS)
    return known is not None and known.plan == plan_hash


def counts(folder: Path) -> tuple[int, int]:
    """Return how many runs the table of all runs holds, and how many of them failed.

    Raises
    ------
    Damaged
        If the table cannot be read to its end.
    """
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    from pyarrow import ArrowException

    failed, rows = 0, 0
    try:
        with pq.ParquetFile(folder / RUNS, page_checksum_verification=True) as file:
            for part in file.iter_batches():
                rows += len(part)
                failed += pc.sum(pc.equal(part["end_reason"], "failed")).as_py() or 0
    except (OSError, ValueError, ArrowException) as error:
        path = folder / RUNS
        check_damage(path, error)
        raise Damaged(f"'{RUNS}' is damaged: put aside, all is done again", path) from error
    return rows, failed


def rows_in_order(shards: Sequence[Shard]) -> Iterator[pa.Table]:
    """Yield the rows of shards, ordered by point and replication, a few shards at a time.

    Within a round shards are ordered by point; rounds are merged.
    """
    import pyarrow as pa

    rounds = sorted({shard.round for shard in shards})
    streams = [_whole_points(_tables([s for s in shards if s.round == n])) for n in rounds]
    held = [next(stream, None) for stream in streams]
    while any(table is not None for table in held):
        known = min(_last(table) for table in held if table is not None)  # in every round
        parts = []
        for i, table in enumerate(held):
            if table is None:
                continue
            count = int(np.searchsorted(table["point"].to_numpy(), known, side="right"))
            parts.append(table.slice(0, count))
            held[i] = table.slice(count) if count < len(table) else next(streams[i], None)
        found = pa.concat_tables(parts)
        yield found if len(rounds) == 1 else found.sort_by(ORDER)


def _last(table: pa.Table) -> int:
    """Return the last point of a table that is ordered by point."""
    return int(table["point"][-1].as_py())


def _whole_points(tables: Iterator[pa.Table]) -> Generator[pa.Table, None, None]:
    """Yield the same rows, but all of a point in the same table."""
    import pyarrow as pa

    held: pa.Table | None = None
    for table in tables:
        if held is not None:
            table = pa.concat_tables([held, table])
        count = int(np.searchsorted(table["point"].to_numpy(), _last(table), side="left"))
        if count:
            yield table.slice(0, count)
        held = table.slice(count)
    if held is not None:
        yield held


def _tables(shards: Sequence[Shard]) -> Generator[pa.Table, None, None]:
    import pyarrow.parquet as pq
    from pyarrow import ArrowException

    for shard in sorted(shards):
        try:
            table = pq.ParquetFile(shard.path, page_checksum_verification=True).read()
        except (OSError, ValueError, ArrowException) as error:
            check_damage(shard.path, error)
            text = f"'{shard.path.name}' is damaged: put aside, to be done again"
            raise Damaged(text, shard.path) from error
        if len(table):
            yield table.replace_schema_metadata(None)


def _groups(tables: Iterator[pa.Table], schema: pa.Schema) -> Iterator[pa.Table]:
    """Yield the same rows in tables of `GROUP` rows, the last one shorter."""
    import pyarrow as pa

    held: list[pa.Table] = []
    rows = 0
    for table in tables:
        held.append(table)
        rows += len(table)
        while rows >= GROUP:
            whole = pa.concat_tables(held)
            yield whole.slice(0, GROUP).cast(schema).combine_chunks()
            held, rows = [whole.slice(GROUP)], rows - GROUP
    if rows:
        yield pa.concat_tables(held).cast(schema).combine_chunks()
