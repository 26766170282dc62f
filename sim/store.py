"""Results on disk: a folder of its own for each run, Parquet tables and a manifest.

`results/<scenario>/<unique run>/` holds `manifest.json`, `resolved.yaml`, the tables
`generations`, `visits`, `changes`, `outcomes` as Parquet, `columns.md` that explains them, and
`figures/`.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
from collections.abc import Mapping, Sequence
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


def create(root: Path, model: Model, settings: Mapping[str, Any], overrides: Sequence[str]) -> Path:
    """Create the folder of a run and write what is known before it; return the folder.

    Two runs never share a folder, also if they start in the same second.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    stamp = datetime.datetime.now().strftime("%Y-%m-%dT%H-%M-%S")
    try:
        parent = root / model.name
        parent.mkdir(parents=True, exist_ok=True)
        folder = _unique(parent, f"{stamp}_seed{settings['seed']}")
    except OSError as error:
        raise InputError(
            f"run: results cannot be written to '{root}' ({error.strerror}); set results=FOLDER"
        ) from None
    import yaml

    _write_text(folder / "columns.md", log.dictionary())
    _write_text(folder / "resolved.yaml", yaml.safe_dump(model.to_dict(), sort_keys=False))
    manifest = {
        "format": FORMAT,
        "status": "running",
        "scenario": model.name,
        "model_hash": model.hash(),
        **settings,
        "overrides": list(overrides),
        "started": stamp,
        "recursim": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: _version(name) for name in PACKAGES},
    }
    _write_manifest(folder, manifest)
    return folder


def finish(folder: Path, tables: Mapping[str, pd.DataFrame], **facts: Any) -> None:
    """Write the tables of a run that is over, and its status."""
    for name, frame in tables.items():
        _write_table(folder / f"{name}.parquet", frame)
    _write_manifest(folder, {**read_manifest(folder), **facts})


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run."""
    data: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return data


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


def _write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    _write_text(folder / "manifest.json", json.dumps(manifest, indent=2) + "\n")


def _write_text(path: Path, text: str) -> None:
    with _replacing(path) as partial:
        partial.write_text(text, encoding="utf-8")


def _write_table(path: Path, frame: pd.DataFrame) -> None:
    with _replacing(path) as partial:
        frame.to_parquet(partial, index=False)


class _replacing:
    """Write beside a file, then put the result in its place: it is whole or not there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.partial = path.with_name(f".{path.name}.partial")

    def __enter__(self) -> Path:
        return self.partial

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is not None:
            self.partial.unlink(missing_ok=True)
            return
        with self.partial.open("rb+") as file:
            os.fsync(file.fileno())
        self.partial.replace(self.path)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
