"""The folder of a study: its plan, how far it is, and who is at work on it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.model import InputError
from sim.store.studies.shards import remove_partial
from sim.store.writing import (
    FORMAT,
    read_manifest,
    write_csv,
    write_manifest,
    write_table,
    write_text,
    writing_to,
)

if TYPE_CHECKING:
    import pandas as pd

KIND = "study"
BEGINNING = {"models", "study.yaml", "points.parquet", "plan.json"}
"""What is written before the manifest."""
OF_DIGESTS = {"points": "points: other values", "code": "recursim: other sources of the model"}
"""What is said where digests differ, which tell people nothing."""
MOST_DIFFERENCES = 12
"""Differences of two plans that are shown."""


def begin_study(
    folder: Path, plan: Mapping[str, Any], points: pd.DataFrame, about: Mapping[str, Any]
) -> None:
    """Write what is known of a study before it runs; the manifest comes last.

    Parameters
    ----------
    folder
        Where; made if need be. What is there of another plan must have been looked at before.
    plan
        Plain data: `hash`, `study`, `models` (by name), and whatever else the runs depend on.
    points
        The design, a row for each point.
    about
        What else the manifest says.
    """
    import yaml

    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / "plan.json", json.dumps(plan) + "\n")  # first: see `is_empty`
        (folder / "models").mkdir(exist_ok=True)
        write_text(folder / "study.yaml", _dumped(plan["study"]))
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        for file, model in zip(_file_names(plan["models"]), plan["models"].values(), strict=True):
            text = yaml.dump(model, Dumper=dumper, sort_keys=False)
            write_text(folder / "models" / file, text)
        write_table(folder / "points.parquet", points)
        write_manifest(folder, {"kind": KIND, "format": FORMAT, **about})


def _dumped(data: Any) -> str:
    import yaml

    return str(yaml.safe_dump(data, sort_keys=False))


def _file_names(names: Iterable[str]) -> list[str]:
    """Return names of files; those that would be alike, on any file system, are numbered."""
    found: list[str] = []
    for name in names:
        plain = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in name)[:80]
        alike = sum(plain.lower() == one.rpartition("~")[0].lower() for one in found)
        found.append(f"{plain}~{alike}")
    return [f"{one.removesuffix('~0')}.yaml" for one in found]


def is_empty(folder: Path) -> bool:
    """Return whether nothing is in a folder but hidden files, and what a study began to write.

    Whoever began it was killed, or had no room, before there was a manifest. Without a plan, which
    is written first, a `study.yaml` is somebody else's.
    """
    if not folder.exists():
        return True
    names = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    return not names or ("plan.json" in names and names <= BEGINNING)


def is_study(folder: Path) -> bool:
    """Return whether this is the folder of a study, finished or not."""
    try:
        manifest = read_manifest(folder)
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(manifest, dict) and manifest.get("kind") == KIND


def plan_of(folder: Path) -> dict[str, Any]:
    """Return the plan of a study, plain data as it was written.

    Raises
    ------
    InputError
        If the folder is no study's, or a file of it is missing or damaged.
    """
    if not is_study(folder):
        raise InputError(
            f"study: no study in '{folder}'; name its folder, as task=results lists them"
        )
    manifest = read_manifest(folder)
    if manifest.get("format") != FORMAT:
        raise InputError(
            f"study: '{folder}' has format {manifest.get('format')!r}, this version reads "
            f"{FORMAT}; use recursim {manifest.get('recursim', 'of that time')}, or run it again"
        )
    try:
        plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        known = [plan[key] for key in ("hash", "study", "models", "points", "code", "recursim")]
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise InputError(
            f"study: '{folder}/plan.json' is missing or damaged ({type(error).__name__}); restore "
            "it, or set folder=NAME to run the study anew"
        ) from None
    if known[0] != manifest.get("plan_hash"):
        raise InputError(
            f"study: '{folder}/plan.json' is not the plan that was run; restore it, or set "
            "folder=NAME to run the study anew"
        )
    return dict(plan)


def difference(old: Any, new: Any) -> list[str]:
    """Return where two plans differ, as 'study.replications: 5, now 10'; the hash aside."""
    before, now = (dict(_leaves({**plan, "hash": None})) for plan in (old, new))
    lines = [
        OF_DIGESTS.get(path) or f"{path}: {_shown(before, path)}, now {_shown(now, path)}"
        for path in {**before, **now}
        if before.get(path, ...) != now.get(path, ...)
    ]
    if not lines:
        return ["the order of factors, outcomes or parts of a model"]
    more = len(lines) - MOST_DIFFERENCES
    return lines[:MOST_DIFFERENCES] + ([f"and {more} more"] if more > 0 else [])


def _shown(leaves: Mapping[str, Any], path: str) -> str:
    return json.dumps(leaves[path]) if path in leaves else "absent"


def _leaves(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(data, Mapping) and data:
        for name, value in data.items():
            yield from _leaves(value, f"{path}.{name}" if path else str(name))
    else:
        yield path, data


@contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Be the only one at work on a study; the lock goes with the process, however that ends.

    Raises
    ------
    InputError
        If another process is at work on it.
    """
    from filelock import FileLock, Timeout

    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        held = FileLock(folder / ".lock")
        try:
            held.acquire(timeout=1)  # who asks how it stands holds it for a moment
        except Timeout:
            who = progress_of(folder)
            known = f" (process {who['pid']} on {who['host']})" if "pid" in who else ""
            raise InputError(
                f"study: another process is at work on '{folder}'{known}; watch it with "
                f"task=results study={folder} watch=true, or set folder=NAME for a second one"
            ) from None
        except NotImplementedError:  # a file system without locks: shards are safe all the same
            held = None  # type: ignore[assignment]
    try:
        if held is not None:
            remove_partial(folder)
        yield
    finally:
        if held is not None:
            remove_partial(folder)  # of workers that were killed meanwhile
            held.release()


def note(folder: Path, **facts: Any) -> None:
    """Add facts to the manifest."""
    with writing_to(folder):
        write_manifest(folder, {**read_manifest(folder), **facts})


def status(folder: Path) -> str:
    """Return how a study stands; one that runs no longer though it says so is `stopped`."""
    said = str(read_manifest(folder).get("status", "unknown"))
    return "stopped" if said == "running" and not _at_work(folder) else said


def _at_work(folder: Path) -> bool:
    from filelock import FileLock, Timeout

    held = FileLock(folder / ".lock")
    try:
        held.acquire(timeout=0)
    except Timeout:
        return True
    except (OSError, NotImplementedError):
        return False
    held.release()
    return False


def say_progress(folder: Path, **facts: Any) -> None:
    """Write how far a study is, for those who watch it; a full disk is no reason to stop."""
    with suppress(OSError):
        data = {"pid": os.getpid(), "host": socket.gethostname(), **facts}
        write_text(folder / "progress.json", json.dumps(data) + "\n", durable=False)


def diary(folder: Path, line: str) -> None:
    """Add a line to `study.log`; a full disk is no reason to stop."""
    with suppress(OSError), (folder / "study.log").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def leave(folder: Path, status: str) -> None:
    """Say in the manifest how a study was left; a full disk may keep that from being said."""
    with suppress(OSError, ValueError):
        write_manifest(folder, {**read_manifest(folder), "status": status})


def progress_of(folder: Path) -> dict[str, Any]:
    """Return what `say_progress` wrote last; nothing if there is nothing to be read."""
    try:
        data = json.loads((folder / "progress.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def keep_summary(folder: Path, table: pd.DataFrame) -> None:
    """Write the table of points and outcomes for people, `summary.csv`."""
    keep_table(folder, "summary", table)


def keep_table(folder: Path, name: str, table: pd.DataFrame) -> None:
    """Write a table for people into the folder of a study, as `<name>.csv`."""
    with writing_to(folder):
        write_csv(folder / f"{name}.csv", table)
