"""No parameter is dead: changing any value of the default lab changes its log or a readout."""

from functools import cache

import pytest

import sim
from sim import InputError, Model
from sim.metrics import readouts
from sim.model.catalogue import leaves
from sim.plots import Frames, utilisation
from sim.study.replace import put

from .guards import GUARDS, PINNED
from .nudges import nudges

SHORT = (
    "horizon=100 d", "prehistory=20 d", "initial_training=5 d",
    "flows.generation.stages.gate.min_gain=0.05",
    "flows.generation.stages.gate.plan.min_days=4 d",
    "flows.generation.stages.gate.plan.max_days=8 d",
    "flows.generation.stages.gate.max_wait=15 d",
    "flows.generation.stages.train.interruptions.mtbf=8000",
    "flows.generation.stages.train.interruptions.manual=0.3",
    "flows.generation.stages.train.evaluations.every=1 d",
    "oversight.standard.review=0.7",
    "oversight.standard.max_attempts=2",
    "pools.agents.slots_per_unit=0.6", "pools.leads.plan.factor=50",
    "flows.incident.source.rate=0.3", "flows.tooling.source.rate=0.3",
)
"""The default lab with quick generations, so that 100 days see all that may happen in it."""

GROUPS = (
    "compute", "pools", "assistants", "feedback", "oversight", "skills", "stocks",
    "flows.experiment", "flows.generation", "flows.evaluation", "flows.checkpoint_evaluation",
    "flows.post_training_task", "flows.safety_test", "flows.deployment_task",
    "flows.cluster_scaling", "flows.incident", "flows.tooling", "readouts", "",
)
"""Beginnings of paths; the last group is all that stands in no other."""

@cache
def base(*overrides):
    """Plain data of the default lab, its values by path, and what a run of it shows."""
    data = sim.load(*overrides).to_dict()
    return data, leaves(data), shown(Model.from_dict(data))


def shown(model):
    """The log of a run to the bit, and the growth by date with its readouts."""
    run = sim.simulate(model, seed=0)
    return logged(run), run.end.reason, readouts.by_generation(run.generations, model).to_csv()


def logged(run):
    """The log of a run to the bit."""
    return {
        (table, name): column.tobytes()
        for table, found in run.raw.items()
        for name, column in found.items()
    }


def alive(path, *overrides):
    """Whether some nudge of the value at a path changes what a run shows."""
    data, values, before = base(*overrides)
    tried = 0
    for value in nudges(path, values[path]):
        try:
            model = Model.from_dict(put(data, path, value))
        except InputError:
            continue
        tried += 1
        if shown(model) != before:
            return True
    assert tried, f"no nudge of {path} is valid"
    return False


def automatic(*overrides):
    """The paths that must be alive in the default lab itself."""
    apart = {*GUARDS, *PINNED, "people_per_unit"}
    return [path for path in base(*overrides)[1] if path not in apart]


def group_of(path):
    return next(g for g in GROUPS if not g or path == g or path.startswith(g + "."))


# --- the default lab ----------------------------------------------------------------------------


@pytest.mark.parametrize("group", GROUPS)
def test_every_value_of_the_default_lab_counts(group):
    paths = [path for path in automatic(*SHORT) if group_of(path) == group]
    assert paths
    assert [path for path in paths if not alive(path, *SHORT)] == []


def test_every_value_is_tried_or_named():
    """Nothing in the lists below is unknown, and no value stands in two of them."""
    values = base(*SHORT)[1]
    named = [*GUARDS, *PINNED, "people_per_unit"]
    assert set(named) <= set(values)
    assert len(set(named)) == len(named)
    assert len(automatic(*SHORT)) + len(named) == len(values)
    assert set(values) == set(leaves(sim.load().to_dict()))


def test_readouts_change_nothing_of_the_log():
    """They are alive (above) in what is read out alone."""
    data, values, (log, *_) = base(*SHORT)
    paths = [path for path in values if group_of(path) == "readouts"]
    assert len(paths) == 8
    for path in paths:
        data = put(data, path, next(_valid(data, path, values[path])))
    assert logged(sim.simulate(Model.from_dict(data), seed=0)) == log


def _valid(data, path, value):
    """The nudges of a value that the model takes."""
    for other in nudges(path, value):
        try:
            Model.from_dict(put(data, path, other))
        except InputError:
            continue
        yield other


RARE = {
    "oversight.standard.takeover_fraction",
    "flows.generation.stages.diagnose.priority",
    "flows.cluster_scaling.stages.scale.priority",
}
"""Two years on this seed see no takeover, and no diagnosis or scaling of clusters that would have
to wait for its turn; the shorter lab, with fewer attempts and more manual diagnoses, does."""


@pytest.mark.verify
@pytest.mark.parametrize("group", GROUPS)
def test_every_value_counts_in_the_full_default(group):
    """As above in the default lab itself, two years long."""
    paths = [path for path in automatic() if group_of(path) == group]
    assert [path for path in paths if path not in RARE and not alive(path)] == []


LEVERS = {
    "assistants.source": ["frozen", "none"],
    "allocation": [{"kind": "fixed"}],
    "compute.plan": [{"kind": "constant"}],
    "pools.engineers.plan": [{"kind": "constant"}],
    "pools.engineers.hours": ["always"],
    "flows.generation.stages.gate.plan": [
        {"kind": "fixed_duration", "days": "6 d", "max_days": "8 d"},
        {"kind": "fixed_scale_up", "factor": 1.1, "max_days": "8 d"},
    ],
    "flows.generation.stages.train.hold_until": [None, "release"],
    "flows.generation.stages.train.interruptions": [None],
    "flows.generation.stages.train.checkpoints": [None],
    "flows.generation.stages.train.evaluations": [None],
    "flows.experiment.stages.run.repair": [None],
    "flows.experiment.stages.run.sizing": [None],
    "flows.experiment.stages.analyze.tools": [None],
    "flows.generation.stages.release.surge": [None],
    "flows.generation.stages.release.surge.relief": [None],
    "flows.incident.hostages": [None],
    "flows.incident.insight": [None],
    "skills.build.oversight": [None],
    "skills.build.share": [None],
    "skills.build.review_pool": ["researchers"],
}
"""Choices of kind or part, with others to switch to."""

ORPHANS = {
    "flows.generation.stages.train.interruptions": ["flows.generation.stages.diagnose"],
    "flows.generation.stages.train.evaluations": ["flows.checkpoint_evaluation"],
    "flows.experiment.stages.run.repair": ["flows.experiment.stages.debug"],
    "flows.generation.stages.release.surge": ["flows.cluster_scaling"],
    "flows.generation.stages.release.surge.relief": ["flows.cluster_scaling"],
}
"""What nothing leads to once a lever is switched."""


@pytest.mark.parametrize("lever", LEVERS)
def test_every_lever_moves_something(lever):
    data, _, before = base(*SHORT)
    for choice in LEVERS[lever]:
        changed = put(data, lever, choice)
        for orphan in ORPHANS.get(lever, ()):
            changed = put(changed, orphan, None)
        assert shown(Model.from_dict(changed)) != before, choice


# --- what the default lab cannot show -----------------------------------------------------------


@pytest.mark.parametrize("guard", GUARDS)
def test_guards_bind_in_their_toys(guard):
    toy, path, value = GUARDS[guard]
    assert path.rpartition(".")[2] == guard.rpartition(".")[2]
    data = Model.from_dict(toy).to_dict()
    assert shown(Model.from_dict(put(data, path, value))) != shown(Model.from_dict(data))


@pytest.mark.parametrize("path", PINNED)
def test_pinned_values_allow_no_other(path):
    data, values, _ = base(*SHORT)
    for value in nudges(path, values[path]):
        with pytest.raises(InputError):
            Model.from_dict(put(data, path, value))


def test_people_per_unit_shows_in_the_figures():
    texts = []
    for people in (20, 30):
        model = sim.load(*SHORT, f"people_per_unit={people}")
        run = sim.simulate(model, seed=0)
        frames = Frames(run.visits, run.generations, run.changes, model, {0: run.end.time})
        figure = utilisation.figure(frames)
        texts.append({text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))})
    assert texts[0] != texts[1]
