"""What figures and reports are made from, of an ensemble that was just run."""

from __future__ import annotations

from sim.plots import Frames
from sim.study.ensemble import Ensemble


def frames_of(result: Ensemble, planned: int) -> Frames:
    """Return the log of an ensemble, of which so many replications were planned."""
    early = [run for run in result.runs if run.end.reason != "horizon"]
    return Frames(
        visits=result.visits, generations=result.generations, changes=result.changes,
        model=result.model, ends=result.ends,
        reasons={run.replication: run.end.reason for run in early}, planned=planned,
    )
