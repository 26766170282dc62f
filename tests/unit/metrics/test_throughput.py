import math

import numpy as np
import pytest

from sim.metrics import throughput
from sim.model import Model

NAN = math.nan
RESULT = {"flow": "research", "stage": "ask", "activity": "result"}


@pytest.fixture(scope="module")
def learning(lab):
    """The lab, where research teaches something."""
    insight = {"hit": 0.5, "noise": 1.0, "targets": {"algorithms": 1.0}}
    research = lab["flows"]["research"] | {"insight": insight}
    return Model.from_dict(lab | {"flows": lab["flows"] | {"research": research}})


def result(item, time, outcome, value=0.0):
    return RESULT | {"item": item, "at": (time, time, time), "outcome": outcome, "value": value}


@pytest.fixture
def log(learning, visits_of):
    work = {"flow": "research", "stage": "run"}
    return visits_of(learning)(
        work | {"item": 0, "at": (-7, -7, -1)}, result(0, -1, "success", 9.0),
        work | {"item": 1, "at": (-7, -7, 7)}, result(1, 7, "success", 0.5),
        work | {"item": 2, "at": (0, 0, 2)}, result(2, 2, "miss"),
        work | {"item": 3, "at": (3.5, 4, 14)}, result(3, 14, "invalid"),
        {"flow": "generation", "stage": "gate", "item": 4, "at": (21, NAN, NAN)},
    )


def test_rates_while_each_generation_was_built(log, learning, generations):
    made = generations(
        {"generation": 0, "outcome": "released", "released": 0.0},
        {"generation": 1, "outcome": "released", "released": 8.0},
        {"generation": 2, "outcome": "open", "released": NAN},
    )
    table = throughput.by_generation(log, made, learning)
    assert table.columns.tolist() == [
        "replication", "generation", "start", "days", "results", "successes", "invalid",
        "output", "results_per_day", "output_per_day",
    ]
    assert table.to_numpy()[:, 1:].tolist() == [
        [1, 0, 8, 2, 1, 0, 0.5, 0.25, 0.0625],
        [2, 8, 20, 1, 0, 1, 0, 0.05, 0],
    ]


def test_items_in_progress_and_what_comes_of_them(log, learning):
    table = throughput.over_time(log, learning, 7)
    research = table[table["flow"] == "research"]
    assert research["start"].tolist() == [0, 7, 14, 21]
    assert research["in_progress"].tolist() == pytest.approx([1 + 2 / 7 + 0.5, 1, 0, 0])
    assert research["ended"].tolist() == [1 / 7, 1 / 7, 1 / 7, 0]
    assert research["output"].tolist() == [0, 0.5 / 7, 0, 0]
    # An open item is in progress to the end.
    generation = table[table["flow"] == "generation"]
    assert generation["in_progress"].tolist() == [0, 0, 0, 1]
    assert generation["ended"].sum() == 0


def test_nothing_is_known_after_the_end(log, learning):
    table = throughput.over_time(log, learning, 7, ends={0: 21.0})
    columns = ["in_progress", "ended", "output"]
    known = table.loc[table["flow"] == "research", columns].notna()
    assert known.all(axis=1).tolist() == [True, True, True, False]


def test_agrees_with_the_stocks_and_results_of_a_run(small_run):
    run = small_run
    table = throughput.by_generation(run.visits, run.generations, run.model)
    rows = run.visits[(run.visits["flow"] == "experiment") & (run.visits["finished"] >= 0)]
    assert table["results"].sum() == (rows["activity"] == "result").sum() > 100
    assert table["days"].sum() == pytest.approx(220)
    weekly = throughput.over_time(run.visits, run.model, 7)
    weekly = weekly[weekly["flow"] == "experiment"]
    days = weekly["end"] - weekly["start"]
    assert (weekly["ended"] * days).sum() == pytest.approx(table["results"].sum())
    assert (weekly["output"] * days).sum() == pytest.approx(table["output"].sum())
    assert np.isfinite(table["output_per_day"]).all()
