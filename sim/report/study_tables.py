"""Tables of a study's report: its points, what luck does, how runs ended, what was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import web
from sim.plots.study import Studied, axes, luck, numbers
from sim.plots.study import words as wording
from sim.plots.words import count_of, duration, plain, upper_first
from sim.study import statistics

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 200
"""Points that the table shows."""
MOST_FAILED = 10
"""Failed runs that are named."""
MOST_LEVELS = 12
"""Levels of a factor that are named."""
NOTES = (
    "Means over the replications of each point, with 90% confidence intervals (Student's t). Of "
    "dates: the median, and the share of runs that reach it within the horizon (Kaplan-Meier; "
    "Wilson's interval)."
)


def points(found: Studied) -> str:
    """Return the points with their outcomes, sorted by the first."""
    if not len(found.runs):
        return ""
    how = {name: found.how[name] for name in ("dates", "horizon")}
    table = statistics.per_point(found.runs, list(found.outcomes), **how)
    by_outcome = {
        name: part.set_index("point") for name, part in table.groupby("outcome", sort=False)
    }
    order = _order(found, by_outcome[found.first])
    columns = ["point", *(axes.name(found, name) for name in found.study.factors)]
    for name in found.outcomes:
        label = wording.label(found, name)
        columns += [label, "90% interval"] if not found.is_date(name) else [
            f"median {label}", "reached by"]
    columns.append("runs")
    shown = order[:MOST_ROWS]
    cells = {name: _cells(found, name, part.loc[shown]) for name, part in by_outcome.items()}
    counts = table.groupby("point")["n"].max()
    rows = [
        (
            str(point),
            *(wording.value(found.points.at[point, name]) for name in found.study.factors),
            *(cell for column in cells.values() for cell in column[i]), f"{counts[point]:,}",
        )
        for i, point in enumerate(shown)
    ]
    named = [name for name in found.study.factors if not found.is_number(name)]
    first = list(found.study.factors)[: len(named)] == named
    body = web.table("Points", columns, rows, words=len(named) if first else 0)
    count = len(order)
    cut = f"The first {MOST_ROWS} of {count:,} points, sorted by " if count > MOST_ROWS else (
        f"All {count_of(count, 'point')}, sorted by "
    )
    way = "the earliest first" if found.is_date(found.first) else "the highest first"
    rest = (
        f"<p>{escape(f'{cut}{plain(found.first)}, {way}. ')}All of them as a file: "
        f"<code>recursim task=results study={escape(found.called)} export=table.csv</code></p>"
    )
    equal = any(" equal)" in text for column in cells.values() for _, text in column)
    notes = f"{NOTES} {upper_first(wording.EQUAL)}." if equal else NOTES
    return rest + body + web.paragraph(notes)


def _order(found: Studied, first: pd.DataFrame) -> list[int]:
    """Return the points in order of their first outcome; what is not known comes last."""
    keys = [first.index.to_numpy()]
    if found.is_date(found.first):
        keys += [-first["reached"].to_numpy(), first["q50"].to_numpy()]
    else:
        keys += [-first["mean"].to_numpy()]
    return [int(point) for point in first.index.to_numpy()[np.lexsort(keys)]]


def _cells(found: Studied, outcome: str, table: pd.DataFrame) -> list[tuple[str, str]]:
    """Return what an outcome is at each point, and how surely; numbers with the same decimals."""
    if found.is_date(outcome):
        rows = table.to_dict("records")
        return [(wording.value(row["q50"]), _share(row)) for row in rows]
    texts = wording.alike(*table[["mean", "low_90", "high_90"]].to_numpy(float).ravel())
    triples = zip(*[iter(texts)] * 3, strict=True)
    cells = []
    for (middle, low, high), row in zip(triples, table.to_dict("records"), strict=True):
        text = f"[{low}, {high}]" if low != wording.UNKNOWN else wording.UNKNOWN
        if wording.no_width(row["low_90"], row["high_90"]):
            text = f"(all {row['n']:,} equal)"
        cells.append((middle, text))
    return cells


def _share(row: Any) -> str:
    if np.isnan(row["reached"]):
        return wording.UNKNOWN
    return f"{row['reached']:.0%} [{row['reached_low']:.0%}, {row['reached_high']:.0%}]"


def split(found: Studied) -> str:
    """Return how much of each outcome's variance is luck and how much parameters."""
    if not luck.shows(found):
        return ""
    table = found.kept("luck", numbers.shares)
    rows = []
    for row in table.to_dict("records"):
        known = np.isfinite(row["share"])
        sds = [np.sqrt(row[name]) for name in ("parameters", "luck")]
        texts = wording.alike(*sds)
        rows.append((
            wording.label(found, row["outcome"])
            + ("" if row["measure"] == "value" else ", at most the horizon"),
            *texts, luck.text(row) if known else "–", str(row["points"]), str(row["runs"]),
        ))
    notes = [
        "Standard deviation between points beyond what luck gives them (parameters), and between "
        "replications at one point (luck); the share is one of variances, with its 90% interval."
    ]
    if table["negative"].any():
        names = wording.listed([plain(n) for n in table.loc[table["negative"], "outcome"]])
        notes.append(f"Points differ less than luck lets expect in {names}: 0 is shown.")
    columns = ("outcome", "sd of parameters", "sd of luck", "share of parameters", "points", "runs")
    return "".join(map(web.paragraph, notes)) + web.table("Luck and parameters", columns, rows)


def ends(found: Studied) -> str:
    """Return how runs ended, and which of them failed."""
    table = found.results.runs
    counts = Counter(table["end_reason"])
    shown = web.table("How runs ended", ("end", "runs"), [
        (name, f"{number:,}") for name, number in counts.most_common()
    ])
    if not found.failed:
        return shown if len(counts) > 1 else ""
    failed = table[(table["end_reason"] == "failed").to_numpy()]
    messages = Counter(failed["error"])
    rows = []
    for message, number in messages.most_common(MOST_FAILED):
        run = failed[(failed["error"] == message).to_numpy()].iloc[0]
        rows.append((
            message, f"{number:,}",
            f"recursim task=replay study={found.called} point={run['point']} "
            f"replication={run['replication']}",
        ))
    intro = (
        f"{count_of(found.failed, 'run')} failed in the engine: no outcome is known of them. A "
        "failed run can be replayed:"
    )
    if len(messages) > MOST_FAILED:
        intro = f"{intro[:-1]} (the {MOST_FAILED} most frequent of {len(messages)} errors):"
    return shown + web.paragraph(intro) + web.table(
        "Failed runs", ("error", "runs", "one of them"), rows, words=2
    )


def asked(found: Studied) -> str:
    """Return the study's definition: factors, outcomes, design, seed, replications."""
    study = found.study
    factors = web.table(
        "Factors", ("factor", "kind", "values", "what it changes"),
        [(plain(name), study.factors[name].kind, _values(found, name), _changes(found, name))
         for name in study.factors], words=3,
    )
    outcomes = web.table(
        "Outcomes", ("outcome", "unit", "what it is"),
        [(plain(name), one.unit or "–", one.meaning) for name, one in study.outcomes.items()],
        words=2,
    )
    return f"{factors}{outcomes}{web.definitions(dict(_how(found)))}"


def _values(found: Studied, name: str) -> str:
    factor = found.study.factors[name]
    if factor.distribution is not None:
        return str(factor.to_dict()["uncertainty"])
    levels = [wording.value(level) for level in factor.levels or found.levels(name)]
    if len(levels) > MOST_LEVELS:
        levels = [*levels[: MOST_LEVELS - 1], "…", levels[-1]]
    unit = f" {factor.unit}" if factor.unit else ""
    return ", ".join(levels) + unit


def _changes(found: Studied, name: str) -> str:
    factor = found.study.factors[name]
    if factor.kind == "scenario":
        return "the whole scenario"
    if factor.scale:
        return ", ".join(
            f"{path} × value" + (f"^{power:g}" if power != 1 else "")
            for path, power in factor.scale.items()
        )
    return ", ".join(factor.paths)


def _how(found: Studied) -> Iterator[tuple[str, str]]:
    study = found.study
    if study.question:
        yield "question", study.question
    yield "base", ", ".join(study.scenarios)
    if study.set:
        yield "set in all of them", ", ".join(f"{k}={v}" for k, v in study.set.items())
    yield "length of a run", duration(found.days)
    yield "design", f"{study.design!r}: {count_of(len(found.points), 'point')}"
    if study.correlations:
        yield "rank correlations", ", ".join(
            f"{plain(a)} and {plain(b)}: {rho:g}" for (a, b), rho in study.correlations.items()
        )
    until = f"{study.replications} at each point"
    if study.stop:
        until += (
            f" at first; more until the {study.stop.level:.0%} interval of "
            f"{plain(study.stop.outcome)} is ± {study.stop.half_width:g} or less, at most "
            f"{study.stop.at_most}"
        )
    yield "replications", until
    yield "random numbers", {
        "common": "common: replication n draws the same numbers at every point",
        "independent": "independent at every point",
        "rows": "by row: replication n draws the same numbers at the points of a row",
    }[study.random_numbers]
    yield "seed", str(study.seed)
