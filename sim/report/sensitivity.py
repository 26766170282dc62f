"""The page about what matters: the answer first, then figures, tables and what was varied."""

from __future__ import annotations

import inspect
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sim import store, web
from sim.plots import sensitivity as plots
from sim.plots.sensitivity import distances, effects
from sim.plots.sensitivity import indices as sobol
from sim.plots.sensitivity.words import MORRIS, SOBOL
from sim.plots.words import count_of, duration, plain
from sim.report import figures, sensitivity_answer, sensitivity_tables, shell
from sim.report.origin import origin

if TYPE_CHECKING:
    from sim.study.sensitivity import Sensitivity

FILES = {
    "sobol.csv": "first and total indices of each value, by outcome (of method sobol)",
    "morris.csv": "elementary effects (of method morris)",
    "pawn.csv": "distances between distributions, and what noise makes of them",
    "correlations.csv": "rank correlations of each value with each outcome: which way it works",
    "variance.csv": "how far each outcome gets, luck and what is not known, by outcome",
    "runs.parquet": "a row per run: point, replication, how it ended, outcomes",
    "points.parquet": "a row per point: the value of each unknown",
    "study.yaml": "the study with nothing left implicit",
    "models/": "the models that it starts from, with nothing left implicit",
    "figures/": "the figures for print (PNG, SVG)",
}
"""What stands beside the report."""


def write(found: Sensitivity, path: Path) -> None:
    """Write the page; InputError if it cannot be written."""
    store.write_page(path, html(found))


def html(found: Sensitivity) -> str:
    """Return the page about what matters."""
    manifest = found.results.manifest
    return shell.page(
        title="What matters?", lede=_lede(found), answers=sensitivity_answer.sentences(found),
        details=sensitivity_answer.details(found),
        parts=(
            ("Figures", figures.drawn(plots.shown(found), found)),
            ("Indices", sensitivity_tables.indices(found)),
            ("Luck and what is not known", sensitivity_tables.split(found)),
            ("What was varied", sensitivity_tables.varied(found)),
            ("How this is measured", _measured(found)),
            ("Where this comes from", origin(manifest, _command(found), FILES)),
        ),
        version=str(manifest.get("recursim", "")),
    )  # fmt: skip


def _lede(found: Sensitivity) -> Iterator[str]:
    study = found.results.study
    yield study.question
    names = ", ".join(plain(name) for name in found.factors[:8])
    more = f" and {len(found.factors) - 8} more" if len(found.factors) > 8 else ""
    days = sensitivity_answer.days(found)
    yield (
        f"{study.scenarios[0]} over {duration(days)}, with values that nobody knows drawn from "
        f"their ranges: {names}{more}. {count_of(len(found.results.points), 'point')}, "
        f"{count_of(len(found.results.runs), 'run')}."
    )


def _measured(found: Sensitivity) -> str:
    """Return how the method defines its numbers, as its figures say."""
    own = {SOBOL: [sobol], MORRIS: [effects]}.get(found.method, [])
    texts = [inspect.getdoc(module) or "" for module in (*own, distances)]
    plain_texts = (re.sub(r"\*(\w+)\*", r"\1", text) for text in texts)
    shown = "".join(web.paragraph(part) for text in plain_texts for part in text.split("\n\n"))
    return shown + web.paragraph(
        f"All intervals are {found.level:.0%} intervals: of a bootstrap over rows of "
        "points, trajectories or draws. Shares hang on the ranges that were given: of a value with "
        "a wider range they are larger."
    )


def _command(found: Sensitivity) -> str:
    """Return the commands that make the runs, and then the analysis if that is another one."""
    given = list(found.results.manifest.get("overrides", ()))
    task = next((text for text in given if text.startswith("task=")), "task=sensitivity")
    others = [text for text in given if not text.startswith("task=")]
    made = shlex.join(["recursim", task, *others])
    if task == "task=sensitivity":
        return made
    then = shlex.join(["recursim", "task=sensitivity", f"study={found.results.folder}"])
    return f"{made}\n{then}"
