"""Models on which the engines differ: found among random ones, made small, and kept as YAML."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

import sim
from sim import InputError, Model

from ..properties.strategies import EVENTS
from .identity import parted
from .shrinking import shrunk

FOUND = Path(__file__).with_name("found")
"""Every model in this folder is a test case: what once differed, and what random models hardly
reach."""

MOST = 3
"""Differing models of one comparison that are made small and kept: more show little more."""


@dataclass(frozen=True)
class Count:
    """What was compared."""

    models: int = 0
    records: int = 0
    """Rows of all three tables."""
    tie_rows: int = 0
    """Rows of `visits` that ask a pool at the same time, to the bit, as a row of another item of
    the same run: which of them comes first only the rules for ties decide."""

    def __add__(self, other):
        return Count(self.models + other.models, self.records + other.records,
                     self.tie_rows + other.tie_rows)


def compare(drafts, folder=FOUND):
    """Simulate models on both engines, and return what was compared.

    Parameters
    ----------
    drafts
        Plain data of the models.
    folder
        Where the smallest versions of models that differ are kept.

    Raises
    ------
    AssertionError
        If logs differ; it says where, and names the files.
    """
    total, differing = Count(), []
    for draft in drafts:
        try:
            model = Model.from_dict(draft)
        except InputError:
            continue  # breaks a rare rule between parts
        text, count = compared(model)
        total += count
        if text:
            differing.append(draft)
    differing.sort(key=lambda draft: len(str(draft)))
    kept = [keep(draft, folder) for draft in differing[:MOST]]
    assert not kept, f"{len(differing)} of {total.models} models differ:\n" + "\n".join(kept)
    return total


def compared(model):
    """The first difference between both engines as text (empty: none), and what was compared."""
    try:
        one = sim.simulate(model, seed=0, engine="reference")
        other = sim.simulate(model, seed=0, engine="compiled")
    except Exception as error:
        return f"{type(error).__name__}: {error}", Count(1)
    rows = sum(len(next(iter(columns.values()))) for columns in one.raw.values())
    return parted(one, other), Count(1, rows, _tie_rows(one.raw["visits"]))


def _tie_rows(visits):
    """The number of rows whose pool another item asks, too, at the same time."""
    asked = np.flatnonzero(visits["pool"] >= 0)
    if not len(asked):
        return 0
    pool, time, item = (visits[name][asked] for name in ("pool", "requested", "item"))
    order = np.lexsort((time, pool))
    pool, time, item = pool[order], time[order], item[order]
    new = np.append(True, (pool[1:] != pool[:-1]) | (time[1:] != time[:-1]))
    begins = np.flatnonzero(new)
    several = np.minimum.reduceat(item, begins) != np.maximum.reduceat(item, begins)
    return int(np.diff(np.append(begins, len(item)))[several].sum())


def keep(draft, folder):
    """Make a differing model small, write it down, and return what to read about it."""
    small = shrunk(dict(draft), _differs)
    model = Model.from_dict(small)
    text = compared(model)[0]
    folder.mkdir(exist_ok=True)
    path = folder / f"{model.hash()}.yaml"
    first = f"# {' '.join(text.split())}\n"
    path.write_text(first + yaml.safe_dump(small, sort_keys=False, width=100))
    return f"{path}: {text}\n{path.read_text()}"


def _differs(data):
    try:
        model = Model.from_dict(data)
    except InputError:
        return False
    return model.end.events <= EVENTS and compared(model)[0] != ""
