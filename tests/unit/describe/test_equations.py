"""Every equation speaks of things that exist, and every law of a model has its equation."""

import dataclasses
import inspect
import re

import pytest

import sim
from sim.describe.equations import patterns, readable, sections, statements
from sim.laws.formulas import names
from sim.model import catalogue
from sim.model.equation import Equation
from sim.model.equations import EQUATIONS
from sim.model.symbols import STATE

ALL = [(part, equation) for part, some in EQUATIONS.items() for equation in some]


def unexplained(equation, part):
    """Names in a formula that are no setting of the part, nor explained otherwise."""
    settings = {field.name for field in dataclasses.fields(part)}
    explained = {*STATE, *equation.where, *equation.elsewhere, *settings}
    return sorted(names(equation.formula) - explained)


@pytest.mark.parametrize(("part", "equation"), ALL, ids=lambda x: getattr(x, "name", ""))
def test_every_name_in_an_equation_is_explained(part, equation):
    assert unexplained(equation, part) == []


def test_a_name_that_nothing_explains_is_noticed():
    part, equation = ALL[0]
    wrong = dataclasses.replace(equation, formula=f"{equation.formula} + luck")
    assert unexplained(wrong, part) == ["luck"]


@pytest.mark.parametrize(("part", "equation"), ALL, ids=lambda x: getattr(x, "name", ""))
def test_no_explanation_is_left_over(part, equation):
    named = set(re.findall(r"\w+", equation.formula))
    assert {*equation.where, *equation.elsewhere} <= named


def test_every_symbol_is_used():
    texts = [t for _, e in ALL for t in (e.formula, *e.where.values())]
    assert set(STATE) <= {name for text in texts for name in re.findall(r"\w+", text)}


def test_the_parameters_of_every_equation_exist(scenario):
    leaves = catalogue.leaves(scenario.to_dict())
    for statement in statements(scenario):
        for paths in statement.parameters.values():
            assert set(paths) <= set(leaves), statement.name


def test_an_equation_finds_its_parameters(default):
    found = {statement.name: statement for statement in statements(default)}
    delegated = found["a task is delegated"].parameters
    assisted = [name for name, skill in default.skills.items() if skill.share is not None]
    assert delegated["difficulty"] == [f"skills.{name}.difficulty" for name in assisted]
    assert delegated["share"] == [f"feedback.share.{p}" for p in ("ceiling", "midpoint", "width")]
    output = found["research output of a success"].parameters
    assert output["gain"] == ["stocks.algorithms.gain", "stocks.infrastructure.gain"]
    assert output["noise"] == [
        f"flows.{flow}.insight.noise.{p}"
        for flow in ("experiment", "incident")
        for p in ("mean", "cv")
    ]
    rate = found["interruptions of a training"].parameters
    assert rate["accelerators"] == ["accelerators_per_unit"]


def test_what_plays_no_role_is_left_out(models):
    people = {statement.name for statement in statements(models("people_only"))}
    everything = {statement.name for statement in statements(models("gpt53_codex"))}
    assert {"a task is delegated", "a delegated task uses the newest model"} <= everything - people
    assert "work of a review" in people
    frozen = {statement.name for statement in statements(models("frozen_assistants"))}
    assert "a delegated task uses the newest model" not in frozen


def test_every_law_and_distribution_of_a_model_has_its_formula(scenario):
    found = {statement.name: statement.line for statement in statements(scenario)}
    for name, law in scenario.feedback.items():
        assert found[f"law feedback.{name}"] == f"{name}(c) = {law.entry.formula}"
    for stage in (s for flow in scenario.flows.values() for s in flow.stages.values()):
        if hasattr(stage, "work"):
            assert f"distribution {stage.work.kind}" in found


def test_an_equation_is_one_line(default):
    for row in sections(default)[0].tables[0].rows:
        assert "\n" not in row[2] and "**" not in row[2]


def test_every_law_behind_an_equation_is_one_that_states_it():
    for _, equation in ALL:
        if equation.law is not None:
            assert inspect.isfunction(equation.law)
            assert equation.law.__module__.startswith("sim.laws")


def test_paths_that_differ_in_one_key_are_merged():
    values = {"a.x.k": 1.0, "a.y.k": 1.0, "a.z.m": 2.0, "b.k": 3.0}
    assert patterns(values, values) == ["a.*.k = 1 (2)", "a.z.m = 2", "b.k = 3"]
    assert patterns(["a.x.k", "a.y.k"], {"a.x.k": 1.0, "a.y.k": 2.0}) == ["a.*.k (2)"]


def test_formulas_are_shown_as_formulas():
    assert readable("a * 10**(b * c) >= d ** 2") == "a × 10^(b × c) ≥ d^2"


def test_an_equation_without_settings_is_still_shown():
    model = sim.load("scenario=critical_path")
    assert "training time" in [row[0] for row in sections(model)[0].tables[0].rows]


def test_equations_have_names_of_their_own():
    for part, some in EQUATIONS.items():
        assert len({equation.name for equation in some}) == len(some), part
    assert all(isinstance(equation, Equation) for _, equation in ALL)
