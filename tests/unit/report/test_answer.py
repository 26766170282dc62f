"""The answer: right for the labs whose limit is known, and for runs that came to little."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim.metrics import bottleneck
from sim.metrics.kinds import KINDS
from sim.plots import Frames
from sim.report.answer import answer


def frames_of(*overrides, replications=2, seed=0):
    result = sim.ensemble(sim.load(*overrides), replications=replications, seed=seed)
    early = [run for run in result.runs if run.end.reason != "horizon"]
    return Frames(
        visits=result.visits, generations=result.generations, changes=result.changes,
        model=result.model, planned=replications,
        ends={run.replication: run.end.time for run in early},
        reasons={run.replication: run.end.reason for run in early},
    )


# --- labs built so that one side limits them --------------------------------------------------


@pytest.mark.parametrize(("scenario", "limit", "wait"), [
    ("gpt53_codex", "compute-limited", "compute"),
    ("compute_limited", "compute-limited", "compute"),
    ("loop_limited", "loop-limited", "review"),
])
def test_the_limit_of_a_lab_is_named(scenario, limit, wait):
    said = answer(frames_of(f"scenario={scenario}", "horizon=250 d")).sentence
    assert said.startswith(f"In 250 days, {scenario} releases ")
    assert f"by its queues research is {limit} in all 2 runs: of its queueing " in said
    assert f" is for {wait}" in said
    assert said.endswith("(ranges: the middle 80% of 2 runs).")


def test_lifting_the_limit_changes_the_answer():
    # The same lab with plenty of compute is limited by the loop.
    plenty = frames_of("scenario=compute_limited", "horizon=250 d", "compute.units=2000")
    assert "compute-limited" not in answer(plenty).sentence


# --- runs that came to little -----------------------------------------------------------------


def test_a_run_without_a_release_says_where_its_generation_is():
    said = answer(frames_of("horizon=40 d", replications=1)).sentence
    assert said.startswith("In 40 days, gpt53_codex releases no model; its first is still at")
    assert "still at 'train', for " in said
    assert said.endswith("(one run: another seed may differ).")


def test_a_gate_that_never_opens_is_named():
    frames = frames_of("horizon=40 d", "flows.generation.stages.gate.min_gain=9", replications=1)
    assert "its first is still at 'waiting at the gate', for 40 days" in answer(frames).sentence


def test_a_run_that_ended_early_says_when_and_why():
    frames = frames_of("prehistory=0", "end.events=3000", replications=1)
    (end,) = frames.ends.values()
    date = pd.Timestamp(frames.model.start_date) + pd.Timedelta(days=end)
    said = answer(frames).sentence
    assert said.startswith(f"The run ended early, on {date.day} {date:%b} {date.year} (its budget")
    assert "until then gpt53_codex releases no model" in said


def test_some_runs_that_ended_early_are_counted():
    frames = frames_of("scenario=mm1", "horizon=100 d", replications=3)
    some = Frames(
        visits=frames.visits, generations=frames.generations, changes=frames.changes,
        model=frames.model, ends={1: 50.0}, reasons={1: "event_budget"},
    )
    assert "; 1 ended early)" in answer(some).sentence


def test_a_model_without_generations_speaks_of_its_queues():
    frames = frames_of("scenario=mm1", "horizon=2000 d", replications=1)
    waits = frames.visits["started"] - frames.visits["requested"]
    said = answer(frames).sentence
    assert "keeps people busiest" in said
    assert f"wait longest, {waits.mean():.2g} days on average" in said


# --- from when on -----------------------------------------------------------------------------


def with_tables(parts, waiting, replications=1):
    """Return frames of a lab whose generations spent these shares, and whose research waited so."""
    model = sim.load()
    count = len(parts)
    generations = pd.DataFrame([
        {"replication": r, "generation": g, "item": g, "outcome": "released", "started": g - 1.0,
         "released": float(g), "cycle_time": 1.0, "capability": 0.3 * g}
        for r in range(replications) for g in range(count + 1)
    ])
    frames = Frames(
        visits=pd.DataFrame({"replication": range(replications)}), generations=generations,
        changes=pd.DataFrame({"replication": range(replications)}), model=model,
    )
    frames.__dict__["phases"] = pd.DataFrame([
        {"replication": r, "generation": g, "phase": phase, "kind": kind, "days": share}
        for r in range(replications) for g, row in enumerate(parts, 1)
        for (kind, phase), share in row.items()
    ])
    frames.__dict__["flow_time"] = pd.DataFrame([
        {"replication": r, "generation": g, "kind": kind, "items": 1,
         "days": row.get(kind, 0.0), "queued": row.get(kind, 0.0)}
        for r in range(replications) for g, row in enumerate(waiting, 1) for kind in KINDS
    ])
    frames.__dict__["queueing"] = bottleneck.waits(frames.flow_time)
    return frames


TRAINING, APPROVAL = ("computing", "train"), ("people", "approve")


def test_another_part_that_takes_over_is_dated():
    early, late = {TRAINING: 0.7, APPROVAL: 0.3}, {TRAINING: 0.2, APPROVAL: 0.8}
    wait = {"wait_compute": 1.0}
    said = answer(with_tables([early, early, late], [wait] * 3)).sentence
    assert (
        "the largest part of a generation's time is its training run at first, from generation 3 "
        "on people at work in approve, 80%"
    ) in said


def test_a_part_that_leads_by_a_hair_does_not_take_over():
    parts = [{TRAINING: 0.52, APPROVAL: 0.48}, {TRAINING: 0.49, APPROVAL: 0.51}]
    said = answer(with_tables(parts, [{"wait_compute": 1.0}] * 2)).sentence
    assert "time, 50%, is its training run" in said


def test_a_limit_that_moves_is_dated():
    waits = [{"wait_compute": 9.0}, {"wait_compute": 9.0}, {"wait_review": 5.0}]
    said = answer(with_tables([{TRAINING: 1.0}] * 3, waits)).sentence
    assert "research is compute-limited: of its queueing 78% is for compute" in said
    assert "but from generation 3 on loop-limited (review)" in said


def test_a_generation_that_few_runs_come_to_moves_no_limit():
    frames = with_tables([{TRAINING: 1.0}] * 3, [{"wait_compute": 9.0}] * 3, replications=3)
    days = frames.queueing
    days.loc[(0, 4), :] = [0.0, 0.0, 5.0, 0.0]
    assert "from generation" not in answer(frames).sentence
    days.loc[(1, 4), :] = days.loc[(0, 4), :]
    assert "but from generation 4 on loop-limited (review)" in answer(frames).sentence


def test_nothing_is_said_of_waiting_where_nobody_waits():
    assert "research" not in answer(with_tables([{TRAINING: 1.0}], [{}])).sentence


# --- which side limits ------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "expected"), [
    ({"wait_compute": 2.0, "wait_people": 1.0}, "compute"),
    ({"wait_compute": 1.0, "wait_people": 1.0, "wait_review": 1.0}, "loop"),
    ({"wait_compute": 1.9, "wait_people": 1.0}, "both"),
    ({"wait_slots": 1.0}, "loop"),
    ({"wait_compute": 0.0}, "neither"),
])
def test_two_thirds_of_the_waiting_decide(days, expected):
    assert bottleneck.side(pd.Series(days)) == expected


def test_waits_are_sums_of_the_kinds_that_queues_make():
    table = pd.DataFrame({
        "replication": 0, "generation": 1, "items": 2,
        "kind": ["wait_compute", "off_hours", "people", "wait_review", "wait_review"],
        "days": [0.5, 2.0, 4.0, 2.0, 4.0], "queued": [1.0, 0.0, 0.0, 8.0, 16.0],
    })
    (row,) = bottleneck.waits(table).to_dict("records")
    assert row == {"wait_compute": 1, "wait_people": 0, "wait_review": 24, "wait_slots": 0}
    assert np.isclose(sum(row.values()), 25)
