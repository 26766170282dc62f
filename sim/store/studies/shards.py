"""Shards: the rows of one batch of runs, in a file that is whole or not there."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

SHARDS = "shards"
LOGS = "logs"
ASIDE = "set_aside"
"""Folder for files among the shards that are damaged, or not of this plan."""

_NAME = re.compile(r"round(\d{2})_batch(\d{7})\.parquet")
_PARTIAL = re.compile(r"\.round\d{2}_batch\d{7}\.parquet\.[0-9a-f]{32}\.partial")


@dataclass(frozen=True, order=True)
class Shard:
    """A finished batch."""

    round: int
    """Round of the study, from 0."""
    number: int
    """Number of the batch in its round, from 0."""
    rows: int
    """How many runs it holds."""
    path: Path
    """Its file."""


def shard_path(folder: Path, round: int, number: int) -> Path:
    """Return where the shard of a batch stands in the folder of a study."""
    return folder / SHARDS / f"round{round:02d}_batch{number:07d}.parquet"


def write_shard(path: Path, table: pa.Table, plan_hash: str) -> None:
    """Write a shard: beside its place, to the disk, then into its place.

    Two processes that write the same one do not disturb each other: each has a file of its own
    until it is whole, and both hold the same.
    """
    _write(path, table.replace_schema_metadata({b"plan": plan_hash.encode()}))


def write_logs(folder: Path, round: int, number: int, tables: Mapping[str, pa.Table]) -> None:
    """Write the full logs of a batch's runs, a file for each table."""
    (folder / LOGS).mkdir(exist_ok=True)
    name = shard_path(folder, round, number).stem
    for table, rows in tables.items():
        _write(folder / LOGS / f"{name}_{table}.parquet", rows)


def _write(path: Path, table: pa.Table) -> None:
    import pyarrow.parquet as pq

    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}.partial")
    try:
        pq.write_table(table, partial, write_page_checksum=True, row_group_size=1 << 20)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        with suppress(OSError):
            partial.unlink()


def plan_in(path: Path) -> tuple[str, int] | None:
    """Return the plan hash that a Parquet file states and its rows; None if it cannot be read."""
    import pyarrow.parquet as pq
    from pyarrow import ArrowException

    try:
        with pq.ParquetFile(path) as file:
            about = file.schema_arrow.metadata or {}
            return about.get(b"plan", b"").decode(errors="replace"), file.metadata.num_rows
    except (OSError, ValueError, ArrowException):
        return None


def finished(folder: Path, plan_hash: str) -> tuple[list[Shard], list[str]]:
    """Return the finished batches of a study in order, and what was put aside, in sentences.

    What a killed process left half written is removed. A file that is damaged, or of another
    plan, is moved to `set_aside/`: its batch is done again.
    """
    found, words = [], []
    (folder / SHARDS).mkdir(exist_ok=True)
    for path in sorted((folder / SHARDS).iterdir()):
        name = _NAME.fullmatch(path.name)
        if name is None:
            if not _PARTIAL.fullmatch(path.name):
                words.append(f"'{path.name}' is no shard: left alone")
            continue
        known = plan_in(path)
        if known is None or known[0] != plan_hash:
            why = "is damaged" if known is None else "is of another plan"
            words.append(f"'{path.name}' {why}: put into '{ASIDE}', to be done again")
            put_aside(folder, path)
            continue
        found.append(Shard(int(name[1]), int(name[2]), known[1], path))
    return found, words


def readable(folder: Path, plan_hash: str) -> list[Shard]:
    """Return the finished batches of a study in order; what else is there stays as it is."""
    found = []
    for path in sorted((folder / SHARDS).glob("round*.parquet")):
        name, known = _NAME.fullmatch(path.name), plan_in(path)
        if name and known and known[0] == plan_hash:
            found.append(Shard(int(name[1]), int(name[2]), known[1], path))
    return found


def put_aside(folder: Path, path: Path) -> None:
    """Move a file out of the way, under a name that nothing else has; it may be gone already."""
    (folder / ASIDE).mkdir(exist_ok=True)
    with suppress(FileNotFoundError):
        path.replace(folder / ASIDE / f"{path.name}.{uuid.uuid4().hex[:8]}")


def remove_partial(folder: Path) -> None:
    """Remove what killed processes left half written; only while nobody else is at work."""
    found = [path for place in (SHARDS, LOGS) for path in (folder / place).glob(".*.partial")]
    for path in [*found, *folder.glob(".runs.parquet.*.partial")]:
        with suppress(OSError):
            path.unlink()
