"""Tables of the report; the terminal shows the first of them, too."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim import web
from sim.metrics import bottleneck, delegation, queues, ranks, readouts
from sim.metrics.kinds import KINDS
from sim.model import Model
from sim.plots import Frames, style
from sim.plots.kinds import in_days
from sim.plots.readouts import length
from sim.plots.words import plain, upper_first

if TYPE_CHECKING:
    import pandas as pd

LARGEST = 3
"""Parts of a critical path that are named."""
WAITED = "research waits most for"
COLUMNS = (
    "generation", "runs", "release", "day", "cycle, days", "capability c, OOM",
    "effective compute, × gen. 0", "METR horizon", "algorithms, ×", "tasks by assistants",
    "escaped defects",
)
METR = f"METR horizon: length of the tasks, in a person's work, that it gets right half the time; \
{readouts.NOTE}."
MOST_ROWS = 30
"""Generations that a table shows; of more, every second, third …"""
LATE = "Where fewer runs are counted, they are the quick ones: the others were not yet there."


def summary(visits: pd.DataFrame, generations: pd.DataFrame, model: Model) -> pd.DataFrame:
    """Return what the releases of each generation came to, on average.

    Returns
    -------
    DataFrame
        One row per released generation: `runs`, the replications that released it; means over
        these of `released` (days after t = 0), `cycle_time` (days), `capability` (OOM),
        `effective_compute` (10 to the mean capability, multiples of generation 0), `algorithms`
        (factor: e to the mean stock), `horizon` (METR's, at the mean capability, hours; NaN if the
        model does not read it out), `delegated` (share of the tasks that assistants did while it
        was made) and `defects` (that escaped into it); of the cycle time the quantiles `shortest`
        and `longest` (0.1 and 0.9).
    """
    released = generations[(generations["outcome"] == "released").to_numpy()]
    groups = released.groupby("generation")
    table = groups[["released", "cycle_time", "capability", "algorithms", "defects"]].mean()
    table.insert(0, "runs", groups.size())
    for name, level in (("shortest", style.BAND[0]), ("longest", style.BAND[-1])):
        table[name] = groups["cycle_time"].agg(ranks.of_times, level).astype(float)
    table["algorithms"] = table["algorithms"].map(math.exp)
    table["effective_compute"] = 10.0 ** table["capability"]
    table["horizon"] = readouts.at(table["capability"], model)[readouts.HORIZON].to_numpy()
    delegated: pd.Series = delegation.share_by_generation(visits)
    table["delegated"] = delegated.reindex(table.index)
    table.loc[table.index == 0, ["cycle_time", "delegated", "defects"]] = math.nan
    table["date"] = [model.start_date + datetime.timedelta(days=day) for day in table["released"]]
    return table.reset_index()


def generations(frames: Frames) -> str:
    """Return the table of generations, with what must be known to read it.

    Empty if none was released after the first.
    """
    table = summary(frames.visits, frames.generations, frames.model)
    if not (table["generation"] > 0).any():
        return ""
    several = frames.replications > 1
    rows = []
    for row in table.itertuples():
        cycle = "–" if math.isnan(row.cycle_time) else in_days(row.cycle_time)
        if several and row.runs > 1 and row.generation:
            cycle += f" ({row.shortest:.0f}–{row.longest:.0f})"
        rows.append((
            str(row.generation), *[str(row.runs)] * several, row.date.isoformat(),
            f"{row.released:.0f}", cycle,
            f"{row.capability:.2f}", _factor(row.effective_compute), _length(row.horizon),
            _factor(row.algorithms), or_dash(row.delegated, ".0%"),
            or_dash(row.defects, ".1f" if several else ".0f"),
        ))
    read = bool(table["horizon"].notna().any())
    late = several and len(table) and table["runs"].min() < frames.replications
    how = "Means over the replications that released it; in brackets the middle 80% of them."
    notes = [how] * several + [LATE] * bool(late) + [METR] * read
    columns = [name for name in COLUMNS if several or name != "runs"]
    return "".join(map(web.paragraph, notes)) + by_generation("Generations", columns, rows)


def by_generation(
    label: str, columns: Sequence[str], rows: Sequence[Sequence[str]], words: int = 0
) -> str:
    """Return a table with a row for each generation; arguments as of `web.table`.

    Columns of nothing but dashes are left out. Of very many rows evenly fewer are shown, and the
    last.
    """
    every = -(-len(rows) // MOST_ROWS)
    note = ""
    if every > 1:
        note = web.paragraph(f"Of {len(rows):,} generations, 1 in {every} is shown, and the last.")
        rows = [*rows[:-1:every], rows[-1]]
    kept, cells = _told(columns, rows)
    return note + web.table(label, kept, cells, sum(name in columns[1:words + 1] for name in kept))


def holdups(frames: Frames) -> str:
    """Return the largest parts of each generation's critical path; empty if none was released.

    A part is what went on (a kind of time) in one stage of the generation's flow; days are means
    over the replications that released it. Beside them: what research waited for most meanwhile.
    """
    phases = frames.phases
    if not len(phases):
        return ""
    columns = ("generation", *("largest part", "second", "third")[:LARGEST], WAITED)
    intro = web.paragraph(
        "The largest parts of each generation's critical path, from its gate to its release: what "
        "went on, in which stage, for how many days on average, and which share of the cycle time "
        "this is. At the right: what research waited for most meanwhile, as a share of all its "
        "waiting, nights and weekends aside."
    )
    waited = _waited(frames.queueing)
    rows = [(*row, waited.get(int(row[0]), "–")) for row in _largest(phases)]
    table = by_generation("Largest parts of the critical path", columns, rows, words=4)
    meanings = {
        kind.label: kind.meaning
        for name, kind in KINDS.items() if (phases["kind"] == name).any()
    }
    return intro + table + web.meanings(meanings)


def _largest(phases: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    """Yield the rows of `holdups`."""
    runs = phases.groupby("generation")["replication"].nunique()
    parts = phases.groupby(["generation", "kind", "phase"], observed=True)["days"].sum()
    for generation, days in parts.groupby("generation"):
        mean = days.droplevel("generation") / runs[generation]
        top = mean[mean > 0].nlargest(LARGEST)
        cells = [
            f"{upper_first(KINDS[kind].label)}, {plain(phase)}: {in_days(part)} d "
            f"({part / total:.0%})"
            for total in [mean.sum()] for (kind, phase), part in top.items()
        ]
        yield (str(generation), *cells, *["–"] * (LARGEST - len(cells)))


def _waited(queueing: pd.DataFrame) -> dict[int, str]:
    """Return what research waited for most while each generation was built: 'compute (94%)'."""
    days = queueing.groupby("generation").sum()
    days = days[(days.sum(axis=1) > 0).to_numpy()]
    most, share = days.idxmax(axis=1), days.max(axis=1) / days.sum(axis=1)
    return {int(g): f"{bottleneck.label(most[g])} ({share[g]:.0%})" for g in days.index}


def waits(frames: Frames) -> str:
    """Return how long requests wait, by pool and stage."""
    table = queues.waiting_time(frames.visits, frames.model)
    rows = [
        (plain(row.pool), plain(row.flow), plain(row.stage), row.activity, f"{row.requests:,}",
         or_dash(row.mean_wait, ".4g"))
        for row in table.itertuples()
    ]
    columns = ("pool", "flow", "stage", "activity", "requests", "mean wait, days")
    return web.table("Waiting times", columns, rows, words=3) if rows else ""


def _told(
    columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[list[str], list[list[str]]]:
    """Leave out columns that hold nothing but dashes."""
    kept = [i for i in range(len(columns)) if any(row[i] != "–" for row in rows)]
    return [columns[i] for i in kept], [[row[i] for i in kept] for row in rows]


def _factor(value: float) -> str:
    """Return '1', '2.14', '437', '28,300', '2.83e+07'."""
    if value >= 1e6:
        return f"{value:.2e}"
    return f"{float(f'{value:.3g}'):,g}" if value < 100 else f"{float(f'{value:.3g}'):,.0f}"


def _length(hours: float) -> str:
    return "–" if math.isnan(hours) else length(hours)


def or_dash(value: float, form: str) -> str:
    """Return a number in a form, or a dash if it is missing."""
    return "–" if math.isnan(value) else format(value, form)
