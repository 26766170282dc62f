"""What is asked about the limits of a lab, and what comes out for labs whose limit is known."""

import math

import pytest

import sim
from sim.limits.question import ask, asked, further, joint, stepped
from sim.model import InputError
from sim.report import limits_answer

from .asked import found

PLANTED = {
    "only_compute": ("compute", "experiment_compute"), "only_review": ("loop", "review"),
    "only_training": ("compute", "training_compute"), "only_approvals": ("loop", "approvals"),
}


def test_every_limit_is_lifted_twice_and_every_driver_moved_both_ways():
    question = ask(sim.load("scenario=only_review"), seed=0, replications=3)
    (factor,) = question.study.factors.values()
    for name in (*question.limits, *question.groups):
        assert {name, further(name)} <= set(factor.levels)
    for name in question.drivers:
        for half in (False, True):
            assert {stepped(name, up=up, half=half) for up in (True, False)} <= set(factor.levels)
    assert joint("review", "approvals") in factor.levels
    assert question.main == "to_target" and question.study.random_numbers == "common"


def test_the_question_is_found_again_in_its_study():
    known = found("scenario=only_review")
    assert asked(known.results).study == known.question.study


def test_a_target_may_be_chosen():
    question = ask(sim.load("scenario=only_review"), seed=0, replications=3, target=0.3)
    assert question.study.outcomes["to_target"].parameters == {"oom": 0.3}


def test_a_lab_without_limits_is_refused():
    with pytest.raises(InputError, match=r"'mm1' has no limit that could be lifted.*choose"):
        ask(sim.load("scenario=mm1", "pools.people.capacity=inf"), seed=0, replications=3)


@pytest.mark.parametrize("scenario", PLANTED)
def test_the_planted_limit_is_named_first(scenario):
    known, (side, limit) = found(f"scenario={scenario}"), PLANTED[scenario]
    assert known.overall["regime"] == side
    first = known.ranking.iloc[0]
    assert (first["limit"], first["first"]) == (limit, 1.0)
    words = {"compute": "compute-limited", "loop": "loop-limited"}[side]
    sentence = limits_answer.sentences(known)[0]
    assert sentence.startswith(f"{scenario} is {words}: ")
    assert f"what holds it back most is {known.label(limit)} (" in sentence


def test_the_date_of_a_planned_switch_is_within_its_interval():
    known = found("scenario=planned_switch")
    turn, planned = known.crossing, 180.0
    assert turn.to == "loop"
    assert turn.low <= planned <= turn.high
    assert turn.high - turn.low < 60  # and no wider than two windows
    said = limits_answer.sentences(known)[1]
    assert said.startswith("Research of planned_switch moves from compute-limited to loop-limited")
    early, late = known.by_window["regime"].iloc[:5], known.by_window["regime"].iloc[7:]
    assert set(early) == {"compute"} and set(late) == {"loop"}


def test_effects_in_a_plan_of_fixed_times_are_those_worked_out_by_hand():
    """Days of a generation with each limit lifted: see configs/scenario/pert_limits.yaml."""
    by_hand = {
        "experiment_compute": 26.0, "training_compute": 19.0, "run_latency": 23.3, "review": 26.2,
        "approvals": 24.4, "assistant_slots": 25.5, "assistant_skill": 25.5,
        "people:researchers": 28.0, "people:engineers": 28.0, "people:leads": 28.0,
    }
    table = found("scenario=pert_limits", replications=2).effects
    table = table[(table["outcome"] == "cycle_1").to_numpy()].set_index("limit")
    assert table.loc["review", "base"] == pytest.approx(28.0, abs=1e-9)
    for name, days in by_hand.items():
        assert 28.0 + table.loc[name, "effect"] == pytest.approx(days, abs=1e-9), name


def test_what_cannot_be_told_is_not_told():
    """With less compute this plan never trains a better model."""
    known = found("scenario=pert_limits", replications=5)
    assert math.isnan(known.overall["difference"])
    assert limits_answer.sentences(known)[0].startswith("What holds pert_limits back most is ")
