"""Distributions of uncertain parameters: their quantiles, and how they are written."""

import numpy as np
import pytest
from scipy import stats

from sim import InputError
from sim.study import uncertainties
from sim.study.distributions import KINDS

U = (np.arange(999) + 0.5) / 999
LOGNORMAL = stats.lognorm(s=np.log(3) / stats.norm.ppf(0.95), scale=2)
BY_MOMENTS = stats.lognorm(s=np.sqrt(np.log1p(0.25)), scale=4 / np.sqrt(1.25))
KNOWN = {
    "uniform(low=-1, high=3)": stats.uniform(-1, 4),
    "log_uniform(low=0.1, high=10)": stats.loguniform(0.1, 10),
    "integers(low=4, high=16)": stats.randint(4, 17),
    "triangular(low=-1, mode=0, high=3)": stats.triang(0.25, -1, 4),
    "triangular(low=0, mode=0, high=1)": stats.triang(0, 0, 1),
    "pert(low=0.4, mode=0.85, high=0.95)": stats.beta(
        1 + 4 * 0.45 / 0.55, 1 + 4 * 0.1 / 0.55, 0.4, 0.55
    ),
    "beta(a=8, b=2)": stats.beta(8, 2),
    "beta(a=2, b=3, low=-1, high=1)": stats.beta(2, 3, -1, 2),
    "normal(mean=0.5, sd=0.2)": stats.norm(0.5, 0.2),
    "normal(mean=0.5, sd=0.2, low=0, high=0.6)": stats.truncnorm(-2.5, 0.5, 0.5, 0.2),
    "lognormal(median=2, p95=6)": LOGNORMAL,
    "lognormal(median=2, sigma=0.5)": stats.lognorm(s=0.5, scale=2),
    "lognormal(mean=4, sd=2)": BY_MOMENTS,
    "lognormal(mean=4, cv=0.5)": BY_MOMENTS,
}


@pytest.mark.parametrize("text", KNOWN)
def test_quantiles_are_those_of_scipy(text):
    found = uncertainties.read(text, "x")
    assert np.allclose(found.quantile(U), KNOWN[text].ppf(U), rtol=1e-9, atol=1e-12)
    assert uncertainties.read(found.text(), "x") == found


def test_every_kind_is_compared():
    assert {text.partition("(")[0] for text in KNOWN} == set(KINDS)


def test_a_bounded_lognormal_is_the_distribution_between_its_bounds():
    values = uncertainties.read("lognormal(median=2, p95=6, low=1, high=5)", "x").quantile(U)
    low, high = LOGNORMAL.cdf(1), LOGNORMAL.cdf(5)
    assert np.allclose(LOGNORMAL.cdf(values), low + U * (high - low), rtol=1e-9)


def test_chances_of_a_choice_are_its_weights():
    found = uncertainties.read("choice(values={1: 2, 3: 5, 10: 3})", "x")
    values, counts = np.unique(found.quantile(U), return_counts=True)
    assert values.tolist() == [1, 3, 10] and values.dtype == "int64" and found.whole
    assert np.abs(counts / len(U) - [0.2, 0.5, 0.3]).max() < 1 / len(U)
    hours = {"kind": "choice", "values": {"always": 1, "mon-fri 09:00-17:00": 3}}
    words = uncertainties.read(hours, "x")
    assert list(words.quantile([0.2, 0.3])) == ["always", "mon-fri 09:00-17:00"]
    assert not words.is_number
    assert words.to_plain() == hours and uncertainties.read(found.to_plain(), "x") == found


@pytest.mark.parametrize(
    "text",
    [
        "uniform(low=30 d, high=90 d)", "lognormal(median=30 min, sigma=0.5)",
        "normal(mean=30 d, sd=5 d, low=0)", "choice(values={30 d: 1, 60.5 d: 2})",
    ],
)
def test_a_unit_is_kept_and_passed_on(text):
    found = uncertainties.read(text, "x")
    assert found.unit in ("d", "min")
    assert uncertainties.read(found.text(), "x") == found
    plain = uncertainties.read(text.replace(f" {found.unit}", ""), "x")
    assert np.array_equal(found.quantile(U), plain.quantile(U))


def test_zero_needs_no_unit():
    assert uncertainties.read("normal(mean=0, sd=1 d)", "x").unit == "d"


def test_a_mapping_says_the_same_as_a_call():
    mapping = {"kind": "uniform", "low": 0.2, "high": "0.8"}
    assert uncertainties.read(mapping, "x") == uncertainties.read("uniform(low=0.2,high=0.8)", "x")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("log_uniform(low=0, high=1)", "low must be > 0"),
        ("integers(low=1.5, high=4)", "low must be a whole number, got 1.5"),
        ("triangular(low=0, mode=2, high=1)", "mode must be in"),
        ("pert(low=0, mode=1, high=2, shape=0)", "shape must be > 0"),
        ("lognormal(median=2, p95=1)", "p95 must be > median 2, got 1"),
        ("lognormal(median=-2, sigma=1)", "median must be > 0"),
        ("lognormal(median=2, sigma=1, high=0)", "must be near the median"),
        ("normal(mean=0, sd=1, low=9)", "must be near the mean"),
        ("beta(a=1 d, b=2)", "a must be a number without a unit"),
        ("uniform(low=0, high=inf)", "high must be a finite number"),
        ("uniform(low=0, high=nan)", "must be a number"),
        ("choice(values={1: 1, a: 1})", "different values of one sort"),
    ],
)
def test_what_makes_no_sense_is_refused(text, rule):
    with pytest.raises(InputError, match=rule):
        uncertainties.read(text, "x")
