"""Write the folder of a run: nothing in it is ever half written."""

from __future__ import annotations

import datetime
import json
import os
import platform
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import __version__, log
from sim.model import InputError, Model

if TYPE_CHECKING:
    import pandas as pd

PACKAGES = ("numpy", "pandas", "simpy", "numba", "hydra-core", "pyarrow")
"""Packages whose versions the manifest states."""

FORMAT = 1
"""Version of the folder's layout."""

STAMP = "%Y-%m-%dT%H-%M-%S"
"""Form of dates in names of folders and manifests."""


def create(root: Path, model: Model, settings: Mapping[str, Any], overrides: Sequence[str]) -> Path:
    """Create the folder of a run and write what is known before it; return the folder.

    Two runs never share a folder, also if they start in the same second.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    folder = new_folder(root, model.name, settings["seed"])
    with all_or_nothing(folder):
        begin(folder, model, settings, overrides)
    return folder


def begin(
    folder: Path, model: Model, settings: Mapping[str, Any], overrides: Sequence[str]
) -> None:
    """Write into the new folder of a run what is known before it."""
    import yaml

    write_text(folder / "columns.md", log.dictionary())
    write_text(folder / "resolved.yaml", yaml.safe_dump(model.to_dict(), sort_keys=False))
    about = {"scenario": model.name, "model_hash": model.hash()}
    write_manifest(folder, {**about, **origin(settings, overrides)})


def origin(settings: Mapping[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Return what every manifest says before the run: how it was asked for, and with what."""
    return {
        "format": FORMAT,
        "status": "running",
        **settings,
        "overrides": list(overrides),
        "started": datetime.datetime.now().strftime(STAMP),
        "recursim": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in PACKAGES},
    }


def new_folder(root: Path, name: str, seed: int) -> Path:
    """Create a folder that nothing else has: `root/name/<date>_seed<seed>`.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    stamp = datetime.datetime.now().strftime(STAMP)
    with writing_to(root):
        parent = root / name
        parent.mkdir(parents=True, exist_ok=True)
        return _unique(parent, f"{stamp}_seed{seed}")


def finish(folder: Path, tables: Mapping[str, pd.DataFrame], **facts: Any) -> None:
    """Write the tables of a run that is over, and its status.

    Raises
    ------
    InputError
        If they cannot be written.
    """
    with writing_to(folder):
        for name, frame in tables.items():
            write_table(folder / f"{name}.parquet", frame)
        write_manifest(folder, {**read_manifest(folder), **facts})


def fail(*folders: Path) -> None:
    """Say in folders whose run broke off that it failed; what was finished stays so."""
    for folder in folders:
        with suppress(OSError, ValueError):  # what broke it off may be that nothing can be written
            manifest = read_manifest(folder)
            if manifest["status"] == "running":
                write_manifest(folder, {**manifest, "status": "failed"})


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Turn the system's refusal to write results (a full disk, no right to) into `InputError`."""
    try:
        yield
    except OSError as error:
        why = error.strerror or " ".join(str(error).split())
        raise InputError(
            f"run: results cannot be written to '{folder}' ({why}); make room there, or set "
            "results=FOLDER"
        ) from None


@contextmanager
def all_or_nothing(folder: Path) -> Iterator[None]:
    """Write what a new folder begins with; if that fails, no folder is left."""
    try:
        with writing_to(folder):
            yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run."""
    data: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return data


def write_page(path: Path, page: str) -> None:
    """Write an HTML page: it is whole or not there.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    if path.exists() and not path.is_file():
        raise _no_page(path, "is a folder" if path.is_dir() else "is no ordinary file")
    try:
        write_text(path, page)
    except OSError as error:
        raise _no_page(path, error.strerror or str(error)) from None


def _no_page(path: Path, why: str) -> InputError:
    return InputError(f"run: html cannot be written to '{path}' ({why}); set html=FILE")


def _unique(parent: Path, name: str) -> Path:
    number = 1
    while True:
        folder = parent / (name if number == 1 else f"{name}_{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest of a folder anew."""
    write_text(folder / "manifest.json", json.dumps(manifest, indent=2) + "\n")


def write_text(path: Path, text: str, *, durable: bool = True) -> None:
    """Write a text, at once to the disk if it must last."""
    with replacing(path, durable) as partial:
        partial.write_text(text, encoding="utf-8")


def write_table(path: Path, frame: pd.DataFrame) -> None:
    """Write a table as Parquet."""
    with replacing(path) as partial:
        frame.to_parquet(partial, index=False, write_page_checksum=True)


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a table as CSV."""
    with replacing(path) as partial:
        frame.to_csv(partial, index=False)


class replacing:
    """Write beside a file, then put the result in its place: it is whole or not there."""

    def __init__(self, path: Path, durable: bool = True) -> None:
        self.path = path
        self.durable = durable
        self.partial = path.with_name(f".{path.name}.partial")

    def __enter__(self) -> Path:
        return self.partial

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None:
                if self.durable:
                    with self.partial.open("rb+") as file:
                        os.fsync(file.fileno())
                self.partial.replace(self.path)
        finally:
            with suppress(OSError):
                self.partial.unlink()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
