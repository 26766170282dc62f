"""Which folder is meant: of a study that was begun, by name, by its file, or by the folder."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from sim import store
from sim.model import InputError
from sim.model.errors import closest, show
from sim.study.results import Results, open_study
from sim.tasks.studies import FILES, name_of, shipped

SOME = 8
"""Names of studies that an error lists."""


def open_found(study: str, results: str) -> Results:
    """Return the study that is called so.

    Parameters
    ----------
    study
        Its folder, its name (then it is in `study/NAME` of the folder for results), or as for
        `task=study` the YAML file or the shipped study that it was begun with.
    results
        The folder for results.

    Raises
    ------
    InputError
        If there is none, or it cannot be read.
    """
    return open_study(study_folder(study, Path(results)))


def study_folder(study: str, results: Path) -> Path:
    """Return the folder of a study; parameters as in `open_found`."""
    given, home = Path(study), results / "study"
    named = home / study
    try:
        for folder in (given, named):
            if store.studies.is_study(folder) or (folder / "manifest.json").is_file():
                return folder  # what is wrong with it is said when it is opened
        name = _name_in_file(study)
    except (OSError, ValueError):  # a name too long for a file's, or a sign that none may have
        name = None
    if name is not None:
        if store.studies.is_study(home / name):
            return home / name
        raise InputError(
            f"study: {show(study)} was not begun: no folder '{home / name}'; run "
            f"{command('task=study', f'study={study}')}, or name the folder it was given"
        )
    raise InputError(f"study: {_unknown(study, home)}")


def command(*words: str) -> str:
    """Return a command line of recursim, quoted for a shell."""
    return shlex.join(["recursim", *words])


def refuse_others(task: str, overrides: Sequence[str], known: Iterable[str]) -> None:
    """Raise `InputError` for an override that a task makes no use of."""
    used = {"task", "results", *known}
    for override in overrides:
        key = override.lstrip("+~").partition("=")[0]
        if key.split(".")[0] not in {*used, "hydra"}:
            raise InputError(
                f"run: task={task} takes results as they are, got {show(override)}; leave it out, "
                "or run again with it (task=study)"
            )


def _name_in_file(study: str) -> str | None:
    """Return the name of the study in a file, or of a shipped one."""
    known = shipped()
    short = {name.partition("_")[2] for name in known}
    if study in known or study in short or (study.endswith(FILES) and Path(study).is_file()):
        return name_of(study)
    return None


def _unknown(study: str, home: Path) -> str:
    names = sorted(folder.parent.name for folder in home.glob("*/manifest.json"))
    if not names:
        return (
            f"no study {show(study)}, nor any other in '{home}'; run one: task=study "
            "study=FILE.yaml, or name the folder of one"
        )
    near = closest(study, names)
    hint = f"did you mean '{near}'? " if near else ""
    more = f" and {len(names) - SOME} more (task=results)" if len(names) > SOME else ""
    listed = ", ".join(names[:SOME]) + more
    return f"no study {show(study)}; {hint}in '{home}' there are: {listed}; or name a folder"
