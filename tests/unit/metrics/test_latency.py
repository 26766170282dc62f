import math

import pandas as pd
import pytest

from sim.metrics import latency
from sim.model import Model

NAN = math.nan

RUN = {"flow": "research", "stage": "run", "activity": "run", "pool": "cluster"}
TRAIN = {"flow": "generation", "stage": "train", "activity": "run", "pool": "cluster"}
FIX = {"flow": "incident", "stage": "fix"}


@pytest.fixture(scope="module")
def lab_model(lab):
    """The lab, where research teaches something and there are incidents."""
    research = lab["flows"]["research"] | {
        "insight": {"hit": 0.5, "noise": 1.0, "targets": {"algorithms": 1.0}}
    }
    fix = {"kind": "labour", "skill": "help", "work": "1 d"}
    incident = {"source": {"kind": "poisson", "rate": 0.1}, "stages": {"fix": fix}}
    flows = lab["flows"] | {"research": research, "incident": incident}
    return Model.from_dict(lab | {"flows": flows})


@pytest.fixture(scope="module")
def log(lab_model, visits_of):
    return visits_of(lab_model)(
        # An experiment that fails twice and ends after 9 d, in generation 1.
        RUN | {"item": 0, "generation": 1, "at": (0, 0, 1), "outcome": "failed"},
        RUN | {"item": 0, "generation": 1, "attempt": 2, "at": (2, 3, 4), "outcome": "failed"},
        RUN | {"item": 1, "generation": 1, "at": (3, 3, 8)},
        RUN | {"item": 0, "generation": 1, "attempt": 3, "at": (4, 5, 9)},
        # Another visit to the stage is no next attempt.
        RUN | {"item": 1, "generation": 1, "visit": 1, "at": (20, 20, 21), "outcome": "failed"},
        # Training, interrupted once; in generation 2.
        TRAIN | {"item": 2, "generation": 2, "at": (10, 10, 12), "outcome": "interrupted"},
        TRAIN | {"item": 2, "generation": 2, "activity": "repair", "at": (12, 12, 12.5)},
        TRAIN | {"item": 2, "generation": 2, "attempt": 2, "at": (12.5, 12.5, 15)},
        # Incidents: of 3 d, and one before t = 0.
        FIX | {"item": 3, "generation": 2, "at": (13, 14, 16)},
        FIX | {"item": 4, "generation": 1, "at": (-3, -2, -1)},
        # Begun before t = 0, ended after it.
        RUN | {"item": 5, "generation": 1, "at": (-4, -3, 1)},
    )


def test_what_is_measured(log, lab_model):
    table = latency.durations(log, lab_model)
    found = {
        cause: list(rows[["begin", "days", "open"]].itertuples(index=False, name=None))
        for cause, rows in table.groupby("cause", observed=True)
    }
    assert found == {
        "research": [(0, 9, False), (3, 18, False), (-4, 5, False)],
        "failed run": [(1, 2, False), (4, 1, False), (21, 7, True)],
        "interruption": [(12, 0.5, False)],
        "incident": [(13, 3, False)],
    }
    ideas = (table["cause"] == "research").to_numpy()
    assert (table["measure"].to_numpy() == "idea to result").tolist() == ideas.tolist()


def test_by_generation(log, lab_model):
    table = latency.by_generation(log, lab_model)
    columns = ["replication", "generation", "measure", "count", "open", "mean", "p10", "p50", "p90"]
    assert table.columns.tolist() == columns
    assert table.fillna(-1).to_numpy()[:, 1:].tolist() == [
        [1, "idea to result", 3, 0, 32 / 3, 5, 9, 18],
        [1, "failure to fix", 2, 1, -1, 1, 2, -1],
        [2, "failure to fix", 2, 0, 1.75, 0.5, 0.5, 3],
    ]


def test_failures_apart(log, lab_model):
    table = latency.by_generation(log, lab_model, by="cause", ends={0: 27.0})
    assert table[["generation", "cause", "count", "open"]].to_numpy().tolist() == [
        [1, "research", 3, 0], [1, "failed run", 2, 1], [2, "interruption", 1, 0],
        [2, "incident", 1, 0],
    ]


def test_all_replications_together(log, lab_model):
    """Twice the same log, the second of which ends early: its open failure is 6 d, not 7."""
    both = pd.concat(
        latency.durations(log, lab_model, ends={0: end}).assign(replication=i)
        for i, end in enumerate((28.0, 27.0))
    )
    table = latency.pooled(both).set_index(["generation", "cause"])
    failed = table.loc[1, "failed run"]
    assert failed[["count", "open", "replications", "p10", "p50"]].tolist() == [4, 2, 2, 1, 2]
    assert math.isnan(failed["p90"]) and math.isnan(failed["mean"])
    assert table.loc[2, "incident"].tolist() == [2, 0, 3, 3, 3, 3, 2]


def test_an_open_one_lasts_to_the_end_of_its_replication(log, lab_model):
    table = latency.durations(log, lab_model, ends={0: 27.0})
    assert table.loc[table["open"], "days"].tolist() == [6.0]


def test_nothing_to_measure(lab_model, visits_of):
    empty = visits_of(lab_model)()
    assert latency.durations(empty, lab_model).empty
    assert latency.by_generation(empty, lab_model).empty
    assert latency.pooled(latency.durations(empty, lab_model)).empty
