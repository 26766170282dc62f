import copy
import math

import pytest

from sim.metrics import cycle_time
from sim.model import Model

NAN = math.nan
PARTS = ["gate", "train:wait", "train", "train:beside", "approve", "ship"]

DONE = {
    "generation": 1, "item": 7, "outcome": "released", "started": 1.0, "released": 20.0,
    "entered_gate": 1.0, "left_gate": 3.0,
    "entered_train": 3.0, "left_train": 8.0,
    "entered_tune": 8.0, "left_tune": 9.0,
    "entered_test": 8.0, "left_test": 15.0,  # again after mending
    "entered_approve": 10.5, "left_approve": 17.0,  # again, too
    "entered_mend": 12.0, "left_mend": 13.0,
    "entered_ship": 17.0, "left_ship": 20.0,
    "entered_release": 20.0, "left_release": 20.0,
}


def made(**changes):
    return DONE | changes


def runs(visits, *rows):
    """Training runs: (item, requested, started), perhaps with the replication."""
    common = {"flow": "generation", "stage": "train", "pool": "cluster", "activity": "run"}
    return visits(*(
        common | {"item": item, "replication": r[0] if r else 0, "at": (asked, begun, NAN)}
        for item, asked, begun, *r in rows
    ))


def days(table, generation=1, replication=0):
    rows = table[(table["generation"] == generation) & (table["replication"] == replication)]
    return dict(zip(rows["milestone"], rows["days"], strict=True))


def test_the_parts_of_the_cycle_are_read_from_the_flow(model):
    parts = cycle_time.milestones(model)
    assert [part.name for part in parts] == PARTS
    assert [part.label for part in parts] == [
        "waiting at the gate", "waiting for cluster compute", "train", "tune, test",
        "approve (with test, mend)", "ship",
    ]


def test_every_day_of_the_cycle_belongs_to_one_part(visits, generations, model):
    log = runs(visits, (7, 3.0, 4.0), (7, 6.0, 6.0))  # the second is a restart
    table = cycle_time.by_milestone(log, generations(made()), model)
    assert days(table) == dict(zip(PARTS, [2, 1, 4, 2.5, 6.5, 3], strict=True))
    assert table["days"].sum() == DONE["released"] - DONE["started"]
    assert table["start"].tolist() == [1, 3, 4, 8, 10.5, 17]
    assert table["released"].all() and table["milestone"].tolist() == PARTS


def test_generation_0_and_skipped_attempts_have_no_cycle(visits, generations, model):
    first = dict.fromkeys(DONE, NAN) | {
        "generation": 0, "item": -1, "outcome": "released", "released": 0.0,
    }
    skipped = dict.fromkeys(DONE, NAN) | {
        "generation": 1, "item": 7, "outcome": "skipped", "started": 1.0,
    }
    log = runs(visits, (7, 3.0, 4.0))
    table = cycle_time.by_milestone(log, generations(first, skipped, made()), model)
    assert len(table) == len(PARTS)


@pytest.mark.parametrize(
    ("reached", "begun", "expected"),
    [
        (["started", "entered_gate"], NAN, [27, 0, 0, 0, 0, 0]),
        (["started", "entered_gate", "left_gate", "entered_train"], NAN, [2, 25, 0, 0, 0, 0]),
        (["started", "entered_gate", "left_gate", "entered_train"], 4.0, [2, 1, 24, 0, 0, 0]),
        (
            [n for n in DONE if not n.endswith(("approve", "mend", "ship", "release", "released"))],
            4.0, [2, 1, 4, 20, 0, 0],
        ),
        (  # approval has failed once and goes on
            [n for n in DONE if not n.endswith(("ship", "release", "released"))],
            4.0, [2, 1, 4, 2.5, 17.5, 0],
        ),
    ],
)
def test_an_unfinished_cycle_lasts_so_far(visits, generations, model, reached, begun, expected):
    known = {name: DONE[name] for name in [*reached, "generation", "item"]}
    row = dict.fromkeys(DONE, NAN) | known | {"outcome": "open"}
    table = cycle_time.by_milestone(runs(visits, (7, 3.0, begun)), generations(row), model)
    assert days(table) == dict(zip(PARTS, expected, strict=True))
    assert not table["released"].any()
    early = cycle_time.by_milestone(
        runs(visits, (7, 3.0, begun)), generations(row), model, ends={0: 18.0}
    )
    assert early["days"].sum() == 17.0


def test_training_again_after_approval_failed_counts_to_approval(visits, generations, lab):
    changed = copy.deepcopy(lab)
    changed["flows"]["generation"]["stages"]["approve"]["on_failure"] = "train"
    del changed["flows"]["generation"]["stages"]["mend"]
    model = Model.from_dict(changed)
    row = made(left_train=14.0, left_tune=15.0)
    table = cycle_time.by_milestone(runs(visits, (7, 3, 4), (7, 12, 13)), generations(row), model)
    assert days(table) == dict(zip(PARTS, [2, 1, 6.5, 0, 6.5, 3], strict=True))


def test_replications_are_kept_apart(visits, generations, model):
    log = runs(visits, (7, 3.0, 4.0), (7, 3.0, 5.0, 1))
    both = generations(made(), made(replication=1))
    table = cycle_time.by_milestone(log, both, model)
    assert days(table)["train:wait"] == 1 and days(table, replication=1)["train:wait"] == 2


def test_means_are_over_those_that_released(visits, generations, model):
    log = runs(visits, (7, 3.0, 4.0), (7, 3.0, 6.0, 1), (7, 3.0, 7.0, 2))
    three = generations(
        made(), made(replication=1), made(replication=2, outcome="open", released=NAN)
    )
    means = cycle_time.means(cycle_time.by_milestone(log, three, model))
    by_name = means.set_index("milestone")
    assert by_name["count"].tolist() == [2] * len(PARTS)
    assert by_name.loc["train:wait", "days"] == 2 and by_name.loc["train", "days"] == 3
    assert means["days"].sum() == 19


def test_a_flow_without_training(visits, generations, lab):
    changed = copy.deepcopy(lab)
    changed["flows"]["generation"]["stages"] = {
        "gate": {"kind": "gate", "min_gain": 0.1, "next": {"draft": 0.5, "check": 0.5}},
        "draft": {"kind": "delay", "duration": "1 d", "next": "check"},
        "check": {"kind": "delay", "duration": "1 d", "next": "release"},
        "release": {"kind": "release"},
    }
    model = Model.from_dict(changed)
    assert [part.name for part in cycle_time.milestones(model)] == ["gate", "gate:beside", "check"]
    row = {
        "generation": 1, "outcome": "released", "started": 0.0, "released": 9.0,
        "entered_gate": 0.0, "left_gate": 4.0, "entered_draft": 4.0, "left_draft": 6.0,
        "entered_check": 6.0, "left_check": 9.0, "entered_release": 9.0, "left_release": 9.0,
    }
    table = cycle_time.by_milestone(visits(), generations(row), model)
    assert days(table) == {"gate": 4, "gate:beside": 2, "check": 3}


def test_a_model_that_releases_nothing(visits, generations, lab):
    changed = copy.deepcopy(lab)
    del changed["flows"]["generation"]
    model = Model.from_dict(changed)
    first = {"generation": 0, "outcome": "released", "released": 0.0}
    assert cycle_time.milestones(model) == ()
    table = cycle_time.by_milestone(visits(), generations(first), model)
    assert table.empty and cycle_time.means(table).empty
