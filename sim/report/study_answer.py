"""The answer of a study: what its first outcome depends on, in a sentence with its uncertainty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.plots.study import Studied, dates, luck, numbers, response
from sim.plots.study import words as wording
from sim.plots.words import count_of, duration, plain, upper_first
from sim.report.phrases import REASONS

LITTLE = 0.25
"""A swing within this share of the largest, interval and all, hardly matters."""
MOST_NAMED = 3
"""Factors that are named of each sort."""
WHOLE = ("horizon", "deadlock")


def sentences(found: Studied) -> list[str]:
    """Return what there is to say first: of the first outcome, then of dates, then of luck."""
    if not len(found.runs):
        return ["No run of this study is finished, so there is nothing to say yet."]
    of = f"({wording.LEVEL}s, {sample_text(found)})"
    return [f"{upper_first(first(found))} {of}."]


def first(found: Studied) -> str:
    """Return what the first outcome depends on: 'capability rises from 0.75 to 0.94 OOM …'."""
    outcome, unit = found.first, found.outcomes[found.first].unit
    if not found.moved:
        return _alone(found)
    table = numbers.swings(found, outcome)
    known = table[table["swing"].notna().to_numpy()]
    if known.empty:
        return f"what {plain(outcome)} depends on cannot be told from so few runs"
    top = known.iloc[0]
    if _unsure(top):
        return (
            f"nothing that was varied moves {plain(outcome)} by more than luck may; most does "
            f"{plain(top['factor'])}: {_swing(top, unit)} {numbers.ends_text(top)}"
        )
    parts = [_most(found, top)]
    rest = [row for _, row in known.iloc[1:].iterrows()]
    small = LITTLE * abs(top["swing"])
    little = [row for row in rest if max(abs(row["low_90"]), abs(row["high_90"])) < small]
    unsure = [row for row in rest if _unsure(row) and not _among(row, little)]
    sure = [row for row in rest if not _among(row, [*little, *unsure])]
    for words, rows in (
        ("also", sure), ("perhaps only luck", unsure), ("hardly any effect", little),
    ):
        if rows:
            parts.append(f"{words}: {_listed(rows, unit)}")
    return "; ".join(parts)


def details(found: Studied) -> Iterator[str]:
    """Yield what else must be known: what is missing, dates, luck."""
    yield from _missing(found)
    if not len(found.runs):
        return
    if len(found.levers) > 1 and response.shows(found):
        yield f"{response.words(found)[0]}."
    for outcome in found.dates:
        count = int(np.isnan(found.runs[outcome].to_numpy()).sum())
        name, meaning = upper_first(plain(outcome)), found.outcomes[outcome].meaning
        what = f"{name} ({meaning}) is reached within"
        said = f"{what} {duration(found.days)} {dates.share_text(found, outcome)}"
        if 0 < count < len(found.runs):
            said += (
                f", each point alike; {count:,} of {len(found.runs):,} runs are censored: not "
                "reached within their time"
            )
        yield f"{said}."
    if luck.shows(found):
        yield f"{luck.words(found)[0]}; the rest is luck."


def sample_text(found: Studied) -> str:
    """Return '9 points, 8 replications each, 72 runs of 1 year'."""
    counts = np.unique(found.runs.groupby("point").size().to_numpy())
    each = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    noun = "replication" if each == "1" else "replications"
    points = count_of(len(found.ran), "point")
    each = f"{each} {noun} each" if len(found.ran) > 1 else f"{each} {noun}"
    return f"{points}, {each}, {count_of(len(found.runs), 'run')} of {duration(found.days)}"


def _alone(found: Studied) -> str:
    """Return what the outcome is where nothing was varied."""
    from sim.study import statistics

    how = {name: found.how[name] for name in ("dates", "horizon")}
    row = statistics.per_point(found.runs, [found.first], **how).iloc[0]
    unit = found.outcomes[found.first].unit
    if found.is_date(found.first):
        ends = row["q50"], row["q50_low"], row["q50_high"]
    else:
        ends = row["mean"], row["low_90"], row["high_90"]
    return f"{plain(found.first)} is {wording.interval(*ends, unit)}"


def _most(found: Studied, top: Any) -> str:
    """Return what the factor does that moves the outcome most."""
    outcome, factor = found.first, top["factor"]
    if not found.is_number(factor) and len(found.levels(factor)) > 2:
        return numbers.best_and_worst(found, outcome, factor)
    unit = found.outcomes[outcome].unit
    low, high = wording.alike(top["mean_low"], top["mean_high"])
    verb = "rises" if top["swing"] > 0 else "falls"
    return (
        f"{numbers.named(found, outcome, top)} {verb} from {low} to {high} {unit} "
        f"({_swing(top, '')}) with {plain(factor)} {numbers.ends_text(top)}"
    )


def _unsure(row: Any) -> bool:
    return not (row["low_90"] > 0 or row["high_90"] < 0)


def _among(row: Any, rows: list[Any]) -> bool:
    return any(row["factor"] == other["factor"] for other in rows)


def _listed(rows: list[Any], unit: str) -> str:
    """Return 'engineers (+0.12 [0.05, 0.19] OOM) and review (…)'."""
    names = []
    for row in rows[:MOST_NAMED]:
        ends = f" {numbers.ends_text(row)}" if row["method"] == "levels" else ""
        names.append(f"{plain(row['factor'])} ({_swing(row, unit)}{ends})")
    if len(rows) > MOST_NAMED:
        names.append(f"{len(rows) - MOST_NAMED} more")
    return wording.listed(names)


def _swing(row: Any, unit: str) -> str:
    return numbers.swing_text(row, unit)


def _missing(found: Studied) -> Iterator[str]:
    """Yield what is not there: runs that are still to come, failed, or ended early."""
    planned = found.manifest.get("runs")
    status, done = found.manifest.get("status"), len(found.results.runs)
    if status not in (None, "finished"):
        of = f" of {planned:,} planned" if isinstance(planned, int) else ""
        yield f"This study is not finished (status: {status}): {done:,}{of} runs are counted here."
    if found.failed:
        yield (
            f"{count_of(found.failed, 'run')} of {done:,} failed in the engine and "
            f"{'is' if found.failed == 1 else 'are'} left out; see below."
        )
    reasons: Counter[str] = Counter(found.runs["end_reason"])
    early = {name: number for name, number in reasons.items() if name not in WHOLE}
    if early:
        why = "; ".join(
            f"{number:,} because {REASONS.get(name, name)}" for name, number in early.items()
        )
        total = sum(early.values())
        yield (
            f"{count_of(total, 'run')} of {done:,} ended before the horizon: {why}. What is "
            "counted up to the end is not known of them."
        )
