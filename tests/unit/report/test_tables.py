"""The tables of the report, from small logs by hand."""

import datetime
from types import SimpleNamespace

import pandas as pd
import pytest

import sim
from sim.report import tables


@pytest.fixture(scope="module")
def model():
    return sim.load("start_date=2026-01-01")


def visits(*tasks):
    """First attempts by (generation being built, executor)."""
    rows = [
        {"generation": g, "executor": who, "activity": "work", "attempt": 1, "requested": 0.0,
         "outcome": "right"}
        for g, who in tasks
    ]
    return pd.DataFrame(rows)


def generations(*rows):
    columns = ("replication", "generation", "outcome", "released", "cycle_time", "capability",
               "algorithms", "defects")
    return pd.DataFrame(rows, columns=columns)


LOG = generations(
    (0, 0, "released", 0.0, float("nan"), 0.0, 0.0, 0),
    (1, 0, "released", 0.0, float("nan"), 0.0, 0.0, 0),
    (0, 1, "released", 100.0, 90.0, 0.4, 0.5, 2),
    (1, 1, "released", 120.0, 110.0, 0.6, 0.5, 3),
    (0, 2, "released", 180.0, 80.0, 1.0, 1.0, 1),
    (1, 2, "open", float("nan"), float("nan"), float("nan"), 1.0, 7),
)
WORK = visits((1, "agent"), (1, "human"), (1, "human"), (1, "human"), (2, "agent"))


def test_a_generation_is_summed_up_over_those_that_released_it(model):
    table = tables.summary(WORK, LOG, model).set_index("generation")
    assert list(table["runs"]) == [2, 2, 1]
    assert table.loc[1, "released"] == 110.0 and table.loc[1, "cycle_time"] == 100.0
    assert table.loc[1, ["shortest", "longest"]].tolist() == [90.0, 110.0]
    assert table.loc[1, "effective_compute"] == pytest.approx(10**0.5)
    assert table.loc[1, "algorithms"] == pytest.approx(2.718281828**0.5)
    assert table.loc[1, "defects"] == 2.5 and table.loc[2, "defects"] == 1
    assert table["delegated"].tolist()[1:] == [0.25, 1.0]
    assert table.loc[1, "date"] == datetime.date(2026, 4, 21)
    assert table.loc[0, ["cycle_time", "delegated", "defects"]].isna().all()


def test_the_table_says_when_only_the_quick_runs_are_counted(model, read):
    frames = SimpleNamespace(visits=WORK, generations=LOG, model=model, replications=2)
    words = read(tables.generations(frames)).words
    assert tables.LATE in words
    assert "1 2 2026-04-21 110 100 (90–110) 0.50 3.16 12 h 1.65 25% 2.5" in words
    both = SimpleNamespace(
        visits=WORK, generations=LOG[LOG["generation"] < 2], model=model, replications=2
    )
    assert tables.LATE not in read(tables.generations(both)).words


def phases(*rows):
    return pd.DataFrame(rows, columns=("replication", "generation", "phase", "kind", "days"))


def test_the_largest_parts_of_a_critical_path(read):
    table = phases(
        (0, 1, "train", "computing", 50.0), (0, 1, "gate", "knowhow", 30.0),
        (0, 1, "approve", "off_hours", 15.0), (0, 1, "gate", "computing", 5.0),
        (1, 1, "train", "computing", 30.0), (1, 1, "gate", "knowhow", 70.0),
        (0, 2, "train", "computing", 8.0), (0, 2, "gate", "knowhow", 0.0),
    )
    waited = pd.DataFrame(
        [(0, 1, 3.0, 0.5), (1, 1, 0.0, 0.5)],
        columns=("replication", "generation", "wait_compute", "wait_review"),
    ).set_index(["replication", "generation"])
    words = read(tables.holdups(SimpleNamespace(phases=table, queueing=waited))).words
    first = ("Waiting for know-how, gate: 50 d (50%) Computing, train: 40 d (40%) "
             "Nights and weekends, approve: 7.5 d (8%)")
    assert f" 1 {first} compute (75%) 2 Computing, train: 8.0 d (100%) – – – " in words


def test_parts_that_no_generation_has_are_no_columns(read):
    nothing = pd.DataFrame(columns=("generation", "wait_compute", "wait_review"))
    log = SimpleNamespace(
        phases=phases((0, 1, "train", "computing", 8.0)), queueing=nothing.set_index("generation")
    )
    words = read(tables.holdups(log)).words
    assert "generation largest part 1 Computing, train: 8.0 d (100%)" in words


def test_of_very_many_generations_some_are_shown_and_the_last(read):
    rows = [(str(g), "a") for g in range(100)]
    words = read(tables.by_generation("many", ("generation", "what"), rows)).words
    shown = words.partition("what ")[2].split()[::2]
    assert shown == [str(g) for g in range(0, 99, 4)] + ["99"]
    assert "Of 100 generations, 1 in 4 is shown, and the last." in words
    few = read(tables.by_generation("few", ("generation", "what"), rows[:9])).words
    assert "is shown" not in few


def test_without_a_release_nothing_held_one_back():
    assert tables.holdups(SimpleNamespace(phases=phases())) == ""
