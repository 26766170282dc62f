"""The studies that are measured."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim import Model, load
from sim.study.plan import Plan, plan
from sim.study.study import Study
from sim.tasks.studies import planned

HERE = Path(__file__).parent
REPLICATIONS = 5


@cache
def shipped() -> Plan:
    """Return the study of this folder: the default lab with four uncertainties."""
    return planned(str(HERE / "study.yaml"))


def benchmark(points: int) -> Plan:
    """Return that study with so many points."""
    whole = shipped()
    data = {**whole.study.to_dict(), "design": f"latin_hypercube(points={points})"}
    models = {name: Model.from_dict(base) for name, base in whole.bases.items()}
    return plan(Study.from_dict(data), models)


def tiny(points: int) -> Plan:
    """Return a study of a queue for some days: a run takes next to nothing."""
    return plan(Study.from_dict(tiny_data(points)), {"mm1": load("scenario=mm1")})


def tiny_data(points: int) -> dict[str, object]:
    """Return that study as plain data."""
    return {
        "name": "tiny", "question": "How much do so many runs need?", "scenario": "mm1",
        "set": {"horizon": "5 d"},
        "factors": {
            "work": {
                "path": "flows.task.stages.do.work.mean",
                "uncertainty": "uniform(low=0.1 d, high=0.9 d)",
            },
            "interval": {
                "path": "flows.task.source.interval.mean",
                "uncertainty": "uniform(low=1 d, high=2 d)",
            },
        },
        "design": f"latin_hypercube(points={points})",
        "replications": REPLICATIONS,
        "outcomes": {
            "busy": "utilisation(pool=people)", "waiting": "mean_wait(pool=people)",
        },
    }  # fmt: skip
