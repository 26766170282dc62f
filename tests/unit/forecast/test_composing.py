"""What is asked of a lab, and at which points."""

import pytest
import yaml

import sim
from sim import InputError
from sim.forecast.composing import is_luck_alone, of_luck, of_study
from sim.forecast.thresholds import thresholds
from sim.model import Model
from sim.paths import experiments
from sim.study.plan import plan
from sim.study.study import Study


def shipped(**changes):
    data = yaml.safe_load((experiments() / "05_eight_unknowns" / "study.yaml").read_text("utf-8"))
    study = Study.from_dict(data | changes)
    return plan(study, {study.scenario: sim.load()})


def test_the_horizon_says_how_far_is_asked():
    names = [one.name for one in thresholds(sim.load())]
    assert names == [
        *(f"capability_{i}" for i in range(1, 5)), "metr_8h", "metr_40h", "metr_167h",
        "metr_2000h", "cycle_2x", "cycle_3x", "leverage_2x", "leverage_5x", "leverage_10x",
        "years_1", "years_3", "years_10",
    ]
    assert "capability_10" in [one.name for one in thresholds(sim.load("horizon=5 y"))]
    short = [one.name for one in thresholds(sim.load("horizon=100 d"))]
    assert "capability_3" in short and "leverage_2x" not in short


def test_what_a_lab_lacks_is_not_asked():
    later = sim.load("readouts.metr_horizon.at_zero=9 h")
    assert "metr_8h" not in [one.name for one in thresholds(later)]
    with pytest.raises(InputError, match=r"'mm1' has no releases.*choose another scenario"):
        thresholds(sim.load("scenario=mm1"))


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
    assert list(made.study.outcomes) == [one.name for one in thresholds(sim.load())]
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
