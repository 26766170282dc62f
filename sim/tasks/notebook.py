"""Studies from Python: in notebooks and scripts."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import store
from sim.engines import prepare
from sim.execute import Execution
from sim.model import InputError, Model
from sim.model.errors import show
from sim.settings import Settings, is_of_the_model
from sim.study.conduct import conduct
from sim.study.plan import Plan
from sim.study.results import Results, open_study
from sim.tasks.studies import OWN, planned, study_home
from sim.tasks.terminal import progress

if TYPE_CHECKING:
    from sim.limits.findings import Findings


def run_study(
    study: str | Path | Mapping[str, Any], *overrides: str, folder: Path | str | None = None,
    execute: str | Mapping[str, Any] = "local",
) -> Results:  # fmt: skip
    """Do the runs of a study that are not done yet, and return its results.

    Parameters
    ----------
    study
        A shipped study by name, a YAML file, or the same as plain data.
    overrides
        As on the command line: of the model, `replications` and `seed`.
    folder
        Where; a bare name stands in `results/study`; absent: the study's name. The same call
        again goes on with what is there.
    execute
        Where runs are done: `local` (workers on this machine; a script must guard its entry point,
        `if __name__ == "__main__":`), `in_process`, `dask`, or a mapping of `kind`, `workers`
        and `address`.

    Returns
    -------
    Results
        As `sim.open_study` returns them. Runs that failed and batches that were given up are
        warned of.

    Raises
    ------
    InputError
        If anything is wrong with the study, or the folder holds another one.
    KeyboardInterrupt
        On Ctrl-C; what was finished is kept.

    Examples
    --------
    >>> import sim
    >>> found = sim.run_study("mine.yaml", "replications=8", execute="in_process")  # doctest: +SKIP
    >>> found.sql("select point, avg(capability) from runs group by point")  # doctest: +SKIP
    """
    for override in overrides:
        if not is_of_the_model(override) and override.partition("=")[0] not in OWN:
            raise InputError(
                f"study: overrides are of the model, replications or seed, got {show(override)}; "
                "leave it out (folder and execute are arguments)"
            )
    plan = planned(study if isinstance(study, Mapping) else str(study), overrides)
    place = study_home(plan.study, None if folder is None else str(folder), "results")
    execution = Execution.read(execute)
    name = None if isinstance(study, Mapping) else str(study)
    settings = Settings(task="study", seed=plan.study.seed, study=name, execute=execution)
    return _done(plan, place, execution, store.origin(settings.stated(), overrides))


def find_limits(
    model: Model, *, replications: int = 24, seed: int = 0, target: float | None = None,
    folder: Path | str | None = None, execute: str | Mapping[str, Any] = "local",
) -> Findings:  # fmt: skip
    """Lift each limit of a lab in turn, on the same random numbers, and return what that does.

    Parameters
    ----------
    model
        The lab.
    replications, seed
        Of each change.
    target
        Capability whose date is compared, OOM; absent: one that is reached in time.
    folder
        Where; absent: a folder in `results/study`. The same call again goes on with what is there.
    execute
        As in `run_study`.

    Returns
    -------
    Findings
        `ranking`, `effects`, `together`, `elasticities`, `by_generation`, `by_window`, `crossing`,
        `dividend`, `shortfalls`, `slack`.

    Raises
    ------
    InputError, KeyboardInterrupt
        As `run_study`.

    Examples
    --------
    >>> import sim
    >>> found = sim.find_limits(sim.load("scenario=loop_limited"))  # doctest: +SKIP
    >>> found.ranking[["limit", "effect", "effect_low", "effect_high"]]  # doctest: +SKIP
    """
    from sim.limits.findings import findings
    from sim.limits.question import ask

    plan = ask(model, seed=seed, replications=replications, target=target).plan()
    home = Path("results") / "study" / f"{plan.study.name}_{plan.hash[:8]}"
    execution = Execution.read(execute)
    settings = Settings(
        task="limits", seed=seed, replications=replications, target=target, execute=execution
    )
    place = home if folder is None else Path(folder)
    return findings(_done(plan, place, execution, store.origin(settings.stated(), ())))


def _done(
    plan: Plan, place: Path, execution: Execution, about: Mapping[str, Any]
) -> Results:
    """Do the runs of a plan that are not done yet."""
    with store.writing_to(place):
        place.mkdir(parents=True, exist_ok=True)
    executor = execution.executor(place, lambda: prepare("compiled"))
    try:
        with executor, progress(plan.study.name, plan.runs) as advance:
            result = conduct(
                plan, place, executor, show=advance, told=warnings.warn, about=about
            )
    except (ChildProcessError, ConnectionError) as error:
        raise InputError(f"study: {error}") from None
    if result.status == "interrupted":
        raise KeyboardInterrupt
    for word in result.words:
        warnings.warn(word, stacklevel=2)
    if result.failed:
        warnings.warn(f"{result.failed} runs failed: {result.error}", stacklevel=2)
    return open_study(place)
