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

from sim.model import InputError

if TYPE_CHECKING:
    import pyarrow as pa

SHARDS = "shards"
LOGS = "logs"
ASIDE = "set_aside"
"""Folder for files among the shards that are damaged, or not of this plan."""

KEYS = (b"plan", b"batch")
"""What a shard says of itself, in its metadata."""

_NAME = re.compile(r"round(\d{2})_batch(\d{7,})\.parquet")
_PARTIAL = re.compile(r"\.round\d{2}_batch\d{7,}\.parquet\.[0-9a-f]{32}\.partial")


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
    runs: str = ""
    """Digest of which runs it holds."""


def shard_path(folder: Path, round: int, number: int) -> Path:
    """Return where the shard of a batch stands in the folder of a study."""
    return folder / SHARDS / f"round{round:02d}_batch{number:07d}.parquet"


def write_shard(
    folder: Path, round: int, number: int, runs: str, table: pa.Table, plan: str
) -> None:
    """Write a shard: beside its place, to the disk, then into its place.

    Two processes that write the same one do not disturb each other: each has a file of its own
    until it is whole, and both hold the same.

    Parameters
    ----------
    folder, round, number
        Where: the folder of the study, and which batch of which round it is.
    runs
        Digest of which runs the batch has, so that batches of another size are told from these.
    table
        Their rows.
    plan
        Hash of the plan.
    """
    about = {"plan": plan, "batch": f"{round} {number} {runs}"}
    metadata = {key.encode(): text.encode() for key, text in about.items()}
    _write(shard_path(folder, round, number), table.replace_schema_metadata(metadata))


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


@dataclass(frozen=True)
class About:
    """What a Parquet file says of itself."""

    plan: str
    """Hash of the plan."""
    batch: str
    """Round, number and digest of the batch, if it is a shard."""
    rows: int


def about(path: Path) -> About | None:
    """Return what a Parquet file says of itself; None if it is missing or damaged.

    Raises
    ------
    InputError
        If the system does not let it be read: that is no damage.
    """
    import pyarrow.parquet as pq
    from pyarrow import ArrowException

    try:
        with pq.ParquetFile(path) as file:
            said = file.schema_arrow.metadata or {}
            plan, batch = (said.get(key, b"").decode(errors="replace") for key in KEYS)
            return About(plan, batch, file.metadata.num_rows)
    except (OSError, ValueError, ArrowException) as error:
        check_damage(path, error)
        return None


def check_damage(path: Path, error: Exception) -> None:
    """Raise `InputError` unless an error of reading tells of what is in the file.

    An error of the system (too many files open, no right to) has a number; the library's own, of
    a file that ends too early or whose checksum is wrong, has none.
    """
    if isinstance(error, OSError) and error.errno and not isinstance(error, FileNotFoundError):
        raise InputError(
            f"study: '{path}' cannot be read ({error.strerror}); the same command goes on when it "
            "can"
        ) from None


def finished(folder: Path, plan_hash: str) -> tuple[list[Shard], list[str]]:
    """Return the finished batches of a study in order, and what was put aside, in sentences.

    A file that is damaged, of another plan, or of another batch than its name says, is moved to
    `set_aside/`: its batch is done again. What is no shard is left alone.
    """
    found, words = [], []
    (folder / SHARDS).mkdir(exist_ok=True)
    for path in sorted((folder / SHARDS).iterdir()):
        if not _NAME.fullmatch(path.name):
            if not _PARTIAL.fullmatch(path.name):
                words.append(f"'{path.name}' is no shard: left alone")
            continue
        shard = _shard(path, plan_hash)
        if isinstance(shard, str):
            words.append(f"'{path.name}' {shard}: put into '{ASIDE}', to be done again")
            put_aside(folder, path)
        else:
            found.append(shard)
    return sorted(found), words


def readable(folder: Path, plan_hash: str) -> list[Shard]:
    """Return the finished batches of a study in order; what else is there stays as it is."""
    paths = [path for path in (folder / SHARDS).glob("round*") if _NAME.fullmatch(path.name)]
    shards = [_shard(path, plan_hash) for path in paths]
    return sorted(shard for shard in shards if isinstance(shard, Shard))


def _shard(path: Path, plan_hash: str) -> Shard | str:
    """Return the shard in a file that is called like one, or what is wrong with it."""
    name, known = _NAME.fullmatch(path.name), about(path)
    if known is None or name is None:
        return "is damaged"
    if known.plan != plan_hash:
        return "is of another plan"
    round, number, runs = [*known.batch.split(), "", "", ""][:3]
    if (round, number) != (str(int(name[1])), str(int(name[2]))):
        return "is another batch's"
    return Shard(int(round), int(number), known.rows, path, runs)


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
    if (folder / "runs.parquet").exists():
        with suppress(OSError):
            (folder / SHARDS).rmdir()  # where nothing else is
