"""Metrics of a real run agree with what the log says in other ways."""

import numpy as np
import pytest

from sim.engines import simulate
from sim.metrics import cycle_time, queues, utilisation


@pytest.fixture(scope="module")
def run(model, lab):
    growing = {"plan": {"kind": "growth", "factor": 50, "every": "3 d"}}
    pools = lab["pools"] | {"cluster": lab["pools"]["cluster"] | growing}
    return simulate(model.replace(pools=pools, horizon="200 d", prehistory="10 d"), seed=1)


def test_parts_sum_to_the_cycle_time(run):
    table = cycle_time.by_milestone(run.visits, run.generations, run.model)
    done = run.generations[run.generations["cycle_time"].notna()].set_index("generation")
    assert len(done) > 5
    sums = table[table["released"]].groupby("generation")["days"].sum()
    assert sums.to_numpy() == pytest.approx(done["cycle_time"].to_numpy(), abs=1e-9)
    assert (table["days"] >= 0).all()


def test_busy_people_are_working_people(run):
    """Units held over open hours are the time worked: 8 hours of work fill a day of 8 hours."""
    table = utilisation.over_time(run.visits, run.changes, run.model, 7)
    people = table[table["pool"] == "researchers"]
    open_days = np.array([
        sum(1 for day in range(int(a), int(np.ceil(b))) if day % 7 < 5) / 3
        for a, b in people[["start", "end"]].to_numpy()
    ])
    here = run.visits[(run.visits["pool"] == "researchers") & (run.visits["finished"] > 0)]
    assert (here["started"] >= 0).all()
    assert (people["busy"] * open_days).sum() == pytest.approx(here["worked"].sum(), rel=1e-6)
    assert people["utilisation"].between(0, 1 + 1e-9).all()
    assert people["utilisation"].max() > 0.2


def test_queues_hold_all_the_waiting(run):
    table = queues.over_time(run.visits, run.model, 7)
    total = (table["waiting"] * (table["end"] - table["start"])).sum()
    asked = run.visits[run.visits["pool"].notna()]
    begun = asked["started"].fillna(200.0).clip(lower=0)
    waits = begun - asked["requested"].clip(lower=0)
    assert total == pytest.approx(waits.sum(), abs=1e-6) and total > 1
