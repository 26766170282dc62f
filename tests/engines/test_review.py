"""Review: every change, samples, approvals only; assistants that review, people who audit them."""

import pytest

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
    releases,
    rows,
    seed_where,
    study,
)

COLUMNS = "activity executor started finished outcome"

WATCH = {"review": 1.0, "human_review": 1.0, "review_work": "0.5 d", "catch": 1.0}
"""People look at every change and find all that is wrong; a task is tried once."""


def _agent(agent_catch, audit=None, **more):
    """Assistants look instead, and find what is wrong with a certain chance."""
    return WATCH | {"reviewer": "agent", "agent_catch": agent_catch, "audit": audit} | more


def _once(stage):
    """A flow with one item, whose one stage that matters is `do`."""
    return flow(closed(), {"do": stage | {"next": "rest"}, "rest": delay("90 d")})


def _task(policy, *, quality=0.0, work="1 d", slots=None, judges=None, skill=None, **more):
    """One task; assistants do it, badly, and are twice as fast as people.

    Besides, a skill that nobody looks after (`plain`), and one of the judges.
    """
    parts = {
        "horizon": "9 d",
        "pools": {"desk": people(), "slots": slots or agents(), "judges": judges or people()},
        "assistants": {"source": "frozen", "pool": "slots"},
        "feedback": {"always": 1.0, "never": 0.0, "half": 0.5, "speedup": 2.0, "quality": quality},
        "oversight": {"policy": policy},
        "skills": {
            "code": {"pool": "desk", "review_pool": "judges", "share": "always", "human_quality": 0,
                     "speedup": "speedup", "quality": "quality", "oversight": "policy"}
            | (skill or {}),
            "plain": {"pool": "desk", "share": "always", "speedup": "speedup"},
            "judge": {"pool": "judges"},
        },
        "flows": {"task": _once(labour("code", work))},
    }
    return lab(**(parts | more))


def _story(log):
    return rows(log.visits, COLUMNS, stage="do")


WORK = ("work", "agent", 0.0, 0.5)


# --- policies -------------------------------------------------------------------------------


def test_every_change_is_reviewed(run):
    assert _story(run(_task(WATCH)))[:2] == [
        (*WORK, "caught"), ("review", "human", 0.5, 1.0, "rejected"),
    ]


def test_a_sample_of_changes_is_reviewed(run):
    model = _task(
        WATCH | {"review": 0.3, "max_attempts": 1, "takeover_fraction": 0.0}, horizon="60 d",
        flows={"task": flow(closed(), {"do": labour("code", "1 d")})},
    )
    visits = run(model).visits
    outcomes = rows(visits, "item_key outcome", activity="work")[:40]
    expected = [draw(key, "do", "review", attempt=1) < 0.3 for key, _ in outcomes]
    assert [outcome == "caught" for _, outcome in outcomes] == expected
    assert 5 < sum(expected) < 20


@pytest.mark.parametrize(
    ("review", "verdict", "defects"), [(0.0, "failed", 1), (1.0, "passed", 0)]
)
def test_approvals_alone_find_what_reviews_would_have(run, review, verdict, defects):
    """Gate only: nothing is reviewed, and the approval meets the defect."""
    research, stocks = study("1 d")
    approve = labour("judge", "0.5 d", failure={"chance": 0.0, "per_defect": 1.0},
                     on_failure="bury", next="release")
    stages = {
        "gate": {"kind": "gate", "min_gain": 0.0, "next": "build"},
        "build": labour("code", "1 d", next="approve"),
        "approve": approve, "bury": delay("90 d"), "release": {"kind": "release"},
    }
    model = _task(
        WATCH | {"review": review}, stocks=stocks, horizon="5 d",
        flows={"research": research, "generation": flow(closed(), stages)},
    )
    log = run(model)
    assert rows(log.visits, "outcome", activity="verdict")[0] == verdict
    assert rows(log.generations, "defects", generation=1)[0] == defects


def test_an_assistant_reviews_and_finds_it(run):
    # A slot for 0.5 person-days at twice the speed; what is rejected is not audited.
    log = run(_task(_agent("always", audit=1.0)))
    assert _story(log) == [
        (*WORK, "caught"), ("review", "agent", 0.5, 0.75, "rejected"),
        ("takeover", "human", 0.75, 1.75, "right"),
    ]
    columns = "pool units value worked assistant_generation"
    assert rows(log.visits, columns, activity="review") == [("slots", 1, 0.5, 0.25, 0)]


def test_people_audit_what_an_assistants_review_accepts(run):
    log = run(_task(_agent("never", audit=1.0)))
    assert _story(log) == [
        (*WORK, "caught"), ("review", "agent", 0.5, 0.75, "accepted"),
        ("audit", "human", 0.75, 1.25, "rejected"), ("takeover", "human", 1.25, 2.25, "right"),
    ]
    columns = "pool units value worked assistant_generation"
    assert rows(log.visits, columns, activity="audit") == [("judges", 1, 0.5, 0.5, -1)]


@pytest.mark.parametrize(("audit", "catch"), [(None, 1.0), (0.0, 1.0), (1.0, 0.0)])
def test_what_neither_finds_escapes(run, audit, catch):
    log = run(_task(_agent("never", audit, catch=catch)))
    assert _story(log) == [
        (*WORK, "escaped"), ("review", "agent", 0.5, 0.75, "accepted"),
        *([("audit", "human", 0.75, 1.25, "accepted")] if audit else []),
    ]


def test_right_outputs_pass_both(run):
    log = run(_task(_agent("always", audit=1.0), quality=1.0))
    assert _story(log) == [
        (*WORK, "right"), ("review", "agent", 0.5, 0.75, "accepted"),
        ("audit", "human", 0.75, 1.25, "accepted"),
    ]


# --- which assistant, and how fast ----------------------------------------------------------


def test_both_reviews_take_what_the_output_takes(run):
    policy = _agent("never", audit=1.0, review_work="exponential(mean=0.5 d)", review_fraction=0.25)
    log = run(_task(policy, work="2 d"), seed=3)
    (review, worked), = rows(log.visits, "value worked", activity="review")
    assert rows(log.visits, "value", activity="audit") == [review]
    assert worked == review / 2.0
    assert review > 0.25 * 2.0


def test_people_review_where_there_are_no_assistants(run):
    log = run(_task(_agent("never", audit=1.0), assistants={"source": "none", "pool": "slots"}))
    assert _story(log) == [
        ("work", "human", 0.0, 1.0, "caught"), ("review", "human", 1.0, 1.5, "rejected"),
        ("takeover", "human", 1.5, 2.5, "right"),
    ]


def test_assistants_may_review_what_people_do(run):
    log = run(_task(_agent("always", human_review=1.0, review=0.0), skill={"share": None}))
    assert _story(log)[:2] == [
        ("work", "human", 0.0, 1.0, "caught"), ("review", "agent", 1.0, 1.25, "rejected"),
    ]


def test_people_review_at_once_what_finds_no_free_slot(run):
    # The only slot is busy until 2.
    flows = {"long": _once(labour("plain", "4 d")), "task": _once(labour("code", "1 d"))}
    log = run(_task(_agent("never", audit=1.0), slots=agents(1), flows=flows))
    assert rows(log.visits, COLUMNS, flow="task", stage="do") == [
        ("work", "agent", None, 0.0, "balked"),
        ("work", "human", 0.0, 1.0, "caught"),
        ("review", "agent", None, 1.0, "balked"),
        ("review", "human", 1.0, 1.5, "rejected"),  # a person's review, which nobody audits
        ("takeover", "human", 1.5, 2.5, "right"),
    ]


def _one_slot(policy):
    """At 0.5 the slot is free for the review, or for a task of 3.5 d asked for at 0.25."""
    other = {"wait": delay("0.25 d", next="do"), "do": labour("plain", "7 d", next="rest"),
             "rest": delay("90 d")}
    return _task(
        policy, slots=agents(1),
        assistants={"source": "frozen", "pool": "slots", "balk": False},
        flows={"task": _once(labour("code", "1 d")), "other": flow(closed(), other)},
    )


def test_without_balking_the_review_waits_for_a_slot(run):
    log = run(_one_slot(_agent("never", audit=1.0)))
    assert rows(log.visits, COLUMNS, flow="task", stage="do") == [
        (*WORK, "caught"), ("review", "agent", 4.0, 4.25, "accepted"),
        ("audit", "human", 4.25, 4.75, "rejected"), ("takeover", "human", 4.75, 5.75, "right"),
    ]


def test_a_review_takes_its_priority_among_the_slots(run):
    log = run(_one_slot(_agent("never", review_priority=1)))
    assert rows(log.visits, "started finished", activity="review") == [(0.5, 0.75)]
    assert rows(log.visits, "started", flow="other", activity="work") == [0.75]


def test_the_reviewer_is_the_assistant_of_the_attempt(run):
    """Its generation is drawn on entry, and with it how fast and how well it reviews.

    At 1 generation 1 comes out, of c = 0.1; a task of 1 d begun at 0.75 is still generation 0's.
    """
    flows, stocks = releases("1 d")
    entry = flow({"kind": "open", "interval": "0.75 d"}, {"do": labour("code", "1 d")})
    threshold = {"kind": "threshold", "at": 0.05}
    model = _task(
        _agent("inspect"), horizon="4 d", stocks=stocks, flows=flows | {"task": entry},
        assistants={"source": "own", "pool": "slots"},
        feedback={"always": 1.0, "never": 0.0, "quality": 0.0,
                  "speedup": threshold | {"below": 2.0, "above": 4.0},
                  "inspect": threshold | {"below": 0.0, "above": 1.0}},
    )
    log = run(model)
    columns = "assistant_generation started finished outcome"
    assert rows(log.visits, columns, activity="review")[:2] == [
        (0, 1.25, 1.5, "accepted"),  # 0.5 person-days at twice the speed of people
        (1, 1.75, 1.875, "rejected"),  # at four times, begun at 1.5
    ]


def test_people_may_hand_reviews_over_to_assistants(run):
    # From 1.75 on: the second task has begun at 1.5 and is still reviewed by people.
    change = {"reviewer": "agent", "agent_catch": "always"}
    model = _task(
        WATCH, quality=1.0, horizon="4 d",
        flows={"task": flow(closed(), {"do": labour("code", "1 d", next="rest"),
                                       "rest": delay("0.5 d")})},
        interventions={"trust": {"at": "1.75 d", "set": {"oversight": {"policy": change}}}},
    )
    assert rows(run(model).visits, "executor started", activity="review") == [
        ("human", 0.5), ("human", 2.0), ("agent", 3.5),
    ]


# --- chances --------------------------------------------------------------------------------


def _drawn(purpose, seed):
    return draw(item_key("task", 0), "do", purpose, seed=seed, attempt=1)


@pytest.mark.parametrize("found", [False, True])
def test_catching_and_auditing_are_draws_of_their_own(run, found):
    # Whichever way the assistant's draw falls, the people's falls the other.
    seed = seed_where(
        lambda s: (_drawn("agent catch", s) < 0.5) == found
        and (_drawn("catch", s) < 0.5) != found
        and _drawn("audit", s) < 0.5
    )
    log = run(_task(_agent("half", audit=0.5, catch=0.5)), seed=seed)
    outcomes = rows(log.visits, "activity outcome", stage="do")
    if found:
        assert outcomes[1] == ("review", "rejected")
        assert outcomes[2][0] == "takeover"
    else:
        assert outcomes[1:3] == [("review", "accepted"), ("audit", "rejected")]


def test_a_draw_above_its_chance_is_no_audit(run):
    seed = seed_where(lambda s: _drawn("audit", s) >= 0.5)
    log = run(_task(_agent("never", audit=0.5)), seed=seed)
    assert rows(log.visits, "activity outcome", stage="do") == [
        ("work", "escaped"), ("review", "accepted"),
    ]
