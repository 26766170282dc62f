"""`task=discover`: under which values of what was varied something happens."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import store
from sim.model import InputError
from sim.plots.discovery import phrases
from sim.plots.discovery.event import event
from sim.plots.words import plain
from sim.report import discovery as page
from sim.report import discovery_answer as answer
from sim.report.factors import meanings
from sim.settings import Settings
from sim.study.discovery import BOXES, COVERAGE, Discovery, check_condition, prim
from sim.study.discovery import discover as find
from sim.study.discovery.held_out import Rated
from sim.study.results import open_study
from sim.tasks import studies
from sim.tasks.conducting import check_settings, done, shown
from sim.tasks.stopping import made_ready
from sim.tasks.study import heading, plan_of
from sim.tasks.terminal import console

if TYPE_CHECKING:
    from rich.table import Table

FOLDER = "discovery"
"""Folder in that of the study, with a folder for each condition that was looked for."""
LONGEST = 80
"""Characters of the name of such a folder at most."""
SIGNS = {"<=": " at_most ", ">=": " at_least ", "<": " below ", ">": " above ", "%": "pc"}
"""What stands for signs that names of folders are better without."""
OWN = ("when", "coverage", "boxes")
"""Settings of a discovery that are none of the study's."""


def discover(settings: Settings, data: dict[str, Any], overrides: Sequence[str]) -> int:
    """Find boxes; return 0, or if the study had to be run first what `task=study` does."""
    if settings.study is None:
        raise InputError(
            "run: task=discover needs a study; set study=NAME of a shipped one, study=FILE.yaml, "
            "or the folder of one that was run"
        )
    check_settings(settings)
    folder, code = _run(settings, overrides)
    if code:
        return code
    found = find(
        open_study(folder), settings.when, coverage=settings.coverage or COVERAGE,
        boxes=settings.boxes or BOXES,
    )
    screen = console()
    for sentence in answer.sentences(found):
        screen.print(f"\n{sentence}", style="bold")
    screen.print()
    if found.boxes:
        screen.print(_table(found))
        said = meanings(found.results.study)
        limited = dict.fromkeys(row["factor"] for row in answer.limits(found))
        for text in (f"{plain(name)}: {said[name]}" for name in limited if name in said):
            screen.print(text, style="dim")
        screen.print(f"{answer.explained()}\n", style="dim")
    for sentence in answer.details(found):
        screen.print(sentence)
    home = folder / FOLDER / name_of(found)
    with store.writing_to(home):
        home.mkdir(parents=True, exist_ok=True)
    _keep(found, home)
    shown("discovery", found, home, settings, page=page.PAGE)
    return 0


def name_of(found: Discovery) -> str:
    """Return the name of the folder of what was looked for: `two_oom_at_most_1_y`."""
    text = found.condition.text
    for sign, word in SIGNS.items():
        text = text.replace(sign, word)
    name = "_".join(re.findall(r"[\w.+-]+", text))
    if len(name) > LONGEST:
        name = f"{name[:LONGEST - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return name


def _run(settings: Settings, overrides: Sequence[str]) -> tuple[Path, int]:
    """Do the runs of the study that are not done yet; return its folder, and 0 if all are."""
    study = dataclasses.replace(
        settings, task="study", study=_begun(settings), when=None, coverage=None, boxes=None
    )
    own = [text for text in overrides if text.lstrip("+~").partition("=")[0] not in OWN]
    own = ["task=study" if text.startswith("task=") else text for text in own]
    plan, folder = plan_of(study, own)
    check_condition(plan, settings.when)
    here = store.studies.is_study(folder) and store.studies.plan_of(folder)["hash"] == plan.hash
    if here and store.studies.status(folder) == "finished":
        return folder, 0
    console().print(heading(plan), style="bold")
    made_ready("compiled")
    return folder, done(plan, folder, study, own)


def _begun(settings: Settings) -> str | None:
    """Return the study; of one that was begun, and is none of those shipped, by name its folder."""
    name = str(settings.study)
    folder = Path(settings.results) / "study" / name
    shipped = {part for folder in studies.shipped() for part in (folder, folder.partition("_")[2])}
    if name in shipped or name.endswith(studies.FILES) or not store.studies.is_study(folder):
        return settings.study
    return str(folder)


def _table(found: Discovery) -> Table:
    """Return the limits of the boxes."""
    from rich.table import Table

    shown = Table(title="Limits", title_justify="left", box=None, padding=(0, 1), pad_edge=False)
    shown.add_column("limit")
    many = len(found.boxes) > 1
    for head in (*(("box",) if many else ()), "quasi-p", "came back in halves"):
        shown.add_column(head, justify="right", no_wrap=True)
    for row in answer.limits(found):
        shown.add_row(
            row["limit"], *((str(row["box"]),) if many else ()), phrases.p_text(row["quasi_p"]),
            f"{row['returned']:.0%}",
        )
    return shown


def _keep(found: Discovery, folder: Path) -> None:
    """Write the tables and all that was found for other programs."""
    import pandas as pd

    rows = list(answer.limits(found))
    names = ("box", "factor", "limit", "low", "high", "levels", "unit", "quasi_p", "returned")
    store.studies.keep_table(folder, "discovery", pd.DataFrame(rows, columns=list(names)))
    store.studies.keep_table(folder, "discovery_peeling", pd.DataFrame([
        {"step": i, "chosen": i == found.tried.chosen, **vars(step.measured),
         "factors": "; ".join(step.box.limits)}
        for i, step in enumerate(found.tried.steps)
    ]))
    text = json.dumps(_plain(found, rows), indent=1, allow_nan=False)
    with store.writing_to(folder), store.replacing(folder / page.DATA) as partial:
        partial.write_text(f"{text}\n", encoding="utf-8")


def _plain(found: Discovery, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return all that was found as plain data, with where it comes from."""
    manifest = found.results.manifest
    known = ("plan_hash", "recursim", "python", "platform", "packages", "started", "seed")
    return {
        "condition": found.condition.text,
        "values": {term.text: term.value for term in found.condition.terms},
        "answer": list(answer.sentences(found)),
        "runs": found.runs, "points": len(found.points), "unknown_runs": found.unknown,
        "meaning": event(found),
        "share_of_runs": vars(found.rate),
        "boxes": [
            {
                "limits": [
                    {key: _finite(value) for key, value in row.items() if key != "box"}
                    for row in rows if row["box"] == number
                ],
                "dropped_factors": list(one.dropped),
                "expected": _rated(one.expected), "own_points": _rated(one.own),
                "share_of_runs_there": one.rate, "coverage_of_all": vars(one.coverage),
                "returned": dict(one.held.returned),
            }
            for number, one in enumerate(found.boxes, 1)
        ],
        "settings": {
            "coverage": found.target, "boxes": found.most, "alpha": prim.ALPHA,
            "least_mass": prim.LEAST,
        },
        "study": {
            "name": found.results.study.name, "folder": str(found.results.folder),
            **{key: manifest.get(key) for key in known},
        },
        "command": page.command(found),
    }


def _rated(one: Rated) -> dict[str, Any]:
    named = {name: vars(getattr(one, name)) for name in ("density", "coverage", "gain")}
    return {
        "mass": one.mass,
        **{name: {key: _finite(x) for key, x in ends.items()} for name, ends in named.items()},
    }


def _finite(value: Any) -> Any:
    """Return None for numbers that JSON does not know: an end that is open."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
