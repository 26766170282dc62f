"""The page about a run or an ensemble: what it holds, in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from sim import store, web
from sim.config import default, shipped
from sim.describe import describe, lab
from sim.describe.html import folded
from sim.model import Model
from sim.plots import Frames
from sim.report import assumptions, figures, inner_loop, provenance, shell, tables
from sim.report.answer import answer
from sim.report.lede import lede


def write(frames: Frames, manifest: Mapping[str, Any], path: Path) -> None:
    """Write the page about a log.

    Parameters
    ----------
    frames
        Log of a run or an ensemble.
    manifest
        What its folder says of where it comes from (`sim.store`).
    path
        File to write.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    store.write_page(path, html(frames, manifest))


def html(frames: Frames, manifest: Mapping[str, Any]) -> str:
    """Return the page about a log; parameters as in `write`."""
    said = answer(frames)
    changed = shell.changed(manifest["overrides"])
    changed += map(str, manifest.get("replay_of", {}).get("values", ()))
    return shell.page(
        title=frames.model.name + (f" with {', '.join(changed)}" if changed else ""),
        lede=lede(frames.model, frames.replications), answers=[said.sentence],
        details=said.details, parts=_parts(frames, manifest), version=manifest["recursim"],
    )


def _parts(frames: Frames, manifest: Mapping[str, Any]) -> Iterator[shell.Part]:
    """Yield the sections in order; one that is empty is left out."""
    yield "What somebody changes on the way", _interventions(frames.model)
    if frames.model.generation_flow:
        yield "Generations", tables.generations(frames)
        yield "What held each generation back most", tables.holdups(frames)
    else:
        yield "Waiting times", tables.waits(frames)
    if assumptions.are_ranked(frames.model):
        yield "The largest assumptions", shell.largest(frames.model)
    yield "Figures", figures.all_of(frames)
    yield "Oversight, latency, speed-up", _inner_loop(frames)
    if not assumptions.are_ranked(frames.model):
        yield "Assumptions without a source", shell.largest(frames.model)
    yield "All that the model assumes", _assumed(frames.model)
    yield "Where this comes from", provenance.html(manifest, frames.model)


def _interventions(model: Model) -> str:
    return "".join(
        web.table("Interventions", table.columns, table.rows, words=2)
        for table in lab.interventions(model).tables
    )


def _inner_loop(frames: Frames) -> str:
    parts = {
        "What is looked at, caught and lost": inner_loop.overseen(frames),
        "From idea to result, from failure to fix": inner_loop.latencies(frames),
        "What assistants do for tasks": inner_loop.speedups(frames),
    }
    return "\n".join(f"<h3>{escape(title)}</h3>{text}" for title, text in parts.items() if text)


def _assumed(model: Model) -> str:
    intro = web.paragraph(
        "All equations and values, with their sources. Parts that stay folded are not printed."
    )
    return intro + folded(describe(model, default(), shipped(model.name)))
