"""Same seed, same log; and what may change without changing a single draw."""

import pytest

import sim

from .digest import SHORT, digest
from .tiny import rows


@pytest.fixture(scope="module")
def lab():
    """The default lab for a few months."""
    return sim.load(*SHORT)


@pytest.fixture(scope="module")
def twenty(lab):
    """Replications 0 … 19 of a still shorter one, in one process."""
    return sim.ensemble(_shorter(lab), replications=20, seed=3)


def _shorter(lab):
    return lab.replace(horizon="10 d", prehistory="10 d")


def test_the_lab_is_long_enough_to_tell(run, lab):
    log = run(lab, seed=7)
    assert len(log.visits) > 1000
    assert {"work", "run", "review", "steering", "result"} <= set(log.visits["activity"])


def test_the_same_seed_gives_the_same_log(run, lab):
    assert digest(run(lab, seed=7, replication=2)) == digest(run(lab, seed=7, replication=2))


def test_a_digest_sees_the_last_bit(run, lab):
    log = run(lab, seed=7)
    before = digest(log)
    column = log.raw["visits"]["requested"]
    column.view("int64")[-1] ^= 1
    assert digest(log) != before


def test_replications_may_run_in_any_order(run, lab):
    short = _shorter(lab)
    forward = {i: digest(run(short, seed=3, replication=i)) for i in (0, 1, 2, 3)}
    mixed = {i: digest(run(short, seed=3, replication=i)) for i in (2, 0, 3, 1)}
    assert forward == mixed
    assert len(set(forward.values())) == 4


def test_replication_17_alone_is_the_17th_of_20(run, lab, twenty):
    alone = run(_shorter(lab), seed=3, replication=17)
    assert digest(alone) == digest(twenty.runs[17])
    assert twenty.runs[17].replication == 17


def test_two_workers_give_the_same_logs_as_one(lab, twenty):
    shared = sim.ensemble(_shorter(lab), replications=6, seed=3, workers=2)
    assert [digest(log) for log in shared.runs] == [digest(log) for log in twenty.runs[:6]]
    assert shared.outcomes.equals(twenty.outcomes.iloc[:6])


def test_different_seeds_and_replications_differ(run, lab):
    short = _shorter(lab)
    logs = [(0, 0), (1, 0), (0, 1), (1, 1), (2**64 - 1, 0)]
    assert len({digest(run(short, seed=s, replication=r)) for s, r in logs}) == len(logs)


# --- common random numbers ------------------------------------------------------------------


def _amounts(log, activity):
    """Amount of each first attempt, by what it is for; training is planned, not drawn."""
    return dict(
        (row[:-1], row[-1])
        for row in rows(
            log.visits, "item_key stage visit activity value", attempt=1, activity=activity
        )
        if row[1] != "train"
    )


@pytest.mark.parametrize("pool", ["engineers", "researchers", "leads"])
def test_more_people_change_no_draw(run, lab, pool):
    _compare(run, lab, {"pools": {pool: {"capacity": lab.pools[pool].capacity + 3}}})


def test_more_compute_changes_no_draw(run, lab):
    _compare(run, lab, {"compute": {"units": lab.compute.units * 2}})


def _compare(run, lab, change):
    # Experiments are sized to the compute there is, and fresh tools save work: without that,
    # amounts are draws alone.
    data = lab.to_dict()
    data["flows"]["experiment"]["stages"]["run"]["sizing"] = None
    data["flows"]["experiment"]["stages"]["analyze"]["tools"] = None
    before = run(sim.Model.from_dict(data))
    for part, values in change.items():
        for name, value in values.items():
            if isinstance(value, dict):
                data[part][name] |= value
            else:
                data[part][name] = value
    after = run(sim.Model.from_dict(data))
    assert digest(before) != digest(after), "the change must matter"
    for activity in ("work", "run", "review"):
        first, second = _amounts(before, activity), _amounts(after, activity)
        common = first.keys() & second.keys()
        assert len(common) > 100, activity
        assert len({first[key] for key in common}) > 50, "the amounts must vary"
        assert {key: first[key] for key in common} == {key: second[key] for key in common}
