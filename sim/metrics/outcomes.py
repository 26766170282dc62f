"""Outcomes: what one replication came to, in one row."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from sim.log import ACTIVITY, GENERATION_OUTCOMES, OUTCOME, tables_of
from sim.model import Model

MEANING = {
    "replication": "number of the replication",
    "end_reason": "why the run ended",
    "end_time": "when, days",
    "capability": "capability of the model deployed at the end, OOM",
    "releases": "releases after generation 0",
    "first_cycle_time": "cycle time of generation 1, days; NaN if it was not released",
    "cycle_time": "mean cycle time of the released generations, days",
    "algorithms": "stock at the end, natural-log units",
    "infrastructure": "stock at the end, natural-log units",
    "research_output": "sum of the outputs of research's successes after t = 0, natural-log units",
    "experiments": "results of research after t = 0: successes, misses and invalid ones",
    "escaped_defects": "wrong outputs that no review caught, after t = 0",
    "visits": "rows of the log, pre-history included",
}
"""The columns of `Ensemble.outcomes` and of `outcomes.parquet`."""


class _Run(Protocol):
    """What is needed of a run; metrics know no engine."""

    @property
    def model(self) -> Model: ...
    @property
    def replication(self) -> int: ...
    @property
    def raw(self) -> dict[str, dict[str, Any]]: ...
    @property
    def end(self) -> Any: ...


def outcomes_of(run: _Run) -> dict[str, Any]:
    """Return the outcomes of a run, by the names in `MEANING`."""
    visits = run.raw["visits"]
    after = visits["finished"] >= 0
    research = [list(run.model.flows).index(name) for name in run.model.research_flows]
    results = after & (visits["activity"] == ACTIVITY["result"])
    results &= np.isin(visits["flow"], research)
    success = results & (visits["outcome"] == OUTCOME["success"])
    escaped = after & (visits["outcome"] == OUTCOME["escaped"])
    return {
        **_of_generations(run),
        "algorithms": _final(run, "algorithms"),
        "infrastructure": _final(run, "infrastructure"),
        "research_output": float(visits["value"][success].sum()),
        "experiments": int(results.sum()),
        "escaped_defects": int(escaped.sum()),
        "visits": len(visits["item"]),
    }


def outcomes_of_summary(summary: _Run) -> dict[str, Any]:
    """Return the outcomes of a run that kept no log; `research_output` but for rounding."""
    flows, skills, totals = (summary.raw[name] for name in ("flows", "skills", "totals"))
    names = list(summary.model.flows)
    research = np.isin(flows["flow"], [names.index(n) for n in summary.model.research_flows])
    results = flows["successes"] + flows["misses"] + flows["invalid"]
    escaped = skills["outcome"] == OUTCOME["escaped"]
    return {
        **_of_generations(summary),
        "algorithms": float(totals.get("algorithms", 0.0)),
        "infrastructure": float(totals.get("infrastructure", 0.0)),
        "research_output": float(flows["output"][research].sum()),
        "experiments": int(results[research].sum()),
        "escaped_defects": int(skills["number"][escaped].sum()),
        "visits": totals["visits"],
    }


def _of_generations(run: _Run) -> dict[str, Any]:
    """Return the outcomes that generations and the end tell."""
    generations = run.raw["generations"]
    released = generations["outcome"] == GENERATION_OUTCOMES.index("released")
    capabilities = generations["capability"][released]
    cycles = generations["cycle_time"][released & (generations["generation"] > 0)]
    return {
        "replication": run.replication,
        "end_reason": run.end.reason,
        "end_time": run.end.time,
        "capability": float(capabilities[-1]),
        "releases": len(cycles),
        "first_cycle_time": float(cycles[0]) if len(cycles) else np.nan,
        "cycle_time": float(cycles.mean()) if len(cycles) else np.nan,
    }


def _final(run: _Run, stock: str) -> float:
    """Return the last value of a stock."""
    names = tables_of(run.model)["names"]
    if stock not in names:
        return 0.0
    changes = run.raw["changes"]
    values = changes["after"][(changes["name"] == names.index(stock)) & (changes["kind"] == 1)]
    return float(values[-1]) if len(values) else 0.0
