"""Tiny labs for tests of the engines, and a plain view of their logs.

Unless a test says otherwise a person-day is 24 hours, so that `1 d` of work takes 1 day of
the clock, and times are fractions with a power of two below: sums of them are exact.
"""

import math

from sim import Model
from sim.laws import random

LN10 = math.log(10.0)
ALWAYS = math.inf


def lab(**parts):
    """A model from plain data; `pools`, `flows` and the like as in a YAML file."""
    defaults = {"horizon": "100 d", "hours_per_person_day": 24, "pools": {}}
    return Model.from_dict(defaults | parts)


def people(capacity=ALWAYS, **more):
    return {"kind": "human", "capacity": capacity} | more


def compute(capacity=ALWAYS, **more):
    return {"kind": "compute", "capacity": capacity} | more


def agents(capacity=ALWAYS, **more):
    return {"kind": "agent", "capacity": capacity} | more


def steps(**capacities):
    """A plan: `steps(d2=3)` means 3 units from day 2 on."""
    table = {f"{when[1:].replace('_', '.')} d": units for when, units in capacities.items()}
    return {"kind": "steps", "steps_at": table}


def flow(source, stages, **more):
    return {"source": source, "stages": stages} | more


def closed(workstreams=1, **more):
    return {"kind": "closed", "workstreams": workstreams} | more


def every(interval):
    """Arrivals from outside at interval, 2 * interval, …"""
    return {"kind": "open", "interval": interval}


def poisson(rate, **more):
    """Arrivals at so many a day."""
    return {"kind": "poisson", "rate": rate} | more


SPAWNED = {"kind": "batch"}


def labour(skill, work, **more):
    return {"kind": "labour", "skill": skill, "work": work} | more


def job(pool, work, **more):
    return {"kind": "compute", "pool": pool, "work": work} | more


def delay(duration, **more):
    return {"kind": "delay", "duration": duration} | more


def study(every="1 d", gain=0.1 * LN10, stock="algorithms"):
    """A flow whose items take their time, succeed, and raise a stock by `gain` each."""
    insight = {"hit": 1.0, "noise": 1.0, "targets": {stock: 1.0}}
    return flow(closed(), {"study": delay(every)}, insight=insight), {stock: {"gain": gain}}


def releases(interval="1 d"):
    """Flows and stocks of a lab that releases a generation 0.1 OOM better every interval."""
    research, stocks = study(interval)
    gate = {"kind": "gate", "min_gain": 0.1, "next": "release"}
    generation = flow(closed(), {"gate": gate, "release": {"kind": "release"}})
    return {"research": research, "generation": generation}, stocks


def training_flow(plan=None, gate=None, train=None, **more_stages):
    """gate → train → release on the pool `cluster`."""
    plan = plan or {"kind": "fixed_duration", "days": "4 d", "max_days": "4 d"}
    return flow(closed(), {
        "gate": {"kind": "gate", "pool": "cluster", "plan": plan, "min_gain": 0.0,
                 "next": "train"} | (gate or {}),
        "train": {"kind": "training", "pool": "cluster", "next": "release"} | (train or {}),
        **more_stages,
        "release": {"kind": "release"},
    })


# --- the log ------------------------------------------------------------------------------


def rows(table, columns, **where):
    """The rows of a table that agree with `where`, as tuples in order of the log.

    Missing values are None; a column of a category is its name.
    """
    for name, value in where.items():
        wanted = value if isinstance(value, (list, tuple)) else [value]
        table = table[table[name].isin(wanted)]
    picked = [[_plain(x) for x in table[name]] for name in columns.split()]
    found = list(zip(*picked, strict=True))
    return [row[0] for row in found] if len(picked) == 1 else found


def _plain(x):
    return None if isinstance(x, float) and math.isnan(x) else x


def spans(run, **where):
    """(started, finished) of the services that agree with `where`."""
    return rows(run.visits, "started finished", **where)


def capacity_changes(run, name):
    """(time, before, after) of a pool's capacity, the initial one left out."""
    found = rows(run.changes, "time before after", kind="capacity", name=name)
    assert found[0][1] == 0.0, "the first change sets the capacity"
    return found[1:]


# --- draws --------------------------------------------------------------------------------


def item_key(flow_name, number, workstream=0):
    """Key of an item from outside: its number, or its workstream and sequence number."""
    return random.child_key(random.name_key(flow_name), 0, workstream, number)


def draw(key, stage, purpose, *, seed=0, replication=0, visit=0, attempt=0):
    """The uniform number that decides a purpose in one visit (and attempt).

    Without a stage: of the item as a whole.
    """
    return random.uniform(
        seed, replication, key, random.name_key(stage) if stage else 0,
        random.turn(visit, attempt),
        random.name_key(purpose),
    )


def seed_where(condition, most=10_000):
    """The first seed for which a condition on its draws holds."""
    return next(seed for seed in range(most) if condition(seed))
