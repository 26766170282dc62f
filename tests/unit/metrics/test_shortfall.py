"""Shortfall of the speed-up: exact in sum, Amdahl's law, a ceiling of review, its intervals."""

import math

import numpy as np
import pytest

import sim
from sim.metrics import critical_path, flow_time, speedup
from sim.metrics.speedup.shortfall import GROUPS, SPENT, TERMS, estimated
from sim.model import InputError, Model
from sim.study.ensemble import ensemble


def researched(scenario, work=None, **flow):
    """A scenario whose tasks are research: with assistants, and without."""
    data = sim.load(f"scenario={scenario}").to_dict() | {
        "horizon": "300 d", "stocks": {"algorithms": {"gain": 0.001, "beta": 0}}}
    data["flows"]["task"] |= flow | {
        "insight": {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}}}
    for name, amount in (work or {}).items():
        data["flows"]["task"]["stages"][name]["work"] = amount
    return [
        ensemble(Model.from_dict(data | {"assistants": data["assistants"] | how}),
                 replications=3, seed=0)
        for how in ({}, {"source": "none"})
    ]


@pytest.fixture(scope="module")
def labs():
    return [
        ensemble(sim.load("horizon=250 d", *more), replications=4, seed=2)
        for more in ([], ["assistants.source=none"])
    ]


@pytest.mark.parametrize("measure", SPENT)
@pytest.mark.parametrize("of", ["research", "cycle"])
def test_bars_sum_to_the_shortfall(labs, of, measure):
    found = speedup.shortfall(*labs, of=of, measure=measure)
    table = found.table
    assert list(table["group"]) == list(GROUPS) and found.pairs == 4
    assert table["shortfall"].sum() == pytest.approx(found.achieved - found.ideal, abs=1e-10)
    assert table["without"].sum() == pytest.approx(found.without, rel=1e-12)
    assert table["achieved"].sum() == pytest.approx(found.achieved, rel=1e-12)
    assert found.ideal == pytest.approx(found.without / found.speedup, rel=1e-12)
    assert (table["low_90"] <= table["shortfall"]).all()
    assert not table["low_90"].isna().any()


def test_times_are_those_of_the_other_metrics(labs):
    helped, alone = labs
    research = speedup.shortfall(helped, alone)
    for log, mean in ((helped, research.achieved), (alone, research.without)):
        table = flow_time.by_kind(log.visits, log.model)
        items = table[table["kind"] == "people"]["items"].sum()
        assert mean == pytest.approx(table["days"].sum() / items, rel=1e-12)
    done = speedup.tasks(helped.visits, helped.model)
    done = done[(done["flow"] == "experiment").to_numpy()]
    assert research.speedup == pytest.approx(speedup.elapsed(done), rel=1e-12)
    felt = speedup.shortfall(helped, alone, measure="felt")
    assert felt.speedup == pytest.approx(speedup.felt(done), rel=1e-12)

    cycle = speedup.shortfall(helped, alone, of="cycle")
    times = speedup.cycle_times(helped, alone)
    assert [cycle.achieved, cycle.without] == pytest.approx(list(times.mean()), rel=1e-12)
    path = critical_path.path(alone.visits, alone.generations, alone.model)
    phases = critical_path.by_phase(path).set_index(["replication", "generation"])
    shared = phases[phases.index.isin(times.index)]
    shared = shared[shared["phase"].isin(["approve", "mitigation"])]
    told = cycle.table.set_index("group").loc["approvals", "without"]
    assert told == pytest.approx(shared["days"].sum() / len(times), rel=1e-12)


def test_by_amdahls_law_all_of_it_is_work_that_people_still_do():
    """2 d of thinking, 3 d of coding five times as fast: 2.6 d, not 1; all 1.6 are thinking."""
    pair = researched(
        "amdahl", {"think": "2 d", "code": "3 d"}, source={"kind": "closed", "workstreams": 1})
    found = speedup.shortfall(*pair)
    assert (found.speedup, found.without) == (pytest.approx(5), pytest.approx(5))
    assert (found.ideal, found.achieved) == (pytest.approx(1), pytest.approx(2.6))
    bars = found.table.set_index("group")["shortfall"]
    assert bars["not_delegated"] == pytest.approx(1.6)
    assert bars.drop("not_delegated").abs().max() < 1e-9


def test_under_a_ceiling_of_review_all_of_it_is_review():
    found = speedup.shortfall(*researched("review_ceiling"))
    table = found.table.set_index("group")
    total = found.achieved - found.ideal
    assert total > 3
    # Own work varies from task to task, so the other bars are 0 but for chance; the bound is fixed.
    assert table.loc["review", "shortfall"] == pytest.approx(total, rel=0.03)
    assert table["shortfall"].drop("review").abs().max() < 0.03 * total


def test_intervals_hold_the_true_shortfall_as_often_as_they_say():
    """1000 studies of 12 pairs: coverage within 4 standard errors; that of half the width not."""
    rng = np.random.default_rng(5)
    size = len(GROUPS)
    means = np.concatenate([
        np.linspace(1, 3, size), [1.0], np.linspace(2, 6, size), [1.0], [5.0], [3.0, 5.0],
        np.full(len(TERMS), 0.3),
    ])
    true, _ = estimated(means[None, :], "elapsed")
    inside = narrow = 0
    for _ in range(1000):
        luck = rng.gamma(30, 1 / 30, size=(12, 1))  # common to all that one replication holds
        sums = 20 * means * luck * rng.gamma(40, 1 / 40, size=(12, len(means)))
        told, half = estimated(sums, "elapsed")
        error = abs(told - true)[-size]
        inside += error <= half[-size]
        narrow += error <= half[-size] / 2
    allowed = 4 * math.sqrt(0.9 * 0.1 / 1000)
    assert inside / 1000 == pytest.approx(0.9, abs=allowed)
    assert narrow / 1000 != pytest.approx(0.9, abs=allowed)


def test_what_cannot_be_told_is_refused(labs):
    helped, alone = labs
    with pytest.raises(InputError, match="speed-up of tasks"):
        speedup.shortfall(alone, alone)
    with pytest.raises(InputError, match="unknown measure 'elapse'"):
        speedup.shortfall(helped, alone, measure="elapse")
    early = [ensemble(sim.load("horizon=20 d", *more), replications=1, seed=0)
             for more in ([], ["assistants.source=none"])]
    with pytest.raises(InputError, match="time of cycle cannot be told"):
        speedup.shortfall(*early, of="cycle")
    assert speedup.shortfall(*early).table["low_90"].isna().all()  # one pair
