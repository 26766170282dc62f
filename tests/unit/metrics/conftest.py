"""A small lab and hand-made logs of it."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.log import ACTIVITIES, CHANGES, GENERATION_OUTCOMES, KINDS, OUTCOMES, VISITS, tables_of
from sim.model import Model

NAN = float("nan")

LAB = {
    "start_date": "2026-01-05",  # a Monday
    "horizon": "28 d",
    "initial_training": "2 d",
    "pools": {
        "researchers": {"kind": "human", "capacity": 2, "hours": "mon-fri 09:00-17:00"},
        "cluster": {"kind": "compute", "capacity": 4},
        "crowd": {"kind": "human", "capacity": "inf"},
    },
    "skills": {"think": {"pool": "researchers"}, "help": {"pool": "crowd"}},
    "stocks": {"algorithms": {"gain": 0.1, "beta": 0}},
    "flows": {
        "generation": {
            "source": {"kind": "closed", "workstreams": 1},
            "stages": {
                "gate": {
                    "kind": "gate", "pool": "cluster", "min_gain": 0, "next": "train",
                    "plan": {"kind": "fixed_duration", "days": "3 d", "max_days": "9 d"},
                },
                "train": {"kind": "training", "pool": "cluster"},
                "tune": {"kind": "labour", "skill": "think", "work": "1 d", "after": "train"},
                "test": {"kind": "labour", "skill": "think", "work": "1 d", "after": "train"},
                "approve": {
                    "kind": "labour", "skill": "think", "work": "1 d",
                    "after": ["tune", "test"], "failure": {"chance": 0.5},
                    "on_failure": "mend", "next": "ship",
                },
                "mend": {"kind": "labour", "skill": "think", "work": "1 d", "next": "test"},
                "ship": {"kind": "delay", "duration": "1 d", "next": "release"},
                "release": {"kind": "release"},
            },
        },
        "research": {
            "source": {"kind": "closed", "workstreams": 1},
            "stages": {
                "run": {"kind": "compute", "pool": "cluster", "work": "1 d", "next": "ask"},
                "ask": {"kind": "labour", "skill": "help", "work": "1 d"},
            },
        },
    },
}


@pytest.fixture(scope="session")
def model():
    return Model.from_dict(LAB)


@pytest.fixture(scope="session")
def lab():
    """The plain data, to vary."""
    return LAB


def table(columns, rows, names, defaults):
    """Rows as dictionaries -> a table as the log has it; what a row does not say is default."""
    data = {}
    for column in columns:
        values = [row.get(column.name, defaults.get(column.name, -1)) for row in rows]
        if column.dtype.startswith("category:"):
            choices = names[column.dtype.removeprefix("category:")]
            values = [None if value == -1 else value for value in values]
            assert set(values) <= {*choices, None}
            data[column.name] = pd.Categorical(values, categories=list(choices))
        else:
            data[column.name] = np.array(values, dtype=column.dtype)
    return pd.DataFrame(data)


@pytest.fixture(scope="session")
def visits_of():
    assert {"run", "work"} <= set(ACTIVITIES) and {"open", "done"} <= set(OUTCOMES)

    def of(model):
        names = tables_of(model)

        def build(*rows):
            """Services; `at=(requested, started, finished)` says when, in days."""
            spelled = [
                row | dict(zip(("requested", "started", "finished"), row["at"], strict=True))
                for row in rows
            ]
            defaults = {
                "replication": 0, "item_key": 0, "units": 1, "attempt": 1, "visit": 0,
                "activity": "work", "outcome": "done",
            }
            return table(VISITS, spelled, names, defaults)

        return build

    return of


@pytest.fixture(scope="session")
def visits(model, visits_of):
    return visits_of(model)


@pytest.fixture(scope="session")
def changes_of():
    assert {"capacity", "stock"} <= set(KINDS)

    def of(model, kind="capacity"):
        names = tables_of(model)

        def build(*rows):
            """Changes: (time, name, before, after), perhaps with the replication."""
            keys = ("time", "name", "before", "after", "replication")
            spelled = [{"kind": kind} | dict(zip(keys, row, strict=False)) for row in rows]
            return table(CHANGES, spelled, names, {"replication": 0})

        return build

    return of


@pytest.fixture(scope="session")
def changes(model, changes_of):
    """Changes of capacity."""
    return changes_of(model)


@pytest.fixture(scope="session")
def generations():
    def build(*rows):
        """Generations, each with the days of its milestones."""
        defaults = {"replication": 0, "item": -1, "started": NAN}
        frame = pd.DataFrame([defaults | row for row in rows])
        frame["cycle_time"] = frame["released"] - frame["started"]
        frame["outcome"] = pd.Categorical(frame["outcome"], categories=list(GENERATION_OUTCOMES))
        return frame

    return build


@pytest.fixture(scope="session")
def small_run():
    """A run of the default lab up to its first releases."""
    return sim.simulate(sim.load("horizon=220 d"), seed=0)
