"""What figures and reports are made from: an ensemble that was just run, or a folder read back."""

from __future__ import annotations

from sim.plots import Frames
from sim.store import Stored
from sim.study.ensemble import Ensemble


def of_ensemble(result: Ensemble, planned: int) -> Frames:
    """Return the log of an ensemble, of which so many replications were planned."""
    early = [run for run in result.runs if run.end.reason != "horizon"]
    return Frames(
        visits=result.visits, generations=result.generations, changes=result.changes,
        model=result.model, ends=result.ends,
        reasons={run.replication: run.end.reason for run in early}, planned=planned,
    )


def of_stored(stored: Stored) -> Frames:
    """Return the log in the folder of a run."""
    outcomes = stored.outcomes
    early = outcomes[(outcomes["end_reason"] != "horizon").to_numpy()].set_index("replication")
    return Frames(
        visits=stored.visits, generations=stored.generations, changes=stored.changes,
        model=stored.model, ends=early["end_time"].to_dict(), reasons=early["end_reason"].to_dict(),
        planned=stored.manifest["replications"],
    )
