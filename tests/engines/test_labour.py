"""Labour: retries, review, takeover, escaped defects, steering."""

import pytest

from sim.laws.random import poisson

from .tiny import (
    agents,
    closed,
    delay,
    draw,
    flow,
    item_key,
    lab,
    labour,
    people,
    rows,
    seed_where,
    spans,
)

COLUMNS = "activity attempt executor started finished outcome"


def _task(work="1 d", *, quality=1.0, steering=0.0, share=1.0, policy=None, skill=None, **more):
    """One task after the other; assistants are twice as fast as people."""
    parts = {
        "horizon": "9 d",
        "pools": {"desk": people(), "slots": agents(), "judges": people()},
        "assistants": {"source": "frozen", "pool": "slots"},
        "feedback": {"share": share, "speedup": 2.0, "quality": quality, "steering": steering},
        "oversight": {"policy": policy or {}},
        "skills": {
            "code": {"pool": "desk", "share": "share", "speedup": "speedup", "quality": "quality",
                     "steering": "steering", "oversight": "policy"} | (skill or {}),
        },
        "flows": {"task": flow(closed(), {"do": labour("code", work, next="rest"),
                                          "rest": delay("90 d")})},
    }
    return lab(**(parts | more))


def _story(log, **where):
    return rows(log.visits, COLUMNS, stage="do", **where)


def test_right_at_once_without_review(run):
    assert _story(run(_task())) == [("work", 1, "agent", 0.0, 0.5, "right")]


def test_people_do_what_is_not_delegated(run):
    assert _story(run(_task(share=0.0))) == [("work", 1, "human", 0.0, 1.0, "right")]


CATCH = {"review": 1.0, "catch": 1.0, "review_work": "0.25 d", "max_attempts": 2,
         "retry_fraction": 0.5}


def test_caught_outputs_are_tried_again_then_taken_over(run):
    log = run(_task(quality=0.0, policy=CATCH))
    assert _story(log) == [
        ("work", 1, "agent", 0.0, 0.5, "caught"),
        ("review", 1, "human", 0.5, 0.75, "rejected"),
        ("work", 2, "agent", 0.75, 1.0, "caught"),  # half the work
        ("review", 2, "human", 1.0, 1.25, "rejected"),
        ("takeover", 3, "human", 1.25, 2.25, "right"),  # the full work, by a person
    ]


def test_takeover_may_find_some_of_the_work_done(run):
    log = run(_task(quality=0.0, policy=CATCH | {"takeover_fraction": 0.5}))
    assert _story(log, activity="takeover") == [("takeover", 3, "human", 1.25, 1.75, "right")]


def test_right_outputs_pass_their_review(run):
    log = run(_task(quality=1.0, policy=CATCH))
    assert _story(log) == [
        ("work", 1, "agent", 0.0, 0.5, "right"),
        ("review", 1, "human", 0.5, 0.75, "accepted"),
    ]


@pytest.mark.parametrize(
    ("policy", "review"),
    [
        ({}, []),
        ({"review": 1.0, "catch": 0.0}, [("review", 1, "human", 0.5, 0.5, "accepted")]),
    ],
)
def test_wrong_outputs_that_nobody_catches_escape(run, policy, review):
    log = run(_task(quality=0.0, policy=policy | {"max_attempts": 3}))
    assert _story(log) == [("work", 1, "agent", 0.0, 0.5, "escaped"), *review]


def test_peoples_outputs_are_reviewed_at_their_own_rate_and_quality(run):
    policy = CATCH | {"review": 0.0, "human_review": 1.0, "max_attempts": 1}
    log = run(_task(share=0.0, policy=policy, skill={"human_quality": 0.0}))
    assert _story(log) == [
        ("work", 1, "human", 0.0, 1.0, "caught"),
        ("review", 1, "human", 1.0, 1.25, "rejected"),
        ("takeover", 2, "human", 1.25, 2.25, "right"),
    ]


def test_review_work_grows_with_the_task_and_goes_to_the_review_pool(run):
    policy = {"review": 1.0, "review_work": "0.25 d", "review_fraction": 0.5}
    log = run(_task("2 d", policy=policy, skill={"review_pool": "judges"}))
    assert rows(log.visits, "pool started finished value", activity="review") == [
        ("judges", 1.0, 2.25, 0.25 + 0.5 * 2.0),
    ]


def test_a_review_of_a_retry_reads_the_whole_task(run):
    policy = CATCH | {"review_work": "0 d", "review_fraction": 0.25}
    log = run(_task(quality=0.0, policy=policy))
    assert rows(log.visits, "value", activity="review") == [0.25, 0.25]


def test_no_slot_is_held_during_review(run):
    # One slot, two tasks: the second is attempted while the first is reviewed for 3 d.
    model = _task(
        policy={"review": 1.0, "review_work": "3 d"},
        pools={"desk": people(), "slots": agents(1)},
        assistants={"source": "frozen", "pool": "slots", "balk": False},
        flows={"task": flow(closed(2), {"do": labour("code", "1 d")})},
        horizon="3 d",
    )
    assert spans(run(model), activity="work") == [(0.0, 0.5), (0.5, 1.0)]


def test_reviews_take_their_priority(run):
    # At 0.5 the review (priority 1) and the other flow's work (2) wait for one busy person.
    model = _task(
        policy={"review": 1.0, "review_work": "1 d", "review_priority": 1},
        pools={"desk": people(1), "slots": agents()},
        skill={"pool": "desk"},
        flows={
            "busy": flow(closed(), {"do": labour("plain", "1 d", next="more"),
                                    "more": labour("plain", "1 d")}),
            "task": flow(closed(), {"do": labour("code", "1 d", next="rest"),
                                    "rest": delay("90 d")}),
        },
        skills={"code": {"pool": "desk", "share": "share", "speedup": "speedup",
                         "oversight": "policy"}, "plain": {"pool": "desk"}},
        horizon="2.5 d",
    )
    log = run(model)
    assert spans(log, activity="review") == [(1.0, 2.0)]
    assert spans(log, stage="more") == [(2.0, None)]


# --- steering -----------------------------------------------------------------------------


def _needs(seed, mean, attempt=1):
    return poisson(draw(item_key("task", 0), "do", "steering", seed=seed, attempt=attempt), mean)


def test_steering_interrupts_the_assistant_at_equal_intervals(run):
    # 1.5 interventions per person-day, 2 person-days: a seed with three of them.
    seed = seed_where(lambda s: _needs(s, 3.0) == 3)
    log = run(_task("2 d", steering=1.5, policy={"steering_work": "0.25 d"}), seed=seed)
    # The assistant needs 1 d in four parts of 0.25 d, with three pauses of 0.25 d between.
    assert rows(log.visits, "activity attempt executor started finished worked", stage="do") == [
        ("work", 1, "agent", 0.0, 1.75, 1.0),
        ("steering", 1, "human", 0.25, 0.5, 0.25),
        ("steering", 1, "human", 0.75, 1.0, 0.25),
        ("steering", 1, "human", 1.25, 1.5, 0.25),
    ]


def test_the_assistant_holds_its_slot_while_it_waits_for_a_person(run):
    # One intervention, at 0.5; the only person is busy until 3 and steers until 3.25.
    seed = seed_where(lambda s: _needs(s, 2.0) == 1)
    model = _task(
        steering=1.0,
        policy={"steering_work": "0.25 d"},
        pools={"desk": people(1), "slots": agents(1)},
        assistants={"source": "frozen", "pool": "slots", "balk": False},
        skills={"code": {"pool": "desk", "share": "share", "speedup": "speedup",
                         "steering": "steering", "oversight": "policy"},
                "plain": {"pool": "desk"}, "agent": {"pool": "desk", "share": "share"}},
        flows={
            "task": flow(closed(), {"do": labour("code", "2 d", next="rest"),
                                    "rest": delay("90 d")}),
            "busy": flow(closed(), {"do": labour("plain", "3 d", next="rest"),
                                    "rest": delay("90 d")}),
            "next": flow(closed(), {"do": labour("agent", "1 d")}),
        },
        horizon="4 d",
    )
    log = run(model, seed=seed)
    assert spans(log, activity="steering") == [(3.0, 3.25)]
    assert spans(log, flow="task", activity="work") == [(0.0, 3.75)]
    assert spans(log, flow="next") == [(3.75, None)]


def test_each_attempt_needs_its_own_steering(run):
    seed = seed_where(lambda s: _needs(s, 1.0) == 1 and _needs(s, 0.5, attempt=2) == 2)
    log = run(_task(quality=0.0, steering=1.0, policy=CATCH), seed=seed)
    assert rows(log.visits, "attempt", activity="steering") == [1, 2, 2]


def test_people_are_not_steered(run):
    log = run(_task(share=0.0, steering=50.0))
    assert rows(log.visits, "activity", stage="do") == ["work"]


# --- a stage that may fail ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("chance", "verdict", "then"), [(0.0, "passed", "b"), (1.0, "failed", "c")]
)
def test_a_failed_stage_sends_its_item_elsewhere(run, chance, verdict, then):
    model = lab(
        horizon="1.5 d",
        pools={"desk": people()},
        skills={"plain": {"pool": "desk"}},
        flows={"item": flow(closed(), {
            "a": labour("plain", "1 d", failure={"chance": chance}, on_failure="c", next="b"),
            "b": delay("9 d"),
            "c": delay("9 d"),
        })},
    )
    assert rows(run(model).visits, "stage outcome", item=0) == [
        ("a", "right"), ("a", verdict), (then, "open"),
    ]
