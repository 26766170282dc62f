"""The log: three flat tables from which everything shown is computed.

`visits` has one row per service, `generations` one per generation, `changes` one per change
of a capacity, stock or the like. Times are days after t = 0 (negative in the pre-history); warm-up
is a filter applied afterwards, never a gap in the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from sim.model import Model

NONE = -1
"""Code for "no such thing": no parent, no pool, no cause."""

ACTIVITIES = (
    "work", "steering", "review", "takeover", "verdict", "run", "repair", "hold", "gate", "delay",
    "batch", "release", "result", "audit", "hostage",
)
ACTIVITY_MEANING = """\
What is done in a visit: `work` on the task, `steering` an assistant, `review` (by a person or an
assistant), `audit` by a person of what an assistant's review accepted, `takeover` by a person, the
`verdict` of a stage that may fail, `run` of a job, `repair` of a training run, `hold` of idle
units, waiting at a `gate`, a `delay`, the `batch` that a stage waits for, a `release`, the `result`
of an item (at the stage that ended it), a unit held `hostage` from the start of an item to its end
(at its first stage; one row each, numbered by `attempt`, aside from the item's route: nobody's wait
and nobody's work)."""

EXECUTORS = ("human", "agent", "compute")
"""Who serves; empty where nobody does."""

OUTCOMES = (
    "open", "right", "caught", "escaped", "balked", "accepted", "rejected", "passed", "failed",
    "done", "interrupted", "success", "miss", "invalid", "withdrawn",
)
OUTCOME_MEANING = """\
How it ended: `open` at the end of the run; work `right`, wrong and `caught` by review, or wrong
and `escaped` (`done` while its review is open); `balked` for want of a slot; a review or audit
`accepted` or `rejected`; a verdict `passed` or `failed`; a job or stage `done`, `failed` or
`interrupted`; a result `success`, `miss` or `invalid`; a hostage returned (`done`), or not yet
taken when the item ended and so `withdrawn`."""

ACTIVITY = {name: code for code, name in enumerate(ACTIVITIES)}
EXECUTOR = {name: code for code, name in enumerate(EXECUTORS)}
OUTCOME = {name: code for code, name in enumerate(OUTCOMES)}
"""The codes of these words in the columns."""


@dataclass(frozen=True)
class Column:
    """A column of a table: its type and meaning."""

    name: str
    dtype: str
    """A NumPy dtype, or `category:TABLE` for a code into a table of names."""
    meaning: str


def dtype_of(column: Column) -> str:
    """Return the NumPy dtype of a column; codes are int32."""
    return "int32" if column.dtype.startswith("category") else column.dtype


VISITS = (
    Column("replication", "int32", "number of the replication"),
    Column("row", "int64", "number of this row within the replication"),
    Column("flow", "category:flows", "flow of the item"),
    Column("item", "int64", "item, numbered in order of creation within the run"),
    Column("item_key", "uint64", "item, the same in every run of every scenario"),
    Column("parent", "int64", "item that spawned it, or -1"),
    Column("generation", "int32", "generation being built"),
    Column("stage", "category:stages", "stage"),
    Column("visit", "int32", "how often the item had come to the stage before"),
    Column("attempt", "int32", "attempt within the visit, from 1"),
    Column("activity", "category:activities", "what was done"),
    Column("skill", "category:skills", "kind of work"),
    Column("executor", "category:executors", "who did it"),
    Column("assistant_generation", "int32", "generation of the assistant, or -1"),
    Column("pool", "category:pools", "pool that served"),
    Column("units", "int64", "units held"),
    Column("requested", "float64", "time of the request, days"),
    Column("started", "float64", "time of the grant, days; NaN if never"),
    Column("finished", "float64", "end of the service, days; NaN if open"),
    Column("worked", "float64", "service time proper, days: without nights and idle waiting"),
    Column("outcome", "category:outcomes", "how it ended"),
    Column("value", "float64", "task's work (person-days), job's (unit-days), result's output"),
    Column("cause", "int64", "`row` whose end (or, for steering, need) allowed the start, or -1"),
    Column("previous", "int64", "`row` of the same route that led to the request, likewise, or -1"),
)

CHANGES = (
    Column("replication", "int32", "number of the replication"),
    Column("time", "float64", "days"),
    Column("kind", "category:kinds", "what changed"),
    Column("name", "category:names", "pool, stock, intervention, or what is paused"),
    Column("before", "float64", "value before"),
    Column("after", "float64", "value after"),
)

KINDS = ("capacity", "stock", "share", "efficiency", "intervention", "pause")

GENERATION_OUTCOMES = ("released", "skipped", "dropped", "open")

GENERATIONS = (
    Column("replication", "int32", "number of the replication"),
    Column("generation", "int32", "generation; 0 is deployed at t = 0"),
    Column("item", "int64", "item that built it, or -1"),
    Column(
        "outcome", "category:generation_outcomes",
        "released, skipped at the gate, dropped after it, or open",
    ),
    Column("started", "float64", "first entry into the gate (skipped: that of the attempt), days"),
    Column("released", "float64", "release, days; NaN if not"),
    Column("cycle_time", "float64", "released - started, days"),
    Column("compute", "float64", "F, effective training compute without algorithms, unit-days"),
    Column("capability", "float64", "c, OOM above generation 0"),
    Column("units", "int64", "training units held"),
    Column("algorithms", "float64", "stock frozen into the recipe, natural-log units"),
    Column("infrastructure", "float64", "stock when the gate opened, natural-log units"),
    Column("defects", "int64", "escaped defects in its making"),
    Column("interruptions", "int64", "interruptions of its training"),
)
"""Besides these, two columns for each stage of the generation flow: `entered_STAGE`, the first
entry, and `left_STAGE`, the last end. A safeguard that does not apply ends as it begins."""


def tables_of(model: Model) -> dict[str, tuple[str, ...]]:
    """Return the names behind each kind of code, in model order."""
    stages = dict.fromkeys(name for flow in model.flows.values() for name in flow.stages)
    return {
        "flows": tuple(model.flows),
        "stages": tuple(stages),
        "skills": tuple(model.skills),
        "pools": tuple(model.pools),
        "names": tuple(dict.fromkeys(_changing(model))),
        "activities": ACTIVITIES,
        "executors": EXECUTORS,
        "outcomes": OUTCOMES,
        "kinds": KINDS,
        "generation_outcomes": GENERATION_OUTCOMES,
    }


def _changing(model: Model) -> Iterator[str]:
    """Yield the names of all that rows of `changes` may be about."""
    yield from model.pools
    yield from model.stocks
    for name, intervention in model.interventions.items():
        yield name
        yield from intervention.pause
        yield from intervention.resume


def frame(
    columns: tuple[Column, ...], arrays: dict[str, Any], names: dict[str, tuple[str, ...]]
) -> pd.DataFrame:
    """Return the table as a DataFrame; codes become categories, `NONE` becomes missing."""
    import pandas as pd

    data = {}
    for column in columns:
        values = arrays[column.name]
        if column.dtype.startswith("category:"):
            table = names[column.dtype.removeprefix("category:")]
            data[column.name] = pd.Categorical.from_codes(
                np.asarray(values, dtype="int64"), categories=list(table)
            )
        else:
            data[column.name] = np.asarray(values, dtype=column.dtype)
    extra = {name: values for name, values in arrays.items() if name not in data}
    data.update({name: np.asarray(values, dtype="float64") for name, values in extra.items()})
    return pd.DataFrame(data)


def dictionary() -> str:
    """Return the meaning of every column and code, as a Markdown text."""
    lines = [
        "# Columns",
        "",
        "Times are days after t = 0, negative in the pre-history; NaN or empty means never, nobody",
        "or not yet; -1 means none. Rows and items are numbered within each replication.",
    ]
    for name, columns in (("visits", VISITS), ("generations", GENERATIONS), ("changes", CHANGES)):
        lines += ["", f"## {name}", "", "| column | meaning |", "|---|---|"]
        lines += [f"| `{column.name}` | {column.meaning} |" for column in columns]
        if name == "generations":
            lines.append("| `entered_STAGE` | first entry into a stage of the generation flow |")
            lines.append("| `left_STAGE` | last end of that stage, repetitions included; a "
                         "safeguard that does not apply ends as it begins |")
    lines += ["", "## Words in visits", ""]
    lines += [f"- activity: {', '.join(ACTIVITIES)}", f"- executor: {', '.join(EXECUTORS)}"]
    lines += [f"- outcome: {', '.join(OUTCOMES)}", "", ACTIVITY_MEANING, "", OUTCOME_MEANING]
    return "\n".join(lines) + "\n"
