"""Read the folder of a run: it is whole, or an error says what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import __version__, log
from sim.model import InputError, Model
from sim.model.errors import show
from sim.store.writing import FORMAT

if TYPE_CHECKING:
    import pandas as pd

DONE = ("finished", "interrupted")
"""Statuses of folders that hold results."""
TABLES = {
    "visits": {column.name: column.dtype for column in log.VISITS},
    "generations": {column.name: column.dtype for column in log.GENERATIONS},
    "changes": {column.name: column.dtype for column in log.CHANGES},
    "outcomes": {"replication": "int64", "end_reason": "str", "end_time": "float64"},
}
"""Tables of a run, and the columns that each must have at least, with their types."""
FACTS = {
    "overrides": list, "seed": int, "replications": int, "replications_done": int,
    "started": str, "recursim": str, "python": str, "platform": str,
}
"""What every manifest says, with its type; lists are of texts."""
OF_A_RUN = {"scenario": str, "model_hash": str}
OF_A_COMPARISON = {"runs": dict, "scenarios": list}
ONCE = {"split_blocks": True, "self_destruct": True}
"""How columns come into memory once, not twice."""
PERHAPS = {"engines": list, "end_reasons": dict, "packages": dict, "replay_of": dict}
"""What a manifest may say."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """A run or an ensemble as it was stored."""

    model: Model
    """The model that was run."""
    manifest: dict[str, Any]
    """What was asked for, with which versions, and how it ended."""
    visits: pd.DataFrame = field(repr=False)
    """One row per service."""
    generations: pd.DataFrame = field(repr=False)
    """One row per generation."""
    changes: pd.DataFrame = field(repr=False)
    """One row per change of a capacity or stock."""
    outcomes: pd.DataFrame = field(repr=False)
    """One row per replication."""


def open_run(path: Path | str) -> Stored:
    """Return the run or ensemble whose folder this is.

    Parameters
    ----------
    path
        A folder that `create` made. Where Ctrl-C stopped the run, it holds the replications that
        were finished.

    Raises
    ------
    InputError
        If there is no such folder, it is not a run's, the run has not finished, or a file of it
        is missing or damaged.
    """
    folder = Path(path)
    manifest = manifest_of(folder, "run")
    model = _model(folder)
    if manifest["recursim"] == __version__ and manifest["model_hash"] != model.hash():
        raise InputError(
            f"results: '{folder}/resolved.yaml' is not the model that was run (hash "
            f"{model.hash()}, in manifest.json {manifest['model_hash']}); restore the file or run "
            "it again"
        )
    tables = {name: read_table(folder, name, columns) for name, columns in TABLES.items()}
    done, rows = manifest["replications_done"], len(tables["outcomes"])
    if done != rows:
        why = f"{rows} rows, in manifest.json {done} replications"
        raise _damaged(folder, "outcomes.parquet", ValueError(why))
    return Stored(model=model, manifest=manifest, **tables)


def manifest_of(folder: Path, kind: str) -> dict[str, Any]:
    """Return the manifest of a folder of this kind that holds results.

    Raises
    ------
    InputError
        If the folder is missing, foreign, unfinished or damaged, or of another kind.
    """
    try:
        found, there = folder.is_dir(), folder.exists()
    except OSError as error:  # a name that is too long, no right to look
        raise InputError(
            f"results: folder '{folder}' cannot be read ({error.strerror}); name another one"
        ) from None
    if not found:
        what = "is a file, no folder" if there else "not found"
        raise InputError(
            f"results: folder {what}, got '{folder}'; name the folder of a {kind}, as printed at "
            f"its end: {_example(kind)}"
        )
    if not (folder / "manifest.json").is_file():
        raise InputError(f"results: no {kind} in '{folder}' (no manifest.json); {_hint(folder)}")
    try:
        manifest: Any = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError) as error:
        raise _damaged(folder, "manifest.json", error) from None
    if not isinstance(manifest, dict) or "status" not in manifest or "format" not in manifest:
        raise InputError(
            f"results: '{folder}/manifest.json' was not written by recursim; name the folder of a "
            f"{kind}: {_example(kind)}"
        )
    if manifest["format"] != FORMAT:
        raise InputError(
            f"results: '{folder}' has format {manifest['format']!r}, this version reads {FORMAT}; "
            f"use recursim {manifest.get('recursim', 'of that time')}, or run it again"
        )
    written = manifest.get("kind", "run")
    if written != kind:
        raise InputError(
            f"results: '{folder}' is the folder of a {written}, not of a {kind}; {_hint(folder)}"
        )
    _check_finished(folder, manifest)
    _check_facts(folder, manifest, FACTS | (OF_A_RUN if kind == "run" else OF_A_COMPARISON))
    return manifest


def _check_finished(folder: Path, manifest: dict[str, Any]) -> None:
    """Raise `InputError` unless a folder holds results."""
    status = manifest["status"]
    if status not in DONE:
        why = "wait for its end; if it was stopped, " if status == "running" else ""
        raise InputError(
            f"results: '{folder}' has no results (status: {status}); {why}run it again"
        )
    if not manifest.get("replications_done", 0):
        raise InputError(
            f"results: '{folder}' was stopped before a replication was finished; run it again"
        )


def _check_facts(folder: Path, manifest: dict[str, Any], wanted: dict[str, type]) -> None:
    """Raise `InputError` unless a manifest holds all that is read from it, of the right type."""
    for name, kind in (wanted | {n: t for n, t in PERHAPS.items() if n in manifest}).items():
        value = manifest.get(name)
        texts = not isinstance(value, list) or all(isinstance(item, str) for item in value)
        if not isinstance(value, kind) or isinstance(value, bool) or not texts:
            why = f"'{name}' is {show(value)}" if name in manifest else f"no '{name}'"
            raise _damaged(folder, "manifest.json", ValueError(why))


def read_table(folder: Path, name: str, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return a table of a folder, which must have at least these columns, of these types.

    Raises
    ------
    InputError
        If the file is missing, cannot be read, or lacks a column or has one of another type.
    """
    import pandas as pd

    file = f"{name}.parquet"
    try:
        frame = pd.read_parquet(
            folder / file, page_checksum_verification=True, to_pandas_kwargs=ONCE
        )
    except (OSError, ValueError, LookupError, MemoryError, NotImplementedError) as error:  # pyarrow
        raise _damaged(folder, file, error) from None
    lacking = [column for column in columns if column not in frame]
    if lacking:
        raise _damaged(folder, file, ValueError(f"no column '{lacking[0]}'"))
    for column, dtype in columns.items():
        if _is_number(frame[column]) != dtype.startswith(("int", "uint", "float", "bool")):
            why = f"column '{column}' has type {frame[column].dtype}"
            raise _damaged(folder, file, ValueError(why))
    return frame


def _is_number(column: pd.Series) -> bool:
    """Return whether a column holds numbers or flags, not names or texts."""
    kind = getattr(column.dtype, "kind", "O")
    return not hasattr(column.dtype, "categories") and kind in "biuf"


def _model(folder: Path) -> Model:
    """Return the model of a run."""
    import yaml

    try:
        data = yaml.safe_load((folder / "resolved.yaml").read_text(encoding="utf-8"))
        return Model.from_dict(data)
    except InputError as error:
        raise InputError(
            f"results: the model in '{folder}/resolved.yaml' is none of this version ({error})"
        ) from None
    except (yaml.YAMLError, ValueError, OSError, RecursionError) as error:
        raise _damaged(folder, "resolved.yaml", error) from None


def _damaged(folder: Path, file: str, error: Exception) -> InputError:
    """Return the error for a file that is missing or cannot be read."""
    if isinstance(error, FileNotFoundError):
        return InputError(f"results: '{folder}/{file}' is missing; run it again")
    why = " ".join((str(error) or type(error).__name__).split())
    return InputError(
        f"results: '{folder}/{file}' is damaged ({why[:100]}); restore the file or run it again"
    )


def _hint(folder: Path) -> str:
    """Return what to do about a folder that is no run's: name the newest one inside."""
    inside = sorted(folder.glob("*/manifest.json"), key=lambda file: file.stat().st_mtime)
    if inside:
        return f"did you mean '{inside[-1].parent}'?"
    return f"name the folder of a run, as printed at its end: {_example('run')}"


def _example(kind: str) -> str:
    where = "compare/a_vs_b" if kind == "comparison" else "gpt53_codex"
    return f"results/{where}/DATE_seed0"
