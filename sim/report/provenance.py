"""Where a report comes from: the command that repeats it, versions, seed, files."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from sim import web
from sim.config import load
from sim.model import InputError, Model
from sim.settings import LETTERS, is_of_the_model

FILES = {
    "generations.parquet": "a row per generation",
    "visits.parquet": "a row per service: who did what, when asked, started, finished",
    "changes.parquet": "capacities, stocks and the like over time",
    "outcomes.parquet": "a row per replication",
    "columns.md": "what every column means",
    "resolved.yaml": "the model with nothing left implicit",
    "manifest.json": "what this section says, for programs",
    "figures/": "the figures for print (PNG, SVG)",
}
"""What stands beside the report."""


OF_A_COMPARISON = {
    "differences.parquet": "a row per outcome and pair of scenarios",
    "differences.csv": "the same as text",
    "manifest.json": FILES["manifest.json"],
    "figures/": FILES["figures/"],
}
"""What stands beside the report of a comparison, besides the folders of its runs."""


def command(manifest: Mapping[str, Any], model: Model) -> str:
    """Return the shell command that repeats a run, to be given in its folder.

    It names what was changed if that leads to the same model again; otherwise (a configuration of
    the user's own, another version) it starts from the model that the folder holds. A run of a
    study is repeated from its study.
    """
    replayed = manifest.get("replay_of", {})
    if replayed:
        which = [f"{key}={replayed.get(key)}" for key in ("point", "replication")]
        study = f"study={replayed.get('folder', replayed.get('study'))}"
        return shlex.join(["recursim", "task=replay", study, *which])
    start = _changes(manifest) if _leads_to(manifest, model) else ["-cd", ".", "-cn", "resolved"]
    return shlex.join(["recursim", *start, *_how(manifest)])


def command_to_compare(
    manifest: Mapping[str, Any], runs: Mapping[str, Mapping[str, Any]], models: Mapping[str, Model]
) -> str:
    """Return the shell command that repeats a comparison, to be given in its folder.

    Parameters
    ----------
    manifest
        Of the comparison.
    runs, models
        Manifest and model of each of its runs. Unless what was changed leads to all of them, the
        command starts from the models that their folders hold.
    """
    letters = list(zip(LETTERS, manifest["scenarios"], strict=False))
    if all(_leads_to(runs[name], models[name]) for _, name in letters):
        start = [f"{letter}={manifest[letter]}" for letter, _ in letters]
        start += [text for text in manifest["overrides"] if is_of_the_model(text)]
    else:
        start = [f"{letter}={manifest['runs'][name]}/resolved.yaml" for letter, name in letters]
    return shlex.join(["recursim", "task=compare", *start, *_how(manifest)])


def html(manifest: Mapping[str, Any], model: Model) -> str:
    """Return the section about a run."""
    return _section(command(manifest, model), manifest, "run", FILES)


def of_comparison(
    manifest: Mapping[str, Any], runs: Mapping[str, Mapping[str, Any]], models: Mapping[str, Model]
) -> str:
    """Return the section about a comparison; parameters as in `command_to_compare`."""
    hashes, reasons = manifest["model_hashes"], Counter[str]()
    for run in runs.values():
        reasons.update(run.get("end_reasons", {}))
    known = {
        **manifest,
        "scenario": ", ".join(manifest["scenarios"]),
        "model_hash": ", ".join(hashes.values()),
        "engines": sorted({name for run in runs.values() for name in run.get("engines", ())}),
        "end_reasons": reasons,
    }
    folders = {f"{run}/": f"the run of {name}" for name, run in manifest["runs"].items()}
    again = command_to_compare(manifest, runs, models)
    return _section(again, known, "comparison", {**OF_A_COMPARISON, **folders})


def _section(
    again: str, manifest: Mapping[str, Any], what: str, files: Mapping[str, str]
) -> str:
    return (
        "<p>This command runs it again, in the folder of this page; the same versions give the "
        f"same log:</p>\n<pre><code>{escape(again)}</code></pre>\n"
        f"{web.definitions(dict(_facts(manifest)))}\n<h3>Files in the folder of the {what}</h3>\n"
        f"{web.definitions(files)}"
    )


def _changes(manifest: Mapping[str, Any]) -> list[str]:
    """Return what led to the model of a run."""
    return [
        text for text in manifest["overrides"]
        if is_of_the_model(text) or text.split("=")[0] == "scenario"
    ]


def _how(manifest: Mapping[str, Any]) -> list[str]:
    return [f"seed={manifest['seed']}", f"replications={manifest['replications']}"]


def _leads_to(manifest: Mapping[str, Any], model: Model) -> bool:
    """Return whether what was changed leads to the model again."""
    try:
        return load(*_changes(manifest)).hash() == model.hash()
    except InputError:
        return False


def _facts(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is known of a run; a manifest may lack some of it."""
    done, planned = manifest.get("replications_done"), manifest["replications"]
    count = str(planned) if done in (None, planned) else f"{done} of {planned} planned"
    reasons = manifest.get("end_reasons", {})
    packages = {name: v for name, v in manifest.get("packages", {}).items() if v}
    yield "scenario", manifest["scenario"]
    replayed = manifest.get("replay_of", {})
    if replayed:
        yield "run again of", (
            f"study {replayed.get('study')}: point {replayed.get('point')}, replication "
            f"{replayed.get('replication')} ({', '.join(map(str, replayed.get('values', ())))})"
        )
    yield "seed", str(manifest["seed"])
    yield "replications", count
    yield "why runs ended", ", ".join(f"{name} ({number})" for name, number in reasons.items())
    yield "status", manifest["status"]
    yield "begun", f"{manifest['started']} (local time)"
    yield "model", f"{manifest['model_hash']} (hash of resolved.yaml)"
    yield "engine", ", ".join(manifest.get("engines", ["not stated"]))
    yield "recursim", manifest["recursim"]
    yield "python", f"{manifest['python']}, {manifest['platform']}"
    yield "packages", ", ".join(f"{name} {number}" for name, number in packages.items())
