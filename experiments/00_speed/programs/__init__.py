"""The shared network in each framework: a file each, all with the same two functions.

`run(days, seed)` simulates it and returns the log that the framework, or the program, keeps: this
is timed. `visits(log)` gives its finished visits as a table of `COLUMNS`: this is not.

Each program is written in the fastest plain way that the framework's own documentation shows, on
its public names. SimPy, salabim and asimpy keep no log of visits: there the program appends one
tuple per visit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module, metadata
from typing import Any

import pandas as pd

COLUMNS = ["job", "station", "requested", "started", "finished"]
"""Number, name, and three times in days."""

FRAMEWORKS = ("simpy", "ciw", "salabim", "asimpy")
"""Packages; the program of each is `in_PACKAGE`."""


@dataclass(frozen=True)
class Program:
    """The shared network, ready to run."""

    name: str
    run: Callable[[float, int], Any]
    visits: Callable[[Any], pd.DataFrame]


def installed() -> tuple[list[Program], list[str]]:
    """Return the programs that can be run, and the frameworks that are not installed."""
    found, missing = [], []
    for package in FRAMEWORKS:
        try:
            module = import_module(f"programs.in_{package}")
        except ModuleNotFoundError as fault:
            if fault.name != package:
                raise
            missing.append(package)
        else:
            name = f"{package} {metadata.version(package)}"
            found.append(Program(name, module.run, module.visits))
    return found, missing
