"""Routes: delays, chances, batches, joins, loops."""

import math

import pytest

from sim.laws.random import child_key, name_key

from .tiny import SPAWNED, closed, delay, every, flow, item_key, lab, labour, people, rows, spans


def _lab(flows, horizon="20 d", desk=None):
    return lab(
        horizon=horizon,
        pools={"desk": people(**({"capacity": desk} if desk else {}))},
        skills={"plain": {"pool": "desk"}},
        flows=flows,
    )


def test_a_delay_passes_time(run):
    stages = {"a": delay("2 d", next="b"), "b": delay("3 d")}
    log = run(_lab({"item": flow(closed(), stages)}, "6 d"))
    assert rows(log.visits, "stage activity started finished worked outcome", item=0) == [
        ("a", "delay", 0.0, 2.0, 2.0, "done"), ("b", "delay", 2.0, 5.0, 3.0, "done"),
    ]


def test_the_first_stage_need_not_be_the_first_in_the_file(run):
    stages = {"b": delay("3 d"), "a": delay("2 d", next="b")}
    log = run(_lab({"item": flow(closed(), stages, first="a")}, "6 d"))
    assert rows(log.visits, "stage", item=0) == ["a", "b"]


def test_chances_are_met_over_many_items(run):
    chances = {"left": 0.3, "right": 0.5, "end": 0.2}
    stages = {"fork": delay("0 d", next=chances), "left": delay("0 d"), "right": delay("0 d")}
    log = run(_lab({"item": flow(every("1 d"), stages)}, "4001 d"))
    counts = log.visits["stage"].value_counts()
    n = counts["fork"]
    assert n == 4000
    found = {"left": counts["left"], "right": counts["right"]}
    found["end"] = n - found["left"] - found["right"]
    for name, chance in chances.items():
        error = math.sqrt(chance * (1 - chance) / n)
        assert abs(found[name] / n - chance) < 4 * error, name


@pytest.mark.parametrize("chosen", ["left", "right"])
def test_sure_chances_decide(run, chosen):
    chances = {name: float(name == chosen) for name in ("left", "right")}
    stages = {"fork": delay("1 d", next=chances), "left": delay("1 d"), "right": delay("1 d")}
    log = run(_lab({"item": flow(closed(), stages)}, "1.5 d"))
    assert rows(log.visits, "stage", item=0) == ["fork", chosen]


def test_a_loop_counts_visits(run):
    # Work fails for sure, so the item goes to and fro for ever.
    stages = {
        "work": labour("plain", "1 d", failure={"chance": 1.0}, on_failure="mend"),
        "mend": delay("1 d", next="work"),
    }
    log = run(_lab({"item": flow(closed(), stages)}, "4.5 d"))
    verdicts = rows(log.visits, "visit started outcome", activity="verdict")
    assert verdicts == [(0, 1.0, "failed"), (1, 3.0, "failed")]
    done = log.visits[log.visits["activity"] != "verdict"]
    assert rows(done, "stage visit started") == [
        ("work", 0, 0.0), ("mend", 0, 1.0), ("work", 1, 2.0), ("mend", 1, 3.0), ("work", 2, 4.0),
    ]


# --- batches and joins ---------------------------------------------------------------------


def test_a_batch_ends_when_all_its_items_have(run):
    # Three tasks of 1 d for two people.
    log = run(_lab({
        "parent": flow(closed(), {
            "spread": {"kind": "batch", "flow": "task", "count": 3, "next": "after"},
            "after": delay("1 d"),
        }),
        "task": flow(SPAWNED, {"do": labour("plain", "1 d")}),
    }, "2.5 d", desk=2))
    assert spans(log, flow="task") == [(0.0, 1.0), (0.0, 1.0), (1.0, 2.0)]
    assert rows(log.visits, "activity started finished value", stage="spread") == [
        ("batch", 0.0, 2.0, 3.0),
    ]
    assert rows(log.visits, "started", stage="after") == [2.0]
    assert rows(log.visits, "parent", flow="task") == [0, 0, 0]


def test_children_are_known_by_parent_stage_visit_and_index(run):
    log = run(_lab({
        "parent": flow(closed(), {"spread": {"kind": "batch", "flow": "task", "count": 2}}),
        "task": flow(SPAWNED, {"do": delay("9 d")}),
    }, "1 d"))
    parent = item_key("parent", 0)
    assert rows(log.visits, "item_key", flow="task") == [
        child_key(parent, name_key("spread"), 0, index) for index in range(2)
    ]


def test_a_join_waits_for_all(run):
    stages = {
        "start": delay("1 d"),
        "short": delay("1 d", after="start"),
        "long": delay("3 d", after="start"),
        "join": delay("1 d", after=["short", "long"], next="end"),
    }
    log = run(_lab({"item": flow(closed(), stages)}, "5.5 d"))
    assert rows(log.visits, "stage started", item=0) == [
        ("start", 0.0), ("short", 1.0), ("long", 1.0), ("join", 4.0),
    ]
    # The item ends when its last track does, and the workstream's next one starts then.
    assert rows(log.visits, "requested", stage="start") == [0.0, 5.0]


def test_a_join_of_tracks_that_end_together_starts_once(run):
    stages = {
        "start": delay("1 d"),
        "left": delay("2 d", after="start"),
        "right": delay("2 d", after="start"),
        "join": delay("9 d", after=["left", "right"]),
    }
    log = run(_lab({"item": flow(closed(), stages)}))
    assert rows(log.visits, "started", stage="join", item=0) == [3.0]


def test_a_second_pass_through_a_loop_joins_again(run):
    # tests (1 d) and papers (2 d), then approve, which fails once for sure: repair, tests,
    # approve; papers need not be done again. Approval always fails: a loop of 3 d.
    stages = {
        "start": delay("0 d"),
        "tests": delay("1 d", after="start"),
        "papers": delay("2 d", after="start"),
        "approve": labour("plain", "1 d", after=["tests", "papers"], failure={"chance": 1.0},
                          on_failure="repair"),
        "repair": delay("1 d", next="tests"),
    }
    log = run(_lab({"item": flow(closed(), stages)}, "6.5 d"))
    done = log.visits[log.visits["activity"] != "verdict"]
    assert rows(done, "stage visit started")[1:] == [
        ("tests", 0, 0.0), ("papers", 0, 0.0), ("approve", 0, 2.0),
        ("repair", 0, 3.0), ("tests", 1, 4.0), ("approve", 1, 5.0), ("repair", 1, 6.0),
    ]


def test_a_join_does_not_start_while_a_stage_it_waits_for_runs_again(run):
    # again runs 0-2, 3-5, 6-8: when long ends, at 4, it has ended before but runs once more.
    stages = {
        "start": delay("0 d"),
        "again": delay("2 d", after="start", next="pause"),
        "pause": delay("1 d", next="again"),
        "long": delay("4 d", after="start"),
        "join": delay("90 d", after=["again", "long"]),
    }
    log = run(_lab({"item": flow(closed(), stages)}, "7 d"))
    assert spans(log, stage="again") == [(0.0, 2.0), (3.0, 5.0), (6.0, None)]
    assert rows(log.visits, "started", stage="join") == [5.0]


def test_a_batch_of_batches_ends_with_its_slowest_grandchild(run):
    # Two grandchildren of 1 d each for one person.
    log = run(_lab({
        "root": flow(closed(), {
            "spread": {"kind": "batch", "flow": "child", "count": 2, "next": "after"},
            "after": delay("9 d"),
        }),
        "child": flow(SPAWNED, {"spread": {"kind": "batch", "flow": "leaf", "count": 1}}),
        "leaf": flow(SPAWNED, {"do": labour("plain", "1 d")}),
    }, "4 d", desk=1))
    assert rows(log.visits, "started", stage="after") == [2.0]
