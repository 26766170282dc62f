"""The page about what limits a lab: the answer first, then figures and tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim import store
from sim.plots import limits as plots
from sim.plots.words import count_of, duration, plain, upper_first
from sim.report import figures, limits_answer, limits_tables, shell
from sim.report.origin import command_of, origin

if TYPE_CHECKING:
    from sim.limits.findings import Findings

FILES = {
    "effects.csv": "what lifting each limit does to each outcome",
    "elasticities.csv": "elasticity of progress to each driver",
    "regimes.csv": "regime of each generation and of each part of the run",
    "interactions.csv": "pairs of limits lifted together",
    "runs.parquet": "a row per run: point, replication, how it ended, outcomes",
    "points.parquet": "a row per point: what was changed",
    "study.yaml": "the study with nothing left implicit",
    "models/": "the lab with nothing left implicit",
    "figures/": "the figures for print (PNG, SVG)",
}
"""What stands beside the report."""


def write(found: Findings, path: Path) -> None:
    """Write the page; InputError if it cannot be written."""
    store.write_page(path, html(found))


def html(found: Findings) -> str:
    """Return the page about what limits a lab."""
    manifest = found.results.manifest
    return shell.page(
        title=f"What limits {plain(found.model.name)}?", lede=_lede(found),
        answers=limits_answer.sentences(found), details=limits_answer.details(found),
        parts=(
            ("Figures", figures.drawn(plots.shown(found), found)),
            ("Limits lifted", limits_tables.effects(found)),
            ("Two at a time", limits_tables.pairs(found)),
            ("Regimes", limits_tables.regimes(found)),
            ("Elasticities", limits_tables.elasticities(found)),
            ("How limits were lifted", limits_tables.lifted(found)),
            ("What the same random numbers save", limits_tables.variances(found)),
            ("Largest assumptions", shell.largest(found.model)),
            ("Where this comes from", origin(manifest, command_of(manifest, "limits"), FILES)),
        ),
        version=str(manifest.get("recursim", "")),
    )  # fmt: skip


def _lede(found: Findings) -> Iterator[str]:
    yield "What holds the lab back, compute or its loop, and when does that change?"
    given = shell.changed(found.results.manifest.get("overrides", ()))
    with_ = f", with {' '.join(given)}," if given else ""
    yield (
        f"{upper_first(plain(found.model.name))}{with_} over {duration(found.model.horizon)}, with "
        f"one thing changed at a time: {len(found.lifted.levels)} changes, "
        f"{count_of(found.replications, 'replication')} of each on the same random numbers, "
        f"{count_of(len(found.results.runs), 'run')}."
    )
