"""A forecast on disk: `forecast.csv` to be read, `forecast.json` to be scored and to be traced."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sim import store
from sim.forecast.chances import Chances
from sim.forecast.forecast import Forecast
from sim.forecast.start import PILOTS
from sim.forecast.table import table
from sim.study.statistics.intervals import LEVEL

FORMAT = 1
"""Version of what `forecast.json` holds."""
JSON = "forecast.json"


def write(found: Forecast, folder: Path) -> None:
    """Write both files; `InputError` if they cannot be written."""
    rows = table(found)
    parts = (  # a line for each, as lists of days are long
        f"{json.dumps(key)}: {json.dumps(value, allow_nan=False)}"
        for key, value in data(found, rows.to_dict("records")).items()
    )
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    store.studies.keep_table(folder, "forecast", rows)
    with store.writing_to(folder), store.replacing(folder / JSON) as partial:
        partial.write_text(text, encoding="utf-8")


def data(found: Forecast, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what `forecast.json` holds, plain data.

    Of each quantity that has a date: `days`, whole days after `start_date` on which the chance that
    it has been passed rises, and `chance`, what it rises to, with the day's end; up to `until`, the
    last day that is known of. `draws`: how many independent draws it comes from; `resolves`: what
    counts as passing it, a rule that is fixed here, before anybody knows.
    """
    return {
        "format": FORMAT, "kind": "forecast", "lab": found.model.name,
        "start_date": str(found.model.start_date), "horizon": found.model.horizon,
        "unknown": list(found.unknown), "level": LEVEL, "provenance": provenance(found),
        "quantities": {
            name: _steps(one, found.model.horizon) for name, one in found.dates.items()
        },
        "table": rows,
    }


def provenance(found: Forecast) -> dict[str, Any]:
    """Return where a forecast comes from."""
    manifest, plan = found.results.manifest, found.results.plan
    study = plan.study
    kept = ("started", "python", "platform", "packages")
    return {
        "command": command(manifest), "recursim": plan.data["recursim"], "seed": study.seed,
        "points": len(plan.points), "replications": study.replications,
        "runs": len(found.results.runs), "cut_short": found.cut_short, "study": study.name,
        "pilots": PILOTS, "software_per_year": _ends(found.start.software),
        "output_per_person_day": _ends(found.start.output),
        "design": study.design.kind, "random_numbers": study.random_numbers,
        "plan_hash": plan.hash, "sources": plan.code, "model_hash": found.model.hash(),
        **{key: manifest[key] for key in kept if key in manifest},
    }


def _ends(found: tuple[float, float, float] | None) -> list[float] | None:
    """Return what a year of progress, or leverage, is measured by, with its interval."""
    return None if found is None else [float(f"{value:.4g}") for value in found]


def command(manifest: Mapping[str, Any]) -> str:
    """Return the shell command that makes it again."""
    return shlex.join(["recursim", *map(str, manifest.get("overrides", ()))])


def _steps(one: Chances, horizon: float) -> dict[str, Any]:
    day = np.floor(one.curve.times).astype(int)
    last = np.append(day[1:] != day[:-1], True)  # of each day the chance at its end
    chance = np.round(1.0 - one.curve.longer[last], 9)
    rises = np.diff(chance, prepend=0.0) > 0
    return {
        "label": one.threshold.label, "threshold": one.threshold.value,
        "unit": one.threshold.unit, "asked": one.threshold.asked,
        "resolves": one.threshold.resolves, "runs": one.runs,
        "draws": one.independent, "until": int(horizon if chance[-1] >= 1.0 else day[-1]),
        "days": day[last][rises].tolist(), "chance": chance[rises].tolist(),
    }
