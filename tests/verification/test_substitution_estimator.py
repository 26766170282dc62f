"""Substitution estimator: from outputs drawn with a known sigma it recovers sigma.

Outputs are those of a CES on a grid of people and compute, with lognormal noise of 2%. Errors are
counted in standard errors of the fit, K of them at most, fixed beforehand.
"""

import numpy as np
import pytest

from sim.growth.ces import CES, fit
from sim.growth.substitution import fit_replications, kmenta, translog

K = 4
NOISE = 0.02
SIGMAS = (0.3, 0.7, 1.0, 1.5, 4.0)
LEVELS = np.geomspace(0.35, 2.8, 7)
PEOPLE, COMPUTE = (grid.ravel() for grid in np.meshgrid(14 * LEVELS, 40 * LEVELS, indexing="ij"))


def drawn(sigma, seed):
    """A CES whose units are the middle of the grid, and outputs with noise."""
    middle = np.sqrt(LEVELS[0] * LEVELS[-1])
    ces = CES(share=0.4, sigma=sigma, scale=3.0, returns=0.8, people=14 * middle,
              compute=40 * middle)  # fmt: skip
    noise = np.random.default_rng(seed).normal(0.0, NOISE, len(PEOPLE))
    return ces, ces.output(PEOPLE, COMPUTE) * np.exp(noise)


def off(found, sigma):
    """Distance from a sigma in standard errors of 1 / sigma."""
    return abs(1 / found.ces.sigma - 1 / sigma) / found.errors["inverse"]


@pytest.mark.parametrize("sigma", SIGMAS)
def test_sigma_and_all_else_is_recovered(sigma):
    ces, output = drawn(sigma, seed=1)
    found = fit(PEOPLE, COMPUTE, output)
    assert off(found, sigma) < K
    for name in ("share", "scale", "returns"):
        assert abs(getattr(found.ces, name) - getattr(ces, name)) < K * found.errors[name]
    assert found.note == ""
    assert found.residuals.std() == pytest.approx(NOISE, rel=0.35)


@pytest.mark.parametrize("sigma", SIGMAS)
def test_wrong_sigmas_are_rejected(sigma):
    found = fit(PEOPLE, COMPUTE, drawn(sigma, seed=1)[1])
    assert off(found, 0.5 * sigma) > K
    assert off(found, 3.0 * sigma) > K


@pytest.mark.parametrize("sigma", SIGMAS)
def test_without_noise_it_is_exact(sigma):
    ces, _ = drawn(sigma, seed=1)
    found = fit(PEOPLE, COMPUTE, ces.output(PEOPLE, COMPUTE)).ces
    assert found.sigma == pytest.approx(sigma, rel=1e-5)
    assert found.share == pytest.approx(0.4, rel=1e-5)


def test_expansions_agree_near_one_point_and_kmenta_errs_far_from_one():
    close = np.geomspace(0.95, 1.05, 5)
    people, compute = (grid.ravel() for grid in np.meshgrid(close, close, indexing="ij"))
    for sigma in SIGMAS:
        output = CES(share=0.4, sigma=sigma, returns=0.8).output(people, compute)
        assert kmenta(people, compute, output).sigma == pytest.approx(sigma, rel=0.01)
        assert translog(people, compute, output).sigma == pytest.approx(sigma, rel=0.01)
    far = kmenta(PEOPLE, COMPUTE, drawn(0.3, seed=1)[1])
    assert abs(far.sigma - 0.3) > K * far.error


def coverage(sigma, times):
    covered = 0
    for seed in range(times):
        low, high = fit(PEOPLE, COMPUTE, drawn(sigma, seed)[1]).interval(0.9)
        covered += low <= sigma <= high
    return covered / times


@pytest.mark.verify
@pytest.mark.parametrize("sigma", SIGMAS)
def test_nine_in_ten_intervals_hold(sigma):
    assert 0.86 <= coverage(sigma, 500) <= 0.94


@pytest.mark.verify
def test_nine_in_ten_intervals_hold_for_replications_that_share_their_luck():
    """Luck of a replication tilts all points alike; fits that take it for independent are too sure.

    12 replications, the bootstrap's scatter of few: 83% to 96%.
    """
    ces, _ = drawn(0.7, seed=0)
    right, times = ces.output(PEOPLE, COMPUTE), 300
    apart = np.log(PEOPLE / COMPUTE)
    covered = naive = 0
    for seed in range(times):
        rng = np.random.default_rng([7, seed])
        bend = 0.05 * rng.normal(size=(1, 12)) * ((apart - apart.mean()) ** 2)[:, None]
        outputs = right[:, None] * np.exp(bend + rng.normal(0.0, 0.02, (len(right), 12)))
        found = fit_replications(PEOPLE, COMPUTE, outputs, times=60, seed=seed)
        low, high = found.interval(0.9)
        covered += low <= 0.7 <= high
        low, high = found.fit.interval(0.9)
        naive += low <= 0.7 <= high
    assert 0.83 <= covered / times <= 0.96
    assert naive / times < 0.75
