"""Sizes and parallel factors held at what they were, date by date."""

import numpy as np
import pytest

import sim
from sim.limits import lifts
from sim.limits.held import held
from sim.model import InputError, Model
from sim.study.paired import difference
from sim.study.paths import check_path
from sim.study.replace import put_all

LAB = sim.load("scenario=compute_limited", "horizon=1 y")
RUN = "flows.experiment.stages.run"


@pytest.fixture(scope="module")
def changes():
    return held(LAB, seed=1)


def model_of(changes):
    return Model.from_dict(put_all(LAB.to_dict(), changes))


def test_the_held_lab_has_neither_sizes_nor_a_parallel_factor(changes):
    found = model_of(changes).flows["experiment"]
    assert found.stages["run"].sizing.omega == 0 and found.insight.parallel == 1
    noise, usual = found.insight.noise, LAB.flows["experiment"].insight.noise
    assert noise.sd() / noise.mean() == pytest.approx(usual.sd() / usual.mean())
    work, before = (lab.stages["run"].work.mean() for lab in (found, LAB.flows["experiment"]))
    assert 0.5 < work / before < 1.5


def test_each_bin_after_the_first_has_an_intervention(changes):
    found = [path for path in changes if path.startswith("interventions.")]
    assert found == [f"interventions.held_{day:03}" for day in (90, 180, 270, 360)]
    for path in changes:
        check_path("study: set", path, LAB.to_dict(), "compute_limited")
    fewer = held(LAB, seed=1, replications=1, every=200)
    assert [path for path in fewer if "interv" in path] == ["interventions.held_200"]


def test_sizes_are_those_of_the_pilot_runs():
    """With fixed work what is run is the size itself."""
    data = put_all(LAB.to_dict(), {f"{RUN}.work": "30 d"})
    model = Model.from_dict(data)
    found = held(model, seed=4, replications=2, every=1000)
    rows = [sim.simulate(model, seed=4, replication=n).visits for n in range(2)]
    first = [v[(v["flow"] == "experiment") & (v["activity"] == "run") & (v["attempt"] == 1)]
             for v in rows]  # fmt: skip
    wanted = np.mean(np.concatenate([v["value"] for v in first]))
    assert float(found[f"{RUN}.work.value"].removesuffix(" d")) == pytest.approx(wanted)
    assert abs(wanted / 30 - 1) > 0.01


def test_the_factor_of_results_is_that_of_their_output():
    """With fixed noise a success is worth gain times the parallel and size factors; all succeed."""
    fixed = {"noise": 1.0, "hit": 1.0, "harm": 0.0, "targets": {"algorithms": 1.0}}
    settings = {f"flows.experiment.insight.{key}": value for key, value in fixed.items()}
    model = Model.from_dict(put_all(LAB.to_dict(), settings))
    found = held(model, seed=4, replications=1, every=1000)["flows.experiment.insight.noise.value"]
    visits = sim.simulate(model, seed=4).visits
    worth = visits[(visits["flow"] == "experiment") & (visits["activity"] == "result")]["value"]
    assert found == pytest.approx(worth.mean() / 0.014)
    assert abs(found - 1) > 0.01


def test_the_held_lab_does_about_as_much(changes):
    """Within 5%, as the interval of 16 pairs says; without holding, a lab of another size."""

    def output(model):
        found = sim.ensemble(model, replications=16, seed=0, engine="compiled")
        return np.log(found.outcomes["research_output"].to_numpy())

    base, fixed = output(LAB), output(model_of(changes))
    low, high = difference(fixed, base).intervals[0]
    assert low > -0.05 and high < 0.05
    off = {path: value for path, value in changes.items() if not path.startswith("interv")}
    wrong = output(model_of(off | {f"{RUN}.work.mean": "18 d"}))
    assert abs((wrong - base).mean()) > 0.05


def test_what_is_held_can_be_lifted_with_its_interventions(changes):
    data = put_all(LAB.to_dict(), changes)
    found = Model.from_dict(put_all(data, lifts.changes(data, ["run_latency"], 10)))
    for name, change in found.interventions.items():
        before = model_of(changes).interventions[name].set
        work, usual = (
            float(c["flows"]["experiment"]["stages"]["run"]["work"].split("=")[1].split()[0])
            for c in (change.set, before)
        )
        assert work == pytest.approx(usual / 10)
        kept = [c["flows"]["experiment"]["insight"] for c in (change.set, before)]
        assert kept[0] == kept[1]


@pytest.mark.parametrize("scenario", ["pert_limits", "automl", "mmc"])
def test_where_nothing_is_sized_nothing_is_held(scenario):
    assert held(sim.load(f"scenario={scenario}"), seed=0) == {}


def test_interventions_on_what_is_held_are_refused():
    change = {"at": "50 d", "set": {"flows": {"experiment": {"stages": {"run": {"work": "9 d"}}}}}}
    model = LAB.replace(interventions={"larger": change})
    with pytest.raises(InputError, match=f"intervention 'larger' sets {RUN}.work; call it"):
        held(model, seed=0)


def test_a_new_intervention_has_a_path_but_no_part_of_one():
    data = LAB.to_dict()
    check_path("study: set", "interventions.new", data, "x")
    for path in ("interventions.new.at", "interventions.", "intervention.new", "pools.new"):
        with pytest.raises(InputError, match="unknown path"):
            check_path("study: set", path, data, "x")
