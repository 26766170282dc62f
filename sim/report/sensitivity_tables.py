"""Tables of a sensitivity analysis: for the terminal, the page and other programs."""

from __future__ import annotations

from html import escape
from math import isfinite
from typing import TYPE_CHECKING, Any

from sim import web
from sim.model.catalogue import lookup
from sim.plots.sensitivity import words as wording
from sim.plots.sensitivity.words import MORRIS, SOBOL
from sim.plots.study.words import UNKNOWN, alike, value
from sim.plots.words import plain, upper_first
from sim.study.paths import value_at

if TYPE_CHECKING:
    import pandas as pd

    from sim.study.sensitivity import Sensitivity

HIGHER = "if higher"
"""Heading of which way a value works."""
Rows = tuple[list[str], list[tuple[str, ...]]]
"""Headings, and the cells of each row."""


def kept(found: Sensitivity) -> dict[str, pd.DataFrame]:
    """Return the tables for other programs by name."""
    tables = {
        "sobol": found.first_and_total, "morris": found.morris, "pawn": found.pawn,
        "variance": found.variance, "correlations": found.rank_correlations,
    }
    return {name: table for name, table in tables.items() if table is not None}


def of_outcome(found: Sensitivity, outcome: str) -> Rows:
    """Return what each factor does to an outcome, the largest first."""
    noise = wording.distances(found, outcome).set_index("factor")
    rows: list[tuple[str, ...]] = []
    if found.method == SOBOL:
        table = wording.indices(found, outcome)
        heads = ["unknown", "first index", "total index", HIGHER, "PAWN"]
        rows = [
            (plain(row["factor"]), _index(row, "first"), _index(row, "total"),
             _way(found, outcome, row["factor"]), _distance(noise.loc[row["factor"]]))
            for _, row in table.iterrows()
        ]
    elif found.method == MORRIS:
        table = wording.walks(found, outcome)
        heads = ["unknown", "mu*", "mu", "sigma", HIGHER, "PAWN"]
        for _, row in table.iterrows():
            names = ("mu_star", "mu_star_low", "mu_star_high", "mu", "sigma")
            star, low, high, mu, sigma = alike(*(float(row[name]) for name in names))
            rows.append((plain(row["factor"]), f"{star} [{low}, {high}]", mu, sigma,
                         _way(found, outcome, row["factor"]),
                         _distance(noise.loc[row["factor"]])))
    else:
        heads = ["unknown", "PAWN, median", "maximum", "of noise", "rank correlation"]
        ranks = found.rank_correlations
        ranks = ranks[(ranks["outcome"] == outcome).to_numpy()].set_index("factor")
        rows = [
            (plain(row["factor"]), _index(row, "median"), _index(row, "maximum"),
             f"{row['dummy']:.2f}", _correlation(ranks, row["factor"]))
            for _, row in wording.distances(found, outcome).iterrows()
        ]
    return heads, rows


def heading(found: Sensitivity, outcome: str) -> str:
    """Return 'capability (OOM): 84% [80%, 88%] of the variance is not luck'."""
    row, label = wording.variance(found, outcome), wording.label(found, outcome)
    if outcome not in wording.outcomes(found):
        return f"{label}: what is not known moves it no further than luck does"
    if not isfinite(row["share"]):
        return label
    share = wording.percent(*(float(row[name]) for name in ("share", "share_low", "share_high")))
    return f"{label}: {share} of the variance is what is not known"


def indices(found: Sensitivity) -> str:
    """Return the table of each outcome as HTML."""
    parts = []
    for outcome in found.outcomes:
        parts.append(f"<h3>{escape(upper_first(heading(found, outcome)))}</h3>")
        if outcome in wording.outcomes(found):
            parts.append(web.table(outcome, *of_outcome(found, outcome)))
    return "".join(parts)


def split(found: Sensitivity) -> str:
    """Return how the variance of each outcome is split."""
    sobol = found.method == SOBOL
    heads = ["outcome", "mean", "80% of runs", "sd, not known", "sd, luck", "share not known"]
    heads += ["sum of first indices", "interactions"] if sobol else []
    rows = []
    for outcome in found.outcomes:
        row = wording.variance(found, outcome)
        cells = [
            upper_first(wording.label(found, outcome)), value(row["mean"]),
            f"{value(row['p10'])} to {value(row['p90'])}" if isfinite(row["p10"]) else UNKNOWN,
            *(value(max(float(row[name]), 0.0) ** 0.5) for name in ("parameters", "luck")),
            wording.percent(*(float(row[n]) for n in ("share", "share_low", "share_high")))
            if isfinite(row["share"]) else UNKNOWN,
        ]
        if sobol:
            cells += [
                _index(row, name) if isfinite(row[name]) else UNKNOWN
                for name in ("sum_first", "interactions")
            ]
        rows.append(tuple(cells))
    return web.table("variance", heads, rows)


def varied(found: Sensitivity) -> str:
    """Return what was varied: paths, ranges, the lab's own values, and where they come from."""
    study = found.results.study
    base = next(iter(found.results.plan.bases.values()))
    scenario = study.scenarios[0].split()[0]
    rows, words = [], dict[str, str]()
    for name, factor in study.factors.items():
        path = factor.paths[0] if len(factor.paths) == 1 else ""
        entry = lookup(path, scenario) if path else None
        rows.append((
            plain(name), ", ".join(factor.paths) or "scenario", _range(factor), _own(base, path),
        ))
        if entry:
            words[plain(name)] = f"{entry.sentence} ({entry.tag}) {entry.source}"
    heads = ["unknown", "path", "varied", "the lab's own"]
    table = web.table("what was varied", heads, rows, words=2)
    return table + ("<h3>What they are, and where they come from</h3>" + web.definitions(words)
                    if words else "")


def meanings(found: Sensitivity) -> dict[str, str]:
    """Return what each unknown is, in the catalogue's words, by name; without those it has not."""
    scenario = found.results.study.scenarios[0].split()[0]
    entries = {
        plain(name): lookup(factor.paths[0], scenario)
        for name, factor in found.results.study.factors.items() if len(factor.paths) == 1
    }
    return {name: entry.sentence for name, entry in entries.items() if entry}


def terms(found: Sensitivity) -> dict[str, str]:
    """Return what the headings of `of_outcome` mean."""
    own = {
        SOBOL: {
            "first index": "the share of the variance (luck aside) that would go if this value "
            "alone were known",
            "total index": "the share that would be left if all others were known",
        },
        MORRIS: {
            "mu*": "how far the whole range of this value moves the outcome, on average",
            "mu": "the same with its sign",
            "sigma": "how much that differs with where the values stand",
        },
    }.get(found.method, {
        "of noise": "what the median of a value that does nothing is below in 95 of 100 cases",
        "rank correlation": "from -1 to 1: whether high values go with high outcomes",
    })
    if found.method in (SOBOL, MORRIS):
        own[HIGHER] = "what a higher value does to the outcome, on the whole"
    return own | {
        "PAWN": "from 0 to 1: how far the distribution of the outcome moves once the value is "
        "known; (noise): not told from a value that does nothing at this number of runs",
    }


def _way(found: Sensitivity, outcome: str, factor: str) -> str:
    """Return which way a value works: 'more', 'less', of a date 'later', 'earlier'."""
    more, less = ("later", "earlier") if wording.is_date(found, outcome) else ("more", "less")
    return {1: more, -1: less, 0: UNKNOWN}[wording.direction(found, outcome, factor)]


def _own(base: Any, path: str) -> str:
    """Return the value of the lab itself."""
    try:
        found = value_at(base, path)
    except (KeyError, TypeError):
        return UNKNOWN
    return value(found) if isinstance(found, int | float) else str(found)


def _range(factor: Any) -> str:
    if factor.distribution is not None:
        return str(factor.distribution.text())
    return ", ".join(value(level) for level in factor.levels)


def _index(row: Any, name: str) -> str:
    return wording.index(*(float(row[key]) for key in (name, f"{name}_low", f"{name}_high")))


def _distance(row: Any) -> str:
    return f"{row['median']:.2f}" + ("" if row["beyond_noise"] else " (noise)")


def _correlation(ranks: pd.DataFrame, factor: str) -> str:
    if factor not in ranks.index:
        return UNKNOWN
    row = ranks.loc[factor]
    return wording.index(*(float(row[name]) for name in ("correlation", "low", "high")))
