"""Elasticities, regimes and crossing dates of planted outcomes."""

import math

import numpy as np
import pytest

from sim import InputError
from sim.limits.crossing import below_for_good, between, crossing, crossing_of
from sim.limits.elasticities import elasticities
from sim.limits.jackknife import Estimate
from sim.limits.regime import regime_of, regimes

from .planted import lifted, luck

STEP = 0.2
STEPS = {"compute": STEP, "loop": STEP}
LEVELS = ("compute up", "compute down", "loop up", "loop down")


def outputs(compute, loop, *, number=12, own=0.01, seed=0):
    """Outputs with these elasticities: shared luck, and a little of each level's own."""
    ends = STEP / 2 * np.array([compute, -compute, loop, -loop])
    alike = luck(number, seed, 0.3)
    apart = np.random.default_rng([seed, 1]).normal(0, own, (4, number))
    return np.exp(ends[:, None] + alike + apart)


def windows(course, **how):
    """Runs with an outcome per window, D as in the course."""
    made = [outputs((0.5 + d / 2), (0.5 - d / 2), seed=i, **how) for i, d in enumerate(course)]
    named = {f"w{i}": dict(zip(LEVELS, made[i], strict=True)) for i in range(len(course))}
    return lifted(**named), np.stack(made, axis=1)


def test_elasticities_are_recovered():
    values = outputs(1.2, 0.3)
    named = dict(zip(LEVELS, values, strict=True))
    inverse = {name: 100 / value for name, value in named.items()}
    runs = lifted(times=["time"], output=named, time=inverse)
    table = elasticities(runs, STEPS, ["output", "time"]).set_index(["outcome", "driver"])
    for outcome in ("output", "time"):
        for driver, truth in (("compute", 1.2), ("loop", 0.3)):
            row = table.loc[(outcome, driver)]
            assert row["elasticity"] == pytest.approx(truth, abs=0.1)
            assert row["elasticity_low"] < row["elasticity"] < row["elasticity_high"]
            assert row["steady"] is None and row["replications"] == 12


@pytest.mark.parametrize(
    ("half", "own", "steady"), [(1.2, 1e-4, True), (0.8, 1e-4, False), (1.3, 0.1, None)]
)
def test_half_the_step_tells_whether_the_step_matters(half, own, steady):
    names = [f"compute {end}" for end in ("up", "down", "half up", "half down")]
    values = np.concatenate([
        outputs(1.2, 0, own=own)[:2], outputs(half / 2, 0, own=own, seed=0)[:2][[0, 1]]
    ])  # fmt: skip
    values[2:] *= np.exp(np.random.default_rng(5).normal(0, own, (2, 12)))
    runs = lifted(y=dict(zip(names, values, strict=True)))
    (row,) = elasticities(
        runs, {"compute": STEP}, ["y"], half_steps={"compute": STEP / 2}
    ).to_dict("records")
    assert row["steady"] is steady
    assert row["change"] == pytest.approx(row["half_step"] - row["elasticity"])


def test_no_elasticity_of_nothing():
    runs = lifted(y={"loop up": [1.0, 2.0], "loop down": [0.0, 0.0]})
    (row,) = elasticities(runs, {"loop": STEP}, ["y"]).to_dict("records")
    assert math.isnan(row["elasticity"]) and math.isnan(row["elasticity_low"])


def estimate(low, high, pairs=8):
    return Estimate(
        value=np.float64((low + high) / 2), low=np.float64(low), high=np.float64(high), pairs=pairs
    )


@pytest.mark.parametrize(
    ("low", "high", "regime"),
    [(0.2, 0.5, "compute"), (-0.5, -0.2, "loop"), (0.02, 0.09, "balanced"),
     (-0.1, 0.1, "balanced"), (-0.2, 0.3, "undecided"), (0.05, 0.3, "compute"),
     (math.nan, math.nan, "undecided")],
)  # fmt: skip
def test_regimes_by_interval(low, high, regime):
    assert regime_of(estimate(low, high)) == regime
    assert regime_of(estimate(low, high, pairs=4)) == "undecided"


def test_regimes_by_window_know_the_luck_they_share():
    runs, _ = windows([0.8, 0.02, -0.6], own=0.005)
    table = regimes(runs, "compute", "loop", STEPS, ["w0", "w1", "w2"])
    assert table["regime"].tolist() == ["compute", "balanced", "loop"]
    assert table["difference"].to_numpy() == pytest.approx(
        table["first"].to_numpy() - table["second"].to_numpy()
    )
    assert ((table["difference_high"] - table["difference_low"]) < 0.1).all()


def test_the_crossing_is_where_it_was_planted():
    runs, values = windows([0.8, 0.4, -0.4, -0.8])
    middles = [10, 30, 50, 70]
    found = crossing(values, (STEP, STEP), middles)
    assert (found.to, found.replications) == ("loop", 12)
    assert found.low < 40 < found.high and 35 < found.date < 45
    assert found.never == found.before == 0.0
    assert len(found.dates) == 2000 and (np.diff(found.dates) >= 0).all()
    same = crossing_of(runs, "compute", "loop", STEPS, ["w0", "w1", "w2", "w3"], middles)
    assert (same.date, same.low, same.never) == pytest.approx((found.date, found.low, 0))
    back = crossing(values[[2, 3, 0, 1]], (STEP, STEP), middles)
    assert (back.to, back.date) == ("compute", pytest.approx(found.date))
    slow = crossing(1 / values, (STEP, STEP), middles, sign=-1.0)
    assert slow.to == "loop" and slow.date == pytest.approx(found.date, abs=1)


def test_what_does_not_happen_within_the_horizon_is_said():
    _, values = windows([0.9, 0.8, 0.7])
    never = crossing(values, (STEP, STEP), [10, 30, 50], to="loop")
    assert (never.date, never.low, never.high, never.never) == (np.inf, np.inf, np.inf, 1.0)
    always = crossing(values, (STEP, STEP), [10, 30, 50])
    assert (always.to, always.date, always.before) == ("compute", -np.inf, 1.0)
    _, values = windows([0.6, 0.3, -0.05], own=0.03)
    perhaps = crossing(values, (STEP, STEP), [10, 30, 50], to="loop")
    assert perhaps.low < 50 and perhaps.high == np.inf
    assert 0.02 < perhaps.never < 0.98


def test_of_too_little_nothing_is_said():
    _, values = windows([0.5, -0.5], number=4)
    assert math.isnan(crossing(values, (STEP, STEP), [10, 30]).date)
    with pytest.raises(InputError, match="needs two windows or more"):
        crossing(values[:, :1], (STEP, STEP), [10])


def test_below_for_good_takes_the_last_crossing():
    times = np.array([0.0, 1.0, 2.0, 3.0])
    columns = np.array([[1, -1, 1, -1], [-1] * 4, [1] * 4, [1, 1, 0, -1], [np.nan] * 4]).T
    assert below_for_good(times, columns).tolist() == [2.5, -np.inf, np.inf, 2.0, np.inf]


def test_values_between_the_middles_lie_on_straight_lines():
    values = np.array([[0.0, 10.0], [1.0, 20.0], [4.0, 0.0]])
    found = between(np.array([0.0, 5.0, 10.0, 25.0, 40.0]), np.array([0.0, 10.0, 40.0]), values)
    assert found[:, 0] == pytest.approx([0, 0.5, 1, 2.5, 4])
    assert found[:, 1] == pytest.approx([10, 15, 20, 10, 0])
