"""Words, colours and places that the figures of curves share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from sim.curves.explained import LN2
from sim.curves.question import BASE, HELD, LENDLESS, UNHELD, UNLENT, named
from sim.curves.verdict import AHEAD, BEHIND, LEVEL
from sim.limits.question import FROZEN
from sim.plots import style
from sim.plots.study.words import alike, listed
from sim.plots.words import count_of, plain

LAB, OWN, PUBLISHED = style.BLUE, style.RED, "#6E6E6E"
"""Colours of the simulated lab, of curves with its values, of other curves: legible on a page that
may be light or dark; in words blue, orange and grey."""
DASHES = {
    "exponential": (":", "dot"), "forethought": ("-", "solid"), "metr": ("--", "dash"),
    "forethought_retraining": ("-.", "dashdot"), "semi_endogenous_own": (":", "dot"),
    "forethought_own": ("-", "solid"), "metr_own": ("--", "dash"),
}
"""Dashes of curves, in matplotlib and in plotly."""
SHADES = ("#7FB8DA", "#3F95C8", "#005A8C")
"""Colours of the lab without one thing, two and three."""
MOST_FINE = 100.0
"""Doublings below which two decimals are told."""
MOST_JOINED = 3
"""Curves up to which groups of them are joined by 'and'."""
_LEVELS = {
    BASE: "as it is", HELD: "experiments held", FROZEN: "helped by generation 0 for ever",
    UNHELD: "without retraining time, experiments not held",
    LENDLESS: "experiments held, nothing lent",
    UNLENT: "without retraining time, nothing lent",
}


def label(level: str) -> str:
    """Return a level in words: 'without retraining time and review'.

    >>> label("no_retraining + no_review")
    'without retraining time and review'
    """
    if level in _LEVELS:
        return _LEVELS[level]
    names = [part.removeprefix("no_") for part in level.split(" + ")]
    return "without " + listed(["retraining time" if n == "retraining" else n for n in names])


def lab(found: Any) -> str:
    """Return the name of the lab."""
    return plain(found.model.name) or "the lab"


def colour(name: str) -> str:
    """Return the colour of a curve."""
    return OWN if name.endswith("_own") else PUBLISHED


def doublings(row: Any, name: str = "value") -> str:
    """Return '+1.2 [0.5, 1.9]' of ln units, in doublings."""
    return ends(*(float(row[f"{name}{end}"]) / LN2 for end in ("", "_low", "_high")))


def ends(middle: float, low: float, high: float) -> str:
    """Return a number and its interval; without one, the number."""
    if not math.isfinite(middle):
        return "not known" if math.isnan(middle) else "out of all bounds"
    texts = alike(middle, low, high)
    if max(abs(x) for x in (middle, low, high) if math.isfinite(x)) < MOST_FINE:
        texts = [f"{x + 0.0:.2f}" for x in (middle, low, high)]
        texts = [text.lstrip("-") if text == "-0.00" else text for text in texts]
    return texts[0] + (f" [{texts[1]}, {texts[2]}]" if math.isfinite(low + high) else "")


def stands(standings: Mapping[str, str]) -> str:
    """Return where a lab stands beside curves, by their titles.

    >>> stands({"one": "ahead", "two": "level", "three": "level"})
    'ahead of one and not surely apart from two and three'
    """
    told = []
    for where, words in ((AHEAD, "ahead of"), (BEHIND, "behind"), (LEVEL, "not surely apart from")):
        titles = [title for title, found in standings.items() if found == where]
        if titles:
            told.append(f"{words} {listed(titles)}")
    return "; ".join(told) if len(standings) > MOST_JOINED else listed(told)


def conventions(found: Any, *, short: bool = False) -> list[str]:
    """Return what removing retraining time does by the end, by each convention that there is.

    Parameters
    ----------
    found
        What a study of curves found.
    short
        Without intervals, for a title.
    """
    table = found.effects[(found.effects["date"] == found.model.horizon).to_numpy()]
    rows = {row["level"]: row for _, row in table.iterrows()}
    idle, follows = UNLENT in rows, UNHELD in rows and UNHELD not in found.question.same
    freed = " and freed compute runs more of them" if idle else ""
    words = {
        named(("retraining",)): f" if experiments are held{freed}" if idle or follows else "",
        UNLENT: " if idle training compute is never lent",
        UNHELD: " if experiments follow the frontier",
    }
    told = []
    for level, text in words.items():
        if level in rows and (level != UNHELD or follows):
            gain = doublings(rows[level], "effect")
            gain = gain if gain.startswith("-") else f"+{gain}"
            told.append((gain.partition(" [")[0] if short else gain) + text)
    return told


def runs(found: Any) -> str:
    """Return '24 replications of each on the same random numbers'."""
    return f"{count_of(found.replications, 'replication')} of each on the same random numbers"


def apart(heights: Sequence[float], least: float) -> list[float]:
    """Return heights near the ones given, at least so far from each other, in their order.

    >>> apart([1.0, 1.0, 3.0], 0.5)
    [0.75, 1.25, 3.0]
    """
    order = sorted(range(len(heights)), key=lambda i: (heights[i], i))
    groups: list[list[int]] = []
    places: dict[int, float] = {}
    for i in order:
        groups.append([i])
        while True:
            last = groups[-1]
            middle = sum(heights[j] for j in last) / len(last)
            for at, j in enumerate(last):
                places[j] = middle + (at - (len(last) - 1) / 2) * least
            if len(groups) < 2 or places[last[0]] - places[groups[-2][-1]] >= least - 1e-12:
                break
            groups[-2:] = [groups[-2] + last]
    return [places[i] for i in range(len(heights))]
