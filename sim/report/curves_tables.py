"""Tables of a report about curves: gaps and their parts, labs, curves and their parameters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim import web
from sim.curves.explained import GAP, HOLDING, LN2, REMAINING
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
    heads = ["lab", "doublings a year at t = 0", *(curve.title for curve in found.curves)]
    rows = []
    for level in found.levels:
        own = table[(table["level"] == level).to_numpy()].set_index("curve")
        rate = found.rates[(found.rates["level"] == level).to_numpy()].iloc[0]
        rows.append([
            upper_first(phrases.label(level)), phrases.doublings(rate),
            *(phrases.doublings(own.loc[curve.name]) for curve in found.curves),
        ])  # fmt: skip
    return web.table("curves matched anew", heads, rows) + web.paragraph(
        "Curve less lab at the end, in doublings, where the curve starts as fast as that lab: what "
        "removing something does from the first day on is not counted again."
    )


def alone(found: Findings) -> str:
    """Return what each removal does alone, at the end."""
    table = found.effects[(found.effects["date"] == found.model.horizon).to_numpy()]
    rows = [
        (
            upper_first(phrases.label(row["level"])), phrases.doublings(row, "software"),
            phrases.doublings(row, "effect"), str(row["pairs"]),
        )
        for _, row in table.iterrows()
    ]
    return web.table("one thing removed", ["lab", "doublings", "change", "pairs"], rows)


def parameters(found: Findings) -> str:
    """Return the curves with their parameters and where they end."""
    ends = found.paths[(found.paths["date"] == found.model.horizon).to_numpy()].set_index("line")
    rows = []
    for curve in found.curves:
        row = ends.loc[curve.name]
        band = phrases.ends(*(float(row[key]) / LN2 for key in ("median", "low", "high")))
        rows.append((
            curve.title, curve.parameters,
            phrases.ends(float(row["software"]) / LN2, math.nan, math.nan),
            band if curve.draws else "",
        ))  # fmt: skip
    return web.table(
        "curves", ["curve", "parameters", "doublings at the end", "published ranges, median [80%]"],
        rows, words=1,
    )
