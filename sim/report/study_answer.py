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
MORE = 1.5
"""A swing at a level of another lever is said if it is so much larger than over all levels."""
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
    rows = [row for _, row in known.iterrows()]
    rows.sort(key=lambda row: row["factor"] in found.uncertainties)  # choices first
    sure = [row for row in rows if not _unsure(row)]
    most = LITTLE * max((abs(row["swing"]) for row in sure), default=0.0)
    large = [row for row in sure if not _within(row, most)]
    hidden = _hidden(found, known, said=large[0]["factor"] if large else "")
    if not large:
        top = known.iloc[0]
        return (
            f"nothing that was varied moves {plain(outcome)} by more than luck may"
            f"{' over all levels of the others' if hidden else ''}; most does "
            f"{plain(top['factor'])}: {_swing(top, unit)} {numbers.ends_text(top)}{hidden}"
        )
    top, rest = large[0], large[1:]
    chosen = top["factor"] not in found.uncertainties
    drawn = [row for row in rest if chosen and row["factor"] in found.uncertainties]
    unsure = [row for row in rows if _unsure(row)]
    held = f" ({numbers.HELD})" if any(row["method"] == "ranks" for row in drawn) else ""
    parts = [_most(found, top)] + [
        f"{words}: {_listed(some, unit)}"
        for words, some in (
            ("also", [row for row in rest if not _among(row, drawn)]),
            (f"uncertainties{held}", drawn),
            ("small", [row for row in sure if _within(row, most)]),
            ("perhaps only luck", [row for row in unsure if not _within(row, most)]),
            ("hardly any effect", [row for row in unsure if _within(row, most)]),
        )
        if some
    ]
    return "; ".join(parts) + hidden


def details(found: Studied) -> Iterator[str]:
    """Yield what else must be known: what is missing, dates, luck."""
    yield from _missing(found)
    if not len(found.runs):
        return
    if wording.ALL_EQUAL in first(found):
        yield f"{upper_first(wording.EQUAL)}."
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


def _within(row: Any, size: float) -> bool:
    """Return whether a swing is smaller than this, interval and all."""
    return bool(max(abs(row["low_90"]), abs(row["high_90"])) < size)


def _hidden(found: Studied, table: Any, said: str) -> str:
    """Return what a lever does at a level of another and does not on the whole; empty if nothing.

    The largest of such swings whose 99% interval is beyond the swing over all levels, and that is
    half as large again: of so many that are tried some are large by luck. Swings of the factor that
    is `said` first come last.
    """
    whole = {row["factor"]: abs(row["swing"]) for _, row in table.iterrows()}
    rows = numbers.within(found, found.first)
    for row in sorted(rows, key=lambda row: row["factor"] == said):
        known = np.isfinite(row["low_99"]) and row["factor"] in whole
        nearest = max(row["low_99"], -row["high_99"], 0.0)
        over = whole.get(row["factor"], np.inf)
        if known and nearest > over and abs(row["swing"]) > MORE * over:
            unit = found.outcomes[found.first].unit
            return (
                f"; but at {plain(row['other'])} {wording.value(row['at'])} {plain(row['factor'])} "
                f"moves it more: {_swing(row, unit)} {numbers.ends_text(row)}"
            )
    return ""


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
