"""Settings: how a model is run, and what else the command line is asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sim.engines import ENGINES, check_seed
from sim.execute import Execution
from sim.model import InputError
from sim.model.errors import Path as Place
from sim.model.fields import (
    COUNT,
    Choice,
    Context,
    Flag,
    Name,
    Number,
    Optional,
    Reader,
    read_record,
    setting,
)

TASKS = (
    "simulate", "describe", "report", "compare", "study", "results", "replay", "limits",
    "phase_map", "sensitivity", "discover", "curves", "forecast", "score",
)  # fmt: skip
"""What can be done."""

METHODS = ("sobol", "morris", "sample")
"""How `task=sensitivity` chooses the points of a study."""

LETTERS = "abcdefgh"
"""Keys by which `task=compare` is told what to compare."""

PATHS = (
    "run", "html", "results", "study", "folder", "export", "sql", "when", "forecast", "dates",
)  # fmt: skip
"""Keys of files and folders, and of other texts that are taken as they stand."""

SOME_TASKS = {
    "html": ("describe", "report"),
    "run": ("report",),
    "study": ("study", "results", "replay", "sensitivity", "discover", "forecast"),
    "folder": (
        "study", "sensitivity", "discover", "forecast", "limits", "phase_map", "curves",
    ),
    "sql": ("results",),
    "export": ("results",),
    "watch": ("results",),
    "point": ("replay",),
    "replication": ("replay",),
    "target": ("limits",),
    "grid": ("phase_map",),
    "low": ("phase_map",),
    "high": ("phase_map",),
    "method": ("sensitivity",),
    "rows": ("sensitivity",),
    "when": ("discover",),
    "coverage": ("discover",),
    "boxes": ("discover",),
    "headline": ("forecast",),
    "forecast": ("score",),
    "dates": ("score",),
    "as_of": ("score",),
}
"""Settings that only some tasks use."""


class _Seed(Reader):
    """Reads a seed; 0 is one, `null` is not."""

    takes_null = True

    def read(self, value: Any, path: Place, context: Context) -> int:
        check_seed(value)
        return int(value)


class _Execution(Reader):
    """Reads where runs are done."""

    def read(self, value: Any, path: Place, context: Context) -> Execution:
        return Execution.read(value)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to run a model; nothing here is part of it."""

    task: str = setting(Choice(TASKS), "simulate")
    """What to do."""
    seed: int = setting(_Seed(), 0)
    """Seed of the experiment."""
    replications: int = setting(COUNT, 1)
    """Independent repetitions."""
    engine: str = setting(Choice(ENGINES), "auto")
    """Which engine; all give the same log. `auto` takes the compiled one, which is faster."""
    workers: int | None = setting(Optional(COUNT), None)
    """Threads (of the reference engine: processes); absent: one per core."""
    results: str = setting(Name(), "results")
    """Folder for results."""
    figures: bool = setting(Flag(), True)
    """Whether to draw figures."""
    report: bool = setting(Flag(), True)
    """Whether to write the report."""
    html: str | None = setting(Optional(Name()), None)
    """File for the page that `task=describe` writes (absent: none), or `task=report` (absent:
    `report.html` in the run's folder)."""
    run: str | None = setting(Optional(Name()), None)
    """Folder of the run, or of the comparison, that `task=report` is about."""
    study: str | None = setting(Optional(Name()), None)
    """The study: a shipped one by name, a YAML file, or the folder of one that was begun."""
    folder: str | None = setting(Optional(Name()), None)
    """Folder of the study; a bare name stands in `study/` of the folder for results; absent: the
    name of the study, with signs of what is planned if the task composes it."""
    execute: Execution = setting(_Execution(), Execution())
    """Where a study's runs are done: `local`, `in_process` or `dask`, and its settings."""
    sql: str | None = setting(Optional(Name()), None)
    """Question of `task=results` about a study's tables, in SQL."""
    export: str | None = setting(Optional(Name()), None)
    """File, `.csv` or `.parquet`, for what `task=results` finds."""
    watch: bool = setting(Flag(), False)
    """Whether `task=results` goes on showing how far a study is."""
    point: int | None = setting(Optional(Number(0, whole=True)), None)
    """Point of the run that `task=replay` makes again."""
    replication: int | None = setting(Optional(Number(0, whole=True)), None)
    """Its replication."""
    grid: int | None = setting(Optional(Number(1, whole=True)), None)
    """Cells of a phase map along each axis, 5 to 200; absent: 40."""
    target: float | None = setting(Optional(Number(0, above=True)), None)
    """Capability whose date `task=limits` compares, OOM; absent: one that is reached in time."""
    low: float | None = setting(Optional(Number()), None)
    """Least compute and loop speed of a phase map, relative to the lab; absent: 0.1."""
    high: float | None = setting(Optional(Number()), None)
    """Greatest; absent: 10."""
    forecast: str | None = setting(Optional(Name()), None)
    """Forecast that `task=score` is about: its `forecast.json`, or the folder that holds it."""
    headline: str | None = setting(Optional(Name()), None)
    """Threshold that `task=forecast` tells first, as its tables name it: `capability_2`; absent:
    the capability whose chance by the horizon is nearest to even."""
    dates: str | None = setting(Optional(Name()), None)
    """File, CSV with the columns `quantity` and `date`, that says what happened when."""
    as_of: str | None = setting(Optional(Name()), None)
    """Last day of which it is known what has happened, as 2028-01-01; absent: today."""
    when: str | None = setting(Optional(Name()), None)
    """What `task=discover` looks for, `two_oom <= 1 y`; absent: the highest 20% of the first
    outcome, of a date the earliest."""
    coverage: float | None = setting(Optional(Number(0, above=True, high=1)), None)
    """Share of it that a box is to hold; absent: 0.6."""
    boxes: int | None = setting(Optional(Number(1, whole=True)), None)
    """Boxes that it looks for at most; absent: 2."""
    method: str | None = setting(Optional(Choice(METHODS)), None)
    """How `task=sensitivity` chooses points; absent: as the study's design says, else `sobol`."""
    rows: int | None = setting(Optional(Number(1, whole=True)), None)
    """Rows of its points, or trajectories; absent: those of the study's design, else 512, or 64."""
    a: str | None = setting(Optional(Name()), None)
    """What `task=compare` compares the others with: a scenario, perhaps with overrides."""
    b: str | None = setting(Optional(Name()), None)
    """What it compares with `a`; likewise the rest."""
    c: str | None = setting(Optional(Name()), None)
    d: str | None = setting(Optional(Name()), None)
    e: str | None = setting(Optional(Name()), None)
    f: str | None = setting(Optional(Name()), None)
    g: str | None = setting(Optional(Name()), None)
    h: str | None = setting(Optional(Name()), None)

    @property
    def compared(self) -> dict[str, str]:
        """What `task=compare` compares, by letter."""
        named = {letter: getattr(self, letter) for letter in LETTERS}
        return {letter: text for letter, text in named.items() if text is not None}

    def stated(self) -> dict[str, Any]:
        """Return the settings as plain data, without letters that stand for nothing."""
        data = dataclasses.asdict(self)
        absent = {*SOME_TASKS, *LETTERS} - {"html", "run"}
        return {k: v for k, v in data.items() if v is not None or k not in absent}


def is_of_the_model(override: str) -> bool:
    """Return whether a command-line override changes the model, not how it is run."""
    key = override.lstrip("+~").split("=")[0].split(".")[0]
    return key not in {*Settings.__dataclass_fields__, "scenario", "hydra"}


def split(data: Mapping[str, Any]) -> tuple[Settings, dict[str, Any]]:
    """Split a composed configuration into run settings and the model's plain data.

    Raises
    ------
    InputError
        If a run setting is invalid.
    """
    names = Settings.__dataclass_fields__
    chosen = {name: value for name, value in data.items() if name in names}
    settings = read_record(Settings, chosen, (), Context.of(8.0))
    _check_what_only_some_tasks_use(settings)
    return settings, {name: value for name, value in data.items() if name not in names}


def _check_what_only_some_tasks_use(settings: Settings) -> None:
    for name, tasks in SOME_TASKS.items():
        if getattr(settings, name) not in (None, False) and settings.task not in tasks:
            raise InputError(
                f"run: {name} is for task={' or task='.join(tasks)}, got task={settings.task}; set "
                f"task={tasks[0]} or {name}=null"
            )
    if settings.task == "report" and settings.run is None:
        raise InputError(
            "run: task=report needs the folder of a run or of a comparison; set "
            "run=results/SCENARIO/DATE_seed0, as printed at its end"
        )
    if settings.compared and settings.task != "compare":
        letter = next(iter(settings.compared))
        raise InputError(
            f"run: {letter} is for task=compare, got task={settings.task}; set task=compare or "
            f"leave {letter} out"
        )
