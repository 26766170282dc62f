"""The page about curves laid over a lab: the answer first, then figures and tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim import store, web
from sim.curves.removed import STEPS
from sim.plots import curves as plots
from sim.plots.curves import phrases
from sim.plots.words import count_of, duration, upper_first
from sim.report import curves_answer, curves_tables, figures, shell
from sim.report.origin import command_of, origin

if TYPE_CHECKING:
    from sim.curves.findings import Findings

FILES = {
    "gaps.csv": "gap of each curve, and what removing things takes of it",
    "paths.csv": "software by date, of labs and curves",
    "rates.csv": "how fast each lab starts",
    "rematched.csv": "gap to each lab of the curve that starts as fast",
    "effects.csv": "what each removal does alone",
    "claims.csv": "what published models claim, as published and from the lab's start",
    "runs.parquet": "a row per run: point, replication, how it ended, outcomes",
    "points.parquet": "a row per point: what was changed",
    "study.yaml": "the study with nothing left implicit",
    "figures/": "the figures for print (PNG, SVG)",
}
"""What stands beside the report."""


def write(found: Findings, path: Path) -> None:
    """Write the page; InputError if it cannot be written."""
    store.write_page(path, html(found))


def html(found: Findings) -> str:
    """Return the page about curves laid over a lab."""
    manifest = found.results.manifest
    return shell.page(
        title=f"{upper_first(phrases.lab(found))} and the field's curves", lede=_lede(found),
        answers=curves_answer.sentences(found), details=curves_answer.details(found),
        parts=(
            ("Figures", figures.drawn(plots.shown(found), found)),
            ("Not matched: what is published", curves_tables.claims(found)),
            ("The gap and its parts", curves_tables.gaps(found)),
            ("One thing removed", curves_tables.alone(found)),
            ("Curves that start as fast as the changed lab", curves_tables.rematched(found)),
            ("The curves", curves_tables.parameters(found)),
            ("What was removed", _removed()),
            ("Largest assumptions", shell.largest(found.model)),
            ("Where this comes from", origin(manifest, command_of(manifest, "curves"), FILES)),
        ),
        version=str(manifest.get("recursim", "")),
    )  # fmt: skip


def _lede(found: Findings) -> Iterator[str]:
    yield "How far do the field's growth curves lie from a simulated lab, and why?"
    given = shell.changed(found.results.manifest.get("overrides", ()))
    with_ = f", with {' '.join(given)}," if given else ""
    yield (
        f"{upper_first(phrases.lab(found))}{with_} over {duration(found.model.horizon)}, with and "
        f"without what curves leave out: {count_of(len(found.results.points), 'lab')}, "
        f"{phrases.runs(found)}, {count_of(len(found.results.runs), 'run')}."
    )


def _removed() -> str:
    """Return what each removal is, as its function says."""
    words = {
        upper_first(name): " ".join((change.__doc__ or "").split()).removeprefix("Return the ")
        for name, change in STEPS.items()
    }
    return web.definitions({name: upper_first(text) for name, text in words.items()})
