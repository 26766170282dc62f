"""What `task=study` is to do: a study by name or file, with the models it starts from."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.config import load
from sim.model import InputError, Model
from sim.model.errors import show, unknown_name
from sim.paths import experiments
from sim.settings import Settings, is_of_the_model
from sim.study.plan import Plan, plan
from sim.study.study import Study

FILES = (".yaml", ".yml")
OWN = ("replications", "seed")
"""Settings of the command line that change the study itself."""


def planned(
    study: str | Mapping[str, Any], overrides: Sequence[str] = (), *,
    instead: Mapping[str, Any] | None = None,
) -> Plan:  # fmt: skip
    """Return the plan of a study.

    Parameters
    ----------
    study
        A shipped study by name, a YAML file, or the same as plain data.
    overrides
        As on the command line: of the models (they win over the study's `set`), and of the study
        `replications` and `seed`.
    instead
        What stands in the study instead, by its keys.

    Raises
    ------
    InputError
        If it is unknown, or anything in it is wrong.
    """
    found, folder = _read(study)
    parts = (text.lstrip("+~").partition("=") for text in overrides if is_of_the_study(text))
    own = {key: value for key, _, value in parts}
    changes = [text for text in overrides if is_of_the_model(text)]
    _check_overrides(found, overrides)
    keys = [text.lstrip("+~").partition("=")[0] for text in changes]
    kept = {
        path: value for path, value in found.set.items()
        if not any(path == key or path.startswith(f"{key}.") for key in keys)
    }  # fmt: skip
    numbers = {key: _number(key, text) for key, text in own.items()}
    data = {**found.to_dict(), "set": kept, **(instead or {}), **numbers}
    found = Study.from_dict(data, folder)
    return plan(found, {name: _base(name, changes) for name in found.scenarios})


def _check_overrides(study: Study, overrides: Sequence[str]) -> None:
    """Raise `InputError` for an override that would have no effect, or another than it seems."""
    for text in overrides:
        key = text.lstrip("+~").partition("=")[0]
        if key == "scenario":
            raise InputError(
                f"study: the scenario stands in the study, got {show(text)}; set scenario there, "
                "or list scenarios as a factor: lab: {scenario: [gpt53_codex, people_only]}"
            )
        if key == "name":
            raise InputError(
                f"study: its name stands in the study, got {show(text)}; set folder=NAME for "
                "another folder"
            )
        for path in study.set:
            if key.startswith(f"{path}."):
                raise InputError(
                    f"study: set has {path} whole, got {show(text)}; give the whole value, "
                    f"{path}=…"
                )
        for name, factor in study.factors.items():
            for path in factor.path:
                if path == key or path.startswith(f"{key}."):
                    raise InputError(
                        f"study: factor '{name}' sets {path} at every point, got {show(text)}; "
                        "leave it out, or change the factor"
                    )


def study_home(study: Study, folder: str | None, results: str) -> Path:
    """Return the folder of a study: a bare name stands beside the others."""
    home = Path(results) / "study"
    given = Path(folder or study.name)
    return home / given if len(given.parts) == 1 and not given.is_absolute() else given


def home_of(plan: Plan, settings: Settings) -> Path:
    """Return the folder of a study that a task composes: called by what is planned, if not given.

    So a plan that changes, with the settings or the version, gets a folder of its own.
    """
    name = settings.folder or f"{plan.study.name}_{plan.hash[:8]}"
    return study_home(plan.study, name, settings.results)


def is_of_the_study(override: str) -> bool:
    """Return whether a command-line override changes the study, not its models."""
    return override.lstrip("+~").partition("=")[0] in OWN


def study_of(study: str) -> Study:
    """Return a study by name or file, as it stands there."""
    return _read(study)[0]


def name_of(study: str) -> str:
    """Return the name in the file of a study, by which its folder is called."""
    return _read(study)[0].name


def shipped() -> dict[str, Path]:
    """Return the files of the shipped studies by the names of their folders."""
    return {path.parent.name: path for path in sorted(experiments().glob("*/study.yaml"))}


def _read(study: str | Mapping[str, Any]) -> tuple[Study, Path]:
    """Return a study, and where files that it names are."""
    if isinstance(study, Mapping):
        return Study.from_dict(study), Path()
    path = _file(study)
    return Study.from_dict(_yaml(path), path.parent), path.parent


def _file(name: str) -> Path:
    """Return the file of a study."""
    if name.endswith(FILES):
        return Path(name)
    known = shipped()
    short = {folder.partition("_")[2]: path for folder, path in known.items()}
    if name in known or name in short:
        return known.get(name) or short[name]
    if Path(f"{name}.yaml").is_file():
        raise InputError(
            f"study: {unknown_name('study', name, known)}; for the file write study={name}.yaml"
        )
    raise InputError(f"study: {unknown_name('study', name, known)}, or a file: study=mine.yaml")


def _yaml(path: Path) -> Any:
    import yaml

    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"study: file not found, got '{path}'; name an existing one") from None
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        why = " ".join(str(error).split())
        raise InputError(f"study: '{path}' cannot be read ({why}); mend the file") from None


def _number(key: str, text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        raise InputError(f"study: {key} must be a whole number, got {show(text)}") from None


def _base(scenario: str, changes: Sequence[str]) -> Model:
    """Return the model that a study calls by this name: a scenario, perhaps with overrides."""
    try:
        first, *own = shlex.split(scenario) or [""]
    except ValueError as error:
        raise InputError(
            f"study: scenario cannot be read ({error}), got {show(scenario)}; quote as in a shell"
        ) from None
    try:
        if first.endswith(FILES):
            return load(*own, *changes, config=first)
        return load(f"scenario={first}", *own, *changes)
    except InputError as error:
        raise InputError(f"study: scenario '{scenario}': {error}") from None
