import math

import numpy as np
import pandas as pd
import pytest

from sim.metrics import stocks


@pytest.fixture
def steps(model, changes_of):
    rises = changes_of(model, "stock")(
        (-2, "algorithms", 0, 0.25), (5, "algorithms", 0.25, 0.5), (5, "algorithms", 0.5, 1.0),
        (3, "algorithms", 0, 2.0, 4),
    )
    other = changes_of(model)((0, "cluster", 0, 4, 9))  # a replication that learned nothing
    early = model.replace(prehistory="7 d")
    return stocks.trajectory(pd.concat([rises, other], ignore_index=True), early)


def test_a_step_for_each_rise(steps):
    assert steps[["stock", "replication", "time", "level"]].to_numpy().tolist() == [
        ["algorithms", 0, -7, 0], ["algorithms", 0, -2, 0.25], ["algorithms", 0, 5, 0.5],
        ["algorithms", 0, 5, 1], ["algorithms", 4, -7, 0], ["algorithms", 4, 3, 2],
        ["algorithms", 9, -7, 0],
    ]
    assert steps["factor"].tolist()[-2:] == [math.exp(2), 1.0]
    assert steps["date"].iloc[2] == pd.Timestamp("2026-01-10")


def test_a_level_holds_until_the_next(steps):
    got = stocks.sample(steps, "algorithms", [-7, 0, 5, 28])
    assert got.tolist() == [[0, 0.25, 1, 1], [0, 0, 2, 2], [0, 0, 0, 0]]
    factor = stocks.sample(steps, "algorithms", [5, 28], ends={0: 20}, column="factor")
    assert factor[0, 0] == math.e and np.isnan(factor[0, 1]) and factor[2].tolist() == [1, 1]


def test_quantiles_are_levels_that_occur(steps):
    table = stocks.quantiles(steps, "algorithms", [0, 6], (0.0, 0.5, 1.0))
    assert table.to_numpy().tolist() == [[0, 0, 0.25], [0, 1, 2]]
    factor = stocks.quantiles(steps, "algorithms", [6], (0.5,), column="factor")
    assert factor.loc[6, 0.5] == math.e


def test_a_run_ends_with_the_stocks_its_generations_were_made_of(small_run):
    """Algorithms frozen into a recipe are the stock when its gate opened."""
    made = small_run.generations[small_run.generations["left_gate"].notna()]
    steps = stocks.trajectory(small_run.changes, small_run.model)
    assert len(made) > 1
    for stock in ("algorithms", "infrastructure"):
        levels = stocks.sample(steps, stock, made["left_gate"])[0]
        assert levels.tolist() == made[stock].tolist()
        assert levels[0] > 0
