"""The runs of a plan that are not done yet, done where the settings say, with a progress bar."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sim import store
from sim.engines import chosen, prepare
from sim.model import InputError
from sim.settings import Settings
from sim.study.conduct import Conducted, conduct
from sim.study.plan import Plan
from sim.study.progress import Show
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
    result = _conducted(plan, folder, settings, overrides, watch)
    for word in result.words:
        screen.print(word, style="yellow")
    if result.status == "finished":
        return 0
    how = "stopped by Ctrl-C" if result.status == "interrupted" else "not complete"
    screen.print(
        f"{how}: {result.done} of {result.total} runs are done; the same command does the rest",
        style="yellow",
    )
    screen.print(f"results: {folder}", soft_wrap=True)
    return INTERRUPTED if result.status == "interrupted" else INCOMPLETE


def _conducted(
    plan: Plan, folder: Path, settings: Settings, overrides: Sequence[str], watch: Show | None
) -> Conducted:
    screen = console()
    executor = settings.execute.executor(folder, lambda: prepare("compiled"))
    about = store.origin(settings.stated() | {"seed": plan.study.seed}, overrides)
    with store.writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        with executor, progress(plan.study.name, plan.runs) as bar:

            def show(done: int, total: int) -> None:
                bar(done, total)
                if watch:
                    watch(done, total)

            return conduct(
                plan, folder, executor, show=show,
                told=lambda text: screen.print(text, style="yellow"), about=about,
            )  # fmt: skip
    except BrokenPipeError:  # nobody reads what is printed
        raise
    except (ChildProcessError, ConnectionError) as error:
        raise InputError(f"study: {error}") from None
    finally:
        with suppress(OSError):
            folder.rmdir()  # if nothing was begun in it
