"""Spoilt configurations: each is refused in one clear line, or is a model that runs to an end."""

import dataclasses
import re

import pytest
from hypothesis import given, settings

import sim
from sim import InputError, Model
from sim.engines import ADVICE
from sim.model.stage import MOST_CHILDREN

from .mutants import mutants
from .test_random_models import FIXED, FRESH

EVENTS = 3000
"""Event budget of every run: it bounds the time that a run may take."""

THING = re.compile(
    r"(model|compute|run|(pool|skill|feedback law|oversight policy|stock|flow|intervention) '.+'"
    r"|stage '.+' of flow '.+')[: ]"
)
"""What a message begins with: the thing that is wrong."""


def refused_or_runs(mutant):
    """The error is one line that names thing and remedy; or the run ends with a reason."""
    try:
        model = Model.from_dict(mutant.data)
    except InputError as error:
        assert THING.match(str(error)), error
        assert "; " in str(error), f"no remedy: {error}"
        assert "\n" not in str(error) and len(str(error)) < 2000, error
        return str(error)
    assert Model.from_dict(model.to_dict()) == model
    end = dataclasses.replace(model.end, events=min(model.end.events, EVENTS))
    run = sim.simulate(dataclasses.replace(model, end=end), seed=0)
    assert run.end.reason in set(ADVICE) - {"interrupted"}
    assert run.end.events <= EVENTS + MOST_CHILDREN
    return None


def test_mutated_configs_are_refused_or_run(record_property):
    found = []

    @settings(FIXED, max_examples=150)
    @given(mutants())
    def spoil(mutant):
        found.append((mutant.touched, refused_or_runs(mutant)))

    spoil()
    errors = [(touched, error) for touched, error in found if error]
    named = sum(any(re.search(rf"\b{re.escape(key)}\b", e) for key in t) for t, e in errors)
    record_property("refused", f"{len(errors)} of {len(found)}")
    record_property("refused with a word on what was changed", f"{named / len(errors):.1%}")
    assert 0.2 < len(errors) / len(found) < 0.9  # both happen
    assert named / len(errors) > 0.95  # the rest: what another part lacks because of the change


@pytest.mark.verify
@settings(FRESH, max_examples=5000)
@given(mutants())
def test_many_mutated_configs_are_refused_or_run(mutant):
    refused_or_runs(mutant)
