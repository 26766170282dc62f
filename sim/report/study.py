"""The page about a study: what the outcomes depend on, and how surely that is known."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from sim import store, web
from sim.plots import study as plots
from sim.plots.study import Studied, studied
from sim.plots.words import count_of, duration, plain
from sim.report import figures, shell, study_answer, study_tables

FILES = {
    "runs.parquet": "a row per run: point, replication, how it ended, outcomes",
    "points.parquet": "a row per point: the value of each factor",
    "summary.csv": "a row per point and outcome: mean, quantiles, intervals",
    "study.yaml": "the study with nothing left implicit",
    "models/": "the models that it starts from, with nothing left implicit",
    "manifest.json": "what this section says, for programs",
    "figures/": "the figures for print (PNG, SVG)",
}
"""What stands beside the report."""


def write(results: Any, path: Path, *, command: str = "") -> None:
    """Write the page about a study.

    Parameters
    ----------
    results
        Results of a study (`sim.study.open`).
    path
        File to write.
    command
        Shell command that runs the study again; absent: what the manifest says, or the one that
        starts from the study that its folder holds.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    store.write_page(path, html(results, command=command))


def html(results: Any, *, command: str = "") -> str:
    """Return the page about a study; parameters as in `write`."""
    found = studied(results)
    return shell.page(
        title=plain(found.study.name), lede=_lede(found), answers=study_answer.sentences(found),
        details=study_answer.details(found), parts=_parts(found, command),
        version=str(found.manifest.get("recursim", "")),
    )


def _lede(found: Studied) -> Iterator[str]:
    """Yield what was asked, and what was simulated for it."""
    if found.study.question:
        yield found.study.question
    scenarios = found.study.scenarios
    what = scenarios[0] if len(scenarios) == 1 else f"{len(scenarios)} scenarios"
    varied = [plain(name) for name in found.study.factors]
    names = ", ".join(varied) if len(varied) <= 8 else f"{len(varied)} factors"
    yield (
        f"A study of {what} over {duration(found.days)}: {count_of(len(found.points), 'point')} "
        f"that differ in {names}; {count_of(len(found.results.runs), 'run')}."
    )


def _parts(found: Studied, command: str) -> Iterator[shell.Part]:
    """Yield the sections in order; one that is empty is left out."""
    yield "Figures", figures.drawn(plots.shown(found), found)
    yield "Points", study_tables.points(found)
    yield "Luck and parameters", study_tables.split(found)
    yield "How runs ended", study_tables.ends(found)
    yield "What was asked", study_tables.asked(found)
    yield "Where this comes from", _provenance(found, command)


def _provenance(found: Studied, command: str) -> str:
    return (
        "<p>This command runs it again; the same versions give the same table of runs:</p>\n"
        f"<pre><code>{escape(command or _command(found.manifest))}</code></pre>\n"
        "<p>Any run of it can be had again with its full log:</p>\n<pre><code>recursim task=replay "
        f"study={escape(found.called)} point=0 replication=0</code></pre>\n"
        f"{web.definitions(dict(_facts(found.manifest)))}\n"
        f"<h3>Files in the folder of the study</h3>\n{web.definitions(FILES)}"
    )


def _command(manifest: Mapping[str, Any]) -> str:
    given = [text for text in manifest.get("overrides", ()) if not text.startswith("task=")]
    if not any(text.startswith("study=") for text in given):
        given = ["study=study.yaml"]
    return shlex.join(["recursim", "task=study", *given])


def _facts(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is known of where the runs come from; a manifest may lack some of it."""
    packages = {name: v for name, v in manifest.get("packages", {}).items() if v}
    known = {
        "status": manifest.get("status"), "begun": manifest.get("started"),
        "plan": manifest.get("plan_hash"), "recursim": manifest.get("recursim"),
        "python": ", ".join(
            str(manifest[key]) for key in ("python", "platform") if key in manifest),
        "packages": ", ".join(f"{name} {number}" for name, number in packages.items()),
    }
    for name, value in known.items():
        if value:
            yield name, str(value)
