"""What a sensitivity analysis says: how much is luck, what matters most, what hardly does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.plots.sensitivity import words as wording
from sim.plots.sensitivity.words import MORRIS, SAMPLE, SOBOL
from sim.plots.study.words import alike, listed
from sim.plots.words import duration, plain, upper_first

if TYPE_CHECKING:
    from sim.study.sensitivity import Sensitivity

SHOWN = 3
"""Factors that a sentence names with their numbers."""
NOTHING = "What is not known moves no outcome further than luck does: there is nothing to rank."


def sentences(found: Sensitivity) -> list[str]:
    """Return the answer about the first outcome, a sentence or two each."""
    names = wording.outcomes(found)
    if not names:
        return [NOTHING]
    said = [split(found, names[0]), _most(found, names[0])]
    if small := wording.hardly(found, names[0]):
        said.append(_hardly(found, small))
    return said


def details(found: Sensitivity) -> Iterator[str]:
    """Yield a sentence about each other outcome, and what must be said with the numbers."""
    for outcome in wording.outcomes(found)[1:]:
        share = _share(found, outcome)
        known = f"{wording.percent(*share)} is what is not known; " if np.isfinite(share[0]) else ""
        yield (
            f"{upper_first(wording.label(found, outcome))}: {known}{_first(found, outcome)}"
            f"{_interactions(found, outcome)}."
        )
    yield from found.notes


def split(found: Sensitivity, outcome: str) -> str:
    """Return how much of the variance of an outcome is what is not known, in a sentence."""
    time, share = duration(days(found)), _share(found, outcome)
    if not np.isfinite(share[0]):
        return (
            f"In runs of {time}, luck and what is not known of {plain(outcome)} cannot be told "
            "apart: no point has two replications."
        )
    return (
        f"In runs of {time}, {wording.percent(*share)} of the variance of {plain(outcome)} is what "
        "is not known, the rest is luck."
    )


def _most(found: Sensitivity, outcome: str) -> str:
    """Return which factors matter most, with the number that the method tells."""
    table = wording.ranked(found, outcome)
    leaders = wording.leaders(table)
    kind = {SOBOL: "total index", MORRIS: "mean effect", SAMPLE: "distance"}[found.method]
    rows = list(table.itertuples())
    if len(leaders) == len(rows) > 1:
        said = "the runs do not tell which matters most"
    elif len(leaders) == 1:
        said = f"{plain(leaders[0])} matters most"
    else:
        said = f"{listed([plain(name) for name in leaders])} matter most"
        if len(leaders) > SHOWN:
            said = f"{len(leaders)} values may matter most"
        said += " (their intervals overlap)"
    numbers = listed([
        f"{plain(row.factor)} {_number(found, outcome, row)}" for row in rows[:SHOWN]
    ])
    return f"{upper_first(said)}: {kind} of {numbers}{_interactions(found, outcome)}."


def _first(found: Sensitivity, outcome: str) -> str:
    """Return 'first is beta, 0.52 [0.46, 0.58]'."""
    row = next(wording.ranked(found, outcome).itertuples())
    return f"first is {plain(row.factor)}, {_number(found, outcome, row)}"


def _interactions(found: Sensitivity, outcome: str) -> str:
    if found.method != SOBOL:
        return ""
    row = wording.variance(found, outcome)
    ends = (row["interactions"], row["interactions_low"], row["interactions_high"])
    return f"; interactions make {wording.percent(*ends)}"


def _hardly(found: Sensitivity, names: list[str]) -> str:
    why = {
        SOBOL: f"total index surely below {wording.SMALL}",
        MORRIS: f"mean effect surely below {wording.SMALL:.0%} of the largest",
        SAMPLE: "not told from a value that does nothing",
    }[found.method]
    verb = "matter" if len(names) > 1 else "matters"
    return f"{upper_first(listed([plain(name) for name in names]))} hardly {verb} ({why})."


def _number(found: Sensitivity, outcome: str, row: object) -> str:
    ends = tuple(float(getattr(row, name)) for name in ("value", "low", "high"))
    if found.method != MORRIS:
        return wording.index(*ends)
    middle, low, high = alike(*ends)
    unit = found.results.study.outcomes[outcome].unit
    return f"{middle} [{low}, {high}]" + (f" {unit}" if unit else "")


def _share(found: Sensitivity, outcome: str) -> tuple[float, float, float]:
    row = wording.variance(found, outcome)
    return float(row["share"]), float(row["share_low"]), float(row["share_high"])


def days(found: Sensitivity) -> float:
    """Return the longest horizon of any run."""
    return float(np.max(np.asarray(found.results.horizon, dtype=float)))
