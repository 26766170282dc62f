import math

import pytest

from sim.metrics import queues

NAN = math.nan


def of(table, pool, replication=0):
    rows = table[(table["pool"] == pool) & (table["replication"] == replication)]
    return rows.sort_values("start")["waiting"].tolist()


def test_mean_number_of_requests_that_wait(visits, model):
    asked = visits(
        {"pool": "cluster", "units": 3, "at": (-2, 3.5, 20)},  # half the first week
        {"pool": "cluster", "at": (0, 14, 15)},  # two weeks
        {"pool": "cluster", "at": (6, 6, 7)},  # not at all
        {"pool": "cluster", "outcome": "balked", "at": (6, NAN, 6)},  # leaves at once
        {"pool": "cluster", "outcome": "open", "at": (21, NAN, NAN)},  # to the end
        {"pool": "researchers", "at": (0, 7, 8)},  # elsewhere
    )
    table = queues.over_time(asked, model, 7)
    assert of(table, "cluster") == [1.5, 1, 0, 1]
    assert of(table, "researchers") == [1, 0, 0, 0]
    assert of(table, "crowd") == [0, 0, 0, 0]


def test_nights_and_week_ends_are_waiting_too(visits, model):
    asked = visits({"pool": "researchers", "at": (4.75, 7.375, 7.5)})  # Friday to Monday
    table = queues.over_time(asked, model, 7)
    assert of(table, "researchers")[:2] == pytest.approx([2.25 / 7, 0.375 / 7])


def test_a_replication_that_ended_has_no_queue(visits, model):
    asked = visits(
        {"pool": "cluster", "at": (0, 1, 2)},
        {"pool": "cluster", "replication": 1, "outcome": "open", "at": (7, NAN, NAN)},
    )
    table = queues.over_time(asked, model, 7, ends={1: 8})
    assert of(table, "cluster", 0) == pytest.approx([1 / 7, 0, 0, 0])
    assert of(table, "cluster", 1)[:2] == [0, 1]
    assert all(math.isnan(x) for x in of(table, "cluster", 1)[2:])


def test_mean_wait_of_each_stage(visits, model):
    job = {"pool": "cluster", "flow": "research", "stage": "run", "activity": "run"}
    train = {"pool": "cluster", "flow": "generation", "stage": "train", "activity": "run"}
    asked = visits(
        job | {"at": (0, 1, 2)},
        job | {"attempt": 2, "at": (2, 5, 6)},  # queued again after a failure
        job | {"outcome": "balked", "at": (6, NAN, 6)},
        job | {"outcome": "open", "at": (27, NAN, NAN)},
        job | {"at": (-9, 0, 1)},  # before t = 0
        train | {"at": (0, 0.5, 2)},
        train | {"activity": "repair", "at": (2, 2, 3)},
        train | {"attempt": 2, "at": (3, 3, 5)},  # goes on with the units it holds
        train | {"activity": "hold", "at": (5, 5, 6)},
        {"flow": "generation", "stage": "gate", "activity": "gate", "at": (0, 9, 9)},
    )
    table = queues.waiting_time(asked, model).set_index(["flow", "stage"])
    assert len(table) == 2
    run = table.loc[("research", "run")]
    assert run[["requests", "served", "balked", "still_waiting"]].tolist() == [4, 2, 1, 1]
    assert run["mean_wait"] == 2.0 and run["pool"] == "cluster" and run["activity"] == "run"
    assert table.loc[("generation", "train"), ["requests", "mean_wait"]].tolist() == [1, 0.5]


def test_where_nobody_was_served_there_is_no_mean(visits, model):
    asked = visits({
        "pool": "cluster", "flow": "research", "stage": "run", "outcome": "open",
        "at": (1, NAN, NAN),
    })
    assert math.isnan(queues.waiting_time(asked, model)["mean_wait"].item())
    assert queues.waiting_time(visits(), model).empty


def test_hostages_wait_for_nobodys_work(visits, model):
    asked = visits(
        {"pool": "cluster", "flow": "research", "stage": "run", "activity": "run",
         "at": (0, 7, 8)},
        {"pool": "cluster", "flow": "research", "stage": "run", "activity": "hostage",
         "at": (0, 3, 9)},
        {"pool": "cluster", "flow": "research", "stage": "run", "activity": "hostage",
         "outcome": "withdrawn", "at": (0, NAN, 9)},
    )
    assert of(queues.over_time(asked, model, 7), "cluster") == [1, 0, 0, 0]
    table = queues.waiting_time(asked, model)
    assert table[["activity", "requests", "mean_wait"]].to_numpy().tolist() == [["run", 1, 7.0]]
