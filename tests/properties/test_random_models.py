"""Random small labs: they load, run without crash or hang, and keep every invariant."""

from collections import Counter
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import sim
from sim import InputError, Model, invariants

from .primitives import every_kind, every_setting, primitives
from .strategies import EVENTS, drafts, loaded

FIXED = settings(
    derandomize=True, database=None, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""The same examples every time."""

FRESH = settings(FIXED, derandomize=False, print_blob=True)
"""Other examples every time; a failure prints how to repeat it."""


SLACK = 100
"""Items that the last event of a budget may still start: a budget is not checked within one."""


def logs(run):
    """A run's tables, to the bit, and how it ended."""
    return run.end, {
        (table, name): (column.dtype, column.tobytes())
        for table, columns in run.raw.items()
        for name, column in columns.items()
    }


def behaves(draft):
    """The model runs, keeps the invariants, and runs the same from its own plain data."""
    model = loaded(draft)
    again = Model.from_dict(model.to_dict())
    assert again == model
    assert again.hash() == model.hash()
    run = sim.simulate(model, seed=0)
    assert run.end.events < EVENTS + SLACK
    assert run.end.reason != "interrupted"
    assert invariants.check(run) == []
    assert logs(sim.simulate(again, seed=0)) == logs(run)


@settings(FIXED, max_examples=80)
@given(drafts())
def test_random_models_behave(draft):
    behaves(draft)


@pytest.mark.verify
@settings(FRESH, max_examples=3000)
@given(drafts())
def test_many_random_models_behave(draft):
    behaves(draft)


# --- what the strategies yield ------------------------------------------------------------------

@cache
def sample(number):
    """The models of that many drafts, and how many drafts were rejected."""
    models = []

    @settings(FIXED, max_examples=number, phases=[Phase.generate])
    @given(drafts())
    def collect(draft):
        try:
            models.append(Model.from_dict(draft))
        except InputError:
            models.append(None)

    collect()
    assert len(models) == number
    return [model for model in models if model], models.count(None)


def test_every_primitive_occurs(record_property):
    """Few drafts are rejected; each kind is in 5% of models, each setting changed in 1%."""
    models, rejected = sample(500)
    record_property("drafts rejected", f"{rejected / 500:.1%}")
    assert rejected / 500 < 0.05
    counts = Counter(name for model in models for name in primitives(model))
    share = {name: counts[name] / len(models) for name in every_kind() | every_setting()}
    rarest = min(every_kind(), key=share.__getitem__)
    record_property("rarest primitive", f"{rarest}, in {share[rarest]:.1%} of models")
    assert {name for name in every_kind() if share[name] < 0.05} == set()
    assert {name for name in every_setting() if share[name] < 0.01} == set()


def test_everything_happens(record_property):
    """Each activity, outcome and common end of runs in at least 1% of models."""
    models, _ = sample(300)
    counts = Counter()
    for model in models:
        run = sim.simulate(model, seed=0)
        visits = run.visits
        counts.update({*visits["activity"].astype(str)} | {*visits["outcome"].astype(str)})
        counts.update({"end " + run.end.reason, *run.generations["outcome"].astype(str)})
    wanted = {*sim.log.ACTIVITIES, *sim.log.OUTCOMES, *sim.log.GENERATION_OUTCOMES}
    wanted |= {"end horizon", "end deadlock"}
    share = {name: counts[name] / len(models) for name in wanted}
    rarest = min(wanted, key=share.__getitem__)
    record_property("rarest happening", f"{rarest}, in {share[rarest]:.1%} of models")
    assert {name for name in wanted if share[name] < 0.01} == set()
