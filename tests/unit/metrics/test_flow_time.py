"""Flow time of research, found by hand in tiny labs."""

import pytest

import sim
from sim.metrics import flow_time
from sim.metrics.kinds import KINDS

from ...engines.tiny import closed, compute, delay, every, flow, job, lab, labour, people, rows
from .cycles import days

INSIGHT = {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}}
STAGES = {"design": labour("plain", "1 d", next="run"), "run": job("machine", "2 d")}


def _research(source=None, stages=None, **more):
    parts = {
        "horizon": "10 d",
        "pools": {"crowd": people(), "machine": compute(1)},
        "skills": {"plain": {"pool": "crowd"}},
        "stocks": {"algorithms": {"gain": 0.1}},
        "flows": {"idea": flow(source or closed(2), stages or STAGES, insight=INSIGHT)},
    }
    model = lab(**(parts | more))
    run = sim.simulate(model, seed=0)
    return run, flow_time.by_kind(run.visits, run.model)


def test_days_of_items_side_by_side_all_count():
    # Two ideas at 0 and one machine: runs [1, 3], [3, 5], then [5, 7], [7, 9]: four results by 10,
    # which began at 0, 0, 3, 5; the second to fourth waited 2, 1, 1 d for the machine.
    run, table = _research()
    assert rows(run.visits, "finished", activity="result") == [3.0, 5.0, 7.0, 9.0]
    assert days(table) == {"people": 4.0, "computing": 8.0, "wait_compute": 4.0}
    assert set(table["items"]) == {4} and list(table["kind"]) == list(KINDS)
    assert table["days"].sum() == (3 - 0) + (5 - 0) + (7 - 3) + (9 - 5)


def test_what_was_begun_before_zero_counts_whole_but_no_result_from_then():
    # One idea after the other, 3 d each, from -4 on: results at -1, 2, 5; that at 2 began at -1.
    run, table = _research(closed(1), prehistory="4 d", horizon="6 d")
    assert rows(run.visits, "finished", activity="result") == [-1.0, 2.0, 5.0]
    assert days(table) == {"people": 2.0, "computing": 4.0} and set(table["items"]) == {2}


def test_items_count_for_the_generation_built_when_they_began():
    # A generation each 2 days (generation 0 at 0); ideas take 3 days.
    gate = {"kind": "gate", "min_gain": 0.0, "next": "ship"}
    generation = flow(closed(), {
        "gate": gate, "ship": delay("2 d", next="release"), "release": {"kind": "release"},
    })
    stages = {"think": delay("3 d")}
    run, table = _research(closed(1), flows={
        "idea": flow(closed(), stages, insight=INSIGHT), "generation": generation,
    })
    ended = run.visits[run.visits["activity"] == "result"]
    counts = ended.groupby("generation").size().to_dict()
    assert len(counts) > 1
    found = table.groupby("generation")["days"].sum().to_dict()
    assert found == {g: 3.0 * n for g, n in counts.items()}
    assert table.drop_duplicates("generation").set_index("generation")["items"].to_dict() == counts


def test_arrivals_from_outside_are_no_research():
    _, table = _research(every("3 d"))
    assert table.empty and list(table) == [
        "replication", "generation", "kind", "days", "queued", "items",
    ]


def test_nights_are_counted_apart():
    # 0.75 d of work from midnight on, open 06:00-18:00: to the next day's noon.
    office = {"crowd": people(hours="mon-fri 06:00-18:00"), "machine": compute(1)}
    _, table = _research(
        closed(1), {"design": labour("plain", "0.75 d")}, pools=office, horizon="2 d"
    )
    assert days(table) == {"people": 0.75, "off_hours": 0.75}


def test_a_queue_makes_the_nights_after_people_came_but_not_those_before():
    # Two ideas at midnight for one person, in 06:00-18:00. The first waits for the morning; the
    # second from then on for the first, until noon of the next day: 0.5 d, a night, 0.25 d.
    desk = {"crowd": people(1, hours="mon-fri 06:00-18:00"), "machine": compute(1)}
    _, table = _research(
        closed(2), {"design": labour("plain", "0.75 d")}, pools=desk, horizon="3 d"
    )
    assert set(table["items"]) == {2} and days(table)["wait_people"] == 0.75
    queued = table.set_index("kind")["queued"]
    assert queued["wait_people"] == pytest.approx(1.25) and queued.sum() == pytest.approx(1.25)


def test_a_wrong_link_is_noticed():
    run, right = _research()
    visits = run.visits.copy()
    jobs = rows(visits, "row", activity="run")
    visits.loc[jobs[1], "previous"] = jobs[0]
    wrong = flow_time.by_kind(visits, run.model)
    assert wrong["days"].sum() != right["days"].sum()
    visits.loc[jobs[1], "previous"] = jobs[2]
    with pytest.raises(ValueError, match="previous to it, had ended"):
        flow_time.by_kind(visits, run.model)
