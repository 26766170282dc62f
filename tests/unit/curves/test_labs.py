"""Labs whose answer is known: what makes their gap, and which curve they follow."""

from types import SimpleNamespace

import numpy as np
import pytest

import sim
from sim.curves.holding import hold
from sim.curves.laid import own_values
from sim.curves.question import BASE, HELD, LENDLESS, UNHELD, UNLENT, WINDOW, ask, asked
from sim.curves.removed import NEVER, without
from sim.model import InputError, Model

from .laid_over import found

NOISE = "flows.experiment.insight.noise=lognormal(mean=1, cv=1)"
RECURSION = ("scenario=recursion", "feedback.speedup=power(base=1, exponent=0.2)",
             "stocks.algorithms.gain=0.004", "horizon=400 d", NOISE)  # fmt: skip


def gap(findings, curve, part="gap"):
    table = findings.gaps
    table = table[(table["date"] == findings.model.horizon).to_numpy()]
    return table[(table["curve"] == curve).to_numpy()].set_index("part").loc[part]


def test_recursion_without_waiting_follows_its_closed_form_and_no_other_curve():
    """da/dt = rate exp(-(beta - phi) a), beta = 0.5, phi = 0.2: no retraining, review, waiting."""
    findings = found(*RECURSION, replications=24)
    own = gap(findings, "semi_endogenous_own")
    assert own["value_low"] < 0.0 < own["value_high"]
    assert own["value_high"] - own["value_low"] < 0.3
    for wrong in ("exponential", "forethought", "metr"):
        assert gap(findings, wrong)["value_low"] > 0.05
    assert findings.question.same.keys() >= {HELD, *findings.question.cumulative}
    for step in findings.question.steps:
        assert gap(findings, "exponential", step)["value"] == 0.0


def test_a_lab_that_training_alone_holds_back_is_explained_by_retraining():
    findings = found("scenario=only_training")
    retraining = gap(findings, "exponential", "retraining")
    assert retraining["value_low"] > 10.0
    for other in ("holding", "review", "waiting"):
        part = gap(findings, "exponential", other)
        assert abs(part["value"]) < 0.2 * retraining["value"]
    rates = findings.rates.set_index("level")["value"]
    assert rates["no_retraining"] > 10 * rates[BASE]


def test_a_lab_that_blows_up_is_told_up_to_its_end():
    findings = found("scenario=recursion", "feedback.speedup=power(base=1, exponent=2)",
                     "stocks.algorithms.gain=0.004", "horizon=400 d")  # t* near 167 d
    assert findings.early[BASE][0] == 12
    assert 150 < findings.early[BASE][1] < 180
    line = findings.labs[(findings.labs["line"] == BASE).to_numpy()]
    assert line["date"].max() < findings.early[BASE][1]
    assert np.isnan(findings.ending[0])
    assert gap(findings, "exponential")["pairs"] == 0


def test_a_lab_that_blows_up_at_once_has_nothing_to_be_matched():
    findings = found("scenario=recursion", "horizon=200 d", replications=2)
    with pytest.raises(InputError, match=r"must last beyond 91 d.*all ended before \(blow_up\)"):
        _ = findings.gaps


@pytest.fixture(scope="module")
def default():
    model = sim.load("horizon=200 d")
    return model, hold(model, seed=0)


@pytest.fixture
def known(default, monkeypatch):
    """The default lab, of which it is known what is held."""
    monkeypatch.setattr("sim.curves.question.hold", lambda model, *, seed: default[1])
    return default[0]


def test_prices_and_amounts_are_held_by_date(default):
    _, held = default
    run = held.data["flows"]["experiment"]["stages"]["run"]
    assert run["frontier_cost"] == 0.0
    assert run["sizing"]["omega"] == 0.0
    assert set(held.data["interventions"]) == {"held_090", "held_180"}
    assert len(held.in_progress["experiment"]) == 3
    assert held.in_progress["experiment"][0] > 10
    assert not held.unheld


def test_each_removal_changes_what_it_says(default):
    model, held = default
    data = without(held.data, ("retraining", "review", "waiting"), held)
    stages = data["flows"]["generation"]["stages"]
    assert {name for name, s in stages.items() if s.get("from_capability") == NEVER} == {
        "diagnose", "post_training", "evaluations", "safety", "approve", "mitigation", "deployment",
    }
    assert stages["gate"]["min_gain"] == pytest.approx(0.033)
    assert data["initial_training"] == "0.057 d"
    assert data["oversight"]["standard"]["review"] == model.oversight["standard"].review
    assert data["oversight"]["standard"]["review_work"]["value"] == "5.5e-05 d"
    source = data["flows"]["experiment"]["source"]
    assert (source["kind"], source["workstreams"]) == ("closed", held.in_progress["experiment"][0])
    later = data["interventions"]["held_180"]["set"]["flows"]["experiment"]["source"]
    assert later["workstreams"] == held.in_progress["experiment"][2]
    assert data["pools"]["engineers"]["capacity"] == 10 * model.pools["engineers"].capacity
    Model.from_dict(data)


def test_levels_are_those_that_are_asked_for(known):
    question = ask(known, seed=0, replications=2)
    levels = list(question.study.factors["changed"].named)
    assert levels[:2] == [BASE, HELD]
    assert question.cumulative == (
        HELD, "no_retraining", "no_retraining + no_review",
        "no_retraining + no_review + no_waiting",
    )
    assert {"no_review", "no_waiting", UNHELD, *question.cumulative} <= set(levels)
    assert {0.0, WINDOW, 100.0, 200.0} <= set(question.dates)


def test_where_nothing_is_lent_retraining_has_a_control_of_its_own(known):
    changes = ask(known, seed=0, replications=2).study.factors["changed"].named
    idle = {"allocation": {"kind": "fixed"}}
    for level, other in ((LENDLESS, HELD), (UNLENT, "no_retraining")):
        assert changes[level] == {**changes[other], **idle}


def test_own_values_are_those_that_the_lab_states():
    own = own_values(sim.load())
    assert own is not None
    assert (own.beta, own.parallel, own.eta, own.people, own.compute) == (0.3, 0.7, 0.2, 2.1, 4.1)
    frozen = own_values(sim.load("assistants.source=frozen"))
    assert frozen is not None
    assert frozen.eta == 0.0
    assert own_values(sim.load("pools.leads.plan.factor=1.5")) is None


@pytest.mark.parametrize(("overrides", "message"), [
    (["scenario=mm1"], r"'mm1' must have a stock 'algorithms'.*choose another scenario"),
    (["horizon=180 d"], r"horizon must be >= 182 d, got 180 d.*set a longer one"),
    (["scenario=recursion", "assistants.source=frozen", "horizon=200 d"],
     r"'recursion' must have something that curves leave out.*choose another scenario"),
])  # fmt: skip
def test_labs_without_an_answer_are_refused(overrides, message):
    with pytest.raises(InputError, match=message):
        ask(sim.load(*overrides), seed=0, replications=2)


def test_another_study_is_refused():
    study = SimpleNamespace(factors={"changed": None}, name="limits_of_a_lab")
    with pytest.raises(InputError, match=r"'here' is no study of curves; run recursim task=curves"):
        asked(SimpleNamespace(study=study, folder="here"))
