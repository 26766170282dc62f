"""A formula says what its law computes."""

import inspect
import math
import random

import pytest

from sim.laws import (
    arrivals,
    capability,
    defects,
    insight,
    people,
    readouts,
    serving,
    tooling,
    training,
)
from sim.laws.feedback import FEEDBACK_LAWS
from sim.laws.formulas import FORMULAS, FUNCTIONS, names, reference, stated
from sim.laws.special import lambert_w_offset

COUNT = 200
MODULES = (arrivals, capability, defects, insight, people, readouts, serving, tooling, training)
"""Importing them states their formulas."""
SMALL = ("saved", "chance", "per_defect", "new", "k", "boost")  # parts of others; probabilities
SCALARS = [entry for entry in FEEDBACK_LAWS if not entry.variadic]
FUNCTION = {
    name: getattr(math, name) for name in FUNCTIONS if hasattr(math, name)
} | {"min": min, "max": max, "W": lambda x: lambert_w_offset(1.0 + math.e * x) - 1.0}


def value(text, **given):
    return eval(text, {"__builtins__": {}}, FUNCTION | given)


def agrees(text, law, draws):
    """Whether a formula gives what the law does, wherever it is tried."""
    return all(
        math.isclose(value(text, **given), law(**given), rel_tol=1e-9, abs_tol=1e-12)
        for given in draws
    )


def draws(law):
    rng = random.Random(law.__name__)
    wanted = inspect.signature(law).parameters
    return [
        {
            name: rng.uniform(0.05, 0.4) if name in SMALL else rng.uniform(0.5, 3.0)
            for name in wanted
        }
        for _ in range(COUNT)
    ]


def test_the_laws_state_formulas():
    assert {law.__module__ for law in FORMULAS} == {module.__name__ for module in MODULES}


@pytest.mark.parametrize("law", FORMULAS, ids=lambda law: law.__name__)
def test_a_formula_is_what_the_law_computes(law):
    assert agrees(FORMULAS[law], law, draws(law))


@pytest.mark.parametrize("law", FORMULAS, ids=lambda law: law.__name__)
def test_a_wrong_formula_is_noticed(law):
    assert not agrees(f"1.001 * ({FORMULAS[law]}) + 0.001", law, draws(law))


@pytest.mark.parametrize("entry", SCALARS, ids=lambda entry: entry.name)
def test_so_is_that_of_a_feedback_law(entry, examples):
    rng = random.Random(entry.name)
    given = [
        {"c": rng.uniform(-2.0, 3.0)} | parameters
        for parameters, _ in examples(entry.parameters, entry.law_parameters, COUNT)
    ]
    assert agrees(entry.formula, entry.function, given)
    assert not agrees(f"1.001 * ({entry.formula}) + 0.001", entry.function, given)


@pytest.mark.parametrize("law", FORMULAS, ids=lambda law: law.__name__)
def test_a_formula_speaks_of_the_parameters(law):
    assert names(FORMULAS[law]) == set(inspect.signature(law).parameters)


def test_parameters_may_be_renamed():
    assert stated(insight.ideas_left, stock="algorithms") == "exp(-beta * algorithms)"
    assert stated(insight.ideas_left, stoc="algorithms") == "exp(-beta * stock)"


def test_references_come_from_the_docstring():
    assert "10.1257/aer.20180338" in reference(insight.ideas_left)
    assert reference(defects.failure_chance) == ""
