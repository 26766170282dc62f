"""CES: its limits, its elasticities, and what its estimator says of data that tell nothing."""

import numpy as np
import pytest

from sim import InputError
from sim.growth.ces import CES, fit
from sim.growth.substitution import fit_replications, translog

PEOPLE, COMPUTE = np.array([0.2, 1.0, 3.0, 50.0]), np.array([2.0, 1.0, 0.1, 4.0])


def test_the_formula():
    """s = 0.4, sigma = 2, so rho = 1/2; v = 0.5: a power of 1."""
    output = CES(share=0.4, sigma=2.0, scale=3.0, returns=0.5).output(PEOPLE, COMPUTE)
    assert output == pytest.approx(3 * (0.4 * PEOPLE**0.5 + 0.6 * COMPUTE**0.5))


@pytest.mark.parametrize("near", [1.0, 1.0 + 1e-13, 1.0 - 1e-9, 1.0 + 1e-6])
def test_one_is_cobb_douglas(near):
    output = CES(share=0.3, sigma=near).output(PEOPLE, COMPUTE)
    assert output == pytest.approx(PEOPLE**0.3 * COMPUTE**0.7, rel=1e-5)


@pytest.mark.parametrize("near", [0.0, 1e-9, 1e-4])
def test_zero_is_leontief(near):
    ces = CES(share=0.3, sigma=near, scale=2.0)
    assert ces.output(PEOPLE, COMPUTE) == pytest.approx(2 * np.minimum(PEOPLE, COMPUTE), rel=1e-3)
    by_people, by_compute = ces.elasticities(PEOPLE, COMPUTE)
    assert by_people == pytest.approx([1.0, 0.3, 0.0, 0.0], abs=1e-6)
    assert by_people + by_compute == pytest.approx(1.0)


def test_infinity_is_a_sum():
    output = CES(share=0.3, sigma=np.inf).output(PEOPLE, COMPUTE)
    assert output == pytest.approx(0.3 * PEOPLE + 0.7 * COMPUTE)


@pytest.mark.parametrize("sigma", [0.05, 0.5, 1.0, 3.0])
def test_elasticities_are_slopes_of_logarithms(sigma):
    ces = CES(share=0.3, sigma=sigma, returns=0.8, people=2.0, compute=5.0)
    step = 1e-5
    up, down = (np.log(ces.output(PEOPLE * np.exp(d), COMPUTE)) for d in (step, -step))
    by_people, by_compute = ces.elasticities(PEOPLE, COMPUTE)
    assert by_people == pytest.approx((up - down) / (2 * step), abs=1e-6)
    assert by_people + by_compute == pytest.approx(0.8)


def plane(ces):
    levels = np.geomspace(0.3, 3.0, 5)
    people, compute = (g.ravel() for g in np.meshgrid(levels, levels, indexing="ij"))
    return people, compute, ces.output(people, compute)


def test_inputs_in_proportion_tell_nothing():
    inputs = np.geomspace(1, 9, 8)
    found = fit(inputs, 3 * inputs, inputs**0.7)
    assert found.note == "not identified: inputs proportional"
    assert found.interval() == (0.0, np.inf)


def test_bounds_are_said():
    assert "lower bound" in fit(*plane(CES(share=0.5, sigma=0.0))).note
    people, compute, _ = plane(CES(share=0.5, sigma=1.0))
    assert "upper bound" in fit(people, compute, np.maximum(people, compute)).note
    assert fit(people, compute, people + compute + 0.01 * people * compute).ces.sigma > 5


def test_an_end_that_a_bound_hides_is_open():
    people, compute, leontief = plane(CES(share=0.5, sigma=0.0))
    low, high = fit(people, compute, leontief).interval()
    assert low == 0 and high < 0.1
    luck = np.exp(np.random.default_rng(0).normal(0, 0.02, (25, 6)))
    low, high = fit_replications(people, compute, leontief[:, None] * luck, times=20).interval()
    assert low == 0 and high < 0.1
    low, high = fit(people, compute, people + compute).interval()
    assert low > 5 and high == np.inf
    inputs = np.geomspace(1, 9, 25)
    replicated = fit_replications(inputs, 3 * inputs, inputs[:, None] ** 0.7 * luck, times=20)
    assert replicated.interval() == (0.0, np.inf)


def test_weights_leave_out_what_weighs_nothing():
    people, compute, output = plane(CES(share=0.4, sigma=0.6))
    spoiled = output.copy()
    spoiled[3] *= 3
    weights = np.ones(25)
    weights[3] = 1e-12
    assert fit(people, compute, spoiled, weights).ces.sigma == pytest.approx(0.6, rel=1e-4)
    assert fit(people, compute, spoiled).ces.sigma != pytest.approx(0.6, rel=0.02)


def test_luck_that_all_points_share_does_not_move_sigma():
    people, compute, output = plane(CES(share=0.4, sigma=0.6))
    luck = np.exp(np.random.default_rng(0).normal(0, 0.3, 8))
    found = fit_replications(people, compute, output[:, None] * luck, times=50)
    low, high = found.interval()
    assert low == pytest.approx(0.6, abs=1e-4)
    assert high == pytest.approx(0.6, abs=1e-4)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"share": 1.0, "sigma": 1.0}, "share must be in"),
        ({"share": 0.5, "sigma": -1.0}, "sigma must be >= 0"),
        ({"share": 0.5, "sigma": 1.0, "returns": 0.0}, "returns must be > 0"),
    ],
)
def test_what_is_no_ces_is_refused(given, words):
    with pytest.raises(InputError, match=words):
        CES(**given)


def test_what_cannot_be_fitted_is_refused():
    with pytest.raises(InputError, match="the same at all 25 points"):
        fit(*plane(CES(share=0.5, sigma=1.0))[:2], np.ones(25))
    with pytest.raises(InputError, match="output must be > 0"):
        fit([1, 2, 3, 4, 5], [1, 2, 3, 4, 6], [1, 2, 0, 4, 5])
    with pytest.raises(InputError, match="at least 5"):
        fit([1, 2], [1, 2], [1, 2])
    with pytest.raises(InputError, match="2 replications"):
        fit_replications([1, 2, 3, 4, 5], [1, 2, 3, 4, 6], np.ones((5, 1)))
    with pytest.raises(InputError, match="do not determine"):
        translog(np.arange(1, 9), 2 * np.arange(1, 9), np.arange(1, 9))
