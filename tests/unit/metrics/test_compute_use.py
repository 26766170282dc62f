import math

import pytest

from sim.metrics import compute_use, utilisation
from sim.model import Model

NAN = math.nan

RUN = {"flow": "research", "stage": "run", "activity": "run", "pool": "cluster"}
TRAIN = {"flow": "generation", "stage": "train", "activity": "run", "pool": "cluster", "units": 2}


@pytest.fixture(scope="module")
def surging(lab):
    """The lab with incidents that hold compute, evaluations, and users who rush to a release."""
    generation = lab["flows"]["generation"]
    surge = {"donor": "cluster", "to": "users", "share": 0.5, "decay": "3 d"}
    release = {"kind": "release", "surge": surge}
    research = lab["flows"]["research"] | {
        "insight": {"hit": 0.5, "noise": 1.0, "targets": {"algorithms": 1.0}}
    }
    fix = {"kind": "labour", "skill": "help", "work": "1 d"}
    ask = {"kind": "poisson", "rate": 0.1}
    incident = {"source": ask, "stages": {"fix": fix}, "hostages": {"pool": "cluster", "units": 1}}
    check = {"source": ask, "stages": {"check": lab["flows"]["research"]["stages"]["run"] | {
        "next": None}}}
    flows = {
        "generation": generation | {"stages": generation["stages"] | {"release": release}},
        "research": research, "incident": incident, "check": check,
    }
    pools = lab["pools"] | {"users": {"kind": "compute", "capacity": 0}}
    return Model.from_dict(lab | {"flows": flows, "pools": pools})


START = [(-5, "cluster", 0, 4), (-5, "researchers", 0, 2)]


def use(table, replication=0):
    """Units by use, bin by bin."""
    rows = table[table["replication"] == replication]
    return {
        str(name): part.sort_values("start")["units"].tolist()
        for name, part in rows.groupby("use", observed=False)
    }


def test_what_compute_may_be_used_for(surging, model):
    assert compute_use.uses(surging) == [
        "training", "held", "research", "incident", "check", "failures", "serving", "idle",
    ]
    # Without insight the flow `research` is one like others.
    assert compute_use.uses(model) == ["training", "held", "research", "failures", "idle"]


def test_who_holds_the_units(surging, visits_of, changes_of):
    rows = visits_of(surging)(
        RUN | {"at": (-4, -3, 7)},
        RUN | {"at": (0, 14, 15.75), "outcome": "failed"},
        # Half a week, of which half was lost; repaired, done, and its units held on.
        TRAIN | {"at": (0, 7, 10.5), "worked": 1.75, "outcome": "interrupted"},
        TRAIN | {"at": (10.5, 10.5, 12.25), "activity": "repair"},
        TRAIN | {"at": (12.25, 12.25, 14), "worked": 1.75, "attempt": 2},
        TRAIN | {"at": (14, 14, NAN), "activity": "hold", "outcome": "open"},
        {"flow": "incident", "stage": "fix", "activity": "hostage", "pool": "cluster",
         "at": (0, 21, 24.5)},
        {"flow": "check", "stage": "check", "activity": "run", "pool": "cluster",
         "at": (0, 24.5, NAN), "outcome": "open"},
        RUN | {"at": (20, NAN, NAN), "outcome": "open"},  # waits
        {"flow": "incident", "stage": "fix", "pool": "crowd", "at": (0, 0, 28)},  # no compute
    )
    moves = changes_of(surging)(*START, (7, "cluster", 4, 3), (7, "users", 0, 1),
                                (14, "users", 1, 0), (14, "cluster", 3, 4))
    assert use(compute_use.over_time(rows, moves, surging, 7)) == {
        "training": [0, 1, 0, 0],
        "held": [0, 0, 2, 2],
        "research": [1, 0, 0, 0],
        "incident": [0, 0, 0, 0.5],
        "check": [0, 0, 0, 0.5],
        "failures": [0, 1, 0.25, 0],
        "serving": [0, 1, 0, 0],
        "idle": [3, 1, 1.75, 1],
    }


def test_after_a_cut_fewer_than_none_are_idle(model, visits, changes):
    rows = visits(RUN | {"units": 4, "at": (0, 0, 14)})
    table = compute_use.over_time(rows, changes(*START, (7, "cluster", 4, 1)), model, 7)
    assert use(table)["idle"] == [0, -3, 1, 1]


def test_a_replication_that_ended_uses_nothing(model, visits, changes):
    rows = visits(
        RUN | {"at": (0, 0, 7)},
        RUN | {"at": (0, 0, NAN), "replication": 3, "outcome": "open"},
    )
    start = [(-5, "cluster", 0, 4), (-5, "cluster", 0, 4, 3)]
    table = compute_use.over_time(rows, changes(*start), model, 7, ends={3: 10.5})
    assert use(table)["research"] == [1, 0, 0, 0]
    # A mean over the part of the bin that it ran.
    assert use(table, 3)["research"][:2] == [1, 1] and use(table, 3)["idle"][:2] == [3, 3]
    assert all(math.isnan(x) for x in use(table, 3)["research"][2:])


def test_nothing_happened(model, visits, changes):
    assert compute_use.over_time(visits(), changes(), model, 7).empty


def test_all_uses_sum_to_the_capacity(small_run):
    """On a run of the default lab, with surges, hostages, failures and units that are lent."""
    run = small_run
    table = compute_use.over_time(run.visits, run.changes, run.model, 7)
    assert (table.groupby("use", observed=False)["units"].max() > 0).all()
    total = table.groupby("start")["units"].sum()
    pools = utilisation.over_time(run.visits, run.changes, run.model, 7)
    compute = [name for name, pool in run.model.pools.items() if pool.kind == "compute"]
    capacity = pools[pools["pool"].isin(compute)].groupby("start")["capacity"].sum()
    assert total.to_numpy() == pytest.approx(capacity.to_numpy(), rel=1e-9)
    assert table["units"].min() > -1e-9
