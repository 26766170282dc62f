"""What is asked of a lab, and at which points."""

import re

import numpy as np
import pytest
import yaml

import sim
from sim import InputError
from sim.forecast.composing import is_luck_alone, of_luck, of_study
from sim.forecast.start import Start, start
from sim.forecast.thresholds import thresholds
from sim.model import Model
from sim.paths import experiments
from sim.study import pace
from sim.study.batch import summarised
from sim.study.plan import plan
from sim.study.study import Study


def shipped(**changes):
    data = yaml.safe_load((experiments() / "05_eight_unknowns" / "study.yaml").read_text("utf-8"))
    study = Study.from_dict(data | changes)
    return plan(study, {study.scenario: sim.load()})


BEGINS = Start(software=(1.25, 1.1, 1.4), output=(2e-5, 1e-5, 3e-5))


def asked(model, begins=BEGINS):
    return [one.name for one in thresholds(model, begins)]


def test_the_horizon_says_how_far_is_asked():
    assert asked(sim.load()) == [
        *(f"capability_{i}" for i in range(1, 5)), "metr_8h", "metr_40h", "metr_167h",
        "metr_2000h", "cycle_2x", "cycle_3x", "leverage_2x", "leverage_5x", "leverage_10x",
        "years_1", "years_3", "years_10",
    ]
    assert "capability_10" in asked(sim.load("horizon=5 y"))
    short = asked(sim.load("horizon=90 d"))
    assert "capability_3" in short and not {"leverage_2x", "years_1"} & set(short)


def test_what_a_lab_lacks_is_not_asked():
    later = sim.load("readouts.metr_horizon.at_zero=9 h")
    assert "metr_8h" not in asked(later)
    nothing = asked(sim.load(), Start(software=None, output=None))
    assert "cycle_2x" in nothing and not {"leverage_2x", "years_1"} & set(nothing)
    with pytest.raises(InputError, match=r"'mm1' has no releases.*choose another scenario"):
        asked(sim.load("scenario=mm1"))


def test_progress_is_measured_by_the_start_of_the_lab_at_its_default_values():
    model = sim.load("horizon=120 d", "prehistory=20 d")
    begins = start(model, seed=3)
    middle, low, high = begins.software
    assert 0.8 * middle < low < middle < high < 1.2 * middle
    # Pilots are other runs than those of a forecast, and say the same of them within 4 errors.
    weeks = np.arange(18) * 7.0
    found = [pace.first_quarter(summarised(model, 3, n, weeks)) for n in range(24)]
    for i, said in enumerate((begins.software, begins.output)):
        values = [row[i] for row in found]
        error = np.hypot(np.std(values) / 24**0.5, (said[2] - said[1]) / 3.35)
        assert abs(np.mean(values) - said[0]) < 4 * error < 0.5 * said[0]
    texts = {one.name: one.asked for one in thresholds(model, begins)}
    assert texts["years_3"] == f"shortest_time_for(years=3, per_year={middle!r})"
    assert texts["leverage_2x"] == f"time_to_leverage(times=2, base={begins.base!r})"
    assert of_luck(model, replications=2, seed=3).study.outcomes["years_3"].text() == (
        texts["years_3"])
    # All draws have the same yardstick, also those that start faster.
    data = {"name": "gains",
            "factors": {"gain": {"path": "stocks.algorithms.gain"}}, "seed": 3,
            "design": {"kind": "list", "points": [{"gain": 0.007}, {"gain": 0.028}]},
            "outcomes": {"capability": "capability"}}
    made = of_study(plan(Study.from_dict(data), {"gpt53_codex": model}))
    assert made.study.outcomes["years_3"].text() == texts["years_3"]
    assert start(sim.load("horizon=90 d"), seed=0).software is None
    assert start(sim.load("scenario=mm1", "horizon=200 d"), seed=0) == Start(
        software=None, output=None)


def test_each_threshold_has_a_rule_that_settles_it():
    rules = {one.name: one.resolves for one in thresholds(sim.load(), BEGINS)}
    assert "10^2 times the effective training compute of generation 0" in rules["capability_2"]
    assert "by the lab’s own account" in rules["capability_2"]
    assert "50% time horizon, as METR publishes it" in rules["metr_8h"]
    assert "not scored" in rules["years_3"] and "2 × 2e-05" in rules["leverage_2x"]


def test_horizons_tell_the_capability_that_they_are_assumed_at():
    model = sim.load()
    law = model.readouts.metr_horizon
    for one in thresholds(model, BEGINS):
        if one.quantity == "metr_horizon":
            (oom,) = re.findall(r"assumed at ([\d.]+) OOM", one.label)
            assert law.at(float(oom) - 0.06) < one.value < law.at(float(oom) + 0.06)


def test_luck_alone_leaves_the_lab_as_it_is():
    model = sim.load("horizon=300 d", "scenario=people_only")
    made = of_luck(model, replications=7, seed=3)
    assert is_luck_alone(made.study)
    assert len(made.points) == 1 and made.runs == 7 and made.study.seed == 3
    assert made.model(0) == model


def test_a_study_keeps_its_points_and_gets_the_outcomes_of_forecasts():
    given = shipped(design="sobol(points=4)")
    made = of_study(given)
    assert made.points.equals(given.points) and not is_luck_alone(made.study)
    assert list(made.study.outcomes) == asked(sim.load())
    assert made.study.random_numbers == "independent" and made.study.stop is None
    assert made.model(3).to_dict() == given.model(3).to_dict()
    longer = Model.from_dict(given.bases["gpt53_codex"] | {"horizon": "5 y"})
    assert "capability_10" in of_study(plan(given.study, {"gpt53_codex": longer})).study.outcomes


@pytest.mark.parametrize(("changes", "message"), [
    ({"design": "morris(trajectories=4)", "correlations": {}},
     r"points of study 'eight_unknowns' must be a sample .* got design morris"),
    ({"factors": {"lab": {"path": "compute.units", "lever": [20, 40]}}, "design": "grid",
      "correlations": {}}, r"factor 'lab' of study 'eight_unknowns' is a choice"),
    ({"factors": {"lab": {"scenario": ["gpt53_codex", "people_only"]}}, "design": "grid",
      "correlations": {}}, r"factor 'lab' .* is a choice"),
])  # fmt: skip
def test_what_is_no_sample_of_the_unknown_is_refused(changes, message):
    data = yaml.safe_load((experiments() / "05_eight_unknowns" / "study.yaml").read_text("utf-8"))
    study = Study.from_dict(data | changes)
    given = plan(study, {name: sim.load(f"scenario={name}") for name in study.scenarios})
    with pytest.raises(InputError, match=message):
        of_study(given)
