"""What the verification tests share: replications of a scenario, simulated once."""

from functools import cache

import pytest

import sim


@cache
def _replications(number, *overrides):
    model = sim.load(*overrides)
    return [sim.simulate(model, seed=0, replication=i) for i in range(number)]


@pytest.fixture(scope="session")
def replications():
    """Runs 0 … n-1 at seed 0: `replications(n, "scenario=mm1", …)`."""
    return _replications


@pytest.fixture(scope="session")
def waits():
    """Waits of the items first … last-1 of a flow, all of which have begun."""

    def waits(run, flow, first, last):
        rows = run.visits[run.visits["flow"] == flow].sort_values("requested")
        assert len(rows) >= last, "the run is too short"
        wait = (rows["started"] - rows["requested"]).to_numpy()[first:last]
        assert wait.min() >= 0, "some had not begun"  # false for NaN, too
        return wait

    return waits
