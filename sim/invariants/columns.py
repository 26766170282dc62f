"""The log's columns as arrays, and what several invariants ask of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from sim.log import ACTIVITY
from sim.model import Model
from sim.model.training import Training

if TYPE_CHECKING:
    import pandas as pd

    Array = np.ndarray[Any, Any]

ROUNDING = 1e-8
"""Days (about 1 ms) by which sums of clock times may differ: nights are cut to 0.1 ms each."""



class Log(Protocol):
    """What the invariants need: a `Run`, or anything with its tables, model and end."""

    @property
    def model(self) -> Model:
        """The model that was run."""

    @property
    def end(self) -> Any:
        """Why (`reason`) and when (`time`) the run ended."""

    @property
    def visits(self) -> pd.DataFrame:
        """One row per service."""

    @property
    def generations(self) -> pd.DataFrame:
        """One row per generation."""

    @property
    def changes(self) -> pd.DataFrame:
        """One row per change of a capacity or stock."""


def read_visits(visits: pd.DataFrame) -> SimpleNamespace:
    """Return the columns of visits as arrays, categories as codes."""
    return SimpleNamespace(
        **{
            name: (column.cat.codes if column.dtype == "category" else column).to_numpy()
            for name, column in visits.items()
        }
    )


def items_of(v: SimpleNamespace) -> SimpleNamespace:
    """Return what is known of each item: first row, last row, first request, end, open rows.

    Hostages tell nothing of an item's way: only its other rows, its `steps`, count for the last
    row, the end and the open rows.
    """
    step = v.activity != ACTIVITY["hostage"]
    _, row, index = np.unique(v.item, return_index=True, return_inverse=True)
    count = len(row)
    first = np.full(count, np.inf)
    np.minimum.at(first, index, v.requested)
    end = first.copy()
    np.fmax.at(end, index[step], v.finished[step])
    order = np.lexsort((np.arange(len(index)), v.finished, index))
    ended = order[(~np.isnan(v.finished) & step)[order]]
    last_row = row.copy()
    last_row[index[ended]] = ended
    opened = np.bincount(index[np.isnan(v.finished) & step], minlength=count)
    steps = np.bincount(index[step], minlength=count)
    return SimpleNamespace(
        row=row, index=index, first=first, end=end, last_row=last_row, open=opened, steps=steps
    )


def going_on(v: SimpleNamespace) -> Array:
    """Return which rows keep units of a training run that were granted before: no new grant."""
    linked = (v.previous >= 0) & (v.previous < len(v.item))
    previous = np.where(linked, v.previous, 0)
    found = np.isin(v.activity, [ACTIVITY["repair"], ACTIVITY["hold"]])
    found |= (v.activity == ACTIVITY["run"]) & (v.activity[previous] == ACTIVITY["repair"])
    return found & linked


def path(arrived: Array, left: Array, units: Array) -> tuple[Array, Array]:
    """Return the instants at which a number changes, and the number after each."""
    gone = ~np.isnan(left)
    moments = np.concatenate([arrived, left[gone]])
    times, at = np.unique(moments, return_inverse=True)
    steps = np.bincount(at, weights=np.concatenate([units, -units[gone]]), minlength=len(times))
    return times, np.cumsum(steps)


def cut(times: Array, stop: float) -> Array:
    """Return the times, with the end of the run for those still to come."""
    return np.where(np.isnan(times), stop, times)



def sequential(flow: Any) -> bool:
    """Return whether the rows of an item follow on each other, one at a time."""
    return not any(stage.after or isinstance(stage, Training) for stage in flow.stages.values())


def broken(bad: Array, rule: str, rows: Array | None = None, of: str = "rows") -> list[str]:
    """Return the violation of a rule, naming the first cases; nothing if none breaks it.

    Parameters
    ----------
    bad
        Whether each case breaks the rule.
    rule
        The violation in words.
    rows
        Number of each case's row; by default the cases are the rows.
    of
        What the cases are.
    """
    which = np.flatnonzero(bad)
    if not len(which):
        return []
    named = which if rows is None else np.asarray(rows)[which]
    more = f" and {len(named) - 3} more" if len(named) > 3 else ""
    return [f"{rule}: {of} {', '.join(str(n) for n in named[:3])}{more}"]
