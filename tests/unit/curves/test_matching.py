"""Curves are matched by their growth over the first weeks, exactly."""

import math

import numpy as np
import pytest

from sim.curves.matching import heights, match
from sim.growth.curve import Exponential
from sim.growth.semi_endogenous import SemiEndogenous
from sim.growth.software_explosion import SoftwareExplosion
from sim.growth.timelines import Timelines
from sim.model import InputError

WINDOW = 60 / 365.25
BUILDS = {
    "exponential": Exponential.matched,
    "harder": lambda rate: SemiEndogenous.matched(rate, beta=2.0, growth=0.5),
    "explosive": lambda rate: SemiEndogenous.matched(rate, beta=0.1, phi=3.0),
    "forethought": lambda rate: SoftwareExplosion.matched(rate, r=1.2, p=0.3, limit_years=11),
    "metr": lambda rate: Timelines.matched(rate),
}


@pytest.mark.parametrize("name", BUILDS)
@pytest.mark.parametrize("growth", [0.003, 0.25])
def test_a_matched_curve_has_the_growth_of_the_window(name, growth):
    curve = match(BUILDS[name], growth, WINDOW)
    assert curve.path(np.array([0.0, WINDOW])) == pytest.approx([0.0, growth], rel=1e-9)


def test_a_curve_is_found_again_from_its_own_path():
    truth = SemiEndogenous.matched(1.7, beta=0.8, growth=0.3)
    own = float(truth.path(np.array([WINDOW]))[0])
    found = match(lambda rate: SemiEndogenous.matched(rate, beta=0.8, growth=0.3), own, WINDOW)
    assert found.rate == pytest.approx(1.7, rel=1e-9)
    other = match(BUILDS["harder"], own, WINDOW)
    assert other.path(np.array([2.0])) != pytest.approx(truth.path(np.array([2.0])), rel=0.1)


@pytest.mark.parametrize("name", BUILDS)
def test_heights_between_matched_curves_are_those_of_curves_matched_there(name):
    growths = 0.2 * np.array([1.0, 0.97, 1.02, 1.04])
    years = [0.5, 2.0] if name != "explosive" else [0.2, 0.25]
    found = heights(BUILDS[name], growths, WINDOW, years)
    exact = np.array([match(BUILDS[name], g, WINDOW).path(np.array(years)) for g in growths]).T
    assert found == pytest.approx(exact, rel=2e-3)


def test_what_is_out_of_all_bounds_has_no_neighbours():
    found = heights(BUILDS["explosive"], np.array([0.2, 0.19, 0.21]), WINDOW, [10.0])
    assert math.isinf(found[0, 0])
    assert np.isnan(found[0, 1:]).all()


@pytest.mark.parametrize("growth", [0.0, -0.1, math.nan])
def test_a_lab_that_does_not_learn_at_first_has_no_curve(growth):
    with pytest.raises(InputError, match=r"software must grow in the first 60 d.*replications"):
        match(Exponential.matched, growth, WINDOW)
