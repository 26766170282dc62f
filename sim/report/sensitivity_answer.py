"""What a sensitivity analysis says: how much is luck, what matters most, what hardly does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.plots.sensitivity import words as wording
from sim.plots.sensitivity.words import MORRIS, SAMPLE, SOBOL
from sim.plots.study.words import alike, listed
from sim.plots.words import count_of, duration, plain, upper_first

if TYPE_CHECKING:
    from sim.study.sensitivity import Sensitivity

SHOWN = 3
"""Factors that a sentence names with their numbers."""
MOST = 6
"""Factors of a direction that a sentence names."""
KINDS = {SOBOL: "total index", MORRIS: "mean effect", SAMPLE: "distance"}
"""What each method tells of a factor."""
NOTHING = "What is not known moves no outcome further than luck does: there is nothing to rank."


def sentences(found: Sensitivity) -> list[str]:
    """Return the answer about the first outcome: how far it gets, luck, what matters and how."""
    names = wording.outcomes(found)
    if not names:
        return [NOTHING]
    said = [far(found, names[0])] if np.isfinite(_spread(found, names[0])[1]) else []
    said += [split(found, names[0]), _most(found, names[0])]
    if ways := directions(found, names[0]):
        said.append(ways)
    if small := wording.hardly(found, names[0]):
        said.append(_hardly(found, small))
    return said


def details(found: Sensitivity) -> Iterator[str]:
    """Yield a sentence about each other outcome, and what must be said with the numbers."""
    for outcome in wording.outcomes(found)[1:]:
        share = _share(found, outcome)
        known = f"{wording.percent(*share)} is what is not known; " if np.isfinite(share[0]) else ""
        ways = directions(found, outcome, named=False)
        yield (
            f"{upper_first(wording.label(found, outcome))}: {_middle(found, outcome)}"
            f"{known}{_largest(found, outcome)}"
            f"{_interactions(found, outcome)}." + (f" {ways}" if ways else "")
        )
    if hidden := _hidden(found):
        yield hidden
    yield from found.notes


def far(found: Sensitivity, outcome: str) -> str:
    """Return how far the lab gets: the mean of an outcome, and what 80% of the runs are within."""
    study = found.results.study
    return (
        f"Within these ranges of {count_of(len(found.factors), 'unknown')}, "
        f"{_middle(found, outcome, plain(outcome)).rstrip('; ')}: values that nobody knows, and "
        f"luck; all else as {study.scenarios[0]} has it."
    )


def _spread(found: Sensitivity, outcome: str) -> tuple[float, float, float]:
    row = wording.variance(found, outcome)
    return tuple(float(row[name]) for name in ("mean", "p10", "p90"))  # type: ignore[return-value]


def _middle(found: Sensitivity, outcome: str, name: str = "") -> str:
    """Return 'on average 2.38 OOM, 1.55 to 3.26 OOM in 80% of runs; ', or nothing."""
    mean, low, high = _spread(found, outcome)
    if not np.isfinite(low):
        return ""
    unit = found.results.study.outcomes[outcome].unit
    texts = alike(mean, low, high)
    counted, unit = "", f" {unit}" if unit else ""
    if found.measure[outcome] == wording.DATE:
        counted = " (counting a date not reached as the horizon)"
        if high >= days(found):
            texts[1:] = [f"{texts[1]}{unit}", f"not within {duration(days(found))}"]
    is_ = f"{name} is " if name else ""
    return f"{is_}on average {texts[0]}{unit}{counted}, {texts[1]} to {texts[2]} in 80% of runs; "


def directions(found: Sensitivity, outcome: str, *, named: bool = True) -> str:
    """Return which values raise an outcome and which lower it, of those that matter.

    Parameters
    ----------
    found
        The analysis.
    outcome
        Its name.
    named
        Whether the sentence names the outcome.
    """
    small = wording.hardly(found, outcome)
    ways = {1: list[str](), -1: list[str](), 0: list[str]()}
    for name in wording.ranked(found, outcome)["factor"]:
        if name not in small:
            ways[wording.direction(found, outcome, name)].append(plain(name))
    up, down = ("comes later", "earlier") if wording.is_date(found, outcome) else ("rises", "falls")
    parts = [f"{verb} with {listed(ways[way][:MOST])}" for way, verb in ((1, up), (-1, down))
             if ways[way]]
    if not parts:
        return ""
    if not ways[1] and down == "earlier":
        parts = [f"comes {parts[0]}"]
    open_ = ""
    if ways[0]:
        open_ = f"; it is not told which way with {listed(ways[0][:MOST])}"
    what = plain(outcome) if named else "it"
    return f"{upper_first(what)} {' and '.join(parts)}, on the whole{open_}."


def _hidden(found: Sensitivity) -> str:
    """Return which values PAWN does not tell from noise, although the method's own number does."""
    outcome = wording.outcomes(found)[0]
    noise, small = wording.distances(found, outcome), wording.hardly(found, outcome)
    quiet = set(noise["factor"][~noise["beyond_noise"].to_numpy(bool)])
    names = [
        plain(row.factor) for row in wording.ranked(found, outcome).itertuples()
        if row.factor in quiet and row.factor not in small
        and (row.low > 0 if found.method == SOBOL
             else wording.direction(found, outcome, row.factor) != 0)
    ]
    if not names:
        return ""
    one, many = {
        SOBOL: ("total index", "total indices"), MORRIS: ("mean effect", "mean effects"),
        SAMPLE: ("rank correlation", "rank correlations"),
    }[found.method]
    can = f"its {one} can: it is" if len(names) == 1 else f"their {many} can: all are"
    return (
        f"PAWN cannot tell {listed(names)} from noise at this number of runs; {can} surely not 0."
    )


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
    kind = KINDS[found.method]
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
    texts = [f"{plain(row.factor)} {_number(found, outcome, row)}" for row in rows[:SHOWN]]
    numbers, then = listed(texts[: len(leaders)]), listed(texts[len(leaders) :])
    if then:
        numbers += f", then {then}"
    return f"{upper_first(said)}: {kind} of {numbers}{_interactions(found, outcome)}."


def _largest(found: Sensitivity, outcome: str) -> str:
    """Return 'largest total index: beta, 0.52 [0.46, 0.58]'."""
    row = next(wording.ranked(found, outcome).itertuples())
    return f"largest {KINDS[found.method]}: {plain(row.factor)}, {_number(found, outcome, row)}"


def _interactions(found: Sensitivity, outcome: str) -> str:
    if found.method != SOBOL:
        return ""
    row = wording.variance(found, outcome)
    ends = (row["interactions"], row["interactions_low"], row["interactions_high"])
    return f"; interactions make {wording.percent(*ends)}"


def _hardly(found: Sensitivity, names: list[str]) -> str:
    if found.method == SAMPLE:
        return (
            f"{upper_first(listed([plain(name) for name in names]))} cannot be told from a value "
            "that does nothing, at this number of runs."
        )
    why = {
        SOBOL: f"total index surely below {wording.SMALL}",
        MORRIS: f"mean effect surely below {wording.SMALL:.0%} of the largest",
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
