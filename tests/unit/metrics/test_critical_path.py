"""Critical paths of labs so small that they are found by hand: work, waits, joins, batches."""

import pytest

from sim.laws.random import poisson
from sim.metrics import critical_path
from sim.metrics.kinds import KINDS

from ...engines.tiny import (
    SPAWNED,
    agents,
    compute,
    delay,
    draw,
    flow,
    item_key,
    job,
    labour,
    people,
    rows,
    seed_where,
)
from .cycles import TRAINED, chore, cycle, days, path_of, told

KEY = item_key("generation", 0)


def test_a_chain_is_its_own_critical_path():
    run, path = path_of(cycle({
        "tune": labour("plain", "2 d", next="ship"), "ship": delay("0.5 d", next="release"),
    }))
    assert told(path) == [TRAINED, (1.0, 3.0, "people", "tune"), (3.0, 3.5, "delay", "ship")]
    assert set(path["generation"]) == {1} and set(path["replication"]) == {0}
    assert rows(path, "phase flow activity executor pool behind") == [
        ("train", "generation", "run", "compute", "cluster", -1),
        ("tune", "generation", "work", "human", "crowd", -1),
        ("ship", "generation", "delay", None, None, -1),
    ]
    assert list(path["row"]) == rows(run.visits, "row", stage=["train", "tune", "ship"])
    assert critical_path.length(path).to_dict() == {(0, 1): 3.5}


def test_a_wait_names_the_row_that_it_was_behind():
    stages = {"tune": labour("scarce", "2 d", next="release")}
    run, path = path_of(cycle(stages, flows=chore("1.5 d")))
    (chores,) = rows(run.visits, "row", stage="do")
    assert told(path) == [
        TRAINED, (1.0, 1.5, "wait_people", "tune"), (1.5, 3.5, "people", "tune"),
    ]
    assert list(path["behind"]) == [-1, chores, -1]


# --- side by side -------------------------------------------------------------------------------


def _parts(work="1 d", *, count=2, machines=1, **more):
    """A batch of jobs after training."""
    stages = {"evaluate": {"kind": "batch", "flow": "part", "count": count, "next": "release"}}
    part = {"part": flow(SPAWNED, {"run": job("machine", work)})}
    return cycle(stages, flows=part, pools={"machine": compute(machines)}, **more)


def test_the_item_of_a_batch_that_ends_last_decides():
    run, path = path_of(_parts())
    first, second = rows(run.visits, "item", flow="part")
    assert told(path) == [
        TRAINED, (1.0, 2.0, "wait_compute", "run"), (2.0, 3.0, "computing", "run"),
    ]
    assert list(path["item"])[1:] == [second, second] and second > first
    (behind,) = rows(run.visits, "row", item=first, activity="run")
    assert list(path["behind"]) == [-1, behind, -1]
    assert list(path["phase"]) == ["train", "evaluate", "evaluate"]


def test_of_items_that_end_together_the_one_with_the_last_key_is_last():
    # O2: the ends of services tie; those of the batch are handled in order of index.
    run, path = path_of(_parts(count=3, machines=3))
    assert told(path) == [TRAINED, (1.0, 2.0, "computing", "run")]
    assert path["item"].iloc[1] == max(rows(run.visits, "item", flow="part"))


def test_batches_within_batches_belong_to_the_outermost_stage():
    batch = {"kind": "batch", "flow": "piece", "count": 2}
    _, path = path_of(cycle(
        {"evaluate": {"kind": "batch", "flow": "part", "count": 2, "next": "release"}},
        flows={
            "part": flow(SPAWNED, {"plan": delay("0.5 d", next="spread"), "spread": batch}),
            "piece": flow(SPAWNED, {"run": job("machine", "1 d")}),
        },
    ))
    assert told(path, "start", "finish", "kind", "phase", "stage") == [
        (0.0, 1.0, "computing", "train", "train"), (1.0, 1.5, "delay", "evaluate", "plan"),
        (1.5, 4.5, "wait_compute", "evaluate", "run"), (4.5, 5.5, "computing", "evaluate", "run"),
    ]


@pytest.mark.parametrize(
    ("left", "right", "order", "critical"),
    [
        ("2 d", "1 d", ("left", "right"), "left"),
        ("1 d", "2 d", ("left", "right"), "right"),
        ("1 d", "1 d", ("left", "right"), "right"),  # a tie: stages in model order (O2)
        ("1 d", "1 d", ("right", "left"), "left"),
    ],
)
def test_the_track_that_ends_last_decides(left, right, order, critical):
    work = {"left": left, "right": right}
    stages = {name: labour("plain", work[name], after="train") for name in order}
    stages["join"] = delay("1 d", after=["left", "right"], next="release")
    _, path = path_of(cycle(stages, train={"next": None}))
    longest = max(float(text.split()[0]) for text in work.values())
    assert told(path) == [
        TRAINED, (1.0, 1.0 + longest, "people", critical),
        (1.0 + longest, 2.0 + longest, "delay", "join"),
    ]


# --- assistants, reviews, rework ----------------------------------------------------------------


def _assisted(*, policy=None, quality=1.0, steering=0.0, work="1 d", slots=None, **more):
    """An assistant, twice as fast as a person, does the task."""
    return cycle(
        {"do": labour("code", work, next="release")},
        pools={"slots": slots or agents()},
        assistants={"source": "frozen", "pool": "slots", **more.pop("assistants", {})},
        feedback={"share": 1.0, "speedup": 2.0, "quality": quality, "steering": steering},
        oversight={"policy": policy or {}},
        skills={"code": {"pool": "desk", "review_pool": "crowd", "share": "share",
                         "speedup": "speedup", "quality": "quality", "steering": "steering",
                         "oversight": "policy"}},
        **more,
    )


def test_rejected_work_is_rework_when_it_is_done_again():
    policy = {"review": 1.0, "catch": 1.0, "review_work": "0.25 d", "max_attempts": 2,
              "retry_fraction": 0.5}
    _, path = path_of(_assisted(policy=policy, quality=0.0))
    assert told(path, "start", "finish", "kind", "activity", "attempt") == [
        (0.0, 1.0, "computing", "run", 1),
        (1.0, 1.5, "assistants", "work", 1), (1.5, 1.75, "review", "review", 1),
        (1.75, 2.0, "rework", "work", 2), (2.0, 2.25, "review", "review", 2),
        (2.25, 3.25, "rework", "takeover", 3),
    ]


def test_steering_cuts_an_assistants_attempt():
    # 1.5 d of work take 0.75 d, in three parts; the first steering waits for the person.
    seed = seed_where(lambda s: poisson(draw(KEY, "do", "steering", seed=s, attempt=1), 3.0) == 2)
    policy = {"steering_work": "0.25 d"}
    model = _assisted(policy=policy, steering=2.0, work="1.5 d", flows=chore("1.5 d"))
    run, path = path_of(model, seed)
    assert told(path, "start", "finish", "kind", "activity") == [
        (0.0, 1.0, "computing", "run"),
        (1.0, 1.25, "assistants", "work"),
        (1.25, 1.5, "wait_people", "steering"), (1.5, 1.75, "steering", "steering"),
        (1.75, 2.0, "assistants", "work"), (2.0, 2.25, "steering", "steering"),
        (2.25, 2.5, "assistants", "work"),
    ]
    (chores,) = rows(run.visits, "row", flow="chore", stage="do", activity="work")
    assert list(path["behind"]) == [-1, -1, chores, -1, -1, -1, -1]

    visits = run.visits.copy()
    visits.loc[rows(visits, "row", activity="steering")[0], "finished"] = 2.25
    with pytest.raises(ValueError, match="is interrupted by rows that overlap"):
        critical_path.path(visits, run.generations, run.model)


def test_waiting_for_a_slot():
    other = {"chore": flow({"kind": "closed", "workstreams": 1}, {
        "do": labour("code", "3 d", next="rest"), "rest": delay("90 d"),
    })}
    _, path = path_of(_assisted(slots=agents(1), assistants={"balk": False}, flows=other))
    assert told(path)[1:] == [(1.0, 1.5, "wait_slots", "do"), (1.5, 2.0, "assistants", "do")]


def test_what_balks_when_a_pause_ends_has_waited_for_a_slot():
    # Paused from 0.5 to 2; the only slot is taken up to 2.5: a person does it.
    other = {"chore": flow({"kind": "closed", "workstreams": 1}, {
        "do": labour("code", "5 d", next="rest"), "rest": delay("90 d"),
    })}
    _, path = path_of(_assisted(slots=agents(1), flows=other, interventions={
        "halt": {"at": "0.5 d", "pause": "generation.do"},
        "go_on": {"at": "2 d", "resume": "generation.do"},
    }))
    assert told(path, "start", "finish", "kind", "executor")[1:] == [
        (1.0, 2.0, "wait_slots", "agent"), (2.0, 3.0, "people", "human"),
    ]


# --- nights -------------------------------------------------------------------------------------


def test_nights_are_told_apart_from_waits_and_work():
    # Open from 0.25 to 0.75 of each day. 0.75 d of work, asked for at midnight: from Tuesday
    # 06:00 to Wednesday 12:00, with 0.25 d of night before and 0.5 d between.
    stages = {"tune": labour("scarce", "0.75 d", next="release")}
    office = people(1, hours="mon-fri 06:00-18:00")
    _, path = path_of(cycle(stages, pools={"desk": office}))
    assert told(path, "start", "finish", "kind", "off_hours", "behind") == [
        (0.0, 1.0, "computing", 0.0, -1),
        (1.0, 1.25, "wait_people", 0.25, -1), (1.25, 2.5, "people", 0.5, -1),
    ]
    tuning = {"people": 0.75, "off_hours": 0.75}
    assert days(critical_path.by_kind(path)) == {"computing": 1.0} | tuning
    assert days(critical_path.by_phase(path), phase="tune") == tuning


def test_a_weekend_counts_whole():
    # From Saturday 00:00 to Monday 06:00 all is closed.
    stages = {"tune": labour("scarce", "0.25 d", next="release")}
    office = people(1, hours="mon-fri 06:00-18:00")
    _, path = path_of(cycle(stages, pools={"desk": office}, start_date="2026-01-09"))
    assert told(path, "start", "finish", "kind", "off_hours")[1:] == [
        (1.0, 3.25, "wait_people", 2.25), (3.25, 3.5, "people", 0.0),
    ]


# --- tables and errors --------------------------------------------------------------------------


def test_all_kinds_are_present_and_sum_to_the_cycle_time():
    run, path = path_of(_parts())
    table = critical_path.by_kind(path)
    assert list(table["kind"]) == list(KINDS)
    assert table["days"].sum() == run.generations["cycle_time"].iloc[1] == 3.0


def test_what_is_not_released_has_no_path():
    run, path = path_of(cycle({"ship": delay("90 d", next="release")}))
    assert len(run.generations) == 2 and path.empty
    assert critical_path.by_kind(path).empty and critical_path.by_phase(path).empty
    assert critical_path.length(path).empty


def _corrupted(column, values):
    """The critical path of a batch's log in which rows (by place) say something else."""
    run, _ = path_of(_parts())
    visits = run.visits.copy()
    for row, value in values.items():
        visits.loc[row, column] = value
    return critical_path.path(visits, run.generations, run.model)


def test_wrong_links_are_noticed():
    run, _ = path_of(_parts())
    (release,) = rows(run.visits, "row", activity="release")
    first, second = rows(run.visits, "row", flow="part", activity="run")
    with pytest.raises(ValueError, match="do not fill its cycle"):
        _corrupted("previous", {second: -1})
    with pytest.raises(ValueError, match="previous to it, had ended"):
        _corrupted("previous", {second: first})
    later = run.generations.assign(released=run.generations["released"] + 1.0)
    with pytest.raises(ValueError, match="generation 1 in replication 0 do not fill its cycle"):
        critical_path.path(run.visits, later, run.model)
    # The other item of the batch: a gap is left, which is nobody's.
    wrong = _corrupted("previous", {release: first})
    assert told(wrong)[-1] == (2.0, 3.0, "other", "release")
    with pytest.raises(ValueError, match="release of some generation is missing"):
        critical_path.path(run.visits.iloc[:release], run.generations, run.model)
