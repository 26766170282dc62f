"""What a discovery looks for: units, dates that are not reached, ranks, what is refused."""

import re

import numpy as np
import pandas as pd
import pytest

from sim.model import InputError
from sim.study.discovery.condition import compare, read
from sim.study.outcomes import Outcome
from sim.study.outcomes import read as outcome

OUTCOMES = {name: outcome(name, text) for name, text in {
    "capability": "capability", "one_oom": "time_to_capability(oom=1)",
    "use": "utilisation(pool=experiments)", "horizon_at_end": "metr_horizon",
    "cycle_time": "cycle_time",
}.items()} | {
    "years": Outcome(name="years", kind="shortest_time_for", written={"years": 3, "per_year": 1.5}),
}
NAN = np.nan
YEAR = 365.25
RUNS = pd.DataFrame({
    "capability": [0.5, 1.0, 1.5, 2.0, NAN, 3.0], "one_oom": [NAN, 400.0, 300.0, 200.0, NAN, NAN],
    "use": [0.5, 0.7, 0.9, 0.9, 0.9, NAN], "horizon_at_end": [2.0, 4.0, 8.0, 16.0, NAN, NAN],
    "cycle_time": [40.0, 50.0, 60.0, 70.0, NAN, NAN],
    "years": [NAN, 400.0, 300.0, NAN, 320.0, NAN],
    "end_reason": ["horizon", "horizon", "horizon", "deadlock", "budget", "failed"],
    "end_time": [2 * YEAR, 2 * YEAR, 2 * YEAR, 500.0, 350.0, NAN],
})


def holds(text):
    found = read(text, OUTCOMES, 2 * YEAR).resolved(RUNS).holds(RUNS, 2 * YEAR)
    return [None if np.isnan(x) else int(x) for x in found]


@pytest.mark.parametrize(("text", "expected"), [
    ("capability >= 1.5", [0, 0, 1, 1, None, None]),
    ("capability>1.5 OOM", [0, 0, 0, 1, None, None]),
    ("capability < 1", [1, 0, 0, 0, None, None]),
    ("cycle_time <= 50 d", [1, 1, 0, 0, None, None]),
    ("horizon_at_end >= 4 h", [0, 1, 1, 1, None, None]),
    ("use >= 90%", [0, 0, 1, 1, 1, None]), ("use >= 0.9", [0, 0, 1, 1, 1, None]),
    # A date that is not reached is later than any, as long as the run lasted until then.
    ("one_oom <= 1 y", [0, 0, 1, 1, None, None]),
    ("one_oom <= 340 d", [0, 0, 1, 1, 0, None]),
    ("one_oom > 1 y", [1, 1, 0, 0, None, None]),
    ("one_oom > 340 d", [1, 1, 0, 0, 1, None]),
    ("one_oom <= 2 y", [0, 1, 1, 1, None, None]),
    # A stretch that is in no part of a whole run is longer than any; of a run that ended early, it
    # is not known whether a shorter one was to come.
    ("years <= 1 y", [0, 0, 1, 0, 1, None]),
    ("years > 1 y", [1, 1, 0, 1, 0, None]),
    ("years <= 310 d", [0, 0, 1, 0, None, None]),
    ("years > 310 d", [1, 1, 0, 1, None, None]),
    ("years <= bottom 40%", [0, 0, 1, 0, 1, None]),
    # What is known to be false is false, whatever else is not known.
    ("capability >= 1 and one_oom <= 1 y", [0, 0, 1, 1, None, None]),
    ("use < 80% and one_oom <= 1 y AND capability > 0", [0, 0, 0, 0, 0, None]),
    ("capability >= top 50%", [0, 0, 1, 1, None, None]),
    ("capability >= top 20%", [0, 0, 0, 1, None, None]),
    ("capability <= bottom 30%", [1, 0, 0, 0, None, None]),
    ("one_oom <= earliest 40%", [0, 0, 1, 1, 0, None]),
])
def test_a_condition_holds_where_it_does(text, expected):
    assert holds(text) == expected


def test_absent_it_is_the_best_fifth_of_the_first_outcome():
    assert read(None, OUTCOMES, YEAR).text == "capability >= top 20%"
    first = {"one_oom": OUTCOMES["one_oom"]}
    assert read(None, first, YEAR).text == "one_oom <= earliest 20%"


@pytest.mark.parametrize(("text", "message"), [
    ("capabilty >= 1", r"unknown outcome 'capabilty'; did you mean 'capability'\?"),
    ("capability", r"must compare an outcome by <=, <, >= or >, got 'capability'; write"),
    ("capability == 1", r"must compare .* got 'capability == 1'"),
    ("capability >= ", r"must compare .*; write for example when="),
    ("capability >= 1 and", r"must compare|is a plain number"),
    ("capability >= 1 d", r"capability is a plain number \(OOM\), got '1 d'; leave the unit out"),
    ("capability >= much", r"is a plain number \(OOM\), got 'much'"),
    ("use >= 3 OOM", r"use is a plain number \(share\), got '3 OOM'"),
    ("one_oom <= 300", r"a duration with a unit \(s, min, h, d, w, y\), got '300'"),
    ("one_oom <= 3 y", r"runs end after 730.5 d, .*; choose an earlier one, or run"),
    ("years <= 3 y", r"runs end after 730.5 d, .* or longer times; choose an earlier one"),
    ("years <= bottom 90%", r"years is reached in 60% of them; choose a smaller share"),
    ("horizon_at_end >= 2 y", r"working time with a unit \(min, h\), got '2 y'"),
    ("capability >= earliest 20%", r"earliest is of times, and capability is none; write top"),
    ("capability >= top 0%", r"within 0% and 100%"),
    ("capability >= top 100%", r"within 0% and 100%"),
    ("one_oom <= earliest 90%", r"one_oom is reached in 60% of them; choose a smaller share"),
])
def test_other_conditions_are_refused(text, message):
    with pytest.raises(InputError) as error:
        holds(text)
    assert re.search(message, str(error.value)), error.value


def test_values_that_differ_by_rounding_are_equal():
    values = np.array([2.64, 2.64 + 4e-16, 2.64 - 4e-16, 2.5, 2.7])
    assert compare(values, ">=", 2.64).tolist() == [True, True, True, False, True]
    assert compare(values, "<=", 2.64).tolist() == [True, True, True, True, False]
    assert compare(values, ">", 2.64).tolist() == [False, False, False, False, True]
    assert compare(values, "<", 2.64).tolist() == [False, False, False, True, False]
