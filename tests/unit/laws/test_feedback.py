"""Feedback laws: values by hand, and bounds that hold and are reached."""

import math

import pytest

from sim.laws.feedback import FEEDBACK_LAWS


def at(name, c, **given):
    law = FEEDBACK_LAWS.lookup(name)
    p = law.law_parameters(given)
    return law.function(c, p, 0, len(p)) if law.variadic else law.function(c, *p)


def test_values_by_hand():
    assert at("constant", 3.0, value=0.4) == 0.4
    assert at("logistic", 1.0, ceiling=0.8, midpoint=1, width=0.5) == 0.4
    assert at("logistic", 1.5, ceiling=1, midpoint=1, width=0.5) == pytest.approx(0.7310585786)
    assert at("logistic", -1e6, ceiling=1, midpoint=1, width=0.5) == 0.0
    assert at("power", 2.0, base=3, exponent=0.5) == pytest.approx(30.0, rel=1e-15)
    assert at("power", 2.0, base=3, exponent=0.5, cap=8) == 8.0
    assert at("power", 1e6, base=0, exponent=1) == 0.0
    assert at("power", 1e6, base=1, exponent=1) == math.inf
    assert at("threshold", 1.0, below=0.1, above=0.9, at=1) == 0.9
    assert at("threshold", math.nextafter(1.0, 0.0), below=0.1, above=0.9, at=1) == 0.1
    assert at("saturating", -3.0, start=0.6, limit=1, rate=1) == 0.6
    assert at("saturating", 1.0, start=0.6, limit=1, rate=1) == pytest.approx(0.96)
    assert at("table", 0.5, points={0: 0.2, 1: 0.6}) == pytest.approx(0.4)
    assert at("table", -9.0, points={0: 0.2, 1: 0.6}) == 0.2
    assert at("table", 9.0, points={0: 0.2, 1: 0.6}) == 0.6


@pytest.mark.parametrize("law", FEEDBACK_LAWS, ids=lambda law: law.name)
def test_the_bounds_hold_and_are_reached(law, examples):
    for given, p in examples(law.parameters, law.law_parameters, 30):
        low, high = law.probability_bound(p)
        # Far out, close in, and on every number given, where a step may be.
        places = [-1e6, 1e6, *(i / 50.0 for i in range(-400, 401)), *p]
        values = [
            law.function(c, p, 0, len(p)) if law.variadic else law.function(c, *p) for c in places
        ]
        assert low - 1e-12 <= min(values) and max(values) <= high + 1e-12, given
        assert min(values) == pytest.approx(low, abs=1e-9), given
        assert max(values) == pytest.approx(high, abs=1e-9), given


def test_a_cap_may_be_infinite_and_nothing_else():
    power = FEEDBACK_LAWS.lookup("power")
    assert power.law_parameters({"base": 1, "exponent": 1}) == (1.0, 1.0, math.inf)
    assert power.law_parameters({"base": 1, "exponent": 1, "cap": math.inf})[2] == math.inf
    with pytest.raises(ValueError, match="base must be a finite number, got inf"):
        power.law_parameters({"base": math.inf, "exponent": 1})


def test_wrong_parameters_are_named():
    logistic = FEEDBACK_LAWS.lookup("logistic")
    with pytest.raises(ValueError, match="width must be > 0, got 0"):
        logistic.law_parameters({"ceiling": 1, "midpoint": 0, "width": 0})
    with pytest.raises(ValueError, match=r"logistic takes \(ceiling, midpoint, width\), got"):
        logistic.law_parameters({"ceiling": 1})
