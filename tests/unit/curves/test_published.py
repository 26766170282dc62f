"""Claims of published models, as published and from a lab's start."""

import math
from types import SimpleNamespace

import pytest

import sim
from sim.curves.laid import Own, laid, own_values
from sim.curves.published import AS_PUBLISHED, START, VALUES, claims
from sim.growth import software_explosion
from sim.report.curves_answer import _returns

WINDOW = 60.0
PACE = 4 * math.log(2)  # Forethought's recent pace, per year


@pytest.fixture(scope="module")
def lab():
    return sim.load()


def found(lab, rate):
    curves = {curve.name: curve for curve in laid(lab)}
    table = claims(curves, own_values(lab), rate * WINDOW / 365.25, WINDOW)
    return table.set_index(["model", "variant"])


@pytest.fixture(scope="module")
def slow(lab):
    return found(lab, PACE / 2)


def test_published_claims_are_those_published(slow):
    assert slow.loc[("forethought", AS_PUBLISHED), "value"] == pytest.approx(0.567, abs=0.005)
    metr = slow.loc[("metr", AS_PUBLISHED)]
    assert metr[["value", "low", "high"]].tolist() == pytest.approx(
        [2033.06, 2030.31, 2036.14], abs=0.15
    )


def test_the_start_is_what_a_matched_curve_loses(lab, slow):
    """At half of Forethought's pace the chance is far from 57%, at 40 times it is above."""
    start = slow.loc[("forethought", START)]
    assert start["speedup"] == pytest.approx(0.5, rel=0.02)
    assert start["value"] < 0.2
    assert slow.loc[("metr", START), "value"] > slow.loc[("metr", AS_PUBLISHED), "value"]
    fast = software_explosion.monte_carlo(5_000, cases=[(3.0, 12.0)], speedup=(40.0, 40.0))
    assert fast["chance"].item() > 0.7


def test_below_one_nothing_explodes(lab, slow):
    own = own_values(lab)
    assert own.returns == pytest.approx(0.7 * 0.2 / 0.3)
    assert slow.loc[("forethought", VALUES), "value"] == 0.0


@pytest.mark.parametrize(("beta", "eta", "returns"), [
    (0.0, 0.2, math.inf), (0.0, 0.0, 0.0), (0.3, 0.0, 0.0), (0.1, 0.2, 1.0),
])  # fmt: skip
def test_returns_of_edges(beta, eta, returns):
    own = Own(beta=beta, parallel=0.5, eta=eta, people=1.0, compute=1.0)
    assert own.returns == pytest.approx(returns)


def test_what_explodes_is_said_by_its_returns():
    """Without loop, below 1, above it, and with ideas that never get harder."""
    told = [
        next(_returns(SimpleNamespace(own=own, curves=()))).partition(". Curves")[0]
        for own in (
            Own(beta=beta, parallel=0.5, eta=eta, people=1.0, compute=1.0)
            for beta, eta in ((0.3, 0.0), (0.3, 0.3), (0.1, 0.3), (0.0, 0.3))
        )
    ]
    begin = "With the lab's own values the returns to research are r = lambda eta / beta = "
    assert [text.removeprefix(begin).partition("explo")[0] for text in told] == [
        "0.00, as its own models do not help: no software ", "0.50, below 1: no software ",
        "1.50, software would ", "infinite, as beta is 0: software would ",
    ]
