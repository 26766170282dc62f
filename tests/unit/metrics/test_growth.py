import datetime

import numpy as np
import pandas as pd

from sim.metrics import growth


def released(generation, time, capability, replication=0):
    return {
        "replication": replication, "generation": generation, "outcome": "released",
        "released": time, "capability": capability,
    }


def two(generations):
    """Two replications: one releases on days 5 and 20, the other on day 10."""
    unfinished = {"released": np.nan, "capability": np.nan}
    return generations(
        released(0, 0.0, 0.0), released(1, 5.0, 0.5), released(2, 20.0, 1.5),
        released(0, 0.0, 0.0, 1), released(1, 10.0, 0.3, 1),
        {"replication": 0, "generation": 3, "outcome": "open", **unfinished},
        {"replication": 1, "generation": 2, "outcome": "skipped", **unfinished},
    )


def test_a_step_for_each_release(generations, model):
    steps = growth.trajectory(two(generations), model)
    assert steps[["replication", "generation", "time", "capability"]].to_numpy().tolist() == [
        [0, 0, 0, 0], [0, 1, 5, 0.5], [0, 2, 20, 1.5], [1, 0, 0, 0], [1, 1, 10, 0.3],
    ]
    assert steps["date"].tolist()[:2] == [pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-10")]


def test_dates_carry_the_time_of_day(model):
    noon = growth.dates(model, [-0.5, 1.5]).astype(datetime.datetime).tolist()
    assert noon == [datetime.datetime(2026, 1, 4, 12), datetime.datetime(2026, 1, 6, 12)]


def test_dates_reach_beyond_what_nanoseconds_can_hold(model):
    assert str(growth.dates(model, 365_000.0)).startswith("3025-")


def test_a_generation_counts_from_its_release_on(generations, model):
    steps = growth.trajectory(two(generations), model)
    got = growth.sample(steps, [0, 4.999, 5, 20, 28])
    assert got.tolist() == [[0, 0, 0.5, 1.5, 1.5], [0, 0, 0, 0.3, 0.3]]


def test_nothing_is_known_before_0_and_after_the_end(generations, model):
    steps = growth.trajectory(two(generations), model)
    got = growth.sample(steps, [-1, 10, 11, 12], ends={0: 11})
    assert np.isnan(got[:, 0]).all() and np.isnan(got[0, 3])
    assert got[0, 1:3].tolist() == [0.5, 0.5] and got[1, 1:].tolist() == [0.3] * 3


def test_quantiles_are_values_that_occur(generations, model):
    many = [released(0, 0.0, 0.0, r) for r in range(11)]
    many += [released(1, 5.0, r / 10, r) for r in range(11)]
    steps = growth.trajectory(generations(*many), model)
    table = growth.quantiles(steps, [0, 5], (0.12, 0.5, 0.9))
    assert table.columns.tolist() == [0.12, 0.5, 0.9] and table.index.tolist() == [0, 5]
    assert table.to_numpy().tolist() == [[0, 0, 0], [0.1, 0.5, 0.9]]


def test_quantiles_stop_where_the_first_replication_ends(generations, model):
    steps = growth.trajectory(two(generations), model)
    table = growth.quantiles(steps, [10, 12], (0.0, 1.0), ends={0: 11})
    assert table.loc[10].tolist() == [0.3, 0.5]
    assert table.loc[12].isna().all()


def test_when_a_level_is_first_reached(generations, model):
    many = [released(0, 0.0, 0.0), released(1, 5.0, 0.5), released(2, 20.0, 1.5)]
    many += [released(3, 25.0, 0.7), released(0, 0.0, 0.0, 4), released(1, 10.0, 0.5 - 1e-12, 4)]
    steps = growth.trajectory(generations(*many), model)
    assert growth.reached(steps, 0.5).to_dict() == {0: 5.0, 4: 10.0}
    assert growth.reached(steps, 1.0).to_dict() == {0: 20.0, 4: np.inf}
    assert growth.reached(steps, 0.0).to_dict() == {0: 0.0, 4: 0.0}


def test_no_releases_at_all(generations, model):
    steps = growth.trajectory(two(generations).iloc[:0], model)
    assert steps.empty and growth.quantiles(steps, [0, 1]).isna().all(axis=None)
