"""Tasks of the command line, by name; each is a function (settings, data, overrides) -> code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from sim.settings import TASKS as NAMES
from sim.settings import Settings

Task = Callable[[Settings, dict[str, Any], Sequence[str]], int]


def _task(name: str) -> Task:
    """Return the task that `sim/tasks/<name>.py` defines by the same name.

    It is imported when it is used, so that the command line answers at once.
    """

    def task(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
        return int(getattr(import_module(f"sim.tasks.{name}"), name)(settings, data, overrides))

    return task


TASKS: dict[str, Task] = {name: _task(name) for name in NAMES}
