"""What is told a few replications at a time is what is told of all of them together."""

import pandas as pd
import pytest

import sim
from sim.metrics import critical_path, flow_time, parts, speedup


@pytest.fixture(scope="module")
def ensemble():
    return sim.ensemble(sim.load("horizon=130 d"), replications=5, seed=0)


@pytest.fixture(autouse=True)
def two_replications_each(ensemble, monkeypatch):
    monkeypatch.setattr(parts, "ROWS", 2 * len(ensemble.visits) // 5)


METRICS = {
    "path": lambda e, v, g: critical_path.path(v, g, e.model),
    "flow time": lambda e, v, g: flow_time.by_kind(v, e.model),
    "tasks": lambda e, v, g: speedup.by_generation(v, e.model),
}


@pytest.mark.parametrize("name", METRICS)
def test_the_table_is_the_same_to_the_bit(ensemble, name):
    calls = []

    def metric(*tables):
        calls.append(tables)
        return METRICS[name](ensemble, *tables)

    found = parts.by_parts(metric, ensemble.visits, ensemble.generations)
    assert len(calls) > 1
    whole = METRICS[name](ensemble, ensemble.visits, ensemble.generations)
    pd.testing.assert_frame_equal(found, whole, check_exact=True)


def test_parts_are_the_tables_cut_between_replications(ensemble):
    tables = (ensemble.visits, ensemble.generations, ensemble.changes)
    found = list(parts.parts(*tables))
    numbers = [[set(table["replication"]) for table in part] for part in found]
    assert all(first == other for first, *others in numbers for other in others)
    assert sorted(n for first, *_ in numbers for n in first) == [0, 1, 2, 3, 4]
    for i, table in enumerate(tables):
        pd.testing.assert_frame_equal(pd.concat([part[i] for part in found]), table)


def test_a_replication_without_visits_is_in_some_part(ensemble):
    visits = ensemble.visits[ensemble.visits["replication"] != 4]
    found = list(parts.parts(visits, ensemble.generations))
    assert len(found) > 1
    assert sum(len(generations) for _, generations in found) == len(ensemble.generations)


def test_tables_that_are_few_or_out_of_order_come_whole(ensemble, monkeypatch):
    turned = ensemble.visits[::-1]
    assert [len(visits) for visits, in parts.parts(turned)] == [len(turned)]
    monkeypatch.setattr(parts, "ROWS", len(turned))
    assert [len(visits) for visits, in parts.parts(ensemble.visits)] == [len(turned)]
