"""The runs of a plan that are not done yet, done where the settings say, with a progress bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from sim import store
from sim.engines import chosen, prepare
from sim.execute import Executor
from sim.model import InputError
from sim.settings import Settings
from sim.study.conduct import Conducted, conduct
from sim.study.plan import Plan
from sim.study.progress import Show
from sim.tasks.report import PAGE
from sim.tasks.stopping import INTERRUPTED
from sim.tasks.terminal import console, progress

INCOMPLETE = 1
"""Exit code if batches were given up."""


def check_settings(settings: Settings) -> None:
    """Raise `InputError` for settings that studies make no use of."""
    if settings.workers is not None:
        raise InputError(
            f"run: workers is for ensembles, got {settings.workers}; set "
            f"execute.workers={settings.workers}"
        )
    if settings.engine == "reference" or chosen(settings.engine) == "reference":
        raise InputError(
            f"run: task={settings.task} needs the compiled engine, got engine=reference; set "
            "engine=auto"
        )


def done(
    plan: Plan, folder: Path, settings: Settings, overrides: Sequence[str],
    watch: Show | None = None,
) -> int:  # fmt: skip
    """Do the runs of a plan and say how that went if they are not all done.

    Parameters
    ----------
    watch
        Called with the number of runs done and wanted, besides the progress bar.

    Returns
    -------
    int
        0, 130 if Ctrl-C stopped it, 1 if batches were given up.
    """
    screen = console()
    about = store.origin(settings.stated() | {"seed": plan.study.seed}, overrides)
    with working(folder, settings) as executor, progress(plan.study.name, plan.runs) as bar:

        def show(done: int, total: int) -> None:
            bar(done, total)
            if watch:
                watch(done, total)

        result = conduct(
            plan, folder, executor, show=show,
            told=lambda text: screen.print(text, style="yellow"), about=about,
        )  # fmt: skip
    return told(result, folder)


def told(result: Conducted, folder: Path) -> int:
    """Say how it went, if not all runs are done, and return the exit code; see `done`."""
    screen = console()
    for word in result.words:
        screen.print(word, style="yellow")
    if result.status == "finished":
        return 0
    how = "stopped by Ctrl-C" if result.status == "interrupted" else "not complete"
    screen.print(
        f"{how}: {result.done:,} of {result.total:,} runs are done; the same command does the rest",
        style="yellow",
    )
    screen.print(f"results: {folder}", soft_wrap=True)
    return INTERRUPTED if result.status == "interrupted" else INCOMPLETE


def shown(
    kind: str, found: Any, folder: Path, settings: Settings, *, page: str = PAGE
) -> None:
    """Draw the figures of what was found and write its page, as the settings say; say where.

    Parameters
    ----------
    kind
        Name of the modules in `sim.plots` and `sim.report`; they are imported only if needed.
    found
        What was found.
    folder
        Folder of the study.
    page
        Name of the page in it.
    """
    screen = console()
    if settings.figures:
        screen.print("drawing figures …", style="dim")
        with store.writing_to(folder):
            import_module(f"sim.plots.{kind}").save_all(found, folder / "figures")
    if settings.report:
        with store.writing_to(folder):
            import_module(f"sim.report.{kind}").write(found, folder / page)
        screen.print(f"report: {folder / page}", soft_wrap=True)
    screen.print(f"results: {folder}", soft_wrap=True)


@contextmanager
def working(folder: Path, settings: Settings) -> Iterator[Executor]:
    """Give the executor of the settings for the runs of a study's folder."""
    executor = settings.execute.executor(folder, lambda: prepare("compiled"))
    with store.writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with executor:
            yield executor
    except BrokenPipeError:  # nobody reads what is printed
        raise
    except (ChildProcessError, ConnectionError) as error:
        raise InputError(f"study: {error}") from None
    finally:
        with suppress(OSError):
            folder.rmdir()  # if nothing was begun in it
