"""Quantities with units, and the model's round trip through plain data."""

import math

import pytest

import sim
from sim.model import InputError, Model
from sim.model.units import CLOCK, UNIT_DAYS, person_days

PERSON = person_days(8.0)


@pytest.mark.parametrize(
    ("measure", "text", "days"),
    [
        (CLOCK, "90 min", 90 / 1440),
        (CLOCK, "8 h", 8 / 24),
        (CLOCK, "3d", 3.0),
        (CLOCK, "2 w", 14.0),
        (CLOCK, "1 y", 365.25),
        (CLOCK, "1e-3 d", 0.001),
        (CLOCK, 0, 0.0),
        (PERSON, "4 h", 0.5),
        (PERSON, "30 min", 30 / 480),
        (UNIT_DAYS, "12 h", 0.5),
    ],
)
def test_reading(measure, text, days):
    assert measure.read(text, ("x",)) == days


@pytest.mark.parametrize("text", ["2", 2, "2 parsecs", "d", "two d", "", None, True, [2]])
def test_what_is_no_quantity(text):
    with pytest.raises(InputError, match="with a unit"):
        CLOCK.read(text, ("horizon",))


def test_nan_is_no_number():
    with pytest.raises(InputError, match=r"must be a number, got .nan d."):
        CLOCK.read("nan d", ("horizon",))


def test_weeks_of_work_are_ambiguous():
    with pytest.raises(InputError, match="human work with a unit"):
        PERSON.read("1 w", ("x",))


@pytest.mark.parametrize("days", [1 / 3, 0.1 + 0.2, 1e-9, 12345.678, math.pi])
def test_writing_reads_back_to_the_bit(days):
    assert CLOCK.read(CLOCK.write(days), ()) == days


def test_person_days_follow_the_model():
    model = sim.load("hours_per_person_day=4", "flows.experiment.stages.decide.work=2 h")
    assert model.flows["experiment"].stages["decide"].work.mean() == 0.5


def test_the_resolved_default_is_a_fixed_point():
    model = sim.load()
    again = Model.from_dict(model.to_dict())
    assert again == model
    assert again.to_dict() == model.to_dict()
    assert again.hash() == model.hash()


def test_the_hash_knows_everything_that_can_influence_a_run():
    model = sim.load()
    assert model.replace(name="other").hash() == model.hash()
    assert model.replace(readouts={}).hash() == model.hash()
    assert model.replace(horizon="729 d").hash() != model.hash()
