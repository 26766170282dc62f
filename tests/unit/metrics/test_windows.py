import math

import numpy as np

from sim.metrics.windows import windows

NAN = math.nan


def released(generation, time, replication=0, outcome="released"):
    return {"replication": replication, "generation": generation, "outcome": outcome,
            "released": time}


def three(generations, model):
    """Releases on days 5 and 20 in replication 2, none in replication 7, which ends on day 9."""
    return windows(generations(
        released(0, 0.0, 2), released(1, 5.0, 2), released(2, NAN, 2, "skipped"),
        released(2, 20.0, 2), released(3, NAN, 2, "open"), released(0, 0.0, 7),
    ), model, {7: 9.0})


def test_from_release_to_release(generations, model):
    found = three(generations, model).table({"x": np.arange(4.0)})
    assert found.columns.tolist() == ["replication", "generation", "start", "days", "x"]
    assert found.to_numpy().tolist() == [
        [2, 1, 0, 5, 0], [2, 2, 5, 15, 1], [2, 3, 20, 8, 2], [7, 1, 0, 9, 3],
    ]


def test_which_window_an_instant_lies_in(generations, model):
    found = three(generations, model)
    times = [-0.1, 0, 4.999, 5, 19, 20, 27, NAN]
    assert found.of([2] * 8, times).tolist() == [-1, 0, 0, 1, 1, 2, 2, -1]
    assert found.of([7] * 8, times).tolist() == [-1, 3, 3, 3, 3, 3, 3, -1]


def test_sums(generations, model):
    found = three(generations, model)
    at = np.array([0, -1, 2, 2])
    assert found.sums(at).tolist() == [1, 0, 2, 0]
    assert found.sums(at, [1.5, 9, 2, 4]).tolist() == [1.5, 0, 6, 0]
