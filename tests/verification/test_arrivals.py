"""Arrivals at a rate with two levels are a Poisson process; their hostages are shots of it.

A release in the middle changes the rate from 0.5 to 1.5 a day. Whatever the arrivals before, the
first one after the release comes after an Exp(1.5) time, as the process has no memory.
"""

import numpy as np
import pytest

import sim
from sim import Model

from .theory import check

MIDDLE, END = 20.0, 40.0
LOW, HIGH = 0.5, 1.5


def lab(**parts):
    return Model.from_dict({"hours_per_person_day": 24, "pools": {}} | parts)


@pytest.fixture(scope="module")
def arrivals():
    """Times of arrival in each of 1500 replications."""
    quiet = {"kind": "delay", "duration": "0 d"}
    insight = {"hit": 1, "noise": 1, "targets": {"algorithms": 1}}
    gate = {"kind": "gate", "min_gain": 0.1, "next": "release"}
    one = {"kind": "closed", "workstreams": 1}
    model = lab(
        horizon=f"{END} d", stocks={"algorithms": {"gain": 1.0, "ceiling": 1.0}},
        feedback={"level": f"threshold(at=0.1, below=1, above={HIGH / LOW})"},
        flows={
            "research": {
                "source": one, "insight": insight,
                "stages": {"think": {"kind": "delay", "duration": f"{MIDDLE} d"}},
            },
            "generation": {"source": one, "stages": {
                "gate": gate, "release": {"kind": "release"},
            }},
            "incident": {
                "source": {"kind": "poisson", "rate": LOW, "law": "level"},
                "stages": {"mend": quiet},
            },
        },
    )
    found = []
    for replication in range(1500):
        run = sim.simulate(model, seed=0, replication=replication)
        released = run.raw["generations"]["released"]
        assert released[1] == MIDDLE
        visits = run.visits
        found.append(visits["requested"][visits["flow"] == "incident"].to_numpy())
    return found


def test_counts_have_the_integral_of_the_rate_as_mean_and_variance(arrivals):
    for begin, end, rate in ((0, MIDDLE, LOW), (MIDDLE, END, HIGH), (10, 30, (LOW + HIGH) / 2)):
        counts = np.array([((t >= begin) & (t < end)).sum() for t in arrivals])
        mean = rate * (end - begin)
        assert check(counts, mean)
        assert not check(counts, 1.1 * mean)
        assert not check(counts, 0.9 * mean)
        scatter = (counts - mean) ** 2
        assert check(scatter, mean)
        assert not check(scatter, 1.4 * mean)
        assert not check(scatter, 0.6 * mean)


def test_the_pending_arrival_is_rescheduled_at_the_release(arrivals):
    first = np.array([t[t >= MIDDLE][0] - MIDDLE for t in arrivals])
    assert check(first, 1 / HIGH)
    assert check(first**2, 2 / HIGH**2)
    assert not check(first, 1 / LOW)  # left where the old rate had put it
    assert not check(first**2, 1 / HIGH**2)  # a regular interval
    # The second half misses arrivals if the pending one stays: 1 + HIGH * (20 - 1 / LOW).
    counts = [(t >= MIDDLE).sum() for t in arrivals]
    assert not check(counts, 1 + HIGH * (END - MIDDLE - 1 / LOW))


def test_counts_before_and_after_are_independent(arrivals):
    before = np.array([(t < MIDDLE).sum() for t in arrivals]) - LOW * MIDDLE
    after = np.array([(t >= MIDDLE).sum() for t in arrivals]) - HIGH * (END - MIDDLE)
    assert check(before * after, 0.0)
    # Of two halves that share a third of the smaller one's arrivals:
    assert not check(before * after, LOW * MIDDLE / 3)


@pytest.mark.parametrize("t", [1.0, 4.0])
def test_the_first_arrival_comes_after_an_exponential_time(t, arrivals):
    longer = [times[0] > t for times in arrivals]
    assert check(longer, np.exp(-LOW * t))
    assert not check(longer, np.exp(-HIGH * t))
    assert not check(longer, np.exp(-1.2 * LOW * t))


# --- hostages -----------------------------------------------------------------------------


def test_hostages_in_plenty_are_those_of_mg_infinity():
    """Incidents under way at t >= 6 d are Poisson, mean rate * mean length; each holds 3 units.

    F. Baccelli, P. Brémaud, Elements of Queueing Theory, Springer 2003, ch. 3: M/GI/infinity,
    here of services of at most 6 d, so that it is stationary from then on.
    """
    rate, mean, units = 0.5, 4.0, 3
    model = lab(
        horizon="10 d", pools={"machines": {"kind": "compute", "capacity": 1000}},
        flows={"incident": {
            "source": {"kind": "poisson", "rate": rate},
            "hostages": {"pool": "machines", "units": units},
            "stages": {"mend": {"kind": "delay", "duration": "uniform(low=2 d, high=6 d)"}},
        }},
    )
    held = []
    for replication in range(1000):
        visits = sim.simulate(model, seed=0, replication=replication).visits
        mine = visits[visits["activity"] == "hostage"]
        held.append((mine["started"].notna() & mine["finished"].isna()).sum())
    held = np.array(held)
    assert check(held, units * rate * mean)
    assert not check(held, (units + 1) * rate * mean)
    assert not check(held, units * 1.1 * rate * mean)
    assert check((held - units * rate * mean) ** 2, units**2 * rate * mean)
    assert not check((held - units * rate * mean) ** 2, units * rate * mean)  # one by one
