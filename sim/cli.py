"""The command line: `recursim` = `python -m sim`, a Hydra app."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from sim import __version__
from sim.config import opened, plain, translated
from sim.model import InputError
from sim.paths import configs
from sim.settings import split
from sim.tasks import TASKS

QUIET = (
    *("hydra.run.dir=.", "hydra.output_subdir=null", "hydra.sweep.subdir=."),
    "hydra.sweep.dir=${oc.env:RECURSIM_SCRATCH,.}",
    *("hydra/job_logging=disabled", "hydra/hydra_logging=disabled"),
)
"""Settings that leave Hydra no folder and no log of its own."""

BAD_INPUT, FAULT, INTERRUPTED = 2, 1, 130
"""Exit codes; 0 for success, also when a run ended early with a stated reason."""


def main() -> None:
    """Run the command line and exit with a code that says how it went."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="replace")  # where there is no →, a ? must do
    try:
        sys.exit(run(sys.argv[1:]))
    except KeyboardInterrupt:  # before there is a task
        sys.exit(INTERRUPTED)


def run(arguments: list[str]) -> int:
    """Run the command line with these arguments; return the exit code."""
    import hydra

    os.environ["HYDRA_FULL_ERROR"] = "1"  # errors reach us, who say what to do about them
    if arguments == ["--version"]:
        print(f"recursim {__version__}")
        return 0
    try:
        folders = [configs(), *_user_folders(arguments)]
    except InputError as error:
        return _report(error)
    codes: list[int] = []
    faults: list[Exception] = []
    overrides = [a for a in arguments if "=" in a and not a.startswith("-")]

    def job(config: Any) -> None:
        try:
            settings, data = split(plain(config))
            codes.append(TASKS[settings.task](settings, data, overrides))
        except Exception as error:  # Hydra would add lines of its own
            known = translated(error, arguments, folders)
            if not isinstance(known, InputError):
                faults.append(error)
                raise
            codes.append(_report(known))

    app = hydra.main(version_base="1.3", config_path=str(configs()), config_name="config")(job)
    with tempfile.TemporaryDirectory(prefix="recursim-") as scratch:
        os.environ["RECURSIM_SCRATCH"] = scratch
        try:
            sys.argv[1:] = _quiet(opened(arguments, folders))
            app()
        except KeyboardInterrupt:
            return INTERRUPTED
        except BrokenPipeError:
            return FAULT
        except Exception as error:
            known = translated(error, arguments, folders, composing=error not in faults)
            if not isinstance(known, InputError):
                raise
            return _report(known)
    return max(codes, default=0)


def _quiet(arguments: list[str]) -> list[str]:
    """Keep Hydra from leaving folders and files of its own, whatever the configuration says.

    Overrides must stand side by side; what the user gives comes later and so wins.
    """
    first = next((i for i, a in enumerate(arguments) if "=" in a and a[0] not in "-="), None)
    where = len(arguments) if first is None else first
    return [*arguments[:where], *QUIET, *arguments[where:]]


def _report(error: InputError) -> int:
    print(f"recursim: {error}", file=sys.stderr)
    return BAD_INPUT


def _user_folders(arguments: list[str]) -> list[Path]:
    """Return the folder of the user's own configs, if one is given."""
    for i, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name in ("-cd", "--config-dir"):
            folder = value if equals else "".join(arguments[i + 1 : i + 2])
            if not Path(folder).is_dir():
                raise InputError(
                    f"command line: folder of -cd not found, got '{folder}'; name an existing one"
                )
            return [Path(folder)]
    return []


if __name__ == "__main__":
    main()
