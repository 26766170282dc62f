"""What `task=compare` is to compare: scenarios by name, with overrides, or files of the user's."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from sim.config import load, own_folders
from sim.model import InputError
from sim.model.errors import show, unknown_name
from sim.paths import configs
from sim.settings import LETTERS, is_of_the_model
from sim.store import Planned

FILES = (".yaml", ".yml")
LONGEST = 40
"""Characters of a file's name that its scenario is called by."""


def scenarios(
    compared: Mapping[str, str], overrides: Sequence[str], how: Sequence[str] = ()
) -> dict[str, Planned]:
    """Return the models to compare, by what they were called.

    Parameters
    ----------
    compared
        By letter: a scenario's name or a YAML file, perhaps with overrides of its own, as words
        of a shell.
    overrides
        Further overrides of the command line, for all; a scenario's own come after them.
    how
        Run settings, to be stated with each run.

    Raises
    ------
    InputError
        For fewer than two, an unknown name, an override that is wrong, or the same model twice.
    """
    if len(compared) < 2:
        got = f"{next(iter(compared))} alone" if compared else "none"
        raise InputError(
            f"compare: needs two or more scenarios, got {got}; name them: task=compare "
            f"a=people_only b=gpt53_codex (up to {LETTERS[-1]}=…)"
        )
    common = [text for text in overrides if is_of_the_model(text)]
    for text in overrides:
        if _key(text) == "scenario":
            raise InputError(
                f"compare: scenarios are named by letter, got {show(text)}; write "
                f"a={text.partition('=')[2]}"
            )
    found: dict[str, Planned] = {}
    letters: dict[str, str] = {}
    for letter, text in compared.items():
        name, plan = _planned(letter, text, common, how)
        digest = plan.model.hash()
        if digest in letters:
            raise InputError(
                f"compare: {letters[digest]} and {letter} are the same model ({show(text)}), so "
                f"nothing would differ; name another scenario or change it: "
                f"{letter}='{name} KEY=VALUE'"
            )
        letters[digest] = letter
        found[name if name not in found else f"{name} ({letter})"] = plan
    return found


def _planned(
    letter: str, text: str, common: Sequence[str], how: Sequence[str]
) -> tuple[str, Planned]:
    """Return what one letter stands for."""
    try:
        first, *own = shlex.split(text) or [""]
    except ValueError as error:
        raise InputError(
            f"compare: {letter} cannot be read ({error}), got {show(text)}; write a scenario's "
            "name, then KEY=VALUE, quoted as in a shell"
        ) from None
    for override in own:
        _check_override(letter, override)
    keys = {_key(override) for override in own}
    changes = [*(text for text in common if _key(text) not in keys), *own]
    name = " ".join([_name_of(first) if first.endswith(FILES) else first, *own])
    try:
        if first.endswith(FILES):
            model = load(*changes, config=first)
            return name, Planned(model=model, overrides=[*changes, *how], config=first)
        _check_scenario(letter, first)
        choice = f"scenario={first}"
        model = load(choice, *changes)
    except InputError as error:
        if str(error).startswith("compare: "):
            raise
        raise InputError(f"compare: {letter}: {error}") from None
    return name, Planned(model=model, overrides=[choice, *changes, *how])


def _name_of(file: str) -> str:
    """Return what a file's scenario is called in tables and figures, where not all signs do."""
    return re.sub(r"[^\w.() -]+", "_", Path(file).stem)[:LONGEST]


def _check_override(letter: str, override: str) -> None:
    key, equals, _ = override.partition("=")
    if not equals:
        raise InputError(
            f"compare: {letter}: after the scenario come overrides KEY=VALUE, got "
            f"{show(override)}; quote a value that has spaces"
        )
    if not is_of_the_model(override):
        why = "names a second scenario" if _key(override) == "scenario" else "is a run setting"
        raise InputError(
            f"compare: {letter}: '{key}' {why}, got {show(override)}; "
            + ("name it by another letter" if "second" in why else "set it once, for all")
        )


def _check_scenario(letter: str, name: str) -> None:
    known = sorted(path.stem for path in (configs() / "scenario").glob("*.yaml"))
    if name in known:
        return
    own = [folder / f"{name}{end}" for folder in own_folders() for end in FILES]
    file = next((path for path in own if path.is_file()), None)
    if file:
        raise InputError(
            f"compare: {letter}: unknown scenario {show(name)}; for a file of your own write "
            f"{letter}={shlex.quote(file.as_posix())}"
        )
    raise InputError(f"compare: {letter}: {unknown_name('scenario', name, known)}")


def _key(override: str) -> str:
    return override.lstrip("+~").partition("=")[0]
