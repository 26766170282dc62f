"""Elementary effects: those of known functions, beside SALib, with luck and without."""

import numpy as np
import pytest

from sim import InputError
from sim.study.designs import Morris
from sim.study.sensitivity.morris import effects

SLOPES = np.array([1.0, -2.0, 0.0, 5.0])


def walks(trajectories, seed=0):
    """Trajectories in the unit cube."""
    random = np.random.default_rng(seed)
    return Morris(trajectories).cube(4, random).reshape(trajectories, 5, 4)


def crooked(u):
    return u @ SLOPES + 3 * u[..., 0] * u[..., 1] + np.sin(9 * u[..., 2])


def test_effects_of_a_linear_function_are_its_slopes():
    cube = walks(10)
    found = effects((cube @ SLOPES)[:, :, None], cube)
    assert np.allclose(found.mu.value, SLOPES) and np.allclose(found.mu_star.value, abs(SLOPES))
    assert np.allclose(found.mu.low, SLOPES) and np.allclose(found.mu_star.high, abs(SLOPES))
    assert np.allclose(found.sigma, 0, atol=1e-7)
    assert np.isnan(found.luck).all() and (found.trajectories, found.dropped) == (10, 0)


def test_effects_are_those_of_salib():
    morris = pytest.importorskip("SALib.analyze.morris")
    cube = walks(20)
    y = crooked(cube)
    problem = {"num_vars": 4, "names": list("abcd"), "bounds": [[0.125, 0.875]] * 4}
    right = morris.analyze(problem, cube.reshape(-1, 4), y.ravel(), num_levels=4, seed=1)
    found = effects(y[:, :, None], cube)
    # SALib takes the outermost levels, 3/4 apart, for the ends of the range.
    for mine, name in ((found.mu.value, "mu"), (found.mu_star.value, "mu_star"),
                       (found.sigma, "sigma")):  # fmt: skip
        assert np.allclose(mine, np.asarray(right[name]) / 0.75)


def test_luck_is_taken_off_sigma_and_named_for_the_size(monkeypatch):
    monkeypatch.setattr("sim.study.sensitivity.resampling.RESAMPLES", 2)  # no intervals
    random, found = np.random.default_rng(1), []
    for _ in range(200):
        cube = walks(12, seed=random)
        y = (cube @ SLOPES)[:, :, None] + random.normal(0, 1, (12, 5, 3))
        one = effects(y, cube)
        raw = effects(y.mean(axis=2, keepdims=True), cube)
        found.append((one.luck[2] ** 2, one.mu_star.value[2], one.mu_star_luck[2],
                      (one.sigma < raw.sigma).all()))  # fmt: skip
    luck, size, noise, less = np.mean(found, axis=0)
    right = 2 / 3 / 0.5**2  # two points, three replications, half a step
    assert luck == pytest.approx(right, rel=0.05)
    assert size == pytest.approx(noise, rel=0.05) and size > 1
    assert less == 1


def test_intervals_cover_the_mean_effect():
    """Of x² the effects are 1 ± 1/4 on average over places: 1."""
    hits, random = [], np.random.default_rng(2)
    for seed in range(200):
        cube = walks(16, seed=random)
        y = (cube**2)[:, :, :1] + 0.2 * random.normal(size=(16, 5, 1))
        one = effects(y, cube, seed=seed).mu.part(0)
        hits.append((one.low <= 1 <= one.high, one.low <= 1.4 <= one.high))
    covered, wrong = np.mean(hits, axis=0)
    assert 0.83 <= covered <= 0.97 and wrong < 0.5


def test_trajectories_with_unknown_values_are_left_out():
    cube = walks(10)
    y = crooked(cube)[:, :, None]
    y[2, 3, 0] = np.nan
    one, other = effects(y, cube), effects(np.delete(y, 2, axis=0), np.delete(cube, 2, axis=0))
    assert (one.trajectories, one.dropped) == (9, 1)
    assert np.array_equal(one.mu_star.value, other.mu_star.value)
    y[:7] = np.nan
    with pytest.raises(InputError, match=r"needs 4 trajectories or more .* got 3 of 10"):
        effects(y, cube)
