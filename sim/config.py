"""Hydra configuration to plain data to a model; here and in `cli` alone Hydra is known."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sim.model import InputError, Model
from sim.model.calls import CALL
from sim.model.errors import closest, unknown_name
from sim.paths import configs
from sim.settings import LETTERS, PATHS, Settings, split

_compose = threading.Lock()


@cache
def shipped(name: str) -> Model | None:
    """Return the shipped scenario of this name, if there is one."""
    if name == default().name:
        return default()
    there = (configs() / "scenario" / f"{name}.yaml").is_file()
    return load(f"scenario={name}") if there else None


@cache
def default() -> Model:
    """Return the model of the shipped configuration, composed once: that takes half a second."""
    return load()


def running_config() -> str:
    """Return the name of the configuration that the running Hydra job was started with."""
    from hydra.core.hydra_config import HydraConfig

    return str(HydraConfig.get().job.config_name)


def own_folders() -> list[Path]:
    """Return where the user's files may be: here, and in the folder of -cd in a Hydra job."""
    from hydra.core.hydra_config import HydraConfig

    sources = HydraConfig.get().runtime.config_sources if HydraConfig.initialized() else ()
    given, here = (Path(s.path) for s in sources if s.provider == "command-line"), Path.cwd()
    return [Path(), *(p.relative_to(here) if p.is_relative_to(here) else p for p in given)]


def load(*overrides: str, config: str | Path | None = None) -> Model:
    """Return the model of the shipped configuration, with overrides.

    Parameters
    ----------
    *overrides
        As on the command line: `"scenario=people_only"`, `"pools.engineers.capacity=60"`.
    config
        A YAML file of your own to start from instead of `config.yaml`; its `defaults` may
        name `config` and any shipped group.

    Raises
    ------
    InputError
        If anything is wrong with the configuration.

    Examples
    --------
    >>> import sim
    >>> sim.load("pools.engineers.capacity=60").pools["engineers"].capacity
    60
    """
    return Model.from_dict(split(compose(overrides, config))[1])


def compose(overrides: Sequence[str], config: str | Path | None = None) -> dict[str, Any]:
    """Compose the configuration into plain data (inside a Hydra job and in threads too)."""
    import hydra
    from hydra.core.global_hydra import GlobalHydra

    given = list(overrides)
    folder, folders = configs(), [configs()]
    name = "config"
    if config is not None:
        path = Path(config).resolve()
        if not path.is_file():
            raise InputError(f"config: file not found, got '{config}'; name an existing YAML file")
        folder, name = path.parent, path.stem
        folders.append(folder)
        given.append(f'hydra.searchpath=["file://{configs().as_posix()}"]')
    with _compose:
        running = GlobalHydra.instance().hydra
        GlobalHydra.instance().clear()
        try:
            with hydra.initialize_config_dir(str(folder), version_base="1.3"):
                return plain(hydra.compose(name, opened(given, folders)))
        except Exception as error:
            raise translated(error, given, folders, composing=True) from None
        finally:
            GlobalHydra.instance().hydra = running


def plain(config: Any) -> dict[str, Any]:
    """Return an OmegaConf mapping as plain data, without Hydra's own part."""
    from omegaconf import OmegaConf

    data = OmegaConf.to_container(config, resolve=True)
    if not isinstance(data, dict):
        raise InputError(f"config: must be a mapping of names to values, got {data!r}")
    data.pop("hydra", None)
    data.update(data.pop(_GIVEN, {}))
    return {str(key): value for key, value in data.items()}


# --- overrides --------------------------------------------------------------------------------

_OVERRIDE = re.compile(r"([A-Za-z_][\w.\-]*)=(.*)", re.DOTALL)
HYDRA_FUNCTIONS = {
    *("choice", "range", "interval", "glob", "sort", "shuffle", "tag", "extend_list"),
    *("int", "float", "str", "bool", "json_str"),
}
"""Functions of Hydra's own override grammar."""

OF_STUDIES = (
    *("question", "set", "factors", "correlations", "design", "random_numbers", "outcomes"),
    *("stop", "logs"),
)
"""Keys of a study that no command line changes."""

_GIVEN = "_given_"
"""Where settings from the command line stand until all is composed: there no folder of the user's
(`results`, `figures`) makes Hydra take them for a group."""


def opened(overrides: Iterable[str], folders: Sequence[Path]) -> list[str]:
    """Let overrides name any key of the model, also one that no file mentions.

    Hydra rejects keys that the configuration does not hold. Ours are checked against the
    model itself, which knows every key; so `key=value` becomes `++key=value`, unless the key
    is a group. A law written as a call is quoted, as Hydra has calls of its own.
    """
    groups = _groups(folders)
    return [_opened(override, groups) for override in overrides]


def _groups(folders: Sequence[Path]) -> set[str]:
    """Return the groups: folders of the shipped configuration, and the user's but for results."""
    found = {p.name for folder in folders for p in folder.iterdir() if p.is_dir()}
    own = set(Settings.__dataclass_fields__) - {"task", "execute"}  # of which there are groups
    return found - own


def _opened(override: str, groups: set[str]) -> str:
    match = _OVERRIDE.fullmatch(override)
    if not match or match[1] in groups or match[1].split(".")[0] == "hydra":
        return override
    first = match[1].split(".")[0]
    keys = {*groups, *Settings.__dataclass_fields__, *Model.__dataclass_fields__}
    if first in OF_STUDIES:
        raise InputError(
            f"command line: '{first}' stands in a study's file, got {override}; change it there"
        )
    if first not in keys:
        raise InputError(f"command line: {unknown_name('key', first, sorted(keys))}")
    key, value = match[1], match[2]
    plain_text = key in LETTERS or (key in PATHS and not re.fullmatch(r"[\w.+-]*", value))
    if plain_text and value[:1] not in {'"', "'"} and value != "null":
        # Taken as it stands: Hydra's grammar would not let =, brackets or quotes through.
        value = '"' + re.sub(r'(\\*)("|$)', _escaped, value, flags=re.DOTALL) + '"'
    call = CALL.fullmatch(value)
    if call and call[1] not in HYDRA_FUNCTIONS:
        value = '"' + value.strip() + '"'
    given = f"{_GIVEN}." if key in Settings.__dataclass_fields__ else ""
    return f"++{given}{key}={value}"


def _escaped(match: re.Match[str]) -> str:
    r"""Return backslashes and the quote or the end that follows them, safe within quotes."""
    return match[1] * 2 + ('\\"' if match[2] else "")


def translated(
    error: Exception, overrides: Sequence[str], folders: Sequence[Path], *, composing: bool = False
) -> Exception:
    """Return Hydra's and OmegaConf's errors in the form of ours; others as they are.

    While a configuration is composed, plain `ValueError`s are about what the user wrote too.
    """
    from hydra.errors import HydraException, MissingConfigException, OverrideParseException
    from omegaconf.errors import OmegaConfBaseException
    from yaml import YAMLError

    if isinstance(error, InputError):
        return error
    if isinstance(error, MissingConfigException) and error.options is not None:
        group, _, choice = str(error.missing_cfg_file).rpartition("/")
        return InputError(f"command line: {unknown_name(group, choice, sorted(error.options))}")
    if isinstance(error, MissingConfigException):
        return InputError(
            f"config: file not found, got '{error.missing_cfg_file}'; name an existing one with "
            "-cn, and its folder with -cd"
        )
    if isinstance(error, OverrideParseException):
        return InputError(
            f"command line: cannot read the override, got '{error.override.lstrip('+')}'; write "
            "key=value, and quote a value with spaces, commas or brackets: 'key=\"…\"'"
        )
    if isinstance(error, YAMLError):
        return InputError(f"config: not valid YAML: {_one_line(error)}; mend the file")
    if isinstance(error, RecursionError):
        return InputError("config: is nested without end; write plain mappings")
    if isinstance(error, (HydraException, OmegaConfBaseException)):
        return _translated_composition(error, folders)
    if isinstance(error, UnicodeDecodeError):
        return InputError("config: is not text in UTF-8; save the file as UTF-8")
    if composing and isinstance(error, ValueError):
        return InputError(f"config: {_one_line(error)}; mend the configuration")
    return error


def _translated_composition(error: Exception, folders: Sequence[Path]) -> InputError:
    text = _one_line(error)
    listed = re.search(r"config '([^']+)' must be a DictConfig", text)
    if listed:
        return InputError(
            f"config: '{listed[1]}' must be a mapping of names to values, got a list; "
            "write it as lines of key: value"
        )
    key = re.search(r"override '([^']+)'", text)
    if key:
        groups = sorted(_groups(folders))
        if key[1] in groups:
            return InputError(
                f"command line: '{key[1]}' is a group; name one of its files, or set its keys one "
                f"by one: {key[1]}.KEY=VALUE"
            )
        near = closest(key[1], groups)
        hint = f"did you mean '{near}'? " if near else ""
        known = ", ".join(groups)
        return InputError(f"command line: unknown key '{key[1]}'; {hint}groups: {known}")
    return InputError(f"config: {text}; mend the configuration")


def _one_line(error: Exception) -> str:
    text = str(error) or str(error.__cause__ or f"cannot be read ({type(error).__name__})")
    return " ".join(text.split())
