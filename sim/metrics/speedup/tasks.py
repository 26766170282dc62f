"""Tasks: how much quicker they are done with assistants, and how much is left to them.

A task is one visit of an item to a labour stage whose skill assistants may help with. Its *own
work* is what a person would need for it, once: the amount that is drawn when the item comes to
the stage. All that is spent on the task counts against it: steering, reviews and audits, further
attempts, takeovers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.log import ACTIVITY, EXECUTOR, OUTCOME
from sim.model import Model

if TYPE_CHECKING:
    import pandas as pd

LONG = (0.5, 1.0)
"""A long task: 4 to 8 hours of a person's work, in person-days of 8 hours."""

MEANING = {
    "felt": "own work of delegated tasks over the time people spend on them: the speed-up felt",
    "elapsed": "the same over the time of people and assistants together: of the task itself",
    "touched": "share of the work that is given to an assistant",
    "fully_delegated": "share of the work that assistants do without people's steering, review, "
    "audit or takeover",
    "intervened": "share of the long tasks that assistants got right in which people steered or "
    "rejected (long: 0.5 to 1 person-days of own work)",
}
"""Measures of tasks; times in person-days, so the first two and the shares have no unit."""

_RATIOS = {
    "felt": ("given", "people"),
    "elapsed": ("given", "both"),
    "touched": ("given", "work"),
    "fully_delegated": ("alone", "work"),
    "intervened": ("corrected", "long"),
}
"""Each measure is a ratio of sums over tasks (see `_terms`)."""


def tasks(visits: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Return the finished tasks that were asked for at t >= 0, in order of the log.

    Parameters
    ----------
    visits
        Table of a run or an ensemble.
    model
        The model that was run.

    Returns
    -------
    DataFrame
        One row per task: `replication`, `generation` (being built), `flow`, `requested` (days),
        `work` (own work, person-days), `delegated` (an assistant made the first attempt; if it
        found no free slot, a person did), `human` and `assistant` (time spent, person-days; an
        assistant's in the same unit of working time), of these `first` (an assistant's first
        attempt), `steering` and `reviewing` (by people, audits included) and `checking` (reviews
        by assistants); the rest is further attempts and takeovers; `steers`, `reviews`,
        `rejections` (by people, audits included), `takeovers` (numbers) and `right` (in the end).
    """
    import pandas as pd

    code = {name: visits[name].cat.codes.to_numpy() for name in
            ("activity", "executor", "outcome", "skill", "stage")}
    assisted = np.array([bool(skill.share) for skill in model.skills.values()] + [False])
    rows = np.flatnonzero(assisted[code["skill"]] & (code["outcome"] != OUTCOME["balked"]))
    activity, executor, outcome = (code[n][rows] for n in ("activity", "executor", "outcome"))
    work, human = activity == ACTIVITY["work"], executor == EXECUTOR["human"]
    looked = human & np.isin(activity, [ACTIVITY["review"], ACTIVITY["audit"]])
    first = work & (visits["attempt"].to_numpy()[rows] == 1)
    spent = visits["worked"].to_numpy()[rows] * (24 / model.hours_per_person_day)
    unsettled = (outcome == OUTCOME["open"]) | (outcome == OUTCOME["done"])
    pending = (work & unsettled) | np.isnan(visits["finished"].to_numpy()[rows])

    task, count = _numbered(visits, rows, code["stage"])
    begun = np.full(count, -1)
    begun[task[first]] = np.flatnonzero(first)
    kept = (begun >= 0) & (visits["requested"].to_numpy()[rows[begun]] >= 0)
    kept &= np.bincount(task, pending, count) == 0
    kept = np.flatnonzero(kept)
    kept = kept[np.argsort(begun[kept], kind="stable")]
    start = rows[begun[kept]]

    def total(values: Any) -> Any:
        return np.bincount(task, values, count)[kept]

    def number(chosen: Any) -> Any:
        return total(chosen).astype("int64")

    return pd.DataFrame({
        **{name: visits[name].to_numpy()[start] for name in ("replication", "generation")},
        "flow": visits["flow"].array[start],
        "requested": visits["requested"].to_numpy()[start],
        "work": visits["value"].to_numpy()[start],
        "delegated": executor[begun[kept]] == EXECUTOR["agent"],
        "human": total(np.where(human, spent, 0.0)),
        "assistant": total(np.where(human, 0.0, spent)),
        "first": total(np.where(first & ~human, spent, 0.0)),
        "steering": total(np.where(activity == ACTIVITY["steering"], spent, 0.0)),
        "reviewing": total(np.where(looked, spent, 0.0)),
        "checking": total(np.where((activity == ACTIVITY["review"]) & ~human, spent, 0.0)),
        "steers": number(activity == ACTIVITY["steering"]),
        "reviews": number(looked),
        "rejections": number(human & (outcome == OUTCOME["rejected"])),
        "takeovers": number(activity == ACTIVITY["takeover"]),
        "right": number(outcome == OUTCOME["right"]) > 0,
    })


def felt(done: pd.DataFrame) -> float:
    """Return own work / people's time, over the delegated tasks among these (see `tasks`)."""
    return _measure(done, "felt")


def elapsed(done: pd.DataFrame) -> float:
    """Return own work / time of people and assistants, over the delegated tasks."""
    return _measure(done, "elapsed")


def touched(done: pd.DataFrame) -> float:
    """Return the share of the own work that is given to an assistant."""
    return _measure(done, "touched")


def fully_delegated(done: pd.DataFrame) -> float:
    """Return the share of the own work that assistants do alone: nobody steers or looks."""
    return _measure(done, "fully_delegated")


def intervened(done: pd.DataFrame) -> float:
    """Return the share of long tasks done right by assistants that people steered or rejected.

    Long are tasks of 4 to 8 hours (`LONG`); those taken over by people do not count.
    """
    return _measure(done, "intervened")


def by_generation(visits: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Return the measures of tasks by replication and generation being built.

    Parameters
    ----------
    visits
        Table of a run or an ensemble.
    model
        The model that was run.

    Returns
    -------
    DataFrame
        `replication`, `generation`, `tasks` and `delegated` (numbers of finished tasks), and the
        measures in `MEANING`; missing where there is nothing to measure.
    """
    done = tasks(visits, model)
    terms = _terms(done).assign(tasks=1, delegated=done["delegated"].to_numpy("int64"))
    keys = [done["replication"].rename("replication"), done["generation"].rename("generation")]
    sums = terms.groupby(keys, sort=True).sum()
    measured = {name: _divided(sums[over], sums[under]) for name, (over, under) in _RATIOS.items()}
    return sums[["tasks", "delegated"]].assign(**measured).reset_index()


def _terms(done: pd.DataFrame) -> pd.DataFrame:
    """Return what the measures sum over tasks."""
    import pandas as pd

    given, work = done["delegated"].to_numpy(), done["work"].to_numpy()
    human, assistant = done["human"].to_numpy(), done["assistant"].to_numpy()
    helped = (done[["steers", "reviews", "takeovers"]].to_numpy() > 0).any(axis=1)
    long = given & (work >= LONG[0]) & (work <= LONG[1])
    long &= done["right"].to_numpy() & (done["takeovers"].to_numpy() == 0)
    corrected = long & (done["steers"] + done["rejections"] > 0).to_numpy()
    return pd.DataFrame({
        "work": work, "given": np.where(given, work, 0.0), "people": np.where(given, human, 0.0),
        "both": np.where(given, human + assistant, 0.0),
        "alone": np.where(given & ~helped, work, 0.0),
        "long": long.astype("float64"), "corrected": corrected.astype("float64"),
    })


def _measure(done: pd.DataFrame, name: str) -> float:
    over, under = (_terms(done)[term].to_numpy().sum() for term in _RATIOS[name])
    return float(_divided(over, under))


def _divided(over: Any, under: Any) -> Any:
    """Return a ratio: missing for 0 / 0, inf for anything else over 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.divide(over, under)


def _numbered(visits: pd.DataFrame, rows: Any, stage: Any) -> tuple[Any, int]:
    """Return the number of each row's task, and how many tasks there are."""
    import pandas as pd

    key = np.zeros(len(rows), dtype="int64")
    for values in (visits["replication"].to_numpy(), visits["item"].to_numpy(), stage,
                   visits["visit"].to_numpy()):
        part = values[rows].astype("int64")
        key = key * (int(part.max(initial=0)) + 1) + part
    task, names = pd.factorize(key)
    return task, len(names)
