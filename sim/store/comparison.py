"""The folder of a comparison: its table, and an ordinary run's folder for each scenario.

`results/compare/<a>_vs_<b>/<unique>/` holds `manifest.json`, `differences.parquet`, the same as
`differences.csv`, `figures/`, `report.html`, and the runs in `a_<scenario>`, `b_<scenario>`, …
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.model import Model
from sim.store.reading import Stored, manifest_of, open_run, read_table
from sim.store.writing import (
    all_or_nothing,
    begin,
    finish,
    new_folder,
    origin,
    read_manifest,
    write_csv,
    write_manifest,
    writing_to,
)

if TYPE_CHECKING:
    import pandas as pd

NAMES = ("outcome", "scenario", "against")
"""Columns of the differences that tell what differs."""
LONGEST = 40
"""Characters of a scenario's name in the name of a folder."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One of the scenarios that are to be compared."""

    model: Model
    """What is run."""
    overrides: Sequence[str]
    """What leads to it on the command line."""
    config: str | None = None
    """The user's own file that it starts from."""


@dataclass(frozen=True, kw_only=True)
class StoredComparison:
    """A comparison as it was stored."""

    manifest: dict[str, Any]
    """What was asked for, with which versions, and how it ended."""
    differences: pd.DataFrame = field(repr=False)
    """One row per outcome and pair of scenarios."""
    runs: dict[str, Path]
    """Folder of each scenario's run, by its name; the first is what the others are against."""

    def open(self, name: str) -> Stored:
        """Return the run of one scenario (see `open_run`)."""
        return open_run(self.runs[name])


def create_comparison(
    root: Path, scenarios: Mapping[str, Planned], settings: Mapping[str, Any],
    overrides: Sequence[str],
) -> tuple[Path, dict[str, Path]]:
    """Create the folder of a comparison; return it, and those of its runs by name.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    short = [_folder_name(name) for name in scenarios]
    whole = "_vs_".join(short) if len(short) <= 3 else f"{short[0]}_vs_{len(short) - 1}_others"
    folder = new_folder(root / "compare", whole, settings["seed"])
    runs = {
        name: folder / f"{letter}_{part}"
        for letter, name, part in zip("abcdefgh", scenarios, short, strict=False)
    }
    how = {name: value for name, value in settings.items() if name not in "abcdefgh"}
    with all_or_nothing(folder):
        write_manifest(folder, {
            "kind": "comparison",
            "scenarios": list(scenarios),
            "runs": {name: run.name for name, run in runs.items()},
            "model_hashes": {name: plan.model.hash() for name, plan in scenarios.items()},
            **origin(settings, overrides),
        })
        for name, run in runs.items():
            plan = scenarios[name]
            run.mkdir()
            file = {} if plan.config is None else {"config": plan.config}
            begin(run, plan.model, {**how, "task": "simulate", **file}, plan.overrides)
    return folder, runs


def finish_comparison(folder: Path, differences: pd.DataFrame, **facts: Any) -> None:
    """Write the table of a comparison that is over, and its status."""
    with writing_to(folder):
        write_csv(folder / "differences.csv", differences)
    finish(folder, {"differences": differences}, **facts)


def is_comparison(path: Path | str) -> bool:
    """Return whether this is the folder of a comparison, finished or not."""
    try:
        manifest = read_manifest(Path(path))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(manifest, dict) and manifest.get("kind") == "comparison"


def open_comparison(path: Path | str) -> StoredComparison:
    """Return the comparison whose folder this is.

    Raises
    ------
    InputError
        If there is no such folder, it is not a comparison's, the comparison has not finished, or a
        file of it is missing or damaged.
    """
    folder = Path(path)
    manifest = manifest_of(folder, "comparison")
    return StoredComparison(
        manifest=manifest,
        differences=read_table(folder, "differences", dict.fromkeys(NAMES, "str")),
        runs={name: folder / run for name, run in manifest["runs"].items()},
    )


def _folder_name(name: str) -> str:
    """Return a scenario's name, perhaps with overrides, as part of a folder's."""
    return re.sub(r"[^\w.-]+", "_", name).strip("_.")[:LONGEST]
