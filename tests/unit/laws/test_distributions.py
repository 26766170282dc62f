"""Every distribution: monotone, with the mean and spread it states; scipy as the oracle."""

import math

import numpy as np
import pytest
from scipy import stats

from sim.laws.compiled import compiled
from sim.laws.distributions import DISTRIBUTIONS
from sim.laws.registry import dispatcher

LAST = 1.0 - 2.0**-53
FORMS = [(entry, form) for entry in DISTRIBUTIONS for form in entry.forms]
IDS = [f"{entry.name}{form}" for entry, form in FORMS]


def sampler(entry, law_parameters):
    """The quantile function, compiled."""
    sample = compiled(dispatcher(DISTRIBUTIONS))
    p = np.array(law_parameters)
    return lambda u: sample(DISTRIBUTIONS.id(entry.name), float(u), p, 0, len(p))


@pytest.mark.parametrize(("entry", "form"), FORMS, ids=IDS)
def test_quantiles_never_decrease(entry, form, examples):
    grid = np.concatenate([[2.0**-53, 1e-12], np.linspace(1e-6, 1 - 1e-6, 500), [LAST]])
    for given, law_parameters in examples(form.parameters, entry.law_parameters, 20):
        quantile = sampler(entry, law_parameters)
        values = np.array([quantile(u) for u in grid])
        assert np.all(np.isfinite(values)) and values[0] >= 0.0, given
        # Neighbours may differ by the accuracy of an iteration, no more.
        assert np.all(np.diff(values) >= -1e-12 * values[1:]), given


@pytest.mark.parametrize(("entry", "form"), FORMS, ids=IDS)
def test_mean_and_sd_are_those_of_the_quantile_function(entry, form, examples):
    # Integrals over u by the trapezoid rule in s, u = 1 / (1 + exp(-s)); dense in the tails.
    s = np.linspace(-36.0, 36.0, 6_001)
    u = 1.0 / (1.0 + np.exp(-s))
    weight = u / (1.0 + np.exp(s)) * (s[1] - s[0])
    checked = 0
    for given, law_parameters in examples(form.parameters, entry.law_parameters, 12, seed=3):
        mean, sd = entry.mean(law_parameters), entry.sd(law_parameters)
        if sd > 1.5 * mean:
            continue  # the tail beyond the last double would be missed
        quantile = sampler(entry, law_parameters)
        values = np.array([quantile(x) for x in u])
        found = np.sum(weight * values)
        assert found == pytest.approx(mean, rel=1e-4, abs=1e-9), given
        spread = math.sqrt(np.sum(weight * (values - found) ** 2))
        assert spread == pytest.approx(sd, rel=2e-3, abs=1e-6 + 1e-4 * mean), given
        checked += 1
    assert checked >= 2


@pytest.mark.parametrize(
    ("name", "given", "oracle"),
    [
        ("exponential", {"mean": 2.5}, stats.expon(scale=2.5)),
        ("gamma", {"mean": 3.0, "cv": 0.4}, stats.gamma(6.25, scale=0.48)),
        ("gamma", {"mean": 3.0, "cv": 3.0}, stats.gamma(1 / 9, scale=27.0)),
        ("gamma", {"shape": 2.5, "scale": 2.0}, stats.gamma(2.5, scale=2.0)),
        ("erlang", {"mean": 6.0, "stages": 3}, stats.gamma(3, scale=2.0)),
        ("lognormal", {"median": 2.0, "sigma": 0.7}, stats.lognorm(0.7, scale=2.0)),
        (
            "lognormal",
            {"mean": 2.0, "cv": 1.0},
            stats.lognorm(math.sqrt(math.log(2)), scale=math.sqrt(2)),
        ),
        (
            "lognormal",
            {"median": 2.0, "p95": 9.0},
            stats.lognorm(math.log(4.5) / stats.norm.ppf(0.95), scale=2.0),
        ),
        ("weibull", {"scale": 2.0, "shape": 1.7}, stats.weibull_min(1.7, scale=2.0)),
        ("weibull", {"mean": math.sqrt(math.pi), "shape": 2}, stats.weibull_min(2, scale=2.0)),
        ("uniform", {"low": 1.0, "high": 4.0}, stats.uniform(1.0, 3.0)),
        ("triangular", {"low": 1, "mode": 2, "high": 5}, stats.triang(0.25, 1.0, 4.0)),
    ],
)
def test_against_scipy(name, given, oracle):
    entry = DISTRIBUTIONS.lookup(name)
    law_parameters = entry.law_parameters(given)
    quantile = sampler(entry, law_parameters)
    u = np.concatenate([10.0 ** np.linspace(-12, -1, 40), np.linspace(0.1, 1 - 1e-9, 200)])
    np.testing.assert_allclose([quantile(x) for x in u], oracle.ppf(u), rtol=1e-10)
    assert entry.mean(law_parameters) == pytest.approx(oracle.mean(), rel=1e-12)
    assert entry.sd(law_parameters) == pytest.approx(oracle.std(), rel=1e-10)


@pytest.mark.parametrize("shape", [0.05, 0.2, 0.7, 1.0, 1.3, 4.0, 20.0, 130.0, 500.0, 9_000.0, 1e5])
def test_gamma_quantiles_for_all_shapes(shape):
    rng = np.random.default_rng(5)
    u = np.concatenate([rng.uniform(0, 1, 150), 10.0 ** rng.uniform(-15, 0, 50)])
    u = np.concatenate([u, 1.0 - 2.0 ** -np.arange(2.0, 54.0)])
    entry = DISTRIBUTIONS.lookup("gamma")
    quantile = sampler(entry, entry.law_parameters({"shape": shape, "scale": 2.0}))
    ours = np.array([quantile(x) for x in u])
    expected = stats.gamma.ppf(u, shape, scale=2.0)
    normal = expected > 1e-300
    np.testing.assert_allclose(ours[normal], expected[normal], rtol=1e-10)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("gamma", {"mean": 2.0, "cv": 0}),
        ("lognormal", {"mean": 2.0, "cv": 0}),
        ("lognormal", {"median": 2.0, "sigma": 0}),
        ("lognormal", {"median": 2.0, "p95": 2.0}),
        ("uniform", {"low": 2.0, "high": 2.0}),
        ("triangular", {"low": 2.0, "mode": 2.0, "high": 2.0}),
        ("deterministic", {"value": 2}),
        ("table", {"quantiles": {0: 2, 1: 2}}),
    ],
)
def test_no_variation_is_the_value_itself(name, given):
    entry = DISTRIBUTIONS.lookup(name)
    law_parameters = entry.law_parameters(given)
    quantile = sampler(entry, law_parameters)
    assert {quantile(u) for u in (2.0**-53, 0.3, 0.5, 0.9, LAST)} == {2.0}
    assert (entry.mean(law_parameters), entry.sd(law_parameters)) == (2.0, 0.0)


def test_a_table_is_linear_between_its_quantiles():
    table = DISTRIBUTIONS.lookup("table")
    law_parameters = table.law_parameters({"quantiles": {"0": 1, 0.5: 2, "1.0": 6}})
    quantile = sampler(table, law_parameters)
    assert [quantile(u) for u in (0.0, 0.25, 0.5, 0.75, 1.0)] == [1.0, 1.5, 2.0, 4.0, 6.0]
    assert table.mean(law_parameters) == 2.75


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("gamma", {"mean": 1, "cv": -1}, "cv must be >= 0, got -1"),
        ("gamma", {"mean": 1, "sigma": 1}, r"gamma takes \(mean, cv\) or \(shape, scale\), got"),
        ("gamma", {"mean": math.nan, "cv": 1}, "mean must be a finite number, got nan"),
        ("exponential", {"mean": math.inf}, "mean must be a finite number, got inf"),
        ("exponential", {"mean": "1 d"}, "mean must be a number, got '1 d'"),
        ("exponential", {"mean": True}, "mean must be a number, got True"),
        ("erlang", {"mean": 1, "stages": 2.5}, "stages must be a whole number, got 2.5"),
        ("lognormal", {"median": 0, "p95": 1}, "median must be > 0, got 0"),
        ("lognormal", {"median": 2, "p95": 1}, "p95 must be >= median 2, got 1"),
        ("uniform", {"low": 2, "high": 1}, "high must be >= low 2, got 1"),
        ("triangular", {"low": 2, "mode": 1, "high": 3}, "mode must be >= low 2, got 1"),
        ("triangular", {"low": 2, "mode": 4, "high": 3}, "high must be >= mode 4, got 3"),
        ("table", {"quantiles": {0: 1, 0.9: 2}}, "end at 1, got 0 to 0.9"),
        ("table", {"quantiles": {0: 2, 1: 1}}, "must not decrease, got 1 after 2"),
        ("table", {"quantiles": {0: 2, 2: 3}}, "probability must be <= 1, got 2"),
        ("table", {"quantiles": {1: 2, 0: 1}}, "must ascend, got 0 after 1"),
        ("table", {"quantiles": {"a": 2}}, "probability must be a number, got 'a'"),
        ("table", {"quantiles": 3}, "quantiles must map probability to quantiles, got 3"),
    ],
)
def test_wrong_parameters_are_named(name, given, message):
    with pytest.raises(ValueError, match=message):
        DISTRIBUTIONS.lookup(name).law_parameters(given)
