"""Tiny labs whose first generation's critical path is known by hand, and a plain view of paths.

The gate opens at once, training takes the first day; then come the stages of the test. A
person-day is 24 hours and times are on a grid of eighths: all sums are exact.
"""

import sim
from sim.metrics import critical_path

from ...engines.tiny import closed, compute, delay, flow, lab, labour, people, training_flow

TRAINED = (0.0, 1.0, "computing", "train")
"""The first segment of all these paths."""


def cycle(stages, *, train=None, days="1 d", flows=None, pools=None, skills=None, **more):
    """A lab that trains for a day, then does these stages; one person, one machine."""
    plan = {"kind": "fixed_duration", "days": days, "max_days": days}
    first = {"next": next(iter(stages), "release")}
    generation = training_flow(plan, train=first | (train or {}), **stages)
    parts = {
        "horizon": "60 d",
        "initial_training": "0.5 d",
        "end": {"generations": 1},
        "pools": {
            "cluster": compute(1), "machine": compute(1), "desk": people(1), "crowd": people(),
        } | (pools or {}),
        "skills": {"scarce": {"pool": "desk"}, "plain": {"pool": "crowd"}} | (skills or {}),
        "flows": (flows or {}) | {"generation": generation},
    }
    return lab(**(parts | more))


def chore(work):
    """A flow that keeps the one person at the desk busy from t = 0 on, once."""
    return {"chore": flow(closed(), {"do": labour("scarce", work, next="rest"),
                                     "rest": delay("90 d")})}


def path_of(model, seed=0):
    """The log of a run and the critical path of its generations."""
    run = sim.simulate(model, seed=seed)
    return run, critical_path.path(run.visits, run.generations, run.model)


def told(path, *columns):
    """Segments as (start, finish, kind, stage), or what is asked for."""
    columns = columns or ("start", "finish", "kind", "stage")
    return list(path[list(columns)].itertuples(index=False, name=None))


def days(table, **where):
    """Days by kind, those that took any."""
    for name, value in where.items():
        table = table[table[name] == value]
    return {kind: d for kind, d in zip(table["kind"], table["days"], strict=True) if d}
