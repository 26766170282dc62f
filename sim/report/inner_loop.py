"""Tables of the inner loop: oversight, latencies, and what assistants do for tasks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import web
from sim.metrics import oversight, speedup
from sim.plots import Frames
from sim.plots.words import number
from sim.report.tables import by_generation

if TYPE_CHECKING:
    import pandas as pd

Measures = Mapping[str, tuple[str, str]]
"""Columns of a metric's table, each with a heading and how its values are shown."""

TASKS: Measures = {
    "felt": ("speed-up felt by people", "{:.2f} ×"),
    "elapsed": ("speed-up of the task", "{:.2f} ×"),
    "touched": ("work given to assistants", "{:.0%}"),
    "fully_delegated": ("done by them alone", "{:.0%}"),
    "intervened": ("long tasks corrected", "{:.0%}"),
}
OVERSIGHT: Measures = {
    "review_load": ("review work, person-days a day", "{:.1f}"),
    "review_share": ("people's time: reviews", "{:.0%}"),
    "steering_share": ("people's time: steering", "{:.0%}"),
    "reviewed": ("assistants' outputs: reviewed", "{:.0%}"),
    "caught": ("wrong, caught", "{:.1%}"),
    "escaped": ("wrong, escaped", "{:.1%}"),
    "incidents": ("incidents", "{:.1f}"),
    "wasted": ("compute wasted", "{:.1%}"),
}


CAUSES = {
    "research": "idea to result", "failed run": "failed run to next attempt",
    "interruption": "training interrupted to restarted", "incident": "incident to solution",
}
"""Headings of latencies."""


def latencies(frames: Frames) -> str:
    """Return how long ideas take to their result and failures to their fix, by generation.

    Quantiles over all replications together; what had not ended when its replication did is
    allowed for (`sim.metrics.censored`). Empty if there is neither.
    """
    table = frames.latency
    table = table.assign(number=table["count"] + table["open"])
    if not len(table):
        return ""
    cells: dict[int, dict[str, str]] = {}
    for row in table.itertuples():
        cells.setdefault(row.generation, {})[row.cause] = _spread(row)
    found = [name for name in CAUSES if any(name in row for row in cells.values())]
    rows = [(str(g), *(row.get(name, "–") for name in found)) for g, row in cells.items()]
    intro = (
        "Clock time, nights and weekends included: the median, in brackets the middle 80% of all "
        "cases, in square ones their number; ?: the run ended too early to tell."
    )
    columns = ("generation being built", *(CAUSES[name] for name in found))
    return web.paragraph(intro) + by_generation("Latencies", columns, rows)


def _spread(row: Any) -> str:
    """Return '20 d (12 min–38 d) [512]'; where too much has not ended, '?' for a quantile."""
    low, middle, high = (_time(q) if math.isfinite(q) else "?" for q in (row.p10, row.p50, row.p90))
    spread = "" if low == middle == high else f" ({low}–{high})"
    return f"{middle}{spread} [{row.number:,}]"


def _time(days: float) -> str:
    """Return '12 min', '7.5 h', '3 d', '38 d'."""
    for unit, length in (("d", 1.0), ("h", 1 / 24)):
        if days >= length:
            return f"{number(days / length)} {unit}"
    return f"{number(days * 24 * 60)} min"


def speedups(frames: Frames) -> str:
    """Return what assistants do for tasks, by generation; empty if they do none."""
    table = frames.tasks
    if not table["delegated"].sum():
        return ""
    intro = (
        f"Tasks that assistants may help with{_means_of(frames)}. A task that is done faster does "
        "not make the lab as fast: it still waits for compute, people and reviews."
    )
    return _means(intro, table, TASKS, speedup.MEANING, "What assistants do for tasks")


def overseen(frames: Frames) -> str:
    """Return what people look at, what is caught, and what errors cost, by generation.

    Empty for a model that builds none.
    """
    if frames.model.generation_flow is None:
        return ""
    table = frames.oversight
    intro = (
        "From the release before each generation to its own, or to the end of the run"
        f"{_means_of(frames)}."
    )
    return _means(intro, table, OVERSIGHT, oversight.MEANING, "Oversight")


def _means_of(frames: Frames) -> str:
    return "; means over replications" if frames.replications > 1 else ""


def _means(
    intro: str, table: pd.DataFrame, measures: Measures, meaning: Mapping[str, str], label: str
) -> str:
    """Return the means over replications by generation, and what is measured.

    Empty if there is nothing but zeros.
    """
    table = table[(table["generation"] >= 1).to_numpy()].replace([np.inf, -np.inf], np.nan)
    if not table[list(measures)].fillna(0).any(axis=None):
        return ""
    rows = [
        (str(row.Index), *(
            "–" if math.isnan(value) else form.format(value)
            for value, (_, form) in zip(row[1:], measures.values(), strict=True)
        ))
        for row in table.groupby("generation")[list(measures)].mean().itertuples()
    ]
    columns = ("generation being built", *(heading for heading, _ in measures.values()))
    words = {heading: meaning[name] for name, (heading, _) in measures.items()}
    return web.paragraph(intro) + by_generation(label, columns, rows) + web.meanings(words)
