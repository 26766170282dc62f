"""Small labs to draw: one that releases generations, one that only works."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from sim.engines import simulate
from sim.model import Model
from sim.plots import Frames

from . import tables

LAB = {
    "start_date": "2026-01-05",
    "horizon": "100 d",
    "initial_training": "10 d",
    "people_per_unit": 5,
    "readouts": {"metr_horizon": {"at_zero": "6 h", "doublings_per_oom": 2}},
    "pools": {
        "research_staff": {
            "kind": "human", "capacity": 2, "hours": "mon-fri 09:00-17:00",
            "plan": {"kind": "steps", "steps_at": {"50 d": 3}},
        },
        "experiments": {"kind": "compute", "capacity": 2},
        "training": {
            "kind": "compute", "capacity": 4,
            "plan": {"kind": "growth", "factor": 20, "every": "10 d"},
        },
        "crowd": {"kind": "human", "capacity": "inf"},
        "spare": {"kind": "human", "capacity": 1},
    },
    "allocation": {"kind": "priority", "lender": "training", "borrower": "experiments"},
    "stocks": {"algorithms": {"gain": 1e-6, "beta": 0}},
    "skills": {"think": {"pool": "research_staff"}, "help": {"pool": "crowd"}},
    "flows": {
        "study": {
            "source": {"kind": "open", "interval": "exponential(mean=1 d)"},
            "stages": {
                "ask": {
                    "kind": "labour", "skill": "help", "work": "exponential(mean=1 d)",
                    "next": "run",
                },
                "run": {
                    "kind": "compute", "pool": "experiments", "work": "1 d", "failure": 0.2,
                },
            },
        },
        "idea": {
            "source": {"kind": "closed", "workstreams": 1},
            "insight": {"hit": 0.5, "noise": 1, "targets": {"algorithms": 1}},
            "stages": {"mature": {"kind": "delay", "duration": "exponential(mean=4 d)"}},
        },
        "generation": {
            "source": {"kind": "closed", "workstreams": 1},
            "stages": {
                "gate": {
                    "kind": "gate", "pool": "training", "min_gain": 0.1, "next": "train",
                    "plan": {"kind": "target_gain", "min_days": "8 d", "max_days": "20 d"},
                },
                "train": {"kind": "training", "pool": "training", "next": "ship"},
                "ship": {
                    "kind": "labour", "skill": "think", "work": "exponential(mean=2 d)",
                    "next": "release",
                },
                "release": {"kind": "release"},
            },
        },
    },
}


def frames_of(model, replications):
    runs = [simulate(model, seed=0, replication=number) for number in range(replications)]
    tables = (
        pd.concat([getattr(run, name) for run in runs], ignore_index=True)
        for name in ("visits", "generations", "changes")
    )
    return Frames(*tables, model, {run.replication: run.end.time for run in runs})


@pytest.fixture(scope="session")
def model():
    return Model.from_dict(LAB)


@pytest.fixture(scope="session")
def one(model):
    """One run."""
    return frames_of(model, 1)


@pytest.fixture(scope="session")
def many(model):
    """An ensemble."""
    return frames_of(model, 5)


@pytest.fixture(scope="session")
def toy(model):
    """A model that releases nothing."""
    data = model.to_dict()
    del data["flows"]["generation"]
    return frames_of(Model.from_dict(data), 1)


@pytest.fixture(scope="session")
def early(model):
    """Runs that end before anything is released: one, and an ensemble."""
    short = model.replace(horizon="5 d", pools=LAB["pools"] | {"research_staff": {
        "kind": "human", "capacity": 2}})
    return frames_of(short, 1), frames_of(short, 3)


@pytest.fixture(scope="session")
def stopped(model):
    """Two of forty replications, ended by their event budget after a release or two."""
    frames = frames_of(model.replace(end={"events": 400}), 2)
    assert max(frames.ends.values()) < 90
    return dataclasses.replace(frames, planned=40)


@pytest.fixture(scope="session")
def twenty(one):
    """A run with twenty releases, four days each, and a twenty-first begun."""
    rows = [{"generation": 0, "item": -1, "outcome": "released", "released": 0, "capability": 0}]
    for number in range(1, 22):
        start = 4.0 * number
        rows.append({
            "generation": number, "item": number, "outcome": "released", "started": start,
            "entered_gate": start, "left_gate": start + 1, "entered_train": start + 1,
            "left_train": start + 3, "entered_ship": start + 3, "left_ship": start + 4,
            "released": start + 4, "cycle_time": 4.0, "capability": number / 10,
        })
    rows[-1] |= {"outcome": "open", "released": np.nan, "capability": np.nan}
    generations = pd.DataFrame([dict.fromkeys(one.generations, np.nan) | row for row in rows])
    generations["replication"] = 0
    frames = Frames(one.visits.iloc[:0], generations, one.changes, one.model)
    parts = (("gate", "knowhow", 1), ("train", "computing", 2), ("ship", "people", 1))
    table = tables.path(*(
        (0, g, stage, "generation", stage, kind, days)
        for g in range(1, 21) for stage, kind, days in parts
    ), begin=4.0)
    return tables.put(frames, path=table)


@pytest.fixture(scope="session")
def released(one):
    """Build frames from releases: for each replication its (day, capability) in order."""

    def build(*replications, **facts):
        rows = [
            {
                "replication": replication, "generation": generation, "outcome": "released",
                "released": float(day), "capability": capability,
            }
            for replication, releases in enumerate(replications)
            for generation, (day, capability) in enumerate([(0, 0.0), *releases])
        ]
        return Frames(
            one.visits.iloc[:0], pd.DataFrame(rows), one.changes.iloc[:0], one.model, **facts
        )

    return build


@pytest.fixture(scope="session")
def lab(one):
    """Build frames of replications with so many releases each, and every kind of time."""

    def build(*counts, rename=str, horizon=350.0):
        each = [(r, n, 1 + r / 10) for r, n in enumerate(counts)]
        paths = [row for r, n, pace in each for row in tables.lab_path(r, n, pace, rename)]
        times = [row for r, n, pace in each for row in tables.lab_flow_time(r, n + 1, pace)]
        _, numbers, paces = zip(*each, strict=True)
        fixes = tables.lab_latency([n + 1 for n in numbers], paces)
        frames = dataclasses.replace(
            one, model=dataclasses.replace(one.model, horizon=horizon),
            ends=dict.fromkeys(range(len(counts)), horizon),
        )
        return tables.with_paths(
            frames, tables.path(*paths), flow_time=tables.flow_time(*times),
            latency=tables.latency(*fixes),
        )

    return build


@pytest.fixture(scope="session")
def lab_one(lab):
    """A run with seven releases, every kind of time on their critical paths; an eighth begun."""
    return lab(7)


@pytest.fixture(scope="session")
def lab_many(lab):
    """Five replications, the slower ones with fewer releases."""
    return lab(7, 6, 5, 4, 3)
