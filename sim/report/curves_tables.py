"""Tables of a report about curves: gaps and their parts, labs, curves and their parameters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim import web
from sim.curves.explained import GAP, HOLDING, LN2, REMAINING
from sim.curves.published import AS_PUBLISHED, CASE, SHARE, START, VALUES
from sim.curves.question import HELD
from sim.plots.curves import phrases
from sim.plots.words import date as date_of
from sim.plots.words import upper_first

if TYPE_CHECKING:
    from sim.curves.findings import Findings

STEPS = {HOLDING: "experiments held", "retraining": "retraining time"}
"""Words of what is done from one lab to the next, where they are not its name."""


def curves(found: Findings, date: float) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows: where each curve is at a date, and how far from two labs."""
    table = found.gaps[(found.gaps["date"] == date).to_numpy()].set_index(["curve", "part"])
    lines = found.paths[(found.paths["date"] == date).to_numpy()].set_index("line")
    rows = [
        [
            curve.title,
            phrases.ends(float(lines.loc[curve.name, "software"]) / LN2, math.nan, math.nan),
            phrases.doublings(table.loc[(curve.name, GAP)]),
            phrases.doublings(table.loc[(curve.name, REMAINING)]),
        ]
        for curve in found.curves
    ]  # fmt: skip
    return ["curve", "doublings", "less the lab", "less the lab without all"], rows


def steps(found: Findings, date: float) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows: what the lab gains by a date as one thing after another goes."""
    table = found.gaps[(found.gaps["date"] == date).to_numpy()]
    own = table[(table["curve"] == found.curves[0].name).to_numpy()].set_index("part")
    alone = found.effects[(found.effects["date"] == date).to_numpy()].set_index("level")
    rows = [
        [
            STEPS.get(part, part), phrases.doublings(own.loc[part]),
            phrases.doublings(alone.loc[f"no_{part}"], "effect") if part != HOLDING else "",
        ]
        for part in own.index[1:-1]
    ]  # fmt: skip
    return ["removed", "after those above", "alone"], rows


def gaps(found: Findings) -> str:
    """Return gaps and their parts, at half time and at the end."""
    shown = []
    for date in found.ends:
        when = date_of(found.model, date)
        shown.append(f"<h3>{when}</h3>")
        for name, (heads, rows) in (
            ("curves", curves(found, date)), ("removed", steps(found, date))
        ):
            shown.append(web.table(f"{name}, {when}", heads, rows))
    return "".join(shown) + web.paragraph(
        "Doublings of software, with 90% intervals. Curves are matched to the lab as it is. What a "
        "curve is ahead of the lab is what is gained as one thing after another is removed, "
        "and what it is ahead of the lab without all. The order matters."
    )


def rematched(found: Findings) -> str:
    """Return how far curves are from labs to which they are matched anew, at the end."""
    table = found.rematched[(found.rematched["date"] == found.model.horizon).to_numpy()]
    table = table.set_index(["curve", "level"])
    levels = [level for level in found.levels if level != HELD]
    rates = found.rates.set_index("level")
    rows = [["Start, doublings a year", *(phrases.doublings(rates.loc[one]) for one in levels)]]
    rows += [
        [curve.title, *(phrases.doublings(table.loc[(curve.name, one)]) for one in levels)]
        for curve in found.curves
    ]
    heads = [phrases.label(levels[0]), *(f"without {_last(level)}" for level in levels[1:])]
    return web.table("curves matched anew", ["curve", *heads], rows) + web.paragraph(
        "Curve less lab at the end, in doublings, where the curve starts as fast as that lab: the "
        "lab as it is, and without ever more from left to right. What removing something does to "
        "the start is not counted here; the other tables count it as gained."
    )


def claims(found: Findings) -> str:
    """Return what published models claim, as published, from the lab's start, with its values."""
    table = found.claims.set_index(["model", "variant"])
    years, months = CASE
    names = {
        "forethought": f"Forethought: chance of {years:g} years of progress in {months:g} months",
        "metr": f"METR: {SHARE:.0%} of AI research automated",
    }
    variants = (AS_PUBLISHED, START, VALUES)
    rows = [
        [name, *(
            "" if (model, variant) not in table.index
            else _claim(model, float(table.loc[(model, variant)]["value"]))
            for variant in variants
        )] for model, name in names.items()
    ]  # fmt: skip
    heads = ["claim", "as published", "from the lab's start", "and with the lab's values"]
    return web.table("what published models claim", heads, rows) + web.paragraph(
        "Chances over the published ranges, dates at their midpoints. The lab's start replaces "
        "Forethought's speed-up f and METR's growth of software today; the lab's values replace r "
        "and p, and returns, beta and growth of people and compute."
    )


def _claim(model: str, value: float) -> str:
    if model == "forethought":
        return f"{value:.0%}"
    return f"{value:.1f}" if math.isfinite(value) else "never"


def _last(level: str) -> str:
    """Return what is removed at a level after all that went before."""
    last = level.rpartition("no_")[2]
    words = {"retraining": "retraining time"}.get(last, last)
    return words if level == f"no_{last}" else f"{words}, too"


def alone(found: Findings) -> str:
    """Return what each removal does alone, at the end."""
    table = found.effects[(found.effects["date"] == found.model.horizon).to_numpy()]
    rows = [
        (
            upper_first(phrases.label(row["level"])), phrases.doublings(row, "software"),
            phrases.doublings(row, "effect"), phrases.label(row["against"]), str(row["pairs"]),
        )
        for _, row in table.iterrows()
    ]
    heads = ["lab", "doublings", "change", "against the lab", "pairs"]
    return web.table("one thing removed", heads, rows)


def parameters(found: Findings) -> str:
    """Return the curves with their parameters and where they end."""
    ends = found.paths[(found.paths["date"] == found.model.horizon).to_numpy()].set_index("line")
    rows = []
    for curve in found.curves:
        row = ends.loc[curve.name]
        band = phrases.ends(*(float(row[key]) / LN2 for key in ("median", "low", "high")))
        rows.append((
            curve.title, phrases.ends(float(row["software"]) / LN2, math.nan, math.nan),
            band if curve.draws else "",
        ))  # fmt: skip
    heads = ["curve", "doublings at the end", "published ranges, median [80%]"]
    return web.definitions(
        {curve.title: upper_first(curve.parameters) for curve in found.curves}
    ) + web.table("curves", heads, rows)
