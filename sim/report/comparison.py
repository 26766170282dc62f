"""The page about a comparison: what differs between scenarios, and what makes them differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sim import store, web
from sim.describe.html import body
from sim.describe.sections import Section, Table
from sim.model import Model
from sim.plots import comparison
from sim.plots.comparison import Scenarios
from sim.plots.comparison.words import sentences
from sim.report import differences, figures, provenance, shell
from sim.report.answer import answer
from sim.report.changed import changes
from sim.report.lede import lede

FOLDED = 12
"""Tables of differing values with more rows than this stay folded until they are opened."""

Manifest = Mapping[str, Any]


def write(
    found: Scenarios, manifest: Manifest, runs: Mapping[str, Manifest], path: Path,
    pages: Mapping[str, str],
) -> None:
    """Write the page about a comparison.

    Parameters
    ----------
    found
        Logs by name of the scenario, with their differences.
    manifest
        What the comparison's folder says of where it comes from (`sim.store`).
    runs
        What the folders of its runs say.
    path
        File to write.
    pages
        Where the reports of its runs are, seen from the page, of those that have one.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    store.write_page(path, html(found, manifest, runs, pages))


def html(
    found: Scenarios, manifest: Manifest, runs: Mapping[str, Manifest], pages: Mapping[str, str]
) -> str:
    """Return the page about a comparison; parameters as in `write`."""
    first = next(iter(found.values()))
    return shell.page(
        title=differences.title(list(found), shell.changed(manifest["overrides"])),
        lede=lede(first.model, first.replications), answers=sentences(found),
        details=differences.zeros(found), parts=_parts(found, manifest, runs, pages),
        version=manifest["recursim"],
    )


def _parts(
    found: Scenarios, manifest: Manifest, runs: Mapping[str, Manifest], pages: Mapping[str, str]
) -> Iterator[shell.Part]:
    """Yield the sections in order."""
    assert found.differences is not None
    models = {name: frames.model for name, frames in found.items()}
    first = next(iter(models))
    yield "What differs", differences.html(found.differences)
    yield "Figures", figures.drawn(comparison.shown(found), found)
    yield "Each scenario by itself", _alone(found, manifest, pages)
    yield "What they assume differently", _assumed(models)
    yield f"The largest assumptions of {first}", shell.largest(models[first])
    yield "Where this comes from", provenance.of_comparison(manifest, runs, models)


def _alone(found: Scenarios, manifest: Manifest, pages: Mapping[str, str]) -> str:
    """Return the answer of each scenario, and where to read more about it."""
    parts = []
    for name, frames in found.items():
        said = answer(frames)
        folder = manifest["runs"][name]
        more = (
            f'<a href="{quote(pages[name])}">Report of {escape(name)} by itself</a>'
            if name in pages else
            "It gets a report of its own by this command in the folder of this page: "
            f"<code>recursim task=report run={escape(folder)}</code>"
        )
        lines = "".join(map(web.paragraph, (said.sentence, *said.details)))
        parts.append(f"<h3>{escape(name)}</h3>{lines}<p>{more}</p>")
    return "\n".join(parts)


def _assumed(models: Mapping[str, Model]) -> str:
    """Return the values in which each scenario differs from the first."""
    first, *others = models
    parts = []
    for name in others:
        found = changes(models[name], models[first])
        count = f"{len(found)} values differ" if len(found) > 1 else "One value differs"
        table = body(Section(
            title=f"Values of {name} and {first}",
            tables=(Table(
                columns=("value", f"in {name}", f"in {first}", "what it is"), below=1,
                rows=tuple((c.path, c.value, c.against, c.sentence) for c in found),
            ),),
        ))
        parts.append(f"<h3>{escape(name)}</h3>" if len(others) > 1 else "")
        parts.append(
            web.paragraph(f"{count}; all else is the same.") + table if len(found) <= FOLDED
            else f"<details><summary>{count}; all else is the same</summary>{table}</details>"
        )
    return "\n".join(parts)
