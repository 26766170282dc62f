"""The page about a discovery: where it happens, how surely that is known, how it was found."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np

from sim import store, web
from sim.plots import discovery as plots
from sim.plots.discovery import phrases
from sim.plots.discovery.event import event
from sim.plots.words import count_of, duration, plain, upper_first
from sim.report import discovery_answer as answer
from sim.report import figures, shell
from sim.report.factors import meanings
from sim.report.origin import origin
from sim.study.discovery import SELDOM, prim

if TYPE_CHECKING:
    from sim.study.discovery import Discovery

PAGE, DATA = "discovery.html", "discovery.json"
FILES = {
    "discovery.csv": "a row per limit of each box",
    "discovery_peeling.csv": "a row per box on the way of peeling: coverage, density, mass",
    DATA: "all of it, with where it comes from, for programs",
    "figures/": "the figures for print (PNG, SVG)",
    "../../runs.parquet": "a row per run: point, replication, how it ended, outcomes",
    "../../points.parquet": "a row per point: the value of each factor",
}
"""What stands beside the page."""


def write(found: Discovery, path: Path) -> None:
    """Write the page, with links to those of other conditions; InputError if it cannot be."""
    store.write_page(path, html(found, others(found, path.parent)))


def others(found: Discovery, folder: Path) -> dict[str, str]:
    """Return what else was looked for in the same runs: the links of the pages by condition."""
    asked = {}
    for page in sorted(folder.parent.glob(f"*/{PAGE}")):
        if page.parent != folder:
            with suppress(OSError, ValueError, LookupError, TypeError):
                data = json.loads((page.parent / DATA).read_text(encoding="utf-8"))
                if data["study"]["plan_hash"] == found.results.manifest.get("plan_hash"):
                    asked[str(data["condition"])] = f"../{quote(page.parent.name)}/{PAGE}"
    return asked


def html(found: Discovery, others: Mapping[str, str] | None = None) -> str:
    """Return the page about a discovery.

    Parameters
    ----------
    found
        What was found.
    others
        Links to pages about other conditions, by condition.
    """
    return shell.page(
        title=f"When does it happen that {event(found)}?", lede=_lede(found),
        answers=list(answer.sentences(found)), details=answer.details(found),
        parts=(
            ("Limits", _limits(found)),
            ("Figures", figures.drawn(plots.shown(found), found)),
            ("How good the boxes are", _boxes(found)),
            ("All factors", _factors(found)),
            ("How boxes are found", _how(found)),
            ("What else was looked for in these runs", _others(others or {})),
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
        f"{event(found)}? {upper_first(phrases.sample(found))}."
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
    ], rows) + web.paragraph(answer.explained())


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
    words = {plain(name): text for name, text in meanings(found.results.study).items()}
    return web.table("all factors", heads, rows, words=2) + web.definitions(words)


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
        "raises the mean. If the box restricts a factor that comes back in less than "
        f"{SELDOM:.0%} of halves of the points, it is found again without such factors. "
        "Further boxes are looked for among the points outside, and count if it happens in them "
        "more often than in the study as a whole. A box counts only if it is surely more frequent "
        "inside on points that did not choose it."
    )


def _others(others: Mapping[str, str]) -> str:
    items = "".join(
        f'<li><a href="{escape(link)}">{escape(condition)}</a></li>'
        for condition, link in others.items()
    )
    return f"<ul>{items}</ul>" if items else ""


def command(found: Discovery) -> str:
    """Return the shell command that finds it again."""
    words = [f"study={found.results.folder}", f"when={found.condition.text}"]
    how = [f"coverage={found.target:g}", f"boxes={found.most}"]
    return shlex.join(["recursim", "task=discover", *words, *how])
