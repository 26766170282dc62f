"""The page about a phase map: what holds the lab back, compute or its loop, and where it turns."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from sim import store, web
from sim.limits.surface import Surface
from sim.plots.limits import phase_map as drawing
from sim.plots.limits.phase_map import NAMES, PhaseMap
from sim.plots.words import count_of, duration, plain, upper_first
from sim.report import figures, shell

FILES = {
    "phase_map.csv": "a row per cell: elasticities, their difference with its interval, regime",
    "runs.parquet": "a row per run: point, replication, how it ended, outcomes",
    "points.parquet": "a row per point: compute and loop speed",
    "models/": "the lab with nothing left implicit",
    "labs/": "the studies of the other labs: each at five points",
    "figures/": "the figure for print (PNG, SVG)",
}
OTHER = {"compute": "loop-limited", "loop": "compute-limited"}
"""What a lab turns, by what it is now."""


def write(found: PhaseMap, manifest: Mapping[str, Any], path: Path) -> None:
    """Write the page; InputError if it cannot be written."""
    store.write_page(path, html(found, manifest))


def html(found: PhaseMap, manifest: Mapping[str, Any]) -> str:
    """Return the page about a phase map.

    Parameters
    ----------
    found
        The map.
    manifest
        What the folder of its study says of where it comes from.
    """
    return shell.page(
        title=f"{upper_first(plain(found.lab))}: compute or loop?", lede=_lede(found),
        answers=sentences(found), details=details(found),
        parts=(
            ("The map", figures.drawn({"phase_map": drawing}, found)),
            ("Other labs", _labs(found)),
            ("Where this comes from", _provenance(manifest)),
        ),
        version=str(manifest.get("recursim", "")),
    )


def _lede(found: PhaseMap) -> Iterator[str]:
    """Yield what was simulated."""
    rows, columns = found.phases.difference.shape
    yield "Is the lab held back by compute or by its loop, and where does that change?"
    yield (
        f"{upper_first(plain(found.lab))} over {duration(found.days)}, at {rows} values of its "
        f"compute times {columns} of the speed of its loop, "
        f"{count_of(len(found.phases.surface.output), 'replication')} of each on the same random "
        f"numbers: {count_of(found.phases.surface.output.size, 'run')}."
    )


def sentences(found: PhaseMap) -> list[str]:
    """Return what there is to say first: what holds the lab back, and where that changes."""
    difference, low, high, regime = found.here
    part = found.phases
    compute, loop = (part.at(values) for values in (part.compute, part.loop))
    name = plain(found.lab)
    said = (
        f"At its own compute and loop speed {name} is {NAMES[regime]}: over "
        f"{duration(found.days)}, 1% more compute brings {compute:.2f}% more research output, a "
        f"loop 1% faster {loop:.2f}% more (difference {difference:+.2f} [{low:+.2f}, {high:+.2f}], "
        "90% interval)."
    )
    if regime == "undecided" and not low <= 0 <= high:
        said += " That which brings more is not sure to bring anything."
    return [said, _turns(found, regime)]


def _turns(found: PhaseMap, regime: str) -> str:
    """Return where the lab turns: 'It turns loop-limited at 3.1× [2.4, 4.2] the compute …'."""
    surface = found.phases.surface
    parts, beyond = [], []
    for axis, form in (("compute", "{} the compute"), ("loop", "{} the loop speed")):
        at, low, high = found.phases.turns[axis]
        ends = (surface.compute if axis == "compute" else surface.loop)[[0, -1]]
        if np.isfinite(at):
            often = found.phases.signs(axis)
            next_of = f" (the next of {often} turns to and fro)" if often > 1 else ""
            where = f"{_times(at)}× [{_end(low, ends)}, {_end(high, ends)}]"
            parts.append(form.format(where) + next_of)
        elif np.isnan(at):
            beyond.append(form.format("any of the map’s values of"))
        else:
            where = form.format(f"{_times(ends[0])} to {_times(ends[1])}×")
            beyond.append(where + _perhaps(at, low, high))
    there = set(np.unique(found.phases.regime)) | {regime}
    if {"compute", "loop"} <= there:
        what = "It turns" + (f" {OTHER[regime]}" if regime in OTHER else " from one to the other")
    else:  # what brings nothing beyond it limits nothing
        what = "Which of the two brings more turns"
    said = f"{what} at {', or at '.join(parts)}" if parts else ""
    if beyond:
        no = f"{'; i' if parts else 'I'}t does not turn so at {' or '.join(beyond)}"
        said += no
    return f"{said} (all else as it is; 90% intervals)."


def _perhaps(at: float, low: float, high: float) -> str:
    """Return where a lab may turn that does not on the map: ' (it may from 4.2× on)'."""
    near = low if at > 0 else high
    if np.isinf(near):  # at the same end, or at the other
        return "" if near == at else " (it may anywhere)"
    return f" (it may from {_times(near)}× on)" if at > 0 else f" (it may up to {_times(near)}×)"


def _times(log: float) -> str:
    return f"{np.exp(log):.3g}"


def _end(log: float, ends: Any) -> str:
    """Return the end of an interval: '2.4', or 'beyond 10'."""
    if np.isposinf(log):
        return f"beyond {_times(ends[1])}"
    return f"below {_times(ends[0])}" if np.isneginf(log) else _times(log)


def details(found: PhaseMap) -> Iterator[str]:
    """Yield what else must be known of the map."""
    shares = found.shares
    listed = ", ".join(f"{share:.0%} {NAMES[name]}" for name, share in shares.items())
    yield f"Of the cells of the map: {listed}."
    yield (
        "This is about research output. The date of a new model hangs on training, tests and "
        "approvals as well, and may be limited by something else: see task=limits. Elasticities "
        "are differences between neighbouring cells, so that a sharp bend between two of them is "
        "smoothed: a narrower map (low=0.5 high=2) looks closer."
    )
    yield from _put_right(found.phases.surface)
    if found.places:
        same = [plain(one.lab) for one in found.places if one.regime == "compute"]
        other = [plain(one.lab) for one in found.places if one.regime == "loop"]
        yield (
            f"Of the shipped labs, at their own compute and loop speed, {_names(same)} "
            f"compute-limited; {_names(other)} loop-limited."
        )
    yield (
        "More compute means more units for experiments, training and assistants alike, in the same "
        "shares, with generation 0 as it is. A faster loop means that all work of people and "
        "assistants takes less time, reviews and interventions included: there are as many of "
        "them, and nights and weekends stay."
    )


def _put_right(surface: Surface) -> Iterator[str]:
    """Yield what was done with outputs that are 0, or not known."""
    if surface.left_out:
        yield (
            f"{count_of(surface.left_out, 'replication')} of "
            f"{surface.left_out + len(surface.output)} "
            f"{'is' if surface.left_out == 1 else 'are'} left out of all cells, as their runs "
            "ended before the horizon in some: what is left may differ from them."
        )
    if surface.zeros:
        yield (
            f"In {count_of(surface.zeros, 'run')} of {surface.output.size:,} no research comes "
            "out; as there is no logarithm of 0, they count as half of the least that comes out "
            f"of any other, {surface.output.min():.3g}: where there are many, elasticities are "
            "rough."
        )


def _names(names: Sequence[str]) -> str:
    if not names:
        return "none is"
    listed = ", ".join(names[:-1]) + (" and " if names[1:] else "") + names[-1]
    return f"{listed} {'are' if names[1:] else 'is'}"


def _labs(found: PhaseMap) -> str:
    if not found.places:
        return ""
    rows = []
    for letter, one, at in found.lettered:
        where = f"{_times(at[0])}×, {_times(at[1])}×" if at else "nowhere"
        rows.append((
            plain(one.lab), NAMES[one.regime], letter, where, f"{one.compute:.2f}",
            f"{one.loop:.2f}", f"{one.difference:+.2f} [{one.low:+.2f}, {one.high:+.2f}]",
        ))
    columns = (
        "lab", "held back", "sign", "place on the map (compute, loop speed)",
        "elasticity to compute", "to loop speed", "difference",
    )
    return web.paragraph(
        "Each lab at its own compute and loop speed, by differences of its own. Its place on the "
        f"map is where {plain(found.lab)}, with so many times its compute and loop speed, would "
        "answer to both as that lab does (the cell most like it, if within the errors): it is "
        "held back alike there, which does not mean that it has so much compute."
    ) + web.table("Other labs", columns, rows, words=3)


def _provenance(manifest: Mapping[str, Any]) -> str:
    given = [str(text) for text in manifest.get("overrides", ())]
    told = {
        key: str(manifest[key]) for key in ("recursim", "started", "plan_hash", "seed", "runs")
        if key in manifest
    }
    if "wall" in manifest:
        told["time"] = f"{manifest['wall']:.0f} s of the clock in its last session"
    return (
        "<p>This command makes it again:</p>\n<pre><code>"
        f"{escape(shlex.join(['recursim', *given]))}</code></pre>\n{web.definitions(told)}\n"
        f"<h3>Files</h3>\n{web.definitions(FILES)}"
    )


def progress_line(found: PhaseMap, seconds: float) -> str:
    """Return what an unfinished map says: a line for the terminal."""
    rows, columns = found.phases.difference.shape
    difference, low, high, regime = found.here
    shares = ", ".join(f"{share:.0%} {name}" for name, share in found.shares.items() if share)
    return (
        f"{rows} × {columns} cells after {seconds:.0f} s: the lab is {NAMES[regime]} "
        f"({difference:+.2f} [{low:+.2f}, {high:+.2f}]); of the map {shares}; "
        f"{count_of(len(found.phases.surface.output), 'replication')}"
    )
