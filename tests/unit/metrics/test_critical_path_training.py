"""Critical paths by hand, continued: gates, interruptions of training, failures and mending."""

import pytest

from sim.laws.portable import log as ln
from sim.laws.random import poisson
from sim.laws.training import optimal_interval
from sim.metrics import critical_path

from ...engines.tiny import (
    LN10,
    SPAWNED,
    agents,
    closed,
    compute,
    delay,
    draw,
    flow,
    item_key,
    job,
    lab,
    labour,
    people,
    rows,
    seed_where,
    study,
)
from .cycles import TRAINED, chore, cycle, days, path_of, told

KEY = item_key("generation", 0)

# --- the gate -----------------------------------------------------------------------------------


def _gated(gate, research, stocks, ship="0 d", **more):
    """Generations without training: the gate, and perhaps shipping."""
    stages = {
        "gate": {"kind": "gate", "next": "ship"} | gate,
        "ship": delay(ship, next="release"), "release": {"kind": "release"},
    }
    return lab(
        pools={"crowd": people()}, skills={"plain": {"pool": "crowd"}}, stocks=stocks,
        flows={"research": research, "generation": flow(closed(), stages)}, **more,
    )


def _research():
    """A result of 0.1 OOM every two days: one day of people's, one of waiting."""
    stages = {"design": labour("plain", "1 d", next="run"), "run": delay("1 d")}
    insight = {"hit": 1.0, "noise": 1.0, "targets": {"algorithms": 1.0}}
    return flow(closed(), stages, insight=insight), {"algorithms": {"gain": 0.1 * LN10}}


def test_a_gate_opened_by_a_result_waited_for_its_making():
    # The third result opens the gate at 6; before its own two days it was the earlier ones.
    model = _gated({"min_gain": 0.3}, *_research(), horizon="7 d")
    run, path = path_of(model)
    assert told(path, "start", "finish", "kind", "phase", "stage") == [
        (0.0, 4.0, "knowhow", "gate", "gate"), (4.0, 5.0, "people", "gate", "design"),
        (5.0, 6.0, "delay", "gate", "run"),
    ]
    *_, result = rows(run.visits, "row", activity="result", finished=6.0)
    assert list(path["behind"]) == [result, -1, -1]
    assert list(path["item"].diff())[2] == 0 and set(path["generation"]) == {1}


def test_the_making_of_a_result_counts_from_the_entry_of_the_gate():
    # Gate at 2, release at 3; the next gate is entered then, and opened by the result of [2, 4].
    model = _gated({"min_gain": 0.1}, *_research(), ship="1 d", horizon="6 d")
    _, path = path_of(model)
    assert told(path, "generation", "start", "finish", "kind", "stage") == [
        (1, 0.0, 1.0, "people", "design"), (1, 1.0, 2.0, "delay", "run"),
        (1, 2.0, 3.0, "delay", "ship"),
        (2, 3.0, 4.0, "delay", "run"), (2, 4.0, 5.0, "delay", "ship"),
    ]


def test_a_gate_opened_by_its_longest_wait_waited_for_know_how():
    model = _gated({"min_gain": 9.0, "max_wait": "2.5 d"}, *_research(), horizon="3 d")
    _, path = path_of(model)
    assert told(path) == [(0.0, 2.5, "knowhow", "gate")]
    assert list(path["behind"]) == [-1]


def test_a_gate_that_is_skipped_is_waited_at_again():
    model = _gated({"min_gain": 9.0, "max_wait": "2 d"}, *study("5 d"), horizon="7 d")
    _, path = path_of(model)
    assert told(path, "start", "finish", "kind", "visit") == [
        (0.0, 2.0, "knowhow", 0), (2.0, 4.0, "knowhow", 1), (4.0, 6.0, "knowhow", 2),
    ]


# --- interruptions ------------------------------------------------------------------------------


def _after(seed, attempt):
    """Running time after which this attempt would be interrupted, at one a day."""
    return -ln(1 - draw(KEY, "train", "interruption", seed=seed, attempt=attempt))


def _training(interval="1 d", **interruptions):
    """Training for four days; a checkpoint is 0.25 d, a restart half a day."""
    spec = {"mtbf": 24, "restart": "0.5 d"} | interruptions
    train = {"interruptions": spec, "next": "release"}
    if interval:
        train["checkpoints"] = {"interval": interval, "cost": "0.25 d"}
    stages = {"diagnose": labour("scarce", "1 d")} if "diagnosis" in spec else {}
    return cycle(stages, train=train, days="4 d", flows=chore("3 d"))


SEED = seed_where(lambda s: 2.5 < _after(s, 1) < 3.0 and _after(s, 2) > 2.25)
"""Interrupted once, by day 3, when two checkpoints were written: after 2.5 days."""


def test_what_an_interruption_loses_and_its_restart_are_failures():
    _, path = path_of(_training(), SEED)
    x = _after(SEED, 1)
    assert told(path, "start", "finish", "kind", "activity") == [
        (0.0, 2.5, "computing", "run"), (2.5, x, "failures", "run"),
        (x, x + 0.5, "failures", "repair"), (x + 0.5, x + 0.5 + 2.25, "computing", "run"),
    ]


def test_without_checkpoints_all_is_lost():
    seed = seed_where(lambda s: _after(s, 1) < 4.0 < _after(s, 2))
    _, path = path_of(_training(interval=None), seed)
    x = _after(seed, 1)
    assert told(path, "start", "finish", "kind") == [
        (0.0, x, "failures"), (x, x + 0.5, "failures"), (x + 0.5, x + 0.5 + 4.0, "computing"),
    ]


def test_the_writing_of_checkpoints_at_the_best_interval_is_computing():
    seed = seed_where(lambda s: 2.0 < _after(s, 1) < 3.0 and _after(s, 2) > 6.0)
    run, path = path_of(_training(interval="optimal"), seed)
    (saved,) = rows(run.visits, "worked", outcome="interrupted")
    written = saved / optimal_interval(1.0, 0.25)
    assert written == pytest.approx(round(written)) and round(written) >= 2
    assert path["finish"].iloc[0] == saved + round(written) * 0.25
    assert list(path["kind"])[:3] == ["computing", "failures", "failures"]


def test_a_diagnosis_within_a_repair_is_told_apart():
    # The person at the desk is busy up to day 3, then diagnoses for a day.
    model = _training(manual=1.0, diagnosis="diagnose")
    run, path = path_of(model, SEED)
    x = _after(SEED, 1)
    assert told(path, "start", "finish", "kind", "stage", "activity", "phase") == [
        (0.0, 2.5, "computing", "train", "run", "train"),
        (2.5, x, "failures", "train", "run", "train"),
        (x, 3.0, "wait_people", "diagnose", "work", "train"),
        (3.0, 4.0, "failures", "diagnose", "work", "train"),
        (4.0, 4.5, "failures", "train", "repair", "train"),
        (4.5, 6.75, "computing", "train", "run", "train"),
    ]
    assert list(path["behind"])[2] == rows(run.visits, "row", stage="do")[0]


def test_an_assistants_diagnosis_is_cut_by_its_steering():
    # Half a day in two parts, with steering of a quarter between, all of it repair of the run.
    def steered(seed):
        u = draw(KEY, "diagnose", "steering", seed=seed, attempt=1)
        return poisson(u, 1.0) == 1

    seed = seed_where(
        lambda s: 2.5 < _after(s, 1) < 3.0 and _after(s, 2) > 2.25 and steered(s)
    )
    train = {"interruptions": {"mtbf": 24, "restart": "0.5 d", "manual": 1.0,
                               "diagnosis": "diagnose"},
             "checkpoints": {"interval": "1 d", "cost": "0.25 d"}, "next": "release"}
    _, path = path_of(cycle(
        {"diagnose": labour("code", "1 d")}, train=train, days="4 d",
        pools={"slots": agents()}, assistants={"source": "frozen", "pool": "slots"},
        feedback={"one": 1.0, "two": 2.0}, oversight={"policy": {"steering_work": "0.25 d"}},
        skills={"code": {"pool": "crowd", "share": "one", "speedup": "two", "steering": "one",
                         "oversight": "policy"}},
    ), seed)
    x = _after(seed, 1)
    assert told(path, "start", "finish", "kind", "stage", "activity", "phase")[2:5] == [
        (x, x + 0.25, "failures", "diagnose", "work", "train"),
        (x + 0.25, x + 0.5, "failures", "diagnose", "steering", "train"),
        (x + 0.5, x + 0.75, "failures", "diagnose", "work", "train"),
    ]
    assert set(path["phase"]) == {"train"}


# --- failures -----------------------------------------------------------------------------------


def _fails(seed, attempt):
    return draw(KEY, "evaluate", "failure", seed=seed, attempt=attempt) < 0.5


@pytest.mark.parametrize("failures", [1, 2])
def test_a_failed_job_is_mended_and_runs_again(failures):
    seed = seed_where(
        lambda s: [_fails(s, n) for n in range(1, failures + 2)] == [True] * failures + [False]
    )
    _, path = path_of(cycle({
        "evaluate": job("machine", "2 d", failure=0.5, repair="fix", next="release"),
        "fix": labour("plain", "1 d"),
    }), seed)
    expected, t = [TRAINED], 1.0
    for attempt in range(1, failures + 1):
        end = t + 2.0 * draw(KEY, "evaluate", "fraction", seed=seed, attempt=attempt)
        expected.append((t, end, "failures", "evaluate"))
        expected.append((end, end + 1.0, "people" if attempt == 1 else "rework", "fix"))
        t = end + 1.0
    assert told(path) == [*expected, (t, t + 2.0, "computing", "evaluate")]


def _verdict(seed, visit):
    return draw(KEY, "approve", "failure", seed=seed, visit=visit) < 0.5


REFUSED_ONCE = seed_where(lambda s: _verdict(s, 0) and not _verdict(s, 1))


@pytest.mark.parametrize("batch", [False, True])
def test_after_a_failed_verdict_what_is_done_once_more_is_rework(batch):
    tests, flows = labour("plain", "2 d", after="train"), {}
    if batch:
        tests = {"kind": "batch", "flow": "part", "count": 2, "after": "train"}
        flows = {"part": flow(SPAWNED, {"try": labour("plain", "2 d")})}
    _, path = path_of(cycle({
        "tune": labour("plain", "1 d", after="train"),
        "test": tests,
        "approve": labour("plain", "1 d", after=["tune", "test"], failure={"chance": 0.5},
                          on_failure="mend", next="release"),
        "mend": labour("plain", "0.5 d", next="test"),
    }, train={"next": None}, flows=flows), REFUSED_ONCE)
    assert told(path, "start", "finish", "kind", "phase", "visit") == [
        (0.0, 1.0, "computing", "train", 0),
        (1.0, 3.0, "people", "test", 0), (3.0, 4.0, "people", "approve", 0),
        (4.0, 4.5, "people", "mend", 0),
        (4.5, 6.5, "rework", "test", 0 if batch else 1), (6.5, 7.5, "rework", "approve", 1),
    ]
    assert days(critical_path.by_phase(path), phase="approve") == {"people": 1.0, "rework": 1.0}


def test_a_loop_of_the_route_itself_is_no_rework():
    # Not even after a failure, here of a verdict that sends nothing back.
    def rounds(seed, visit):
        return draw(KEY, "draft", "route", seed=seed, visit=visit) < 0.5

    seed = seed_where(lambda s: rounds(s, 0) and not rounds(s, 1))
    _, path = path_of(cycle({
        "check": labour("plain", "1 d", failure={"chance": 1.0}, on_failure="draft", next="draft"),
        "draft": labour("plain", "1 d", next={"draft": 0.5, "release": 0.5}),
    }), seed)
    assert told(path, "start", "finish", "kind", "visit")[1:] == [
        (1.0, 2.0, "people", 0), (2.0, 3.0, "people", 0), (3.0, 4.0, "people", 1),
    ]


def test_training_waits_for_compute():
    # Two days of the cluster are taken by a job that came first (flows in model order).
    job_first = {"chore": flow(closed(), {"do": job("cluster", "2 d", priority=0, next="rest"),
                                          "rest": delay("90 d")})}
    _, path = path_of(cycle(
        {"ship": delay("1 d", next="release")}, flows=job_first, pools={"cluster": compute(1)},
    ))
    assert told(path) == [
        (0.0, 2.0, "wait_compute", "train"), (2.0, 3.0, "computing", "train"),
        (3.0, 4.0, "delay", "ship"),
    ]
