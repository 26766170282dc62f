"""What there is: the runs, comparisons and studies in a folder for results."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.store import studies
from sim.store.writing import read_manifest

KINDS = ("run", "comparison", "study")
DEEPEST = 3
"""Folders from that of results to the deepest that holds a manifest: compare/a_vs_b/DATE."""
DAMAGED = "damaged"
"""Status of a folder whose manifest cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A folder of results."""

    kind: str
    """One of `KINDS`; empty where that cannot be read."""
    name: str
    """The scenario, the scenarios, or the name of the study."""
    status: str
    """As the manifest says; of a study nobody is at work on though it says so, `stopped`."""
    done: int | None
    """Runs that are done; None where that is not known."""
    total: int | None
    """Runs that are wanted, as far as is known."""
    started: str
    """When it was begun, local time: YYYY-MM-DDTHH-MM-SS; empty where that cannot be read."""
    folder: Path
    """Where."""
    wrong: str = ""
    """What is wrong with its manifest; empty if nothing is."""


def listing(root: Path) -> list[Entry]:
    """Return what there is in a folder for results, the newest first.

    Folders without a manifest of ours are looked into, and otherwise passed over. Only manifests
    are read, so that the size of a run or study does not matter.
    """
    found = [entry for folder in _folders(root, 1) if (entry := entry_of(folder)) is not None]
    return sorted(found, key=lambda entry: (entry.started, entry.folder.as_posix()), reverse=True)


def entry_of(folder: Path) -> Entry | None:
    """Return what a folder with a manifest is; None if the manifest is not ours."""
    try:
        data: Any = read_manifest(folder)
        if not is_ours(data):
            return None
        return _read(folder, data)
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        why = " ".join((str(error) or type(error).__name__).split())[:80]
        return Entry(
            kind="", name=folder.name, status=DAMAGED, done=None, total=None, started="",
            folder=folder, wrong=why,
        )


def is_ours(manifest: Any) -> bool:
    """Return whether the content of a manifest.json was written here."""
    return isinstance(manifest, dict) and "format" in manifest and "recursim" in manifest


def _folders(place: Path, depth: int) -> Iterator[Path]:
    """Yield the folders that hold a manifest; what is inside these is their own affair."""
    try:
        with os.scandir(place) as inside:
            folders = [Path(entry.path) for entry in inside if _is_looked_into(entry)]
    except OSError:  # no right to look: not ours
        return
    for folder in folders:
        if (folder / "manifest.json").is_file():
            yield folder
        elif depth < DEEPEST:
            yield from _folders(folder, depth + 1)


def _is_looked_into(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir() and not entry.name.startswith(".")


def _read(folder: Path, data: dict[str, Any]) -> Entry:
    kind = str(data.get("kind", "run"))
    if kind not in KINDS:
        raise ValueError(f"unknown kind '{kind}'")
    name, status = folder.name, str(data["status"])
    if kind == "study":
        status = studies.status(folder)
        live = studies.progress_of(folder)
        done, total = live.get("done", 0), max(live.get("total", 0), data["runs"])
        if status == "finished":
            done = total = data["runs_done"]
    else:
        each = len(data["scenarios"]) if kind == "comparison" else 1
        name = " against ".join(reversed(data["scenarios"])) if each > 1 else data["scenario"]
        total = each * data["replications"]
        done = data.get("replications_done")
        done = None if done is None else each * done
    for number in (done, total):
        if number is not None and not isinstance(number, int):
            raise TypeError(f"not a number of runs: {number!r}")
    return Entry(
        kind=kind, name=str(name), status=status, done=done, total=total,
        started=str(data["started"]), folder=folder,
    )
