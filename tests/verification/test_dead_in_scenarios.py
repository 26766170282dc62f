"""No scenario states a dead value: changing any that its own file states changes what it shows."""

from functools import cache

import pytest
import yaml

import sim
from sim import InputError, Model
from sim.model import catalogue
from sim.paths import configs
from sim.study.replace import put

from .nudges import nudges
from .test_dead_parameters import shown

FILES = {path.stem: path for path in sorted((configs() / "scenario").glob("*.yaml"))}

SHORT = "horizon=300 d"
"""How long the labs that change the default are looked at; small labs of their own: as stated."""

PLANTED = (
    "only_compute", "only_review", "only_training", "only_approvals", "pert_limits",
    "planned_switch",
)
"""Labs whose limit is known."""

PINNED = {
    "compute_freeze": ["interventions.freeze.capacity.compute.hold"],
    "automl": ["flows.search.insight.targets.algorithms", "flows.generation.source.workstreams"],
    "self_hosting_compiler": ["flows.version.insight.targets.infrastructure"],
    "training_interruptions": ["flows.generation.source.workstreams"],
    "critical_path": [
        "flows.experiment.insight.targets.algorithms", "flows.generation.source.workstreams",
    ],
    "ideas_get_harder": ["flows.experiment.insight.targets.algorithms"],
    "recursion": [
        "flows.experiment.insight.targets.algorithms", "flows.generation.source.workstreams",
    ],
} | {
    name: ["flows.experiment.insight.targets.algorithms", "flows.generation.source.workstreams"]
    for name in PLANTED
}  # fmt: skip
"""Values that the model's rules allow no other for."""

UNUSED = {
    # The release of generation 1 ends the run; its one diagnosis follows no interruption.
    "training_interruptions": [
        "horizon", "hours_per_person_day", "flows.generation.stages.gate.plan.max_days",
        "flows.generation.stages.diagnose.work.mean",
    ],
    "critical_path": ["flows.generation.stages.gate.plan.max_days"],  # never reached
    "recursion": ["horizon"],  # it blows up before
    # Assistants get better only where that limit is lifted.
    "pert_limits": ["feedback.speedup.above", "flows.generation.stages.gate.plan.max_days"],
} | {name: ["flows.generation.stages.gate.plan.max_days"] for name in PLANTED[:4]}  # fmt: skip
"""Values of toys that must be stated, and do nothing in a toy that shows one thing."""


@cache
def stated(name):
    """Paths of the values that a scenario's own file states."""
    data = yaml.safe_load(FILES[name].read_text("utf-8"))
    data.pop("defaults", None)
    return list(catalogue.leaves(data))


def lab(name):
    whole = "override /lab: empty" in FILES[name].read_text("utf-8")
    return sim.load(f"scenario={name}", *([] if whole else [SHORT]))


def tried(data, path):
    """Valid models with another value at a path, the smallest changes first."""
    for value in nudges(path, catalogue.leaves(data)[path]):
        try:
            yield Model.from_dict(put(data, path, value))
        except InputError:
            continue


@pytest.mark.parametrize("name", [name for name in FILES if stated(name)])
def test_every_value_that_a_scenario_states_counts(name):
    model = lab(name)
    data, before = model.to_dict(), shown(model)
    apart = [*PINNED.get(name, []), *UNUSED.get(name, [])]
    assert set(apart) <= set(stated(name))
    dead = [
        path for path in stated(name)
        if path not in apart and all(shown(other) == before for other in tried(data, path))
    ]
    assert dead == []


@pytest.mark.parametrize("name", PINNED)
def test_pinned_values_allow_no_other(name):
    data = lab(name).to_dict()
    for path in PINNED[name]:
        assert list(tried(data, path)) == [], path


@pytest.mark.parametrize("name", UNUSED)
def test_unused_values_do_nothing(name):
    model = lab(name)
    for path in UNUSED[name]:
        others = list(tried(model.to_dict(), path))
        assert others and all(shown(other) == shown(model) for other in others), path


def test_a_frozen_plan_is_frozen():
    model = lab("compute_freeze")
    path = "interventions.freeze.capacity.compute"
    grows = put(model.to_dict(), path, {"scale": 1.0})
    assert shown(Model.from_dict(grows)) != shown(model)


def test_a_dead_value_is_noticed():
    """A vendor's model of the day after the end says nothing."""
    data = lab("external_assistants").to_dict()
    model = Model.from_dict(put(data, "assistants.external", {"299 d": 1.0, "301 d": 2.0}))
    later = put(data, "assistants.external", {"299 d": 1.0, "301 d": 3.0})
    assert shown(Model.from_dict(later)) == shown(model)
