"""A small study: an M/M/1 queue at four speeds, three replications each."""

import copy

import pytest

import sim
from sim.study.plan import plan
from sim.study.study import Study

QUEUE = {
    "name": "queue",
    "scenario": "mm1",
    "factors": {
        "work": {"path": "flows.task.stages.do.work.mean", "lever": ["0.5 d", "0.6 d", "0.7 d"]},
        "people": {"path": "pools.people.capacity", "lever": [1, 2]},
    },
    "replications": 3,
    "outcomes": {"wait": "mean_wait(pool=people)", "busy": "utilisation(pool=people)"},
}


@pytest.fixture(scope="session")
def mm1():
    """The model that the study starts from."""
    return sim.load("scenario=mm1", "horizon=60 d")


@pytest.fixture(scope="session")
def planned(mm1):
    """Return the plan of the study with some keys changed."""

    def make(**changes):
        return plan(Study.from_dict(copy.deepcopy(QUEUE) | changes), {"mm1": mm1})

    return make
