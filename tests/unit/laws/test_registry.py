"""Registries: names, ids, messages, and a law added from outside."""

import importlib.util
import inspect

import numba
import numpy as np
import pytest

from sim.laws.compiled import compiled
from sim.laws.distributions import DISTRIBUTIONS
from sim.laws.feedback import FEEDBACK_LAWS
from sim.laws.registry import Registry, dispatcher

REGISTRIES = pytest.mark.parametrize(
    "registry", [DISTRIBUTIONS, FEEDBACK_LAWS], ids=lambda r: r.kind
)

NEW_LAW = """
from sim.laws.portable import power
from sim.laws.registry import Distribution, Form, Parameter


def pareto_quantile(u: float, low: float, alpha: float) -> float:
    return low * power(1.0 - u, -1.0 / alpha)


DISTRIBUTION = Distribution(
    name="pareto",
    summary="A heavy tail.",
    formula="low * (1 - u)**(-1 / alpha)",
    source="by definition",
    forms=(
        Form(
            parameters=(
                Parameter(name="low", meaning="smallest value", unit="value", low=0.0),
                Parameter(name="alpha", meaning="tail index", unit="pure", low=2.0, low_open=True),
            ),
            to_law=lambda low, alpha: (low, alpha),
        ),
    ),
    quantile=pareto_quantile,
    mean=lambda p: p[0] * p[1] / (p[1] - 1.0),
    sd=lambda p: p[0] / (p[1] - 1.0) * (p[1] / (p[1] - 2.0)) ** 0.5,
)
"""


@REGISTRIES
def test_ids_are_positions_among_the_sorted_names(registry):
    assert list(registry.names) == sorted(registry.names) == [entry.name for entry in registry]
    assert [registry.id(name) for name in registry.names] == list(range(len(registry)))
    assert all(registry.lookup(name).name == name and name in registry for name in registry.names)


@REGISTRIES
def test_every_entry_is_documented_and_fits_its_law(registry, examples):
    for entry in registry:
        assert entry.summary and entry.formula and entry.source
        assert entry.function.__doc__
        for form in getattr(entry, "forms", None) or (entry.form,):
            assert all(p.meaning and p.unit for p in form.parameters)
            for given, law_parameters in examples(form.parameters, entry.law_parameters, 3):
                assert all(type(value) is float for value in law_parameters), given
                if not entry.variadic:
                    arity = len(inspect.signature(entry.function).parameters) - 1
                    assert len(law_parameters) == arity


@pytest.mark.parametrize(
    ("registry", "name", "close"),
    [
        (DISTRIBUTIONS, "lognorm", "unknown distribution 'lognorm'; did you mean 'lognormal'"),
        (FEEDBACK_LAWS, "logistics", "unknown feedback law 'logistics'; did you mean 'logistic'"),
        (FEEDBACK_LAWS, "xyz", "unknown feedback law 'xyz'; choices: constant, logistic, power,"),
    ],
)
def test_unknown_names_list_the_choices_and_the_closest(registry, name, close):
    assert name not in registry
    with pytest.raises(ValueError) as caught:
        registry.lookup(name)
    assert close in str(caught.value)
    assert ", ".join(registry.names) in str(caught.value)


def test_two_laws_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two entries for distribution 'gamma'"):
        Registry("distribution", [*DISTRIBUTIONS, DISTRIBUTIONS.lookup("gamma")])


@REGISTRIES
def test_an_unknown_id_gives_nan(registry):
    assert np.isnan(dispatcher(registry)(len(registry), 0.5, [0.0], 0, 1))
    assert np.isnan(compiled(dispatcher(registry))(-1, 0.5, np.zeros(1), 0, 1))


def test_a_law_from_outside_needs_no_other_edit(tmp_path, bits):
    path = tmp_path / "pareto.py"
    path.write_text(NEW_LAW)
    spec = importlib.util.spec_from_file_location("pareto", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    registry = Registry("distribution", [*DISTRIBUTIONS, module.DISTRIBUTION])
    kind = registry.id("pareto")
    p = np.array(registry.lookup("pareto").law_parameters({"low": 2, "alpha": 3}))
    sample = dispatcher(registry)
    # Compiled code is kept under this name.
    assert sample.__qualname__ != dispatcher(DISTRIBUTIONS).__qualname__
    assert sample is dispatcher(registry)
    twin = compiled(sample)
    for u in np.linspace(0.001, 0.999, 200).tolist():
        expected = module.pareto_quantile(u, 2.0, 3.0)
        assert bits(sample(kind, u, p.tolist(), 0, 2)) == bits(expected)
        assert bits(twin(kind, u, p, 0, 2)) == bits(expected)
    # Our hash does not cover a file elsewhere, so it must not be kept on disk.
    assert numba.config.DISABLE_JIT or twin.stats.cache_path is None
