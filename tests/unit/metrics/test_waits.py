import math

import pytest

from sim.metrics import waits

NAN = math.nan
JOB = {"pool": "cluster", "flow": "research", "stage": "run", "activity": "run"}


def some(visits):
    """Four served, one that waits (cut off after 4 d), one that balked; what is no request."""
    train = {"pool": "cluster", "flow": "generation", "stage": "train"}
    return visits(
        JOB | {"at": (0, 0, 2)},
        JOB | {"at": (1, 2, 2)},
        JOB | {"at": (2, 5, 6)},
        JOB | {"at": (3, 13, 14), "replication": 1},
        JOB | {"at": (24, NAN, NAN), "outcome": "open"},
        JOB | {"at": (6, NAN, 6), "outcome": "balked"},
        JOB | {"at": (-1, 20, 21)},
        JOB | {"at": (4, 20, 21), "activity": "hostage"},
        train | {"at": (0, 20, 21), "activity": "repair"},
        train | {"at": (0, 20, 21), "activity": "run", "attempt": 2},
        {"flow": "generation", "stage": "gate", "activity": "gate", "at": (0, 9, 9)},
    )


def test_share_that_waits_longer(visits, model):
    table = waits.distribution(some(visits), model, [0, 1, 3, 4, 9, 10])
    assert table["pool"].cat.categories.tolist() == list(model.pools)
    cluster = table[table["pool"] == "cluster"]
    # At risk: 5 at 0, 4 at 1, 3 at 3; one is cut off at 4; the last waits 10.
    assert cluster["longer"].tolist() == pytest.approx([0.8, 0.6, 0.4, 0.4, 0.4, 0])
    assert cluster["time"].tolist() == [0, 1, 3, 4, 9, 10]
    assert table.loc[table["pool"] == "crowd", "longer"].isna().all()


def test_quantiles(visits, model):
    table = waits.quantiles(some(visits), model, (0.2, 0.5, 0.9)).set_index("pool")
    assert table.loc["cluster"].tolist() == pytest.approx([6, 1, 1, 0.2, 0, 3, 10])
    assert table.columns.tolist() == [
        "requests", "balked", "still_waiting", "at_once", 0.2, 0.5, 0.9,
    ]
    assert table.loc["crowd", ["requests", "still_waiting"]].tolist() == [0, 0]
    assert table.loc["crowd", ["at_once", 0.5]].isna().all()


def test_a_wait_is_cut_off_where_its_replication_ends(visits, model):
    asked = visits(
        JOB | {"at": (0, 5, 6)},
        JOB | {"at": (10, NAN, NAN), "outcome": "open", "replication": 1},
    )
    # Cut off after 2 d it says nothing of a wait of 5 d; cut off after 18 d it is longer.
    longer = [waits.distribution(asked, model, [5], ends=e) for e in ({1: 12.0}, {})]
    assert [t.loc[t["pool"] == "cluster", "longer"].item() for t in longer] == [0.0, 0.5]


def test_no_requests_at_all(visits, model):
    assert (waits.quantiles(visits(), model)["requests"] == 0).all()
    assert waits.distribution(visits(), model, [1.0])["longer"].isna().all()
