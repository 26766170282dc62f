import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.metrics import growth, ranks
from sim.metrics.censored import kaplan_meier

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
TIMES = st.lists(st.integers(0, 20) | st.just(math.inf), min_size=1, max_size=40)


def test_by_hand():
    ten = np.arange(10.0, 0.0, -1.0)
    assert ranks.of_times(ten, LEVELS).tolist() == [1, 3, 5, 8, 9]
    assert ranks.of_levels(ten, LEVELS).tolist() == [2, 3, 6, 8, 10]
    assert float(ranks.of_times([7.0], 0.5)) == float(ranks.of_levels([7.0], 0.5)) == 7.0


def test_many_samples_at_once_and_missing_values():
    found = ranks.of_levels([[1.0, 2.0, math.nan], [3.0, 4.0, 5.0]], (0.1, 0.9))
    assert found[:, :2].tolist() == [[1, 2], [3, 4]] and np.isnan(found[:, 2]).all()
    assert np.isnan(ranks.of_times([], LEVELS)).all()


@given(TIMES)
def test_times_are_those_of_kaplan_and_meier(times):
    """What has not come by day 20 still goes on then."""
    there = [time for time in times if time < math.inf]
    estimate = kaplan_meier(there, [20.0] * (len(times) - len(there)))
    assert ranks.of_times(times, LEVELS).tolist() == estimate.quantiles(LEVELS).tolist()


@pytest.mark.parametrize("level", LEVELS)
@given(times=TIMES)
def test_a_level_is_passed_when_that_share_has_passed_it(level, times):
    """A step from 0 to 1 at each time: its quantile p is 1 from the times' quantile 1 - p on."""
    passed = float(ranks.of_times(times, 1.0 - level))
    for now in range(21):
        height = ranks.of_levels([float(time <= now) for time in times], level)
        assert (height == 1.0) == (passed <= now)


def test_capability_rises_with_the_dates_of_release(generations, model):
    """Four runs: the median is up at the second release, as the median date says."""
    table = generations(*(
        {"replication": r, "generation": g, "outcome": "released", "released": time,
         "capability": float(g)}
        for r in range(4) for g, time in ((0, 0.0), (1, 5.0 + r))
    ))
    found = growth.quantiles(growth.trajectory(table, model), [5.0, 5.9, 6.0, 8.0], (0.1, 0.5, 0.9))
    assert found[0.5].tolist() == [0, 0, 1, 1]
    assert found[0.1].tolist() == [0, 0, 0, 1] and found[0.9].tolist() == [1, 1, 1, 1]
