"""Words on pools: what they have, and which of them lend, borrow or only serve users."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model import Model
from sim.model.allocation import Priority
from sim.model.release import Release, Surge
from sim.plots import words
from sim.plots.frames import Frames

if TYPE_CHECKING:
    import pandas as pd


def lender(model: Model) -> str | None:
    """Return the pool whose idle units are lent, if there is one."""
    return model.allocation.lender if isinstance(model.allocation, Priority) else None


def serves(frames: Frames, pool: str) -> bool:
    """Return whether a pool serves users after releases and nobody else: all it has is in use."""
    receives = any(surge.to == pool for surge in _surges(frames.model))
    return receives and not (frames.visits["pool"] == pool).any()


def donor(model: Model) -> str | None:
    """Return the pool that gives units to serve users after releases, if there is one."""
    return next((surge.donor for surge in _surges(model)), None)


def capacity(frames: Frames, name: str, sizes: pd.DataFrame) -> str:
    """Return the pool's own capacity in words, at t = 0 and at the end: '10 to 15 people'.

    Parameters
    ----------
    frames
        Log of a run or an ensemble.
    name
        The pool.
    sizes
        Its rows of `utilisation.capacities`.
    """
    model = frames.model
    kind = model.pools[name].kind
    one, unit = {
        "human": ("person", "people"), "agent": ("slot", "slots"), "compute": ("unit", "units")
    }[kind]
    if np.isinf(sizes["first"]).any():
        return f"{unit} without limit"
    each = model.people_per_unit if kind == "human" else 1.0
    first, last = (_size(each * sizes[when]) for when in ("first", "last"))
    size = first if first == last else f"{first} to {last}"
    if name == lender(model):
        return f"{size} {unit}, lent when idle"
    if isinstance(model.allocation, Priority) and name == model.allocation.borrower:
        return f"{size} {one if size == '1' else unit} + borrowed"
    return f"{size} {one if size == '1' else unit}"


def _size(units: pd.Series) -> str:
    """Return a number, or about which if replications differ."""
    same = units.min() == units.max()
    return ("" if same else "~") + words.number(units.mean())


def _surges(model: Model) -> list[Surge]:
    """Return what releases make pools give to serve users."""
    flow = model.generation_flow
    stages = model.flows[flow].stages.values() if flow else ()
    return [stage.surge for stage in stages if isinstance(stage, Release) and stage.surge]
