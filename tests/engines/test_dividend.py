"""The recursion dividend: own assistants beat frozen ones, and those beat none.

Paired on common random numbers, 24 or 48 replications of the default lab. Capability at the horizon
moves in steps of one release, about a third of an OOM, so that many pairs tie: after one year
own and frozen do not yet differ in it, after the default two they do (`make verify`). The know-how
that the steps are made of, the stock of algorithms, tells them apart after one.
"""

import numpy as np
import pytest
from scipy.stats import t

import sim

REPLICATIONS = 24
LONG = 48
PAIRS = [("own", "frozen"), ("frozen", "none")]


def interval(differences):
    """Mean of paired differences and the bounds of its 95% interval (Student's t)."""
    differences = np.asarray(differences, dtype=float)
    n = len(differences)
    mean = differences.mean()
    half = t.ppf(0.975, n - 1) * differences.std(ddof=1) / np.sqrt(n)
    return mean, mean - half, mean + half


def _compare(outcome, record_property, *overrides, replications=REPLICATIONS, workers=1):
    """Outcomes by source of assistants; records each paired difference with its interval."""
    models = {
        source: sim.load(f"assistants.source={source}", *overrides)
        for source in ("own", "frozen", "none")
    }
    values = {
        source: sim.ensemble(model, replications=replications, seed=0, workers=workers)
        .outcomes[outcome].to_numpy()
        for source, model in models.items()
    }
    found = {}
    for better, worse in PAIRS:
        mean, low, high = found[better, worse] = interval(values[better] - values[worse])
        text = f"{mean:.3f}, 95% interval [{low:.3f}, {high:.3f}], {replications} pairs"
        when = f"{models['own'].horizon:g} d"
        record_property(f"{outcome} at {when}, {better} - {worse}", text)
    return found


def test_the_interval_can_miss_zero_on_either_side_and_hold_it():
    noise = np.random.default_rng(4).normal(0.0, 1.0, REPLICATIONS)
    assert interval(noise + 2.0)[1] > 0
    assert interval(noise - 2.0)[2] < 0
    _, low, high = interval(noise - noise.mean())
    assert low < 0 < high


def test_interval_of_known_numbers():
    # Mean 2, standard error 1 / sqrt(3), t(0.975, 2) = 4.3027.
    mean, low, high = interval([1.0, 2.0, 3.0])
    assert mean == 2.0
    assert (high - low) / 2 == pytest.approx(4.30265 / np.sqrt(3), rel=1e-5)


def test_own_beats_frozen_beats_none_in_know_how_after_a_year(record_property):
    found = _compare("algorithms", record_property, "horizon=1 y")
    for pair in PAIRS:
        assert found[pair][1] > 0, pair


@pytest.mark.verify
def test_own_beats_frozen_beats_none_in_capability_at_the_horizon(record_property):
    found = _compare("capability", record_property, replications=LONG, workers=2)
    for pair in PAIRS:
        assert found[pair][1] > 0, pair
