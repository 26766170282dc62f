"""Random small labs: they load, run without crash or hang, and keep every invariant."""

import dataclasses
from collections import Counter
from contextlib import suppress
from functools import cache
from importlib import import_module
from pkgutil import walk_packages

import pytest
from hypothesis import HealthCheck, given, settings

import sim
from sim import InputError, Model, invariants
from sim.engines import ADVICE
from sim.model.allocation.base import AtReleases
from sim.model.stage import Stage, Step

from .primitives import every_change, every_kind, every_setting, primitives, records
from .strategies import EACH, EVENTS, PARTS, drafts, loaded, part

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
def models():
    """The models that every run of the tests looks at."""
    found = []
    for draft in (draft for number in range(PARTS) for draft in part(number)):
        with suppress(InputError):
            found.append(Model.from_dict(draft))
    return found


def shares(counts):
    return {name: count / len(models()) for name, count in counts.items()}


def test_every_primitive_occurs(record_property):
    """Each kind and setting in 5% of models; each setting that may change does in 0.5%."""
    drawn = PARTS * EACH
    rejected = 1 - len(models()) / drawn
    record_property("drafts rejected", f"{rejected:.1%} of {drawn}")
    assert rejected < 0.02
    share = Counter(shares(Counter(name for model in models() for name in primitives(model))))
    for what, names, least in (
        ("kind", every_kind(), 0.05), ("setting", every_setting(), 0.05),
        ("change of a setting", every_change(), 0.005),
    ):
        rarest = min(sorted(names), key=lambda name: share[name])
        record_property(
            f"rarest {what} of {len(names)}", f"{rarest}, in {share[rarest]:.1%} of models"
        )
        assert {name for name in names if share[name] < least} == set()


def test_no_setting_is_forgotten():
    """All classes with settings that matter are reached from the model, or are bases of others."""
    modules = [import_module(info.name)
               for info in walk_packages(sim.model.__path__, "sim.model.")]
    classes = {
        thing for module in modules for thing in vars(module).values()
        if isinstance(thing, type) and dataclasses.is_dataclass(thing)
        and any("reader" in field.metadata for field in dataclasses.fields(thing))
        and thing.__module__ != "sim.model.readouts"  # no run depends on them
    }
    assert classes - records(Model) == {Stage, Step, AtReleases}
    assert len(classes) > 40


def test_everything_happens(record_property):
    """Each activity, outcome and end of runs in at least 0.5% of models."""
    counts = Counter()
    for model in models():
        run = sim.simulate(model, seed=0)
        visits = run.visits
        counts.update({*visits["activity"].astype(str)} | {*visits["outcome"].astype(str)})
        counts.update({"end " + run.end.reason, *run.generations["outcome"].astype(str)})
    wanted = {*sim.log.ACTIVITIES, *sim.log.OUTCOMES, *sim.log.GENERATION_OUTCOMES}
    wanted |= {f"end {reason}" for reason in ADVICE} - {"end interrupted", "end zero_time_loop"}
    share = Counter(shares(counts))
    rarest = min(sorted(wanted), key=lambda name: share[name])
    record_property("rarest happening", f"{rarest}, in {share[rarest]:.1%} of models")
    assert {name for name in wanted if share[name] < 0.005} == set()
