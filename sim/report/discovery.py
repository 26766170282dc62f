"""The page about a discovery: where it happens, how surely that is known, how it was found."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim import store, web
from sim.plots import discovery as plots
from sim.plots.discovery import phrases
from sim.plots.words import count_of, duration, plain, upper_first
from sim.report import discovery_answer as answer
from sim.report import figures, shell
from sim.report.origin import origin
from sim.study.discovery import held_out, prim, quasi_p

if TYPE_CHECKING:
    from sim.study.discovery import Discovery

FILES = {
    "discovery.csv": "a row per limit of each box",
    "discovery_peeling.csv": "a row per box on the way of peeling: coverage, density, mass",
    "discovery.json": "all of it, with where it comes from, for programs",
    "runs.parquet": "a row per run: point, replication, how it ended, outcomes",
    "points.parquet": "a row per point: the value of each factor",
    "figures/": "the figures for print (PNG, SVG)",
}
"""What stands beside the page."""


def write(found: Discovery, path: Path) -> None:
    """Write the page; InputError if it cannot be written."""
    store.write_page(path, html(found))


def html(found: Discovery) -> str:
    """Return the page about a discovery."""
    return shell.page(
        title=f"When is {phrases.condition(found)}?", lede=_lede(found),
        answers=list(answer.sentences(found)), details=answer.details(found),
        parts=(
            ("Limits", _limits(found)),
            ("Figures", figures.drawn(plots.shown(found), found)),
            ("How good the boxes are", _boxes(found)),
            ("All factors", _factors(found)),
            ("How boxes are found", _how(found)),
            ("Where this comes from", origin(
                found.results.manifest, command(found), FILES, study=found.results.study.name,
                said="This command finds it again in the same runs:",
            )),
        ),
        version=str(found.results.manifest.get("recursim", "")),
    )  # fmt: skip


def _lede(found: Discovery) -> Iterator[str]:
    study = found.results.study
    if study.question:
        yield study.question
    yield (
        f"Scenario discovery in the study {plain(study.name)} over "
        f"{duration(float(np.max(found.results.horizon)))}: under which values of "
        f"{count_of(len(found.factors), 'factor')} does it happen that "
        f"{phrases.condition(found)}? {upper_first(phrases.sample(found))}."
    )


def _limits(found: Discovery) -> str:
    rows = [
        (row["limit"], str(row["box"]), phrases.p_text(row["quasi_p"]), f"{row['returned']:.0%}")
        for row in answer.limits(found)
    ]
    if not rows:
        return ""
    return web.table("limits of the boxes", [
        "limit", "box", "quasi-p", "came back"
    ], rows) + web.paragraph(
        "Quasi-p: chance that as many or more such runs were inside if this limit told nothing; "
        f"limits from {quasi_p.WEAK:g} on were dropped. As the same points chose the limit, a "
        f"small value is no proof. Came back: in how many of {held_out.HALVES} halves of the "
        "points, drawn at random, the factor is restricted again."
    )


def _boxes(found: Discovery) -> str:
    rows = []
    for number, one in enumerate(phrases.boxes(found), 1):
        for where, rated in (("other points", one.expected), ("its own points", one.own)):
            rows.append((
                f"{number}, {where}", phrases.limits(found, one),
                phrases.share(rated.density), phrases.share(rated.coverage),
                phrases.percent(rated.mass), phrases.percent(one.rate),
            ))
    heads = ["box, measured on", "limits", "density", "coverage", "mass", "density of all"]
    return web.table("how good boxes are", heads, rows, words=1) + web.paragraph(
        "Density: share of the runs inside in which it happened. Coverage: share of all that "
        "happened (for a further box: outside those before) which happened inside. Mass: share of "
        "the points inside. On its own points a box looks too good. What is expected on others is "
        "told by cross-validation: boxes found on nine tenths of the points keep "
        f"{found.tried.held.left:.0%} of their gain in density on the tenth held out, and so much "
        "is left of the first box's gain here. 90% intervals."
    )


def _factors(found: Discovery) -> str:
    rows = []
    for name in found.factors:
        kept = [
            phrases.limit(found, name, one.box.of(name))
            for one in found.boxes if name in one.box.limits
        ]
        if phrases.is_number(found, name):
            values = np.asarray(found.points[name], dtype=float)
            unit = found.results.study.factors[name].unit
            ends = f"{phrases.amount(values.min(), unit)} to {phrases.amount(values.max(), unit)}"
        else:
            ends = ", ".join(map(plain, phrases.levels(found, name)))
        rows.append((
            plain(name), ends, "; ".join(kept) or "free", f"{found.tried.held.returned[name]:.0%}"
        ))
    heads = ["factor", "varied", "in the boxes", "came back"]
    return web.table("all factors", heads, rows, words=2)


def _how(found: Discovery) -> str:
    return web.paragraph(
        "PRIM, the patient rule induction method (Friedman & Fisher 1999, "
        "https://doi.org/10.1023/A:1008894516817; as scenario discovery Bryant & Lempert 2010, "
        "https://doi.org/10.1016/j.techfore.2009.08.002). A case is a point; its weight is the "
        "share of its runs in which it happened. Starting with all points, slices of "
        f"{prim.ALPHA:.0%} of the points inside (of texts: one level) are taken away, each time "
        "that after which the mean weight has risen most for each point lost. Of the boxes on this "
        f"way, the densest that covers {found.target:.0%} of what happened is taken; ends that may "
        "as well be noise are dropped, which widens it; its ends are moved out again where that "
        "raises the mean. Further boxes are looked for among the points outside, and count if it "
        "happens in them more often than in the study as a whole. A box counts only if it is "
        "surely more frequent inside on points that did not choose it."
    )


def command(found: Discovery) -> str:
    """Return the shell command that finds it again."""
    words = [f"study={found.results.folder}", f"when={found.condition.text}"]
    how = [f"coverage={found.target:g}", f"boxes={found.most}"]
    return shlex.join(["recursim", "task=discover", *words, *how])
