"""`task=replay`: one run of a study again, with its full log, as an ordinary run's folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim import store
from sim.engines import Run
from sim.model import InputError
from sim.settings import Settings
from sim.study.batch import FAILED
from sim.study.ensemble import Ensemble
from sim.study.results import Results, open_study
from sim.tasks.found import refuse_others, study_folder
from sim.tasks.simulate import show, write
from sim.tasks.stopping import ctrl_c_waits, made_ready
from sim.tasks.terminal import console

USED = ("study", "point", "replication", "figures", "report")
"""Settings that it makes use of."""


def replay(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Do a run of a study again and write it as `task=simulate` does; return 0."""
    refuse_others("replay", overrides, USED)
    if settings.study is None or settings.point is None or settings.replication is None:
        lacking = next(name for name in USED if getattr(settings, name) is None)
        raise InputError(
            f"run: task=replay needs {lacking}; set study=NAME point=NUMBER replication=NUMBER"
        )
    found = open_study(study_folder(settings.study, Path(settings.results)))
    point, replication = settings.point, settings.replication
    found.row(point, replication)  # whether it was made at all
    made_ready("compiled")
    run = _again(found, point, replication)
    console().print(_same(found, point, replication), style="dim")
    folder = _write(found, run, settings, overrides)
    result = Ensemble(found.model(point), found.study.seed, (run,))
    show(result, 1, settings, folder, _values(found, point))
    return 0


def _again(found: Results, point: int, replication: int) -> Run:
    """Return the run; one that failed is said to fail again, with its error."""
    try:
        return found.replay(point, replication)
    except Exception as error:
        if found.row(point, replication)["end_reason"] != FAILED:
            raise
        kind = "" if isinstance(error, InputError) else f"{type(error).__name__}: "
        raise InputError(
            f"study: point {point}, replication {replication} failed, and fails again: "
            f"{kind}{error}"
        ) from error


def _write(found: Results, run: Run, settings: Settings, overrides: Sequence[str]) -> Path:
    """Write the folder of the run; return it."""
    assert settings.point is not None
    model, seed = found.model(settings.point), found.study.seed
    home = Path(settings.results)
    of = {
        "study": found.study.name, "folder": _seen_from(home / model.name / "run", found.folder),
        "plan_hash": found.plan.hash, "point": settings.point,
        "replication": settings.replication, "values": _values(found, settings.point),
    }
    stated = {**settings.stated(), "seed": seed, "replications": 1, "replay_of": of}
    folder = store.create(home, model, stated, overrides)
    try:
        with ctrl_c_waits():
            write(Ensemble(model, seed, (run,)), folder)
    except BaseException:
        store.fail(folder)
        raise
    return folder


def _seen_from(folder: Path, study: Path) -> str:
    """Return where the study is, seen from the folder of the run."""
    try:
        return Path(os.path.relpath(study.resolve(), folder.resolve())).as_posix()
    except ValueError:  # on another drive
        return study.resolve().as_posix()


def _values(found: Results, point: int) -> list[str]:
    """Return the values of the factors at a point: 'engineers=4'."""
    row = {name: column.iloc[point] for name, column in found.points.items()}
    return [
        f"{name}={value:.6g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in row.items()
    ]


def _same(found: Results, point: int, replication: int) -> str:
    row = found.row(point, replication)
    values = ", ".join(f"{name} {row[name]:.6g}" for name in found.study.outcomes)
    return f"point {point}, replication {replication}: the same to the bit ({values})"
