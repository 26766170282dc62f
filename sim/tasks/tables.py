"""Terminal tables of results."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from typing import Any

from rich.table import Table

from sim.study.ensemble import Ensemble

HEADERS = (
    "gen", "runs", "release", "day", "cycle\nd", "c\nOOM", "effective\ncompute",
    "algo-\nrithms ×", "inter-\nrupts", "escaped\ndefects",
)


def generations_table(result: Ensemble) -> Table:
    """Return the generations of a run, or their means over the replications."""
    count = len(result.runs)
    over = f", mean of {count} replications" if count > 1 else ""
    title = f"{result.model.name}: generations{over}"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1))
    for name in HEADERS if count > 1 else [h for h in HEADERS if h != "runs"]:
        table.add_column(name, justify="right", no_wrap=True)
    released = result.generations[result.generations["outcome"] == "released"]
    for generation, rows in released.groupby("generation"):
        mean = rows.mean(numeric_only=True)
        day = float(mean["released"])
        made = bool(generation)
        table.add_row(
            str(generation),
            *([str(len(rows))] if count > 1 else []),
            (result.model.start_date + datetime.timedelta(days=day)).isoformat(),
            f"{day:.0f}",
            f"{mean['cycle_time']:.0f}" if made else "–",
            f"{mean['capability']:.2f}",
            f"{10 ** mean['capability']:.3g}",
            f"{math.exp(mean['algorithms']):.2f}",
            f"{mean['interruptions']:.0f}" if made else "–",
            f"{mean['defects']:.1f}" if made else "–",
        )
    table.caption = (
        "c: log10 of effective training compute; × as a multiple of generation 0"
    )
    table.caption_justify = "left"
    return table


def endings(result: Ensemble) -> Iterator[str]:
    """Yield a line for every reason, other than the horizon, for which runs ended."""
    reasons: dict[str, list[Any]] = {}
    for run in result.runs:
        if run.end.reason != "horizon":
            reasons.setdefault(run.end.reason, []).append(run)
    for reason, runs in reasons.items():
        end = runs[0].end
        several = len(result.runs) > 1
        which = f"{len(runs)} of {len(result.runs)} replications" if several else "the run"
        detail = f" ({end.detail})" if end.detail else ""
        yield f"{which} ended early, first on day {end.time:.4g}: {reason}{detail}; {end.advice}"
    if result.interrupted:
        yield f"stopped by Ctrl-C after {len(result.runs)} finished replications; they are kept"

